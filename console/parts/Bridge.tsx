// The bridge: what the ledger says, what the facts say, and step by step what lies between. A picture and its table; one account at
// a time, because accounts do not add up to anything.
import { useSignal } from '@preact/signals';

import type { ExplainedRow } from '../../jobs/reports/statement.ts';
import { Badge } from './Badge.tsx';
import { Money } from './Money.tsx';
import { reasonWords } from './words.ts';

const keyOf = ({ name, company, ledger, account, currency }: ExplainedRow): string =>
  [name, company, ledger, account, currency].join(' ');

/** Amounts are text; a picture's lengths may be floats. */
const size = (amount: string): number => Number(amount);

const difference = (row: ExplainedRow): number => size(row.ledgerLines.amount) - size(row.expected.amount);

export function Bridge({ rows }: { rows: readonly ExplainedRow[] }) {
  const ordered = rows.toSorted((a, b) => Math.abs(difference(b)) - Math.abs(difference(a)));
  const chosen = useSignal('');
  const row = ordered.find((one) => keyOf(one) === chosen.value) ?? ordered[0];
  if (row === undefined) return null;
  return (
    <section class="card bridge">
      <header>
        <h2>From ledger to expected</h2>
        <select
          aria-label="Account"
          value={keyOf(row)}
          onChange={(event) => (chosen.value = event.currentTarget.value)}
        >
          {ordered.map((one) => (
            <option key={keyOf(one)} value={keyOf(one)}>
              {one.company} {one.account} {one.name} {one.currency}
            </option>
          ))}
        </select>
      </header>
      <Picture row={row} />
    </section>
  );
}

interface Step {
  words: string;
  count: number | null;
  amount: string;
  total: boolean;
}

function stepsOf(row: ExplainedRow): Step[] {
  const open = Object.entries(row.exceptions.byReason);
  const between: Step[] = [
    ...open.map(([reason, { count, amount }]) => ({
      words: reasonWords(reason),
      count,
      amount,
      total: false,
    })),
    { words: 'variances in matches', count: row.matched.groups, amount: row.matched.variance, total: false },
    { words: 'accepted', count: row.accepted.count, amount: row.accepted.amount, total: false },
  ];
  return [
    { words: 'Ledger', count: row.ledgerLines.count, amount: row.ledgerLines.amount, total: true },
    ...between.filter(({ amount }) => /[1-9]/.test(amount)),
    { words: 'Expected', count: row.expected.count, amount: row.expected.amount, total: true },
  ];
}

/** From the ledger each step is taken away: an amount of a difference is ledger minus expected. */
function Picture({ row }: { row: ExplainedRow }) {
  const steps = stepsOf(row);
  let at = size(row.ledgerLines.amount);
  const spans = steps.map(({ amount, total }) => {
    if (total) return { from: 0, to: size(amount) };
    const from = at;
    at -= size(amount);
    return { from, to: at };
  });
  // Totals would dwarf the steps: the picture shows the range in which the steps lie.
  const ends = spans.slice(1, -1).flatMap(({ from, to }) => [from, to]);
  const all = ends.length === 0 ? [at] : ends;
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = (high - low || Math.abs(high) || 1) * 0.15;
  const [left, right] = [low - room, high + room];
  const x = (value: number): number =>
    ((Math.min(Math.max(value, left), right) - left) / (right - left)) * 100;
  return (
    <table class="steps">
      <caption class="sr">From ledger to expected, step by step</caption>
      <tbody>
        {steps.map((step, index) => {
          const { from, to } = spans[index]!;
          const [a, b] = step.total ? [left, size(step.amount)] : [from, to];
          const start = x(Math.min(a, b));
          const width = Math.max(x(Math.max(a, b)) - start, 0.4);
          return (
            <tr key={step.words} class={step.total ? 'total' : ''}>
              <th scope="row">{step.words}</th>
              <td class="soft right">{step.count === null ? '' : step.count.toLocaleString('en')}</td>
              <td class="picture">
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                  <rect
                    x={start}
                    y="1.5"
                    width={width}
                    height="7"
                    class={step.total ? 'total' : to < from ? 'more' : 'less'}
                  />
                </svg>
              </td>
              <td class="right">
                <Money
                  amount={step.total ? step.amount : negated(step.amount)}
                  currency={row.currency}
                  signed={!step.total}
                />
              </td>
            </tr>
          );
        })}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={3}>
            <ProvenBadge row={row} />
          </th>
          <td class="right soft">
            unexplained <Money amount={row.unexplained} currency={row.currency} />
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

const negated = (amount: string): string =>
  !/[1-9]/.test(amount) ? amount : amount.startsWith('-') ? amount.slice(1) : `-${amount}`;

function ProvenBadge({ row: { proven, provenTo, balanceDifference } }: { row: ExplainedRow }) {
  if (balanceDifference !== null) return <Badge tone="bad">the balance is off by {balanceDifference}</Badge>;
  if (proven === true) return <Badge tone="good">proven against the ERP's balance</Badge>;
  if (provenTo !== null) return <Badge tone="good">proven to {provenTo}</Badge>;
  return <Badge tone="warn">no balance proves it</Badge>;
}
