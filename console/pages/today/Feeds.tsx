// How far each ledger's extracts reach, and what is late.
import type { TodayAnswer } from '../../../src/server/console/today.ts';
import { Badge } from '../../parts/Badge.tsx';
import { dayWords } from '../../parts/time.ts';

type Status = NonNullable<TodayAnswer['today']>['status'];

export function Feeds({ status: { feeds, overdue } }: { status: Pick<Status, 'feeds' | 'overdue'> }) {
  return (
    <section class="card">
      <header>
        <h2>Feeds</h2>
      </header>
      <table>
        <caption class="sr">How far the ledgers are complete</caption>
        <tbody>
          {feeds.map(({ company, ledgers, reach, ageDays }) => {
            const late = overdue.filter(
              (one) => one.company === company && (ledgers.length === 0 || ledgers.includes(one.ledger)),
            );
            return (
              <tr key={`${company} ${ledgers.join()}`}>
                <td>{company}</td>
                <td class="soft">{ledgers.join(', ') || 'all ledgers'}</td>
                <td>{reach === null ? 'no complete extract yet' : `complete to ${dayWords(reach)}`}</td>
                <td class="right">
                  {late.length > 0 ? (
                    <Badge tone="bad">late</Badge>
                  ) : (
                    <span class="soft">
                      {ageDays === null ? '' : `${ageDays} ${ageDays === 1 ? 'day' : 'days'} ago`}
                    </span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
