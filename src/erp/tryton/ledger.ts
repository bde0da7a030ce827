// Tryton's posted lines as canonical ledger lines. They are paged by id; a last search for all ids of the scope finds the
// lines that were posted behind the page that we were on, so that the extract is whole as of its end.
import type { ErpCall, LedgerRow, ReadScope } from '../contract.ts';
import { postingReferenceIn, referenceIn } from '../reference.ts';
import type { Chart } from './chart.ts';
import { AMOUNT_FIELDS, companyAmount, documentAmount } from './move.ts';
import type { TrytonSession } from './session.ts';
import {
  dateOf,
  dateValue,
  idOf,
  instantOf,
  related,
  rowsOf,
  textOf,
  type TrytonRow,
  type TrytonValue,
} from './values.ts';

// 2,000 lines a page were read at 4,500 lines a second; beyond it only memory grows.
const PAGE = 2000;

/** Reads what is posted between two days; one array a page. */
export async function* readTrytonLedger(
  session: TrytonSession,
  chart: Chart,
  scope: ReadScope,
  call: ErpCall,
): AsyncIterable<readonly LedgerRow[]> {
  const domain: readonly TrytonValue[] = [
    ['company', '=', chart.company],
    ['date', '>=', dateValue(scope.from)],
    ['date', '<=', dateValue(scope.to)],
    ['move.state', '=', 'posted'],
    ...(scope.accounts === undefined || scope.accounts.length === 0
      ? []
      : [['account.code', 'in', scope.accounts]]),
  ];
  const page = async (narrower: TrytonValue): Promise<TrytonRow[]> => {
    const params = [[...domain, narrower], 0, PAGE, [['id', 'ASC']], FIELDS];
    return rowsOf(
      await session.read('model.account.move.line.search_read', params, { company: chart.company }, call),
    );
  };
  const canonical = async (rows: readonly TrytonRow[]): Promise<LedgerRow[]> => {
    const [centres, reversed] = [
      await readCentres(session, chart, rows, call),
      await readReversed(session, chart, rows, call),
    ];
    return rows.map((row) => ledgerRow(scope, chart, row, centres, reversed));
  };

  const seen = new Set<number>();
  for (let last = 0; ;) {
    const rows = await page(['id', '>', last]);
    for (const row of rows) seen.add((last = idOf(row)));
    if (rows.length > 0) yield await canonical(rows);
    if (rows.length < PAGE) break;
  }
  const all = await session.read(
    'model.account.move.line.search',
    [domain, 0, null, null],
    { company: chart.company },
    call,
  );
  const late = idsIn(all).filter((id) => !seen.has(id));
  for (let at = 0; at < late.length; at += PAGE)
    yield await canonical(await page(['id', 'in', late.slice(at, at + PAGE)]));
}

const FIELDS: readonly string[] = [
  ...AMOUNT_FIELDS,
  'date',
  'description',
  'create_date',
  'create_uid.rec_name',
  'analytic_lines',
  'period.name',
  'period.fiscalyear.name',
  'move.number',
  'move.post_number',
  'move.origin',
  'move.journal.code',
];

function ledgerRow(
  scope: ReadScope,
  chart: Chart,
  row: TrytonRow,
  centres: Centres,
  reversed: Reversed,
): LedgerRow {
  const move = related(row, 'move');
  const period = related(row, 'period');
  const amount = documentAmount(row, chart.currency);
  const { reference, text } = referenceIn(textOf(row, 'description'));
  const number = textOf(move, 'number');
  const centre = centres.get(idOf(row));
  return {
    company: scope.company,
    ledger: scope.ledger,
    document: textOf(move, 'post_number'),
    line: String(idOf(row)),
    posting_date: dateOf(row, 'date'),
    fiscal_year: textOf(related(period, 'fiscalyear'), 'name'),
    period: textOf(period, 'name'),
    account: amount.account,
    location: centre?.location ?? '',
    dimension: centre?.dimension ?? '',
    currency: amount.currency,
    amount: amount.amount,
    company_currency: chart.currency,
    company_amount: companyAmount(row).toFixed(),
    reference,
    posting_reference: postingReferenceIn(number),
    assignment: postingReferenceIn(number) === '' ? number : '',
    text,
    document_type: textOf(related(move, 'journal'), 'code'),
    created_by: textOf(related(row, 'create_uid'), 'rec_name'),
    created_at: instantOf(row, 'create_date'),
    reversal_of: reversed.get(originOf(move)) ?? '',
    status: 'posted',
  };
}

/** Location and dimension by line id; '' where a line is split over several of one kind. */
type Centres = ReadonlyMap<number, { location: string; dimension: string }>;

async function readCentres(
  session: TrytonSession,
  chart: Chart,
  rows: readonly TrytonRow[],
  call: ErpCall,
): Promise<Centres> {
  const ids = rows.flatMap((row) => idsIn(row.analytic_lines ?? null));
  if (ids.length === 0 || chart.locations.size + chart.dimensions.size === 0) return new Map();
  const kinds = {
    location: new Set(chart.locations.values()),
    dimension: new Set(chart.dimensions.values()),
  };
  const params = [[['id', 'in', ids]], 0, null, null, ['move_line', 'account.code']];
  const answer = await session.read(
    'model.analytic_account.line.search_read',
    params,
    { company: chart.company },
    call,
  );
  const found = new Map<number, { location: string[]; dimension: string[] }>();
  for (const row of rowsOf(answer)) {
    const line = idOf(row, 'move_line');
    const held = found.get(line) ?? { location: [], dimension: [] };
    const account = related(row, 'account');
    for (const kind of ['location', 'dimension'] as const) {
      if (kinds[kind].has(idOf(account))) held[kind].push(textOf(account, 'code'));
    }
    found.set(line, held);
  }
  const only = (codes: readonly string[]): string => (codes.length === 1 ? (codes[0] ?? '') : '');
  return new Map(
    [...found].map(([line, held]) => [
      line,
      { location: only(held.location), dimension: only(held.dimension) },
    ]),
  );
}

/** Post numbers of the moves that a page's moves reverse, by move id. */
type Reversed = ReadonlyMap<number, string>;

async function readReversed(
  session: TrytonSession,
  chart: Chart,
  rows: readonly TrytonRow[],
  call: ErpCall,
): Promise<Reversed> {
  const ids = [...new Set(rows.map((row) => originOf(related(row, 'move'))))].filter((id) => id > 0);
  if (ids.length === 0) return new Map();
  const answer = await session.read(
    'model.account.move.read',
    [ids, ['post_number']],
    { company: chart.company },
    call,
  );
  return new Map(rowsOf(answer).map((row) => [idOf(row), textOf(row, 'post_number')]));
}

/** Id of the move that a move has as its origin; 0 for none. */
function originOf(move: TrytonRow): number {
  const origin = /^account\.move,(\d+)$/.exec(textOf(move, 'origin'));
  return origin === null ? 0 : Number(origin[1]);
}

function idsIn(value: TrytonValue): number[] {
  return Array.isArray(value) ? (value as readonly TrytonValue[]).filter((id) => typeof id === 'number') : [];
}
