// What was already unreconciled when we began: lines of either side at the start date, once for each account.
import { LEDGER_COLUMNS, OPTIONAL_COLUMNS, REQUIRED_COLUMNS } from '../accounting/ledgerColumns.ts';
import type { LedgerColumn } from '../accounting/ledgerColumns.ts';
import { companyPeriods } from '../accounting/companyPeriods.ts';
import { compareOpening, insertOpening } from '../db/intake/insertOpening.ts';
import type { OpeningRow } from '../db/intake/insertOpening.ts';
import { insertUnits } from '../db/intake/insertUnits.ts';
import { refusalOf } from '../events/cursor.ts';
import { UserError } from '../errors.ts';
import { unitOf } from '../rulebook/unit.ts';
import type { Unit } from '../rulebook/unit.ts';
import type { IntakeContext } from './context.ts';
import { ledgerLineReader, type LineReader } from './ledgerLine.ts';
import type { Get, SmallTable } from './smallTable.ts';

const SIDES = { expected: 'E', ledger: 'L' } as const;

/** Whatever period an item was of, it counts in that of the start date: no calendar is asked for its own. */
function openingReader(context: IntakeContext): LineReader {
  return ledgerLineReader(LEDGER_COLUMNS, {
    ...context,
    company: (code) => {
      const company = context.company(code);
      return company && { ...company, ...companyPeriods('monthly') };
    },
  });
}

const cellOf = (get: Get, column: LedgerColumn): string =>
  column === 'period' || column === 'fiscal_year' ? '' : get(column);

/** The table of opening items under this configuration. */
export function openingItems(context: IntakeContext): SmallTable<OpeningRow> {
  const reader = openingReader(context);
  const units = new Map<string, Unit>();
  return {
    kind: 'opening',
    quarantined: 'opening',
    required: [...REQUIRED_COLUMNS, 'side'],
    optional: OPTIONAL_COLUMNS,
    read(get) {
      const side = SIDES[get('side') as keyof typeof SIDES];
      if (side === undefined) {
        return {
          refusal: refusalOf('MISSING_COLUMN', 'side', 'expected or ledger', JSON.stringify(get('side'))),
        };
      }
      const outcome = reader.read(
        reader.look(
          LEDGER_COLUMNS.map((column) => cellOf(get, column)),
          false,
        ),
      );
      if (!outcome.ok) return outcome;
      const { line } = outcome;
      const unit = unitOf(context.rulebook, line);
      if (unit !== undefined) units.set(unit.unit, unit);
      const start = context.company(line.company)?.period(context.startDate);
      const key = [line.company, line.ledger, line.account, line.document, line.line].join('/');
      return {
        row: {
          ...line,
          accountingDate: context.startDate,
          fiscalYear: start?.fiscalYear ?? line.fiscalYear,
          period: start?.period ?? line.period,
          side,
          unit: unit?.unit ?? '0',
          scope: unit === undefined ? 'out' : 'in',
          key,
        },
      };
    },
    async store(client, batchId, rows) {
      const checks = new Map((await compareOpening(client, rows)).map((check) => [check.position, check]));
      const fresh = rows.filter(({ position }) => checks.get(position)?.differs === null);
      const late = fresh.find(({ position }) => checks.get(position)?.begun === true);
      if (late !== undefined) {
        throw new UserError({
          where: `opening item ${late.key} at line ${late.position}`,
          what: `account ${late.account} of ${late.company} has its opening items already`,
          expected: 'all opening items of an account in one file, once',
          found: 'a new one',
          todo: 'deliver it as an event or a ledger line; nothing of the file was taken',
        });
      }
      const seen = new Map<string, number>();
      const first = fresh.filter(({ side, key, position }) => {
        const known = seen.has(`${side} ${key}`);
        if (!known) seen.set(`${side} ${key}`, position);
        return !known;
      });
      await insertOpening(client, first, batchId, context.rulebook.hash);
      await insertUnits(client, [...units.values()]);
      const again = await compareOpening(client, rows);
      return {
        inserted: first.length,
        conflicts: again.filter(({ differs }) => differs === true).map(({ position }) => position),
      };
    },
  };
}
