// A case, whole: the picture of the fact, what it does to the books, what can be done, what was said, how it went.
import type { CaseAnswer } from '../../../src/server/console/cases.ts';
import { narrow } from '../../app/route.ts';
import { useAnswer } from '../../app/useAnswer.ts';
import { Badge } from '../../parts/Badge.tsx';
import { dialog } from '../../parts/dialog.ts';
import { Link } from '../../parts/Link.tsx';
import { Money } from '../../parts/Money.tsx';
import { Shown } from '../../parts/Shown.tsx';
import { dayWords, timeWords } from '../../parts/time.ts';
import { actionWords, reasonWords } from '../../parts/words.ts';
import { mayAct } from './Bulk.tsx';
import { Decide } from './Decide.tsx';
import { Picture } from './Picture.tsx';

export function CaseBeside({ id }: { id: string }) {
  const answer = useAnswer<CaseAnswer>(`cases/case?id=${encodeURIComponent(id)}`);
  return (
    <aside class="case" aria-label="The case that is open" key={id}>
      <button class="quiet close" onClick={() => narrow({ case: '' })}>
        Close
      </button>
      <Shown answer={answer} what="the case">
        {(found) => <Case found={found} />}
      </Shown>
    </aside>
  );
}

function Case({ found }: { found: CaseAnswer }) {
  const { row, picture } = found;
  return (
    <div class="stack">
      <header>
        <h2>{row.title}</h2>
        <p class="soft">
          <Badge tone={row.status === 'open' ? 'warn' : row.status === 'accepted' ? 'good' : 'calm'}>
            {row.status}
            {row.until === null ? '' : ` until ${dayWords(row.until)}`}
          </Badge>{' '}
          {row.company}, with {row.assignee || row.owner || 'nobody yet'}, due {dayWords(row.dueDate)},{' '}
          {row.ageDays} {row.ageDays === 1 ? 'day' : 'days'} old{' '}
          <span class="id">{row.case.slice(0, 12)}</span>
        </p>
        <p>{row.why}</p>
      </header>
      <Actions found={found} />
      <Picture picture={picture} />
      <Effects row={row} />
      <Said found={found} />
      <Names row={row} />
      <History changes={found.changes} />
    </div>
  );
}

/** What would book or match something is told with its sentence; what can be done with any case is a button. */
const TELLING: ReadonlySet<string> = new Set(['book', 'match', 'reclass']);

function Actions({ found: { row, accounts } }: { found: CaseAnswer }) {
  const all = [
    ...row.actions,
    { action: 'assign', does: 'says who looks after it', needs: ['assignee'] as const },
    { action: 'comment', does: 'writes something on it', needs: ['why'] as const },
  ].filter(({ action }) => mayAct(action));
  if (all.length === 0) return null;
  const button = (action: (typeof all)[number]) => (
    <button
      key={action.action}
      class={TELLING.has(action.action) ? 'primary' : ''}
      title={action.does}
      onClick={() =>
        dialog(
          `${actionWords(action.action)}: ${row.title}`,
          <Decide action={action} cases={[row]} accounts={accounts} />,
        )
      }
    >
      {actionWords(action.action)}
    </button>
  );
  const telling = all.filter(({ action }) => TELLING.has(action));
  return (
    <section>
      <h3>What can be done</h3>
      {telling.length === 0 ? null : (
        <ul class="actions">
          {telling.map((action) => (
            <li key={action.action}>
              {button(action)}
              <span class="soft">{action.does}</span>
            </li>
          ))}
        </ul>
      )}
      <div class="others">{all.filter(({ action }) => !TELLING.has(action)).map(button)}</div>
    </section>
  );
}

function Effects({ row }: { row: CaseAnswer['row'] }) {
  if (row.effects.length === 0) return null;
  return (
    <section>
      <h3>Effect on the books</h3>
      <table>
        <caption>Ledger minus expected</caption>
        <tbody>
          {row.effects.map(({ company, account, title, amount, currency, statement }) => (
            <tr key={`${company} ${account} ${currency}`}>
              <td>
                {account} {title}
              </td>
              <td class="soft">{statement === 'income' ? 'profit and loss' : ''}</td>
              <td class="right">
                <Money amount={amount} currency={currency} signed />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Said({ found: { steps } }: { found: CaseAnswer }) {
  if (steps.length === 0) return null;
  return (
    <section>
      <h3>What was said</h3>
      <ol class="words">
        {steps.map(({ decision, at, by, action, assignee, until, why }) => (
          <li key={decision}>
            <time>{timeWords(at)}</time> <strong>{by}</strong> {actionWords(action).toLowerCase()}
            {assignee === '' ? '' : ` ${assignee}`}
            {until === null ? '' : ` until ${dayWords(until)}`}
            {why === '' ? null : <q>{why}</q>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Names({ row }: { row: CaseAnswer['row'] }) {
  const ways: [string, string, string][] = [
    ...row.eventIds.map(({ source, id }): [string, string, string] => ['event', `${source} ${id}`, id]),
    ...row.references.map((one): [string, string, string] => ['reference', one, one]),
    ...row.documents.map((one): [string, string, string] => ['document', one, one]),
  ];
  if (ways.length === 0) return null;
  return (
    <section>
      <h3>Follow</h3>
      <p class="ways">
        {ways.slice(0, 24).map(([kind, id, words]) => (
          <Link key={`${kind} ${id}`} page="follow" params={{ kind, id }} title={kind}>
            <span class="id">{words}</span>
          </Link>
        ))}
        {ways.length > 24 ? <span class="soft"> and {ways.length - 24} more</span> : null}
      </p>
    </section>
  );
}

function History({ changes }: { changes: CaseAnswer['changes'] }) {
  return (
    <details>
      <summary>How it went, run by run</summary>
      <ol class="words">
        {changes.map(({ run, asOf, exception, reason, status }) => (
          <li key={`${run} ${exception}`}>
            run {run} <time>{dayWords(asOf)}</time> {reasonWords(reason)}, {status}{' '}
            <Link page="follow" params={{ kind: 'exception', id: exception }}>
              <span class="id">{exception.slice(0, 12)}</span>
            </Link>
          </li>
        ))}
      </ol>
    </details>
  );
}
