// `sources`: who may send events, who answers for them, and which of their store-days are not complete.
import { listSources, type SourceReport } from '../../jobs/reports/sources.ts';
import type { Authority } from '../config/model.ts';
import type { Command } from './command.ts';
import { type TableColumn, tableLines } from './table.ts';
import { withDatabase } from './withDatabase.ts';

const COLUMNS: readonly TableColumn[] = [
  { key: 'source', title: 'source' },
  { key: 'owner', title: 'owner' },
  { key: 'contact', title: 'contact' },
  { key: 'types', title: 'types', most: 50 },
  { key: 'locations', title: 'locations', most: 40 },
  { key: 'authoritative', title: 'authoritative', most: 50 },
  { key: 'days', title: 'store-days of 14 days' },
];
const DAY_COLUMNS: readonly TableColumn[] = [
  { key: 'source', title: 'source' },
  { key: 'location', title: 'store' },
  { key: 'businessDate', title: 'day' },
  { key: 'state', title: 'state' },
  { key: 'lacks', title: 'missing' },
];

export const sources: Command = {
  name: 'sources',
  words: '',
  summary: 'sources of events: owner, what each may send, where it is authoritative, and its store-days',
  async run(context) {
    const listed = await withDatabase(context, ({ config, db }) =>
      listSources(db.pool, config, context.clock()),
    );
    if (context.json) for (const source of listed) context.print(JSON.stringify(source));
    else if (listed.length === 0)
      context.print('The configuration names no sources: events of any source are taken.');
    else printSources(listed, context.print);
    return 0;
  },
};

function printSources(listed: readonly SourceReport[], print: (line: string) => void): void {
  const rows = listed.map((each) => ({
    source: each.source,
    owner: each.owner,
    contact: each.contact,
    types: each.types.join(', ') || 'any',
    locations: each.locations.join(', ') || 'any',
    authoritative: each.authoritative.map(authorityInWords).join('; ') || 'nowhere',
    days: counts(each),
  }));
  for (const line of tableLines(COLUMNS, rows)) print(line);
  const open = listed.flatMap(({ source, days }) =>
    days.filter(({ state }) => state !== 'complete').map((day) => ({ source, ...day })),
  );
  if (open.length === 0) return;
  print('');
  for (const line of tableLines(DAY_COLUMNS, open)) print(line);
}

function counts({ days }: SourceReport): string {
  const states = ['complete', 'loading', 'expected', 'late'] as const;
  return states
    .map((state) => ({ state, count: days.filter((day) => day.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state}`)
    .join(', ');
}

function authorityInWords({ locations, from, to }: Authority): string {
  const where = locations === undefined ? 'everywhere' : locations.join(', ');
  return `${where}${from === undefined ? '' : ` from ${from}`}${to === undefined ? '' : ` to ${to}`}`;
}
