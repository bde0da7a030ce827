// Cases: what is open as problems a person can settle. The list narrowed as the address says, one case open beside it.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

import type { ListedCase } from '../../jobs/reports/keptCases.ts';
import type { CasesAnswer } from '../../src/server/console/cases.ts';
import { changes } from '../app/api.ts';
import { narrow, route } from '../app/route.ts';
import { usePages } from '../app/usePages.ts';
import { Badge } from '../parts/Badge.tsx';
import { count, Money } from '../parts/Money.tsx';
import { dayWords } from '../parts/time.ts';
import { WindowedList } from '../parts/WindowedList.tsx';
import { Bulk } from './cases/Bulk.tsx';
import { CaseBeside } from './cases/CaseBeside.tsx';
import { Filters, queryOf } from './cases/Filters.tsx';

const ROW = 36;

export function Cases() {
  const { params } = route.value;
  const query = queryOf(params);
  const pages = usePages<ListedCase, CasesAnswer>(`cases${query === '' ? '' : `?${query}`}`);
  const chosen = useSignal<ReadonlyMap<string, ListedCase>>(new Map());
  useEffect(() => {
    chosen.value = new Map();
  }, [query]);
  const open = params['case'] ?? '';
  const choose = (row: ListedCase): void => {
    const next = new Map(chosen.value);
    if (!next.delete(row.case)) next.set(row.case, row);
    chosen.value = next;
  };
  const { answer } = pages;
  return (
    <div class={open === '' ? 'cases' : 'cases beside'}>
      <section class="list" aria-label="Cases">
        <Filters answer={answer} />
        {pages.wrong === '' ? null : (
          <div class="wrong" role="alert">
            <p>{pages.wrong}</p>
            <button onClick={() => (changes.value += 1)}>Try again</button>
          </div>
        )}
        {answer === undefined ? (
          pages.wrong === '' ? (
            <p class="reading" role="status">
              Reading the cases …
            </p>
          ) : null
        ) : answer.total === 0 ? (
          <p class="empty">
            <strong>No case fits.</strong>
            {query === '' ? 'Nothing needs a person.' : 'Take a filter away to see more.'}
          </p>
        ) : (
          <WindowedList
            label="Cases, most important first"
            count={answer.total}
            rowHeight={ROW}
            rowAt={pages.rowAt}
            keyOf={(row) => row.case}
            onSeen={pages.seen}
            open={open}
            onOpen={(row) => narrow({ case: row.case }, open !== '')}
            onChoose={choose}
            head={<Head />}
            row={(row) => (
              <Row
                row={row}
                asOf={answer.asOf}
                chosen={chosen.value.has(row.case)}
                onChoose={() => choose(row)}
              />
            )}
          />
        )}
        {chosen.value.size === 0 ? null : (
          <Bulk chosen={[...chosen.value.values()]} clear={() => (chosen.value = new Map())} />
        )}
      </section>
      {open === '' ? null : <CaseBeside id={open} />}
    </div>
  );
}

function Head() {
  const titles = ['', 'Case', 'With', 'Due', 'Amount'];
  return (
    <>
      {titles.map((title, index) => (
        <span key={title} role="columnheader" class={`c${index}`}>
          {title === '' ? <span class="sr">Chosen</span> : title}
        </span>
      ))}
    </>
  );
}

interface RowProps {
  row: ListedCase;
  asOf: string;
  chosen: boolean;
  onChoose: () => void;
}

function Row({ row, asOf, chosen, onChoose }: RowProps) {
  const late = row.status === 'open' && row.dueDate < asOf;
  return (
    <>
      <span role="gridcell" class="c0">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Choose ${row.title}`}
          checked={chosen}
          onClick={(event) => event.stopPropagation()}
          onChange={onChoose}
        />
      </span>
      <span role="gridcell" class="c1" title={row.title}>
        {row.changed === '' ? null : <Badge tone="calm">{row.changed}</Badge>}
        {row.status === 'open' ? null : (
          <Badge tone={row.status === 'accepted' ? 'good' : 'warn'}>{row.status}</Badge>
        )}
        <span class="title">{row.title}</span>
        {row.comments === 0 ? null : (
          <span class="soft">
            {' '}
            {count(row.comments)} {row.comments === 1 ? 'comment' : 'comments'}
          </span>
        )}
      </span>
      <span role="gridcell" class="c2">
        {row.assignee || row.owner || 'nobody'}
      </span>
      <span role="gridcell" class={late ? 'c3 late' : 'c3'}>
        {late ? '! ' : ''}
        {dayWords(row.dueDate)}
      </span>
      <span role="gridcell" class="c4">
        <Money amount={row.amount} currency={row.currency} />
      </span>
    </>
  );
}
