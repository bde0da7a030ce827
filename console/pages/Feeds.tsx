// Feeds: how far each ledger is complete, what was taken in, and what was refused, by its cause.
import type { FeedsAnswer } from '../../src/server/console/feeds.ts';
import { route } from '../app/route.ts';
import { useAnswer } from '../app/useAnswer.ts';
import { Link } from '../parts/Link.tsx';
import { count } from '../parts/Money.tsx';
import { Shown } from '../parts/Shown.tsx';
import { timeWords } from '../parts/time.ts';
import { reasonWords } from '../parts/words.ts';
import { Feeds as Reaches } from './today/Feeds.tsx';

export function Feeds() {
  const reason = route.value.params['reason'] ?? '';
  const answer = useAnswer<FeedsAnswer>(`feeds?${new URLSearchParams({ reason }).toString()}`);
  return (
    <Shown answer={answer} what="what came in">
      {(found) => (
        <div class="stack">
          <Reaches status={found.status} />
          <Waiting found={found} />
          <Refused found={found} reason={reason} />
          <Batches found={found} />
        </div>
      )}
    </Shown>
  );
}

/** Files and corrections that wait for somebody outside. */
function Waiting({ found: { status } }: { found: FeedsAnswer }) {
  const { inboxes, waitingCorrections } = status;
  const files = [
    ...inboxes.failed.map((file) => ({ ...file, state: 'refused' })),
    ...inboxes.withoutControl.map((file) => ({ ...file, state: 'waits for its control file' })),
  ];
  if (files.length === 0 && waitingCorrections.length === 0) return null;
  return (
    <section class="card">
      <header>
        <h2>What waits for its sender</h2>
      </header>
      <ul class="plain">
        {files.map(({ path, state, why }) => (
          <li key={path}>
            <strong>{path}</strong> {state} <span class="soft">{why}</span>
          </li>
        ))}
        {waitingCorrections.slice(0, 20).map(({ source, id, targetSource, targetId, correction }) => (
          <li key={`${source} ${id}`}>
            <Link page="follow" params={{ id: `${source} ${id}` }}>
              {id}
            </Link>{' '}
            would {correction === 'void' ? 'take back' : 'replace'} {targetSource} {targetId}, which has not
            come
          </li>
        ))}
      </ul>
    </section>
  );
}

function Refused({ found: { refused, records }, reason }: { found: FeedsAnswer; reason: string }) {
  const total = refused.reduce((n, { records: many }) => n + many, 0);
  if (total === 0)
    return (
      <section class="card">
        <header>
          <h2>Refused records</h2>
        </header>
        <p class="empty">
          <strong>Nothing waits in quarantine.</strong>A record that is refused is kept whole, with its
          reason, until somebody corrects or dismisses it.
        </p>
      </section>
    );
  return (
    <section class="card">
      <header>
        <h2>Refused records</h2>
        <p>
          {count(total)} wait; corrected ones: <code>tieout quarantine replay</code>
        </p>
      </header>
      <div class="scrolls">
        <table>
          <caption class="sr">Refused records by reason and column</caption>
          <thead>
            <tr>
              <th>Reason</th>
              <th>Column</th>
              <th class="right">Records</th>
            </tr>
          </thead>
          <tbody>
            {refused.map((one) => (
              <tr key={`${one.reason} ${one.column}`}>
                <td>
                  <Link page="feeds" params={{ reason: one.reason === reason ? undefined : one.reason }}>
                    {reasonWords(one.reason)}
                  </Link>
                </td>
                <td class="soft">{one.column === '' ? 'the record as a whole' : one.column}</td>
                <td class="right">{count(one.records)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <h3>{reason === '' ? 'The first of them' : reasonWords(reason)}</h3>
      <ul class="plain">
        {records.slice(0, 25).map((one) => (
          <li key={one.id}>
            <details>
              <summary>
                No. {one.id}: {one.message} <span class="soft">{one.path}</span>
              </summary>
              <pre>{one.raw.slice(0, 4_000)}</pre>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Batches({ found: { batches, more } }: { found: FeedsAnswer }) {
  if (batches.length === 0) return null;
  return (
    <section class="card">
      <header>
        <h2>Taken in</h2>
        <p>
          {more === 0
            ? 'newest first'
            : `the newest ${batches.length}; ${count(more)} more: tieout list batches`}
        </p>
      </header>
      <div class="scrolls">
        <table class="rows">
          <caption class="sr">Batches, newest first</caption>
          <thead>
            <tr>
              <th>Batch</th>
              <th>At</th>
              <th>Feed</th>
              <th>File</th>
              <th class="right">Received</th>
              <th class="right">Accepted</th>
              <th class="right">Known</th>
              <th class="right">Refused</th>
            </tr>
          </thead>
          <tbody>
            {batches.map((one) => (
              <tr key={one.batch}>
                <td>{one.batch}</td>
                <td>{timeWords(one.receivedAt)}</td>
                <td>
                  {one.feed} <span class="soft">{one.kind}</span>
                </td>
                <td class="wide">{one.path.split('/').at(-1)}</td>
                <td class="right">{count(one.received)}</td>
                <td class="right">{count(one.accepted)}</td>
                <td class="right">{count(one.duplicates)}</td>
                <td class="right">
                  {one.quarantined === 0 ? '0' : <strong class="refused">{count(one.quarantined)}</strong>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
