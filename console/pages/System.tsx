// System: what runs now, what ran and what comes next; brakes; where the audit chains end.
import type { SystemAnswer } from '../../src/server/console/system.ts';
import { useAnswer } from '../app/useAnswer.ts';
import { Badge } from '../parts/Badge.tsx';
import { Shown } from '../parts/Shown.tsx';
import { dayWords, timeWords } from '../parts/time.ts';

export function System() {
  const answer = useAnswer<SystemAnswer>('system');
  return (
    <Shown answer={answer} what="how the system stands">
      {(found) => (
        <div class="columns">
          <div class="stack">
            <Runs runs={found.runs} />
          </div>
          <div class="stack">
            <Brakes status={found.status} />
            <Schedules status={found.status} />
            <Chains found={found} />
          </div>
        </div>
      )}
    </Shown>
  );
}

function Runs({ runs }: Pick<SystemAnswer, 'runs'>) {
  return (
    <section class="card">
      <header>
        <h2>Runs</h2>
        <p>newest first</p>
      </header>
      {runs.length === 0 ? (
        <p class="empty">
          <strong>Nothing has run yet.</strong>
          <code>tieout reconcile</code> makes the first.
        </p>
      ) : (
        <div class="scrolls">
          <table class="rows">
            <caption class="sr">Runs, newest first</caption>
            <thead>
              <tr>
                <th>Run</th>
                <th>Kind</th>
                <th>As of</th>
                <th>By</th>
                <th>Completed</th>
                <th>Result</th>
              </tr>
            </thead>
            <tbody>
              {runs.map((one) => (
                <tr key={one.run}>
                  <td>{one.run}</td>
                  <td>
                    {one.kind}
                    {one.undoneBy === null ? null : <span class="soft"> undone by {one.undoneBy}</span>}
                  </td>
                  <td>{dayWords(one.asOf)}</td>
                  <td>{one.startedBy}</td>
                  <td>
                    {one.completedAt === null ? (
                      <Badge tone={one.state === 'running' ? 'calm' : 'warn'}>{one.state}</Badge>
                    ) : (
                      timeWords(one.completedAt)
                    )}
                  </td>
                  <td>
                    <code>{one.resultHash.slice(0, 12)}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Brakes({ status: { brakes, unknownFiles } }: Pick<SystemAnswer, 'status'>) {
  return (
    <section class="card">
      <header>
        <h2>Brakes</h2>
        <Badge tone={brakes.length === 0 ? 'good' : 'bad'}>{brakes.length === 0 ? 'none is on' : 'on'}</Badge>
      </header>
      {brakes.length === 0 && unknownFiles.length === 0 ? (
        <p class="soft">What is missing may be proposed and what is approved may be sent, everywhere.</p>
      ) : (
        <ul class="plain">
          {brakes.map(({ brake, company, ledger, why, since }) => (
            <li key={`${company} ${ledger} ${brake}`}>
              <strong>
                {company} {ledger}
              </strong>{' '}
              {why} <span class="soft">since {timeWords(since)}</span>
            </li>
          ))}
          {unknownFiles.map(({ erp, journal, place }) => (
            <li key={`${erp} ${journal} ${place}`}>
              <strong>{erp}</strong> a file that this database does not know: {journal} in {place}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Schedules({ status: { schedules, running } }: Pick<SystemAnswer, 'status'>) {
  return (
    <section class="card">
      <header>
        <h2>Schedules</h2>
        <p>{running.length === 0 ? 'nothing is running' : `${running.length} running`}</p>
      </header>
      {schedules.length === 0 ? (
        <p class="soft">No schedule is set: runs are started by hand.</p>
      ) : (
        <table>
          <caption class="sr">Schedules with their last and next time</caption>
          <thead>
            <tr>
              <th>Schedule</th>
              <th>Last</th>
              <th>Next</th>
            </tr>
          </thead>
          <tbody>
            {schedules.map(({ name, last, next }) => (
              <tr key={name}>
                <td>{name}</td>
                <td>
                  {last === null ? (
                    'never'
                  ) : (
                    <>
                      {timeWords(last.slot)}{' '}
                      {last.state === 'done' ? null : <Badge tone="warn">{last.state}</Badge>}
                    </>
                  )}
                </td>
                <td>{timeWords(next)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Chains({ found: { heads, status, version } }: { found: SystemAnswer }) {
  return (
    <section class="card">
      <header>
        <h2>Audit chains</h2>
        <p>
          proved by <code>tieout verify</code>
        </p>
      </header>
      <table>
        <caption class="sr">Where each audit chain ends</caption>
        <tbody>
          {Object.entries(heads).map(([stream, { seq, hash }]) => (
            <tr key={stream}>
              <th scope="row">{stream}</th>
              <td class="right">row {seq}</td>
              <td>
                <code>{hash.slice(0, 16)}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="soft">
        tieout {version}, as <code>{status.login.name}</code>
        {status.login.owner
          ? ': the owner of the tables, so four eyes hold for nobody who has this login'
          : ''}
      </p>
    </section>
  );
}
