// Rules: the rulebook in plain English, and its versions with who approved them.
import type { RulesAnswer } from '../../src/server/console/rules.ts';
import { useAnswer } from '../app/useAnswer.ts';
import { Badge } from '../parts/Badge.tsx';
import { Shown } from '../parts/Shown.tsx';
import { timeWords } from '../parts/time.ts';

export function Rules() {
  const answer = useAnswer<RulesAnswer>('rules');
  return (
    <Shown answer={answer} what="the rulebook">
      {({ hash, text, versions }) => (
        <div class="stack">
          <section class="card">
            <header>
              <h2>Versions</h2>
              <p>approved by a second person before a journal leaves by itself</p>
            </header>
            {versions.length === 0 ? (
              <p class="empty">
                <strong>No version was used yet.</strong>The first intake or run uses this one.
              </p>
            ) : (
              <div class="scrolls">
                <table>
                  <caption class="sr">Versions of the rulebook, newest first</caption>
                  <thead>
                    <tr>
                      <th>Version</th>
                      <th>First used</th>
                      <th>By</th>
                      <th>Approved by</th>
                    </tr>
                  </thead>
                  <tbody>
                    {versions.map((one) => (
                      <tr key={one.hash}>
                        <td>
                          <code>{one.hash.slice(0, 12)}</code>{' '}
                          {one.hash === hash ? <Badge tone="good">in force</Badge> : null}
                        </td>
                        <td>{timeWords(one.firstSeenAt)}</td>
                        <td>{one.firstSeenBy}</td>
                        <td>
                          {one.approvals.length === 0 ? (
                            <span class="soft">nobody yet: tieout rules approve {one.hash.slice(0, 12)}</span>
                          ) : (
                            one.approvals.map(({ approver }) => approver).join(', ')
                          )}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </section>
          <section class="card">
            <header>
              <h2>What it says</h2>
              <p>
                as <code>tieout rules print</code> has it
              </p>
            </header>
            <pre class="rulebook" tabIndex={0}>
              {text.trimEnd()}
            </pre>
          </section>
        </div>
      )}
    </Shown>
  );
}
