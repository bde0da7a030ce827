// The cases sheet as it comes back: columns are known by their titles and rows by their keys, never by their places. It says
// what each row decides, or why a row cannot be taken; it decides nothing.
import type { Book, BookRow, BookSheet } from '../src/feeds/xlsx/readBook.ts';
import { parseIsoDate, type IsoDate } from '../src/accounting/dates.ts';
import { parseDecimal } from '../src/money/decimal.ts';
import { ACTIONS, type CaseActionName } from './caseModel.ts';
import { CASE_TITLES, IDENTITY, rowCheck } from './cases.ts';
import type { WorkbookIdentity } from './workbookIdentity.ts';

type Key = keyof typeof CASE_TITLES;

/** What a row says, once it is known to be one of ours. */
export interface DecidedRow {
  /** 1-based, as the spreadsheet shows it. */
  row: number;
  sheet: string;
  title: string;
  case: string;
  seen: string;
  action?: CaseActionName;
  until?: IsoDate;
  account: string;
  assignee: string;
  comment: string;
}

/** A row that says something and cannot be taken. */
export interface RefusedRow {
  row: number;
  sheet: string;
  title: string;
  case: string;
  reason: 'ALTERED' | 'NOT_OURS' | 'TWICE' | 'UNKNOWN_ACTION' | 'BAD_CELL';
  why: string;
}

/** What a workbook that came back holds. */
export interface ReturnedCases {
  decided: DecidedRow[];
  refused: RefusedRow[];
  /** Rows of ours in which nobody wrote anything. */
  untouched: number;
}

/** Why a whole workbook is not taken. */
export interface NotTaken {
  what: string;
  expected: string;
  found: string;
}

/** The identity that the workbook carries, in its properties or on its hidden sheet; both where both are there. */
export function identityOf({ properties, sheets }: Book): WorkbookIdentity | NotTaken {
  const hidden = sheets.find(({ name }) => name.toLowerCase() === 'tieout')?.rows ?? [];
  const cell = (name: string): string => hidden.find(({ cells }) => cells[0] === name)?.cells[1] ?? '';
  const said = (name: string): readonly string[] =>
    [...new Set([properties[name] ?? '', cell(name)])].filter((value) => value !== '');
  const [project, ...otherProject] = said(IDENTITY.project);
  const [run, ...otherRun] = said(IDENTITY.run);
  if (project === undefined || run === undefined)
    return {
      what: 'this is no workbook of Tieout, or it lost what says so',
      expected: 'the file of `tieout report`, saved as .xlsx',
      found: 'neither its properties nor its hidden sheet',
    };
  if (otherProject.length > 0 || otherRun.length > 0)
    return {
      what: 'the workbook says two things of itself',
      expected: `properties and hidden sheet of one workbook`,
      found: `project ${[project, ...otherProject].join(' and ')}, run ${[run, ...otherRun].join(' and ')}`,
    };
  return { project, run };
}

/** Reads every sheet that has the columns of the cases sheet, whatever it is called and wherever its columns are. */
export function readCases(book: Book, project: string): ReturnedCases | NotTaken {
  const found: ReturnedCases = { decided: [], refused: [], untouched: 0 };
  let sheets = 0;
  let nearest: string[] = [];
  for (const sheet of book.sheets) {
    const header = headerOf(sheet);
    if (header === undefined) continue;
    if (header.missing.length > 0) {
      nearest = header.missing;
      continue;
    }
    sheets += 1;
    for (const row of sheet.rows)
      if (row.row > header.row) takeRow(found, sheet.name, row, header.at, project);
  }
  if (sheets === 0)
    return {
      what: nearest.length === 0 ? 'no sheet of it is the cases sheet' : 'the cases sheet lacks columns',
      expected: `the titles ${Object.values(CASE_TITLES).join(', ')}`,
      found:
        nearest.length === 0
          ? book.sheets.map(({ name }) => name).join(', ')
          : `without ${nearest.join(', ')}`,
    };
  refuseTwice(found);
  return found;
}

interface Header {
  row: number;
  at: ReadonlyMap<Key, number>;
  missing: string[];
}

/** The row with the titles. A sheet with half of them is the cases sheet with columns renamed or gone. */
function headerOf({ rows }: BookSheet): Header | undefined {
  for (const { row, cells } of rows.slice(0, 50)) {
    const at = new Map<Key, number>();
    for (const [key, title] of Object.entries(CASE_TITLES) as [Key, string][]) {
      const index = cells.findIndex((cell) => cell.trim().toLowerCase() === title.toLowerCase());
      if (index !== -1) at.set(key, index);
    }
    if (at.size * 2 <= Object.keys(CASE_TITLES).length) continue;
    const missing = (Object.entries(CASE_TITLES) as [Key, string][]).flatMap(([key, title]) =>
      at.has(key) ? [] : [title],
    );
    return { row, at, missing };
  }
  return undefined;
}

const INPUTS = ['decision', 'until', 'account', 'assignee', 'comment'] as const;

function takeRow(
  found: ReturnedCases,
  sheet: string,
  { row, cells, odd }: BookRow,
  at: ReadonlyMap<Key, number>,
  project: string,
): void {
  const cell = (key: Key): string => (cells[at.get(key)!] ?? '').trim();
  const isOdd = (key: Key): boolean => odd.includes(at.get(key)!);
  if (INPUTS.every((key) => cell(key) === '' && !isOdd(key))) {
    if (cell('key') !== '') found.untouched += 1;
    return;
  }
  const place = { row, sheet, title: cell('title'), case: cell('key').split('.')[0] ?? '' };
  const refuse = (reason: RefusedRow['reason'], why: string): void => {
    found.refused.push({ ...place, reason, why });
  };
  const flaw = INPUTS.find(isOdd);
  if (flaw !== undefined)
    return refuse(
      'BAD_CELL',
      `${CASE_TITLES[flaw]} holds a formula, a link or an error; type the value itself`,
    );
  if (!/^[0-9a-f]{32}\.[0-9a-f]{32}$/.test(cell('key')))
    return refuse('NOT_OURS', 'the row has lost the hidden key that says which case it is');
  const [id = '', seen = ''] = cell('key').split('.');
  const amount = cell('amount');
  const shown = {
    key: cell('key'),
    title: cell('title'),
    amount: plainAmount(amount),
    currency: cell('currency'),
  };
  if (shown.amount === undefined || rowCheck(project, { ...shown, amount: shown.amount }) !== cell('check'))
    return refuse(
      'ALTERED',
      'case, amount or currency of this row are not those that Tieout wrote for it; decide in the yellow cells only',
    );
  const action = actionOf(cell('decision'));
  if (action === null)
    return refuse(
      'UNKNOWN_ACTION',
      `"${cell('decision')}" is no decision; possible are ${ACTIONS.join(', ')}`,
    );
  const until = cell('until') === '' ? undefined : parseIsoDate(cell('until').slice(0, 10));
  if (cell('until') !== '' && until === undefined)
    return refuse(
      'BAD_CELL',
      `Until: "${cell('until')}" is no day that everybody reads alike; write it as YYYY-MM-DD`,
    );
  found.decided.push({
    ...place,
    case: id,
    seen,
    ...(action === undefined ? {} : { action }),
    ...(until === undefined ? {} : { until }),
    account: cell('account'),
    assignee: cell('assignee'),
    comment: cell('comment'),
  });
}

/** Decimal text whichever way the spreadsheet kept it; undefined where it is no amount any more. */
function plainAmount(text: string): string | undefined {
  return text === '' ? '' : parseDecimal(text)?.toFixed();
}

/** undefined: none; null: a word that is none. Case and blanks do not matter. */
function actionOf(text: string): CaseActionName | undefined | null {
  if (text === '') return undefined;
  const plain = (word: string): string => word.toLowerCase().replace(/[\s_-]/g, '');
  return ACTIONS.find((action) => plain(action) === plain(text)) ?? null;
}

/** One case decided in two rows in two ways is not decided; the same words twice are one decision. */
function refuseTwice(found: ReturnedCases): void {
  const byCase = new Map<string, DecidedRow[]>();
  for (const row of found.decided) byCase.set(row.case, [...(byCase.get(row.case) ?? []), row]);
  found.decided = [];
  for (const rows of byCase.values()) {
    const words = new Set(rows.map(({ row: _, sheet: __, ...said }) => JSON.stringify(said)));
    if (words.size === 1) found.decided.push(rows[0]!);
    else
      for (const { row, sheet, title, case: id } of rows)
        found.refused.push({
          row,
          sheet,
          title,
          case: id,
          reason: 'TWICE',
          why: `the case stands in rows ${rows.map((one) => one.row).join(', ')} with different decisions`,
        });
  }
}
