// Journals: what waits for a second person, approve or reject with sums, and the life of each posting.
import { useSignal } from '@preact/signals';

import type { JournalsAnswer } from '../../src/server/console/journals.ts';
import { narrow, route } from '../app/route.ts';
import { may } from '../app/session.ts';
import { useAnswer } from '../app/useAnswer.ts';
import { addTexts } from '../parts/addTexts.ts';
import { Badge } from '../parts/Badge.tsx';
import { dialog } from '../parts/dialog.ts';
import { count, Money, moneyText } from '../parts/Money.tsx';
import { Shown } from '../parts/Shown.tsx';
import { dayWords } from '../parts/time.ts';
import { reasonWords } from '../parts/words.ts';
import { JournalBeside } from './journals/JournalBeside.tsx';
import { SayWord } from './journals/SayWord.tsx';
import { toneOf, WAITS, waitsForPerson } from './journals/states.ts';
import { Waiting } from './journals/Waiting.tsx';

type Journal = JournalsAnswer['journals'][number];

export function Journals() {
  const answer = useAnswer<JournalsAnswer>('journals');
  const open = route.value.params['journal'] ?? '';
  return (
    <Shown answer={answer} what="the journals">
      {(found) => (
        <div class={open === '' ? 'split' : 'split beside'}>
          <div class="stack">
            <Waiting decisions={found.decisions} />
            <Table found={found} open={open} />
          </div>
          {open === '' ? null : <JournalBeside id={open} />}
        </div>
      )}
    </Shown>
  );
}

function shownOf(journals: readonly Journal[]): { state: string; rows: Journal[] } {
  const waiting = journals.some((one) => waitsForPerson(one.state));
  const state = route.value.params['state'] ?? (waiting ? WAITS : 'all');
  const fits = (one: Journal): boolean =>
    state === 'all' || (state === WAITS ? waitsForPerson(one.state) : one.state === state);
  return { state, rows: journals.filter(fits) };
}

function Table({ found, open }: { found: JournalsAnswer; open: string }) {
  const { state, rows } = shownOf(found.journals);
  const chosen = useSignal<ReadonlySet<string>>(new Set());
  const choosable = may('approve journal') ? rows.filter(waits) : [];
  const picked = choosable.filter((row) => chosen.value.has(row.journal));
  const toggle = (journals: readonly Journal[]): void => {
    const next = new Set(chosen.value);
    const all = journals.every(({ journal }) => next.has(journal));
    for (const { journal } of journals)
      if (all) next.delete(journal);
      else next.add(journal);
    chosen.value = next;
  };
  return (
    <section class="card">
      <header>
        <h2>Journals</h2>
        {picked.length === 0 ? (
          <p>{sumsWords(rows)}</p>
        ) : (
          <Chosen picked={picked} clear={() => (chosen.value = new Set())} />
        )}
      </header>
      <Tabs journals={found.journals} state={state} />
      {rows.length === 0 ? (
        <p class="empty">
          <strong>{state === WAITS ? 'No journal waits for a person.' : 'No journal here.'}</strong>
          What the ledger lacks is proposed by the next run, and waits here for a second person.
        </p>
      ) : (
        <div class="scrolls">
          <table class="rows journals">
            <caption class="sr">Journals, newest first</caption>
            <Titles
              all={picked.length === choosable.length}
              onAll={choosable.length === 0 ? undefined : () => toggle(choosable)}
            />
            <tbody>
              {rows.slice(0, MOST_ROWS).map((row) => (
                <Row
                  key={row.journal}
                  row={row}
                  open={row.journal === open}
                  chosen={chosen.value.has(row.journal)}
                  onChoose={choosable.includes(row) ? () => toggle([row]) : undefined}
                />
              ))}
            </tbody>
          </table>
          {rows.length > MOST_ROWS ? (
            <p class="soft">
              The first {MOST_ROWS} of {count(rows.length)}. tieout list journals has them all.
            </p>
          ) : null}
        </div>
      )}
    </section>
  );
}

const MOST_ROWS = 300;

function Titles({ all, onAll }: { all: boolean; onAll: (() => void) | undefined }) {
  return (
    <thead>
      <tr>
        <th>
          {onAll === undefined ? (
            <span class="sr">Chosen</span>
          ) : (
            <input
              type="checkbox"
              aria-label="Choose all that wait for approval"
              checked={all}
              onChange={onAll}
            />
          )}
        </th>
        <th>Journal</th>
        <th>For</th>
        <th>Date</th>
        <th>State</th>
        <th class="right">Amount</th>
      </tr>
    </thead>
  );
}

function Tabs({ journals, state }: { journals: readonly Journal[]; state: string }) {
  const counts = new Map<string, number>();
  for (const one of journals) counts.set(one.state, (counts.get(one.state) ?? 0) + 1);
  const states = [...counts].toSorted(([, a], [, b]) => b - a);
  const tabs: [string, string, number][] = [
    [WAITS, 'wait for a person', journals.filter((one) => waitsForPerson(one.state)).length],
    ...states.map(([name, n]): [string, string, number] => [name, reasonWords(name), n]),
    ['all', 'all', journals.length],
  ];
  return (
    <div class="tabs">
      {tabs.map(([value, words, n]) => (
        <button
          key={value}
          class={value === state ? 'set' : 'quiet'}
          aria-pressed={value === state}
          onClick={() => narrow({ state: value, journal: '' })}
        >
          {words} <span class="soft">{count(n)}</span>
        </button>
      ))}
    </div>
  );
}

interface RowProps {
  row: Journal;
  open: boolean;
  chosen: boolean;
  /** undefined: there is nothing to say on it. */
  onChoose: (() => void) | undefined;
}

function Row({ row, open, chosen, onChoose }: RowProps) {
  return (
    <tr class={open ? 'open' : ''}>
      <td>
        {onChoose === undefined ? null : (
          <input
            type="checkbox"
            aria-label={`Choose journal ${row.journal}`}
            checked={chosen}
            onChange={onChoose}
          />
        )}
      </td>
      <td>
        <button class="link" aria-expanded={open} onClick={() => narrow({ journal: row.journal })}>
          {row.journal}
        </button>{' '}
        <span class="id soft">{row.postingReference}</span>
      </td>
      <td class="wide" title={row.text}>
        {row.company} {row.kind === 'missing' ? '' : `${row.kind}, `}
        {row.references.join(', ') || row.text}
      </td>
      <td>{dayWords(row.postingDate)}</td>
      <td>
        <Badge tone={toneOf(row.state)}>{reasonWords(row.state)}</Badge>
      </td>
      <td class="right">
        <Money amount={row.debit} currency={row.currency} />
      </td>
    </tr>
  );
}

const waits = ({ state }: Journal): boolean => state === 'AWAITING_APPROVAL';

/** Every currency by itself. */
export function sumsWords(rows: readonly { debit: string; currency: string }[]): string {
  return [...new Set(rows.map(({ currency }) => currency))]
    .map((currency) =>
      moneyText(
        addTexts(rows.filter((row) => row.currency === currency).map(({ debit }) => debit)),
        currency,
      ),
    )
    .join(' and ');
}

function Chosen({ picked, clear }: { picked: readonly Journal[]; clear: () => void }) {
  const words = `${count(picked.length)} ${picked.length === 1 ? 'journal' : 'journals'}, ${sumsWords(picked)}`;
  const say = (verdict: 'approve' | 'reject'): void =>
    dialog(
      `${verdict === 'approve' ? 'Approve' : 'Reject'} ${words}`,
      <SayWord verdict={verdict} ids={picked.map(({ journal }) => journal)} onDone={clear} />,
    );
  return (
    <p class="buttons">
      <strong>{words}</strong>
      <button class="primary" onClick={() => say('approve')}>
        Approve
      </button>
      <button onClick={() => say('reject')}>Reject</button>
    </p>
  );
}
