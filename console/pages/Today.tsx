// Today: does it tie, what needs me, what changed, what comes next.
import type { TodayAnswer } from '../../src/server/console/today.ts';
import { who } from '../app/session.ts';
import { useAnswer } from '../app/useAnswer.ts';
import { Badge, type Tone } from '../parts/Badge.tsx';
import { Bridge } from '../parts/Bridge.tsx';
import { Link, type LinkProps } from '../parts/Link.tsx';
import { count, Money } from '../parts/Money.tsx';
import { Shown } from '../parts/Shown.tsx';
import { dayWords, shortDay, timeWords } from '../parts/time.ts';
import { Feeds } from './today/Feeds.tsx';

type Today = NonNullable<TodayAnswer['today']>;

const TONES: Readonly<Record<Today['companies'][number]['word'], Tone>> = {
  'tied and proven': 'good',
  'tied with open cases': 'warn',
  incomplete: 'warn',
  breaks: 'bad',
};

export function Today() {
  const answer = useAnswer<TodayAnswer>('today');
  return (
    <Shown answer={answer} what="how the day stands">
      {({ today }) =>
        today === null ? (
          <p class="empty">
            <strong>Nothing was reconciled yet.</strong>
            Bring events and an extract of the ledger in, then <code>tieout reconcile</code>; this page says
            how it stands.
          </p>
        ) : (
          <Day today={today} />
        )
      }
    </Shown>
  );
}

function Day({ today }: { today: Today }) {
  return (
    <div class="today">
      <p class="asof">
        As of <strong>{dayWords(today.asOf)}</strong>, run {today.run}, completed{' '}
        {timeWords(today.completedAt)}
      </p>
      <section class="companies" aria-label="Companies">
        {today.companies.map((company) => (
          <Company key={company.code} company={company} />
        ))}
      </section>
      <div class="columns">
        <div class="stack">
          <Needs today={today} />
          <Bridge rows={today.statement.reconciliations} />
        </div>
        <div class="stack">
          <Changed today={today} />
          <Feeds status={today.status} />
          <Next today={today} />
        </div>
      </div>
    </div>
  );
}

function Company({ company: { code, word, reasons, cases } }: { company: Today['companies'][number] }) {
  return (
    <article class="card company">
      <header>
        <h2>{code}</h2>
        <Badge tone={TONES[word]}>{word}</Badge>
      </header>
      <p class="soft">
        {reasons.length === 0 ? 'Every account ties and is proven.' : `${reasons.join('; ')}.`}
      </p>
      {cases.map(({ currency, amount, overdue }) => (
        <p key={currency} class="open">
          <Link page="cases" params={{ company: code, status: 'open' }}>
            open cases
          </Link>
          <Money amount={amount} currency={currency} />
          {overdue === 0 ? null : <span class="soft">{count(overdue)} overdue</span>}
        </p>
      ))}
    </article>
  );
}

function Needs({ today: { needs, asOf } }: { today: Today }) {
  const open = needs.open.reduce((n, sum) => n + sum.count, 0);
  const { name } = who();
  const items: { n: number; words: string; page: string; params?: Record<string, string> }[] = [
    { n: open, words: open === 1 ? 'open case' : 'open cases', page: 'cases', params: { status: 'open' } },
    { n: needs.mine, words: 'of them yours', page: 'cases', params: { status: 'open', owner: name } },
    { n: needs.overdue, words: 'overdue', page: 'cases', params: { status: 'open', overdue: 'yes' } },
    {
      n: needs.journals.count,
      words: needs.journals.count === 1 ? 'journal waits' : 'journals wait',
      page: 'journals',
    },
    {
      n: needs.decisions,
      words: needs.decisions === 1 ? 'decision waits' : 'decisions wait',
      page: 'journals',
    },
    { n: needs.quarantined, words: 'refused records', page: 'feeds' },
  ];
  return (
    <section class="card">
      <header>
        <h2>What needs a person</h2>
      </header>
      <ul class="tiles">
        {items.map(({ n, words, page, params = {} }) => (
          <li key={words} class={n === 0 ? 'nothing' : ''}>
            <Tile page={page} params={params}>
              <span class="n">{count(n)}</span> {words}
            </Tile>
          </li>
        ))}
      </ul>
      {needs.first.length === 0 ? (
        <p class="empty">Nothing is open. What comes next is below.</p>
      ) : (
        <table class="first">
          <caption>The most important ones</caption>
          <tbody>
            {needs.first.map((row) => (
              <tr key={row.case}>
                <td class="wide" title={row.title}>
                  <Link page="cases" params={{ status: 'open', case: row.case }}>
                    {row.title}
                  </Link>
                </td>
                <td class="soft">{row.assignee || row.owner || 'nobody yet'}</td>
                <td class={row.dueDate < asOf ? 'late' : 'soft'}>
                  {row.dueDate < asOf ? '! ' : ''}due {shortDay(row.dueDate, asOf)}
                </td>
                <td class="right">
                  <Money amount={row.amount} currency={row.currency} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** A way to a page, where there is one. */
function Tile({ children, ...way }: LinkProps) {
  return who().pages.includes(way.page) ? (
    <Link {...way}>{children}</Link>
  ) : (
    <span class="tile">{children}</span>
  );
}

function Changed({ today: { changed } }: { today: Today }) {
  return (
    <section class="card">
      <header>
        <h2>Since the run before</h2>
      </header>
      <p>
        <strong>{count(changed.new)}</strong> new {changed.new === 1 ? 'case' : 'cases'},{' '}
        <strong>{count(changed.changed)}</strong> changed.
      </p>
      {changed.decisions.length === 0 ? (
        <p class="soft">Nobody decided anything since yesterday.</p>
      ) : (
        <ol class="words">
          {grouped(changed.decisions).map(({ first, n }) => (
            <li key={first.decision}>
              <time>{timeWords(first.at)}</time> <strong>{first.actor}</strong>{' '}
              {first.kind.replace('case-', '').replaceAll('-', ' ')}{' '}
              {n > 1 ? `${count(n)} times` : <span class="id">{first.subject.slice(0, 28)}</span>}
              {first.state === '' ? null : (
                <Badge tone={first.state === 'waiting' ? 'warn' : 'calm'}>{first.state}</Badge>
              )}
              {first.why === '' ? null : <span class="soft"> {first.why}</span>}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** What one person did for one reason is told once. */
function grouped(
  decisions: Today['changed']['decisions'],
): { first: (typeof decisions)[number]; n: number }[] {
  const groups: { first: (typeof decisions)[number]; n: number }[] = [];
  for (const one of decisions) {
    const last = groups.at(-1);
    const alike = (['actor', 'kind', 'why', 'state'] as const).every(
      (what) => last?.first[what] === one[what],
    );
    if (last !== undefined && alike) last.n += 1;
    else groups.push({ first: one, n: 1 });
  }
  return groups.slice(0, 8);
}

function Next({ today: { status } }: { today: Today }) {
  return (
    <section class="card">
      <header>
        <h2>Next</h2>
      </header>
      {status.schedules.length === 0 ? (
        <p class="soft">No schedule is set: runs are started by hand.</p>
      ) : (
        <dl class="facts">
          {status.schedules.map(({ name, next, last }) => (
            <>
              <dt>{name}</dt>
              <dd>
                {timeWords(next)}
                <span class="soft">{last === null ? ', never ran yet' : `, last ${last.state}`}</span>
              </dd>
            </>
          ))}
        </dl>
      )}
      {status.brakes.length === 0 ? null : (
        <p class="late">
          <Badge tone="bad">brake</Badge>{' '}
          {status.brakes.map(({ company, why }) => `${company}: ${why}`).join('; ')}
        </p>
      )}
    </section>
  );
}
