// Close: what stands in the way of closing a period, point by point; a certified one as it was certified; and the words for both.
import type { CloseAnswer } from '../../src/server/console/close.ts';
import { narrow, route } from '../app/route.ts';
import { may } from '../app/session.ts';
import { useAnswer } from '../app/useAnswer.ts';
import { Badge } from '../parts/Badge.tsx';
import { dialog } from '../parts/dialog.ts';
import { Link } from '../parts/Link.tsx';
import { Money } from '../parts/Money.tsx';
import { Shown } from '../parts/Shown.tsx';
import { dayWords, timeWords } from '../parts/time.ts';
import { SayClose } from './close/SayClose.tsx';

type Status = NonNullable<CloseAnswer['status']>;

export function Close() {
  const { company = '', period = '' } = route.value.params;
  const query = new URLSearchParams({ company, period }).toString();
  const answer = useAnswer<CloseAnswer>(`close?${query}`);
  return (
    <Shown answer={answer} what="how the close stands">
      {(found) => (
        <div class="stack">
          <Periods found={found} />
          {found.status === null ? (
            <p class="empty">
              <strong>
                {found.period === '' ? 'No period to close.' : 'This period cannot be closed yet.'}
              </strong>
              {found.why}
            </p>
          ) : (
            <>
              <Stands status={found.status} />
              <Page status={found.status} />
            </>
          )}
        </div>
      )}
    </Shown>
  );
}

function Periods({ found }: { found: CloseAnswer }) {
  if (found.periods.length === 0) return null;
  const value = `${found.company} ${found.period}`;
  return (
    <p>
      <label>
        Period{' '}
        <select
          value={value}
          onChange={(event) => {
            const [company = '', period = ''] = event.currentTarget.value.split(' ');
            narrow({ company, period });
          }}
        >
          {found.periods.map((one) => (
            <option key={`${one.company} ${one.period}`} value={`${one.company} ${one.period}`}>
              {one.company} {one.period}: {one.certified === null ? one.status : 'certified'}
            </option>
          ))}
        </select>
      </label>
    </p>
  );
}

function Stands({ status }: { status: Status }) {
  return status.certified === null ? <Checklist status={status} /> : <Certified status={status} />;
}

/** A person's word, which needs the personal key. */
function Say({ what, status }: { what: 'certify' | 'reopen'; status: Status }) {
  const { company, period } = status.closing;
  const title = what === 'certify' ? `Certify ${company} ${period}` : `Open ${company} ${period} again`;
  const open = (): void => dialog(title, <SayClose what={what} company={company} period={period} />);
  return (
    <p class="buttons">
      <button class={what === 'certify' ? 'primary' : ''} onClick={open}>
        {what === 'certify' ? 'Certify' : 'Open again'}
      </button>
    </p>
  );
}

function Certified({ status }: { status: Extract<Status, { identical: boolean }> }) {
  const { company, period, from, to } = status.closing;
  const { by, at, run, pageHash } = status.certified;
  return (
    <section class="card">
      <header>
        <h2>
          {company} {period}
        </h2>
        <Badge tone={status.identical ? 'good' : 'bad'}>
          {status.identical ? 'certified' : 'prints otherwise than it was certified'}
        </Badge>
      </header>
      <p>
        {dayWords(from)} to {dayWords(to)}, certified by <strong>{by}</strong> {timeWords(at)}, as run {run}{' '}
        knew it.{' '}
        {status.identical ? 'The page below prints as it was certified.' : 'tieout verify says what changed.'}
      </p>
      <p class="soft">
        SHA-256 <code>{pageHash}</code>
      </p>
      {may('reopen period') ? <Say what="reopen" status={status} /> : null}
    </section>
  );
}

function Checklist({ status }: { status: Extract<Status, { certified: null }> }) {
  const { company, period, from, to } = status.closing;
  const inTheWay = status.checks.filter(({ ok }) => !ok).length;
  return (
    <section class="card">
      <header>
        <h2>
          {company} {period}
        </h2>
        <Badge tone={inTheWay === 0 ? 'good' : 'warn'}>
          {inTheWay === 0 ? 'nothing stands in the way' : `${inTheWay} of ${status.checks.length} in the way`}
        </Badge>
      </header>
      <p class="soft">
        {dayWords(from)} to {dayWords(to)}. The invariants of the books are proved when it is certified.
      </p>
      <div class="scrolls">
        <Points checks={status.checks} />
      </div>
      {may('certify') && inTheWay === 0 ? <Say what="certify" status={status} /> : null}
      <p>
        <Link page="cases" params={{ company, status: 'open' }}>
          Open cases of {company}
        </Link>
      </p>
    </section>
  );
}

function Points({ checks }: Pick<Extract<Status, { certified: null }>, 'checks'>) {
  return (
    <table>
      <caption class="sr">The checklist of the close</caption>
      <thead>
        <tr>
          <th>Holds</th>
          <th>Point</th>
          <th>In the way</th>
          <th>What shows it</th>
        </tr>
      </thead>
      <tbody>
        {checks.map(({ check, ok, found, todo }) => (
          <tr key={check}>
            <td>
              <Badge tone={ok ? 'good' : 'bad'}>{ok ? 'yes' : 'no'}</Badge>
            </td>
            <td>{check}</td>
            <td>{found}</td>
            <td class="soft">{todo}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The tie-out at the period's last day. */
function Page({ status: { page } }: { status: Status }) {
  return (
    <section class="card">
      <header>
        <h2>The tie-out at {dayWords(page.asOf)}</h2>
        <p>
          as run {page.run} knew it, {timeWords(page.knownAt)}
        </p>
      </header>
      <div class="scrolls">
        <table>
          <caption class="sr">
            Per account the two sides, what is open, and whether the ERP’s balance proves it
          </caption>
          <thead>
            <tr>
              <th>Reconciliation</th>
              <th>Account</th>
              <th class="right">Ledger</th>
              <th class="right">Expected</th>
              <th class="right">Open</th>
              <th class="right">Accepted</th>
              <th>Proven</th>
            </tr>
          </thead>
          <tbody>
            {page.reconciliations.map((row) => (
              <tr key={`${row.name} ${row.account} ${row.currency}`}>
                <td>{row.name}</td>
                <td>
                  {row.account} <span class="soft">{row.currency}</span>
                </td>
                <td class="right">
                  <Money amount={row.ledgerLines.amount} />
                </td>
                <td class="right">
                  <Money amount={row.expected.amount} />
                </td>
                <td class="right">
                  <Money amount={row.exceptions.amount} signed />
                </td>
                <td class="right">
                  <Money amount={row.accepted.amount} signed />
                </td>
                <td>{provenWords(row)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function provenWords({
  proven,
  provenTo,
  balanceDifference,
}: Status['page']['reconciliations'][number]): string {
  if (proven === true) return 'yes';
  if (balanceDifference !== null) return `off by ${balanceDifference}`;
  if (provenTo !== null) return `to ${provenTo}`;
  return proven === null ? 'no balance' : 'no';
}
