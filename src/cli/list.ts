// `list`: the ids that other commands take, as a table or as NDJSON; bounded, with how many more there are.
import { list as readList, type ListedRow, type ListName, LISTS } from '../../jobs/reports/list.ts';
import { parseIsoDate } from '../accounting/dates.ts';
import { UserError } from '../errors.ts';
import { type Command, type CommandContext, textOption } from './command.ts';
import { type TableColumn, tableLines } from './table.ts';
import { grouped } from './tieOutText.ts';
import { withDatabase } from './withDatabase.ts';

const DEFAULT_LIMIT = 50;

const COLUMNS: Readonly<Record<ListName, readonly TableColumn[]>> = {
  runs: [
    { key: 'run', title: 'run', right: true },
    { key: 'kind', title: 'kind' },
    { key: 'state', title: 'state' },
    { key: 'asOf', title: 'as of' },
    { key: 'only', title: 'only' },
    { key: 'startedBy', title: 'by' },
    { key: 'completedAt', title: 'completed' },
    { key: 'resultHash', title: 'result', most: 13 },
    { key: 'undoes', title: 'undoes', right: true },
    { key: 'undoneBy', title: 'undone by', right: true },
  ],
  matches: [
    { key: 'match', title: 'match', right: true },
    { key: 'pass', title: 'pass' },
    { key: 'run', title: 'run', right: true },
    { key: 'reconciliation', title: 'reconciliation' },
    { key: 'place', title: 'where' },
    { key: 'account', title: 'account' },
    { key: 'expected', title: 'expected', right: true },
    { key: 'ledgerAmount', title: 'ledger', right: true },
    { key: 'variance', title: 'variance', right: true },
    { key: 'currency', title: '' },
    { key: 'lines', title: 'lines', most: 60 },
  ],
  lines: [
    { key: 'line', title: 'line', right: true },
    { key: 'side', title: 'side' },
    { key: 'label', title: 'what', most: 40 },
    { key: 'reconciliation', title: 'reconciliation' },
    { key: 'place', title: 'where' },
    { key: 'account', title: 'account' },
    { key: 'amount', title: 'amount', right: true },
    { key: 'currency', title: '' },
    { key: 'businessDate', title: 'date' },
    { key: 'reference', title: 'reference', most: 24 },
    { key: 'homeText', title: 'home' },
    { key: 'unit', title: 'unit', right: true },
  ],
  journals: [
    { key: 'journal', title: 'journal', right: true },
    { key: 'postingReference', title: 'reference' },
    { key: 'state', title: 'state' },
    { key: 'kind', title: 'kind' },
    { key: 'company', title: 'company' },
    { key: 'postingDate', title: 'date' },
    { key: 'debit', title: 'amount', right: true },
    { key: 'currency', title: '' },
    { key: 'references', title: 'about', most: 30 },
    { key: 'document', title: 'ERP document', most: 34 },
    { key: 'why', title: 'why', most: 60 },
  ],
  batches: [
    { key: 'batch', title: 'batch', right: true },
    { key: 'kind', title: 'kind' },
    { key: 'feed', title: 'feed' },
    { key: 'received', title: 'received', right: true },
    { key: 'accepted', title: 'accepted', right: true },
    { key: 'duplicates', title: 'duplicate', right: true },
    { key: 'skipped', title: 'skipped', right: true },
    { key: 'quarantined', title: 'quarantined', right: true },
    { key: 'complete', title: 'complete' },
    { key: 'receivedAt', title: 'received at' },
    { key: 'path', title: 'file', most: 60 },
    { key: 'refused', title: 'refused', most: 60 },
  ],
  decisions: [
    { key: 'decision', title: 'decision', right: true },
    { key: 'at', title: 'at' },
    { key: 'kind', title: 'kind' },
    { key: 'actor', title: 'by' },
    { key: 'subject', title: 'about', most: 40 },
    { key: 'why', title: 'why', most: 60 },
    { key: 'state', title: 'second word' },
    { key: 'second', title: 'by' },
  ],
};

export const list: Command = {
  name: 'list',
  words: LISTS.join('|'),
  summary: 'the ids that other commands take',
  options: {
    unit: {
      type: 'string',
      value: 'UNIT',
      says: 'only those of this unit (its number) or reconciliation (its name)',
      example: 'receivable',
    },
    reference: { type: 'string', value: 'REFERENCE', says: 'only those that bear it', example: 'SHP-3' },
    limit: { type: 'string', value: 'N', says: 'at most so many; without it 50', example: '500' },
    since: { type: 'string', value: 'DATE', says: 'decisions made from this day on', example: '2026-11-01' },
    waiting: { type: 'boolean', says: 'decisions that wait for a second person' },
  },
  async run(context) {
    const name = listName(context);
    const wanted = {
      limit: limitOf(context),
      ...given(context, 'unit'),
      ...given(context, 'reference'),
      ...sinceOf(context),
      ...(context.options['waiting'] === true ? { waiting: true } : {}),
    };
    const { rows, more } = await withDatabase(context, ({ db }) => readList(db, name, wanted));
    if (context.json) for (const row of rows) context.print(JSON.stringify(row));
    else if (rows.length === 0) context.print(noneLine(name, wanted));
    else for (const line of tableLines(COLUMNS[name], rows.map(textRow))) context.print(line);
    if (more.count > 0)
      context.note(`${more.atLeast ? 'at least ' : ''}${more.count} more; --limit N shows more of them`);
    return 0;
  },
};

/** A filter that finds nothing does not read as "there are none". */
function noneLine(name: ListName, { unit, reference }: { unit?: string; reference?: string }): string {
  const asked = [
    ...(unit === undefined ? [] : [`of unit ${unit}`]),
    ...(reference === undefined ? [] : [`with the reference ${reference}`]),
  ];
  return asked.length === 0 ? `No ${name}.` : `No ${name} ${asked.join(' and ')}.`;
}

function listName(context: CommandContext): ListName {
  const [word, ...rest] = context.args;
  const name = LISTS.find((one) => one === word);
  if (name !== undefined && rest.length === 0) return name;
  throw new UserError({
    where: 'list',
    what: word === undefined ? 'of what?' : 'no such list',
    expected: LISTS.join(', '),
    ...(word === undefined ? {} : { found: context.args.join(' ') }),
  });
}

function limitOf(context: CommandContext): number {
  const text = textOption(context, 'limit');
  if (text === undefined) return DEFAULT_LIMIT;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UserError({
    where: '--limit',
    what: 'not a number of rows',
    expected: '1 to 999999',
    found: text,
  });
}

function sinceOf(context: CommandContext): { since?: string } {
  const { since } = given(context, 'since');
  if (since === undefined) return {};
  if (parseIsoDate(since) !== undefined) return { since };
  throw new UserError({ where: '--since', what: 'not a day', expected: 'YYYY-MM-DD', found: since });
}

function given<K extends string>(context: CommandContext, name: K): Partial<Record<K, string>> {
  const value = textOption(context, name);
  return value === undefined ? {} : ({ [name]: value } as Record<K, string>);
}

const AMOUNTS = new Set(['amount', 'debit', 'credit', 'expected', 'ledgerAmount', 'variance']);

function textRow(row: ListedRow): Record<string, string> {
  const text: Record<string, string> = {};
  for (const [key, value] of Object.entries(row))
    text[key] = AMOUNTS.has(key) ? grouped(String(value)) : cell(value);
  const { company, ledger, location, dimension } = text;
  if (text['side'] !== undefined) text['side'] = text['side'] === 'L' ? 'ledger' : 'expected';
  text['place'] = [`${company}/${ledger}`, location, dimension]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
  if (text['home'] === 'match') text['homeText'] = `match ${text['match']}`;
  else if (text['home'] === 'exception')
    text['homeText'] = `${text['reason']} ${(text['exception'] ?? '').slice(0, 12)}`;
  else text['homeText'] = text['home'] ?? '';
  return text;
}

/** Instants whole: cut to the second, the moment a run completed would name the run before it. What is not there is empty. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
