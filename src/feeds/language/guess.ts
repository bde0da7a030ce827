// A draft of a feed from a file's header and first rows. What the rows leave open is said and left empty, so that the draft fails
// its check until a person has decided it.

import { REQUIRED_COLUMNS, type LedgerColumn } from '../../accounting/ledgerColumns.ts';
import type { FeedFile } from '../feed.ts';
import { decimalReader, PLAIN_NUMBERS } from './decimalType.ts';
import { ENGLISH_MONTHS, momentReader } from './dateType.ts';
import type { FileDefinition } from './definition.ts';
import { FileRefused } from './refusals.ts';
import { tableLines } from './tableLines.ts';

const ROWS = 1_000;
const HEADER_WITHIN = 20;
const DELIMITERS = [',', ';', '\t', '|'];

const DATE_FORMS = [
  'YYYY-MM-DD',
  'YYYYMMDD',
  'DD.MM.YYYY',
  'D.M.YYYY',
  'D/M/YYYY',
  'M/D/YYYY',
  'D-M-YYYY',
  'M-D-YYYY',
  'M/D/YY',
  'D/M/YY',
  'D MMM YYYY',
  'YYYY-MM-DD HH:mm:ss',
  'YYYY-MM-DDTHH:mm:ssZ',
];
const NUMBER_FORMS = [
  { text: '{ decimal: "." }', form: PLAIN_NUMBERS },
  { text: '{ decimal: ".", group: "," }', form: { ...PLAIN_NUMBERS, group: [','] } },
  { text: '{ decimal: "," }', form: { ...PLAIN_NUMBERS, decimal: ',' } },
  { text: '{ decimal: ",", group: "." }', form: { ...PLAIN_NUMBERS, decimal: ',', group: ['.'] } },
].map(({ text, form }) => ({
  text,
  read: decimalReader({ ...form, negative: ['leading', 'trailing', 'parentheses'] }, ''),
}));

/** Words of headers, and the ledger columns that they mostly are. */
const MEANINGS: readonly (readonly [RegExp, LedgerColumn])[] = [
  [/^(?:company|company ?code|bukrs|entity|subsidiary)$/i, 'company'],
  [/^(?:document ?(?:no\.?|number)?|doc ?no\.?|voucher|belnr|journal ?(?:no\.?|number))$/i, 'document'],
  [/^(?:line ?(?:no\.?|number)?|buzei|item)$/i, 'line'],
  [/^(?:posting ?date|date|gl ?date|budat|accounting ?date|transaction ?date)$/i, 'posting_date'],
  [/^(?:account ?(?:no\.?|number|code)?|gl ?account|hkont|konto)$/i, 'account'],
  [/^(?:currency|currency ?code|waers)$/i, 'currency'],
  [/^(?:debit|debit ?amount|soll)$/i, 'debit'],
  [/^(?:credit|credit ?amount|haben)$/i, 'credit'],
  [/^(?:amount|net ?amount|betrag)$/i, 'amount'],
  [/^(?:description|text|memo|narration|comment)$/i, 'text'],
  [/^(?:reference|ref|external document no\.?|xblnr)$/i, 'reference'],
];

/** The text of a draft. @throws FileRefused for a file that is no table */
export async function guessFeed(file: FeedFile, name: string): Promise<string> {
  const { delimiter, lines } = await bestTable(file);
  const at = headerAt(lines);
  const header = lines[at] ?? [];
  const rows = lines.slice(at + 1);
  const columns = header.flatMap((title, index) =>
    title.trim() === ''
      ? []
      : [
          draftColumn(
            title.trim(),
            rows.map((row) => (row[index] ?? '').trim()),
          ),
        ],
  );
  const taken = new Map<string, number>();
  for (const column of columns) {
    const count = (taken.get(column.name) ?? 0) + 1;
    taken.set(column.name, count);
    if (count > 1) column.name = `${column.name}${count}`;
  }
  return [
    `feed: ${name}`,
    'version: 1',
    `title: ${quoted(name)}`,
    'file:',
    '  format: csv',
    ...(delimiter === ',' ? [] : [`  delimiter: ${delimiter === '\t' ? 'tab' : quoted(delimiter)}`]),
    ...(at === 0 ? [] : [`  header: { within: ${at + 1} }`]),
    '  columns:',
    ...columns.flatMap(({ name: each, text, unsure }) => [
      ...unsure.map((words) => `    # unsure: ${words}`),
      `    ${each}: ${text}`,
    ]),
    ...emitLines(columns),
    'examples:',
    '  - rows: |',
    ...[header, ...rows.slice(0, 2)].map(
      (row) => `      ${row.map((cell) => csvCell(cell, delimiter)).join(delimiter)}`,
    ),
    '    expect: []   # unsure: write here what these rows must give',
    '',
  ].join('\n');
}

/** By each delimiter, the table with the most columns in at least half of its rows. */
async function bestTable(file: FeedFile): Promise<{ delimiter: string; lines: string[][] }> {
  let best: { delimiter: string; lines: string[][] } | undefined;
  for (const delimiter of DELIMITERS) {
    const lines = await firstLines(file, delimiter);
    if (lines === undefined) continue;
    const width = (some: readonly string[][]): number => {
      const widths = some.map((row) => row.length).toSorted((a, b) => a - b);
      return widths[Math.floor((widths.length - 1) / 2)] ?? 0;
    };
    if (best === undefined || width(lines) > width(best.lines)) best = { delimiter, lines };
  }
  if (best === undefined || best.lines.length === 0)
    throw new FileRefused(
      'NOT_READABLE',
      file.path,
      'a draft is made of tables',
      'CSV or a workbook, in UTF-8',
      undefined,
      'write the feed by hand: docs/reference/feeds.md',
    );
  return best;
}

async function firstLines(file: FeedFile, delimiter: string): Promise<string[][] | undefined> {
  const definition = { format: 'csv', encoding: 'utf-8', delimiter, quote: '"' } as unknown as FileDefinition;
  const lines: string[][] = [];
  try {
    for await (const some of tableLines(file, definition)) {
      lines.push(...some.map(({ fields }) => fields));
      if (lines.length >= ROWS) break;
    }
  } catch {
    return undefined;
  }
  return lines.slice(0, ROWS);
}

/** The first row that is as wide as most, without numbers. */
function headerAt(lines: readonly string[][]): number {
  const filled = (row: readonly string[]): number => row.filter((cell) => cell.trim() !== '').length;
  const widths = lines.map(filled).toSorted((a, b) => a - b);
  const usual = widths[Math.floor(widths.length / 2)] ?? 0;
  const at = lines
    .slice(0, HEADER_WITHIN)
    .findIndex((row) => filled(row) >= usual && !row.some((cell) => /^-?[\d.,]+$/.test(cell.trim())));
  return Math.max(0, at);
}

interface Draft {
  name: string;
  title: string;
  text: string;
  type: string;
  unsure: string[];
}

function draftColumn(title: string, cells: readonly string[]): Draft {
  const name =
    title
      .replace(/[^A-Za-z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase())
      .replace(/^./, (first) => first.toLowerCase()) || 'column';
  const given = cells.filter((cell) => cell !== '');
  const from = quoted(title);
  const draft = (type: string, more: string, unsure: string[] = []): Draft => ({
    name,
    title,
    type,
    unsure,
    text: type === 'text' ? from : `{ from: ${from}, type: ${type}${more} }`,
  });
  if (given.length === 0) return draft('text', '', [`no row has ${title}`]);
  if (/(?:^|\b)(?:id|no\.?|number|code|account|reference|document)\b/i.test(title)) {
    const isFloat = given.find((cell) => /^\d+\.0+$|^\d(?:\.\d+)?E\+?\d+$/i.test(cell));
    return draft(
      'key',
      '',
      isFloat === undefined
        ? []
        : [`${isFloat} is a spreadsheet's number, not a key: floats: refuse, empty or repair`],
    );
  }
  const fitting = DATE_FORMS.filter((form) => {
    const read = momentReader(form, { century: 1970, months: ENGLISH_MONTHS });
    return given.every((cell) => {
      const moment = read(cell);
      return (
        moment !== undefined && moment.month >= 1 && moment.month <= 12 && moment.day >= 1 && moment.day <= 31
      );
    });
  });
  const [form] = fitting;
  if (form !== undefined) {
    const others = fitting.filter((other) => other.startsWith('D') !== form.startsWith('D'));
    const isTime = form.endsWith('Z');
    if (others.length === 0) return draft(isTime ? 'time' : 'date', `, form: ${quoted(form)}`);
    // Left empty: the check fails until one is chosen.
    return draft('date', ', form: ', [`${given[0]} fits ${form} and ${others[0]}`]);
  }
  const numbers = NUMBER_FORMS.filter(({ read }) => given.every((cell) => typeof read(cell) === 'string'));
  const [number] = numbers;
  if (number === undefined) return draft('text', '');
  const values = new Set(numbers.map(({ read }) => given.map((cell) => JSON.stringify(read(cell))).join()));
  const words = number.text.slice(2, -2);
  if (values.size > 1)
    return draft('decimal', ', decimal: ', [
      `${given.find((cell) => /[.,]/.test(cell)) ?? given[0]} may have its decimals behind a comma or a point`,
    ]);
  const signs = given.some((cell) => cell.endsWith('-'))
    ? ', negative: [trailing]'
    : given.some((cell) => cell.startsWith('('))
      ? ', negative: [parentheses]'
      : '';
  return draft('decimal', `, ${words}${signs}`);
}

function emitLines(columns: readonly Draft[]): string[] {
  const found = new Map<string, string>();
  for (const [pattern, meaning] of MEANINGS) {
    const column = columns.find(({ title }) => pattern.test(title));
    if (column !== undefined && ![...found.values()].includes(column.name)) found.set(meaning, column.name);
  }
  const amounts = ['amount', 'debit', 'credit'].filter((name) => found.has(name));
  return [
    'emit:',
    '  - ledger:',
    ...REQUIRED_COLUMNS.map((name) =>
      found.has(name)
        ? `      ${name}: ${found.get(name)}`
        : `      ${name}:   # unsure: no column looks like ${name}`,
    ),
    ...(amounts.length === 0
      ? ['      amount:   # unsure: no column looks like an amount']
      : amounts.map((name) => `      ${name}: ${found.get(name)}`)),
    ...['reference', 'text']
      .filter((name) => found.has(name))
      .map((name) => `      ${name}: ${found.get(name)}`),
  ];
}

function quoted(text: string): string {
  return /^[A-Za-z][\w ()/.-]*$/.test(text) && !/[:#]/.test(text) && !['true', 'false', 'null'].includes(text)
    ? text
    : JSON.stringify(text);
}

function csvCell(text: string, delimiter: string): string {
  return text.includes(delimiter) || text.includes('"') || text.includes('\n')
    ? `"${text.replaceAll('"', '""').replaceAll('\n', ' ')}"`
    : text;
}
