// Which reconciliation a line belongs to, which unit inside it, and whether it takes part. The unit's number is a hash of
// its text, so that every process and every database gives a unit the same number without asking anyone.
import { createHash } from 'node:crypto';
import type { IsoDate } from '../accounting/dates.ts';
import type { LedgerLine, LineShape, Scope } from '../accounting/line.ts';
import type { Reconciliation, Rulebook, UnitColumn } from './model.ts';

/** A unit: its 63-bit number as text, and what it stands for. */
export interface Unit {
  unit: string;
  reconciliation: string;
  /** Columns outside the unit are ''. */
  columns: Readonly<Record<UnitColumn, string>>;
  /** The hashed text itself: two texts on one number stop the intake. */
  text: string;
}

/** Unit columns of a line, and its account. */
export type UnitLine = Pick<LineShape, UnitColumn | 'account'>;

/** Units remembered per rulebook; beyond that the memory is emptied, so that odd extracts cannot fill it. */
const REMEMBERED_UNITS = 100_000;

/** What is known of an account of a company's ledger. */
interface Place {
  /** undefined: in none. */
  reconciliation: Reconciliation | undefined;
  /** By location and dimension, '' where the unit is not made by them. */
  units: Map<string, Map<string, Unit>>;
}

/** Maps in maps: one key made of several texts would be put together and hashed for every line (0.4 us of its 0.5). */
interface Lookup {
  /** By company, ledger and account number. */
  places: Map<string, Map<string, Map<string, Place>>>;
  remembered: number;
}

const lookups = new WeakMap<Rulebook, Lookup>();

function lookupOf(rulebook: Rulebook): Lookup {
  let lookup = lookups.get(rulebook);
  if (lookup === undefined || lookup.remembered >= REMEMBERED_UNITS) {
    lookup = { places: new Map(), remembered: 0 };
    lookups.set(rulebook, lookup);
  }
  return lookup;
}

function placeOf(rulebook: Rulebook, company: string, ledger: string, accountNumber: string): Place {
  const lookup = lookupOf(rulebook);
  const known = lookup.places.get(company)?.get(ledger)?.get(accountNumber);
  if (known !== undefined) return known;
  const reconciliation = rulebook.reconciliations.find((each) =>
    holds(rulebook, each, company, ledger, accountNumber),
  );
  const place: Place = { reconciliation, units: new Map() };
  within(within(lookup.places, company), ledger).set(accountNumber, place);
  lookup.remembered += 1;
  return place;
}

function within<T>(maps: Map<string, Map<string, T>>, key: string): Map<string, T> {
  let found = maps.get(key);
  if (found === undefined) {
    found = new Map();
    maps.set(key, found);
  }
  return found;
}

/** The reconciliation that an account belongs to in a company's ledger; undefined: none, its lines are never matched. */
export function reconciliationOf(
  rulebook: Rulebook,
  company: string,
  ledger: string,
  accountNumber: string,
): Reconciliation | undefined {
  return placeOf(rulebook, company, ledger, accountNumber).reconciliation;
}

function holds(
  rulebook: Rulebook,
  reconciliation: Reconciliation,
  company: string,
  ledger: string,
  accountNumber: string,
): boolean {
  if (!reconciliation.ledgers.includes(ledger)) return false;
  if (reconciliation.companies !== undefined && !reconciliation.companies.includes(company)) return false;
  return reconciliation.accounts.some((name) => {
    const account = rulebook.accounts.get(name);
    return (account?.companies.get(company) ?? account?.number) === accountNumber;
  });
}

/** The unit of a line; undefined where its account is in no reconciliation (stored with unit 0). */
export function unitOf(rulebook: Rulebook, line: UnitLine): Unit | undefined {
  const { reconciliation, units } = placeOf(rulebook, line.company, line.ledger, line.account);
  if (reconciliation === undefined) return undefined;
  const location = reconciliation.unit.includes('location') ? line.location : '';
  const dimension = reconciliation.unit.includes('dimension') ? line.dimension : '';
  const known = units.get(location)?.get(dimension);
  if (known !== undefined) return known;
  const unit = makeUnit(reconciliation, line, unitText(reconciliation, line));
  within(units, location).set(dimension, unit);
  lookupOf(rulebook).remembered += 1;
  return unit;
}

/** Each part with its length in front: no two different lists of parts give one text. */
function unitText(reconciliation: Reconciliation, line: UnitLine): string {
  let text = `${reconciliation.name.length}:${reconciliation.name}`;
  for (const column of reconciliation.unit) {
    const value = line[column];
    text += `|${column}=${value.length}:${value}`;
  }
  return text;
}

function makeUnit(reconciliation: Reconciliation, line: UnitLine, text: string): Unit {
  const columns: Record<UnitColumn, string> = { company: '', ledger: '', location: '', dimension: '' };
  for (const column of reconciliation.unit) columns[column] = line[column];
  const hash = createHash('sha256').update(text).digest().readBigUInt64BE(0) >> 1n;
  // 0 stands for "in no reconciliation".
  const unit = (hash === 0n ? 1n : hash).toString();
  return Object.freeze({ unit, reconciliation: reconciliation.name, columns: Object.freeze(columns), text });
}

/**
 * Whether a ledger line takes part: `void` does not count (parked, cancelled), `before` lies before the start,
 * `out` is not explained by events (the scope filter), `zero` has no amount in either currency.
 * @param ours the line carries a posting reference of ours: its journal books an event, whatever document type the ERP gave
 *   it, so no filter takes it out
 */
export function scopeOf(
  reconciliation: Pick<Reconciliation, 'scope'>,
  line: Pick<
    LedgerLine,
    'status' | 'accountingDate' | 'documentType' | 'journalSource' | 'amount' | 'companyAmount'
  >,
  startDate: IsoDate,
  ours = false,
): Scope {
  if (line.status === 'parked' || line.status === 'cancelled') return 'void';
  if (line.accountingDate < startDate) return 'before';
  if (isZero(line.amount) && isZero(line.companyAmount ?? '0')) return 'zero';
  if (ours) return 'in';
  const { documentTypes, notDocumentTypes, journalSources, notJournalSources } = reconciliation.scope;
  const out =
    documentTypes?.includes(line.documentType) === false ||
    notDocumentTypes?.includes(line.documentType) === true ||
    journalSources?.includes(line.journalSource) === false ||
    notJournalSources?.includes(line.journalSource) === true;
  return out ? 'out' : 'in';
}

const isZero = (amount: string): boolean => /^-?[0.]*$/.test(amount);
