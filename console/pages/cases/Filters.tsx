// What the list is narrowed to. All of it stands in the address; under it, what is left adds up to.
import { narrow, route } from '../../app/route.ts';
import type { CasesAnswer } from '../../../src/server/console/cases.ts';
import { count, Money } from '../../parts/Money.tsx';
import { Views } from './Views.tsx';
import { reasonWords } from '../../parts/words.ts';

const CHOICES = ['status', 'company', 'owner', 'reason', 'account'] as const;
const NARROWS = [...CHOICES, 'over', 'older', 'words', 'overdue'] as const;
const TITLES: Readonly<Record<(typeof CHOICES)[number], string>> = {
  status: 'Any status',
  company: 'Any company',
  owner: 'With anyone',
  reason: 'Any reason',
  account: 'Any account',
};

/** What of the address the list is asked with. */
export function queryOf(params: Readonly<Record<string, string>>): string {
  const given = NARROWS.flatMap((name) => (params[name] ? [[name, params[name]] as [string, string]] : []));
  return new URLSearchParams(given).toString();
}

export function Filters({ answer }: { answer: CasesAnswer | undefined }) {
  const { params } = route.value;
  const typed = (name: string) => (event: { currentTarget: HTMLInputElement }) =>
    narrow({ [name]: event.currentTarget.value.trim() }, true);
  const some = NARROWS.some((name) => params[name]);
  return (
    <header class="filters">
      <div class="row">
        <input
          type="search"
          class="words"
          aria-label="Words in title, reference, document or event"
          placeholder="Words, reference, document"
          value={params['words'] ?? ''}
          onInput={typed('words')}
        />
        <Choices answer={answer} />
        <input
          class="short"
          inputMode="decimal"
          aria-label="Over this amount"
          placeholder="Over"
          value={params['over'] ?? ''}
          onChange={typed('over')}
        />
        <input
          class="short"
          inputMode="numeric"
          aria-label="Older than so many days"
          placeholder="Days"
          value={params['older'] ?? ''}
          onChange={typed('older')}
        />
        <button
          class={params['overdue'] ? 'set' : 'quiet'}
          aria-pressed={params['overdue'] !== undefined}
          onClick={() => narrow({ overdue: params['overdue'] ? '' : 'yes' })}
        >
          Overdue
        </button>
        {some ? (
          <button class="quiet" onClick={() => narrow(Object.fromEntries(NARROWS.map((name) => [name, ''])))}>
            All
          </button>
        ) : null}
      </div>
      <div class="row">
        <p class="sums" role="status">
          {answer === undefined ? '' : <Sums answer={answer} />}
        </p>
        <Views query={queryOf(params)} />
      </div>
    </header>
  );
}

function Choices({ answer }: { answer: CasesAnswer | undefined }) {
  const { params } = route.value;
  return (
    <>
      {CHOICES.map((name) => (
        <select
          key={name}
          aria-label={TITLES[name]}
          class={params[name] ? 'set' : ''}
          value={params[name] ?? ''}
          onChange={(event) => narrow({ [name]: event.currentTarget.value })}
        >
          <option value="">{TITLES[name]}</option>
          {(answer?.facets[name] ?? (params[name] ? [[params[name], 0] as const] : [])).map(([value, n]) => (
            <option key={value} value={value}>
              {name === 'reason' ? reasonWords(value) : value} ({count(n)})
            </option>
          ))}
        </select>
      ))}
    </>
  );
}

function Sums({ answer: { total, sums } }: { answer: CasesAnswer }) {
  return (
    <>
      <strong>
        {count(total)} {total === 1 ? 'case' : 'cases'}
      </strong>
      {sums.map(({ currency, amount, count: n, overdue }) => (
        <span key={currency}>
          <Money amount={amount} currency={currency} />
          <span class="soft">
            in {count(n)}
            {overdue === 0 ? '' : `, ${count(overdue)} overdue`}
          </span>
        </span>
      ))}
    </>
  );
}
