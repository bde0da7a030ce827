// A journal, whole: what it books, for which facts, and the life of its posting as a line of time.
import type { JournalAnswer } from '../../../src/server/console/journals.ts';
import { narrow } from '../../app/route.ts';
import { may } from '../../app/session.ts';
import { useAnswer } from '../../app/useAnswer.ts';
import { Badge } from '../../parts/Badge.tsx';
import { dialog } from '../../parts/dialog.ts';
import { Link } from '../../parts/Link.tsx';
import { Money } from '../../parts/Money.tsx';
import { Shown } from '../../parts/Shown.tsx';
import { dayWords } from '../../parts/time.ts';
import { reasonWords } from '../../parts/words.ts';
import { Life } from './Life.tsx';
import { SayWord } from './SayWord.tsx';
import { toneOf } from './states.ts';

type Journal = JournalAnswer['journal'];

export function JournalBeside({ id }: { id: string }) {
  const answer = useAnswer<JournalAnswer>(`journals/journal?id=${encodeURIComponent(id)}`);
  return (
    <aside class="case" aria-label="The journal that is open" key={id}>
      <button class="quiet close" onClick={() => narrow({ journal: '' })}>
        Close
      </button>
      <Shown answer={answer} what="the journal">
        {({ journal }) => (
          <div class="stack">
            <Head journal={journal} />
            <Lines journal={journal} />
            <Facts journal={journal} />
            <Life journal={journal} />
          </div>
        )}
      </Shown>
    </aside>
  );
}

function Head({ journal }: { journal: Journal }) {
  const { journal: id, state } = journal;
  const say = (verdict: 'approve' | 'reject'): void =>
    dialog(
      `${verdict === 'approve' ? 'Approve' : 'Reject'} journal ${id}`,
      <SayWord verdict={verdict} ids={[id]} />,
    );
  return (
    <header class="stack">
      <h2>
        Journal {id} <span class="id soft">{journal.postingReference}</span>
      </h2>
      <p>
        <Badge tone={toneOf(state)}>{reasonWords(state)}</Badge> {journal.text}
      </p>
      <Origin journal={journal} />
      {state === 'AWAITING_APPROVAL' && may('approve journal') ? (
        <p class="buttons">
          <button class="primary" onClick={() => say('approve')}>
            Approve
          </button>
          <button onClick={() => say('reject')}>Reject</button>
        </p>
      ) : null}
    </header>
  );
}

function Origin({ journal }: { journal: Journal }) {
  const { kind, company, ledger, erp, postingDate, period, makers, rules, notes, document, reverses, run } =
    journal;
  return (
    <dl class="facts">
      <dt>books</dt>
      <dd>
        {kind === 'missing' ? 'an entry that the ledger lacks' : kind}, {company}/{ledger},{' '}
        {dayWords(postingDate)}, period {period}
      </dd>
      <dt>proposed by</dt>
      <dd>
        {run === '0' ? '' : `run ${run}, `}
        {makers.join(', ')}
        {rules.length === 0 ? '' : `, by ${rules.join(', ')}`}
      </dd>
      <dt>ERP</dt>
      <dd>
        {erp}
        {document === '' ? '' : `, document ${document}`}
      </dd>
      {reverses === null ? null : (
        <>
          <dt>reverses</dt>
          <dd>
            <Link page="journals" params={{ journal: reverses }}>
              journal {reverses}
            </Link>
          </dd>
        </>
      )}
      {notes.length === 0 ? null : (
        <>
          <dt>notes</dt>
          <dd>{notes.join('; ')}</dd>
        </>
      )}
    </dl>
  );
}

function Lines({ journal: { lines } }: { journal: Journal }) {
  return (
    <section>
      <h3>Lines</h3>
      <div class="scrolls">
        <table>
          <caption class="sr">Debit and credit</caption>
          <thead>
            <tr>
              <th>Account</th>
              <th>Place</th>
              <th>Reference</th>
              <th class="right">Debit</th>
              <th class="right">Credit</th>
            </tr>
          </thead>
          <tbody>
            {lines
              .toSorted((a, b) => Number(a.side === 'credit') - Number(b.side === 'credit'))
              .map(({ line, side, account, location, dimension, currency, amount, reference }) => (
                <tr key={line}>
                  <td>{account}</td>
                  <td class="soft">{[location, dimension].filter((one) => one !== '').join(' ')}</td>
                  <td>
                    <span class="id">{reference}</span>
                  </td>
                  <td class="right">
                    {side === 'debit' ? <Money amount={amount} currency={currency} /> : null}
                  </td>
                  <td class="right">
                    {side === 'credit' ? <Money amount={amount} currency={currency} /> : null}
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Facts({ journal: { events } }: { journal: Journal }) {
  if (events.length === 0) return null;
  return (
    <section>
      <h3>The facts behind it</h3>
      <p class="ways">
        {events.slice(0, 40).map(({ source, id }) => (
          <Link
            key={`${source} ${id}`}
            page="follow"
            params={{ kind: 'event', id: `${source} ${id}` }}
            title={source}
          >
            <span class="id">{id}</span>
          </Link>
        ))}
        {events.length > 40 ? <span class="soft">and {events.length - 40} more</span> : null}
      </p>
    </section>
  );
}
