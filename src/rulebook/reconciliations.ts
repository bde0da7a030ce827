// Compiles reconciliations.yaml: sets of accounts compared under one ordered list of passes, and the control
// reconciliations, which own no line and only watch that something comes to zero.
import type { ControlReason } from './reasons.ts';
import { readAccountName } from './accounts.ts';
import type { Account, ControlReconciliation, Reconciliation, ScopeFilter, UnitColumn } from './model.ts';
import { UNIT_COLUMNS } from './model.ts';
import { readName, readPass } from './passes.ts';
import type { YamlMap, YamlValue } from './yaml.ts';

const MOST_GRACE_DAYS = 366;
const SCOPE_KEYS = ['documentTypes', 'notDocumentTypes', 'journalSources', 'notJournalSources'] as const;
/** Control reasons that are about a match, and so about a reconciliation. */
const OF_MATCHES = ['WRONG_PERIOD', 'FX_VARIANCE'] as const satisfies readonly ControlReason[];
const CONTROLLED = [
  'TAX_ASSESSED_VARIANCE',
  'IN_TRANSIT_AGED',
  'TRANSFER_VARIANCE',
] as const satisfies readonly ControlReason[];

export interface ReconciliationFile {
  reconciliations: Reconciliation[];
  controls: ControlReconciliation[];
  settlement: readonly string[];
  /** Where each name stands, for later checks. */
  where: Map<string, YamlValue>;
}

export function readReconciliations(
  file: YamlValue,
  accounts: ReadonlyMap<string, Account>,
): ReconciliationFile {
  const read: ReconciliationFile = { reconciliations: [], controls: [], settlement: [], where: new Map() };
  for (const value of readList(file, read)) {
    const map = value.map('{ name, accounts, unit, graceDays, passes }');
    if (map === undefined) continue;
    const name = readName(map);
    if (name === undefined) continue;
    if (read.where.has(name)) {
      value.refuse({ what: `two reconciliations are called ${name}`, todo: 'give each its own name' });
    }
    read.where.set(name, value);
    if (map.entries.has('control')) {
      const control = readControl(name, map, accounts);
      if (control !== undefined) read.controls.push(control);
    } else {
      const reconciliation = readReconciliation(name, map, accounts);
      if (reconciliation !== undefined) read.reconciliations.push(reconciliation);
    }
    map.end();
  }
  return read;
}

/** A list, or `{ settlement: [Receipts], reconciliations: [...] }`. */
function readList(file: YamlValue, read: ReconciliationFile): YamlValue[] {
  if (!file.isMap) return file.list('a list of reconciliations');
  const map = file.map();
  read.settlement = map?.get('settlement')?.texts() ?? [];
  const list = map?.need('reconciliations', 'a list of reconciliations')?.list() ?? [];
  map?.end();
  return list;
}

function readReconciliation(
  name: string,
  map: YamlMap,
  accounts: ReadonlyMap<string, Account>,
): Reconciliation | undefined {
  const title = map.get('title')?.text() ?? name;
  const names = readAccountNames(map, accounts);
  const companies = map.get('companies')?.texts();
  const ledgers = map.get('ledgers')?.texts() ?? ['GL'];
  const unit = readUnit(map.need('unit', '[company, ledger, location]'));
  const graceDays = map.need('graceDays', 'days')?.wholeNumber(0, MOST_GRACE_DAYS);
  const calendar = map.get('calendar')?.text();
  const scope = readScope(map.get('scope'));
  const silenced = readSilenced(map.get('controls'));
  const passes = (map.need('passes', 'a list of passes')?.list() ?? []).flatMap(
    (pass) => readPass(pass, accounts) ?? [],
  );
  const twice = passes.find((pass, index) => passes.findIndex((other) => other.name === pass.name) < index);
  if (twice !== undefined) {
    map.value.refuse({
      what: `two passes of ${name} are called ${twice.name}`,
      todo: 'give each its own name',
    });
  }
  const first = passes.findIndex((pass) => !pass.identifies);
  const late = first < 0 ? undefined : passes.slice(first).find((pass) => pass.identifies);
  if (late !== undefined) {
    map.value.refuse({
      what: `pass ${late.name} of ${name} compares an id of the event and comes after ${passes[first]?.name ?? ''}, which only sums`,
      expected: 'passes that compare an id first: names before sums',
      todo: `move ${late.name} up`,
    });
  }
  if (graceDays === undefined) return undefined;
  return {
    name,
    title,
    accounts: names,
    ...(companies === undefined ? {} : { companies }),
    ledgers,
    unit,
    graceDays,
    ...(calendar === undefined ? {} : { calendar }),
    ...(silenced.length === 0 ? {} : { silenced }),
    scope,
    passes,
  };
}

function readControl(
  name: string,
  map: YamlMap,
  accounts: ReadonlyMap<string, Account>,
): ControlReconciliation | undefined {
  const title = map.get('title')?.text() ?? name;
  const reason = map.get('control')?.oneOf(CONTROLLED);
  const names = readAccountNames(map, accounts);
  const columns = ['reference', 'dimension', 'location'] as const;
  const by = (map.need('by', '[reference]')?.list('[reference]') ?? []).flatMap(
    (c) => c.oneOf(columns) ?? [],
  );
  if (!by.includes('reference')) {
    map.value.refuse({
      what: `${name} does not sum by reference`,
      todo: 'add reference to by: a control looks at one document or transfer at a time',
    });
  }
  const graceDays = map.need('graceDays', 'days')?.wholeNumber(0, MOST_GRACE_DAYS);
  if (reason === undefined || graceDays === undefined) return undefined;
  return { name, title, accounts: names, by, graceDays, reason };
}

function readAccountNames(map: YamlMap, accounts: ReadonlyMap<string, Account>): string[] {
  const values = map.need('accounts', 'names in accounts.yaml')?.list('names in accounts.yaml') ?? [];
  return values.flatMap((value) => readAccountName(value, accounts) ?? []);
}

/** `{ WRONG_PERIOD: off }`: of what is asked of matches, what is not asked here. */
function readSilenced(value: YamlValue | undefined): string[] {
  const map = value?.map('{ WRONG_PERIOD: off }');
  const silenced = OF_MATCHES.filter((reason) => map?.get(reason)?.oneOf(['on', 'off'] as const) === 'off');
  map?.end();
  return silenced;
}

/** Company and ledger first, whether written or not: lines of two ledgers never match. */
function readUnit(value: YamlValue | undefined): UnitColumn[] {
  const named = (value?.list('[company, ledger, location]') ?? []).flatMap(
    (c) => c.oneOf(UNIT_COLUMNS) ?? [],
  );
  return UNIT_COLUMNS.filter(
    (column) => column === 'company' || column === 'ledger' || named.includes(column),
  );
}

function readScope(value: YamlValue | undefined): ScopeFilter {
  const map = value?.map('{ where: { documentTypes: [...] } }');
  const where = map?.need('where', SCOPE_KEYS.join(', '))?.map();
  const scope: ScopeFilter = {};
  for (const key of SCOPE_KEYS) {
    const texts = where?.get(key)?.texts();
    if (texts !== undefined) scope[key] = texts;
  }
  where?.end();
  map?.end();
  return scope;
}
