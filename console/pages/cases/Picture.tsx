// The picture of a fact: the event, the lines it should have caused, the ledger's lines beside them; under each pair the values,
// one by one, with a mark where they differ.
import type { CasePicture, PictureLine, PicturePair } from '../../../jobs/reports/casePicture.ts';
import { Link } from '../../parts/Link.tsx';
import { Money, moneyText } from '../../parts/Money.tsx';
import { dayWords } from '../../parts/time.ts';
import { reasonWords } from '../../parts/words.ts';

export function Picture({ picture: { facts, otherFacts, pairs, more } }: { picture: CasePicture }) {
  if (facts.length === 0 && pairs.length === 0) return null;
  return (
    <section class="fact">
      <h3>The fact and the ledger</h3>
      <ul class="events">
        {facts.map(({ source, id, type, businessDate, corrects, correctedBy }) => (
          <li key={`${source} ${id}`}>
            <strong>{type.replace(/^retail\.|\.v\d+$/g, '').replaceAll('.', ' ')}</strong> on{' '}
            {dayWords(businessDate)}{' '}
            <Link page="follow" params={{ kind: 'event', id: `${source} ${id}` }} title={source}>
              <span class="id">{id}</span>
            </Link>
            <span class="soft">
              {corrects === null ? '' : ` corrects ${corrects}`}
              {correctedBy === null ? '' : ` corrected by ${correctedBy}`}
            </span>
          </li>
        ))}
        {otherFacts === 0 ? null : <li class="soft">and {otherFacts} more</li>}
      </ul>
      <div class="sides" aria-hidden="true">
        <span>expected</span>
        <span>in the ledger</span>
      </div>
      <ol class="pairs">
        {pairs.map((pair, index) => (
          <Pair key={index} pair={pair} />
        ))}
      </ol>
      {more === 0 ? null : <p class="soft">and {more} more pairs</p>}
    </section>
  );
}

function Pair({ pair: { expected, ledger, values } }: { pair: PicturePair }) {
  const settled = expected?.open !== true && ledger?.open !== true;
  const differ = values.filter(({ agrees }) => !agrees);
  const both = expected !== null && ledger !== null;
  return (
    <li class={settled ? 'settled' : 'open'}>
      <div class="pair">
        <Side line={expected} nothing="nothing was expected" />
        <span class={`tie ${settled ? 'ties' : both && differ.length === 0 ? 'near' : 'breaks'}`}>
          <span class="sr">{settled ? 'tied with' : 'not tied with'}</span>
        </span>
        <Side line={ledger} nothing="nothing in the ledger" />
      </div>
      {settled || !both ? null : (
        <table class="values">
          <caption class="sr">Value by value</caption>
          <thead class="sr">
            <tr>
              <th>value</th>
              <th>expected</th>
              <th>ledger</th>
            </tr>
          </thead>
          <tbody>
            {values.map(({ name, expected: left, ledger: right, agrees }) => (
              <tr key={name} class={agrees ? '' : 'differs'}>
                <th scope="row">{name}</th>
                <td>{valueWords(name, left)}</td>
                <td>{valueWords(name, right)}</td>
                <td class="verdict">{agrees ? '=' : '≠ differs'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </li>
  );
}

function valueWords(name: string, value: string | null) {
  if (value === null || value === '') return <i>none</i>;
  if (name === 'amount') return moneyText(value);
  return name === 'date' && /^\d/.test(value) && value.length === 10 ? dayWords(value) : value;
}

function Side({ line, nothing }: { line: PictureLine | null; nothing: string }) {
  if (line === null) return <span class="side nothing">{nothing}</span>;
  return (
    <span class="side">
      <span class="amount">
        <Money amount={line.amount} currency={line.currency} />
      </span>
      <span>
        <strong>{line.account}</strong> {line.lines > 1 ? `${line.lines} lines` : (line.document ?? '')}
      </span>
      <span class="soft">
        {dayWords(line.businessDate)},{' '}
        <Link page="follow" params={{ kind: 'line', id: line.line }}>
          {line.open ? reasonWords(line.home) : line.home}
        </Link>
      </span>
    </span>
  );
}
