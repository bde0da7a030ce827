// Works a record out of a row or group: its columns or its event, or every fault of it.
import type { Emit } from './feed.ts';
import { Fault } from './model.ts';
import type { Context } from './model.ts';

/** Texts of a ledger line that refuse nothing: what cannot be read of them is left empty and counted (spec: ledger). */
const LENIENT: ReadonlySet<string> = new Set([
  'document_date',
  'reference',
  'assignment',
  'text',
  'created_by',
  'created_at',
]);

/** A record worked out. */
export type Worked =
  { columns: ReadonlyMap<string, string>; event: undefined } | { columns: undefined; event: unknown };

/** @returns undefined where the record's condition does not hold */
export function workOut(
  emit: Emit,
  context: Context,
  leftEmpty: (fault: Fault) => void,
): Worked | Fault[] | undefined {
  const holds = emit.when?.(context) ?? true;
  if (holds instanceof Fault) return [holds];
  if (!holds) return undefined;
  const faults: Fault[] = [];
  if (emit.event !== undefined) {
    const event = emit.event(context, faults);
    return faults.length > 0 ? once(faults) : { columns: undefined, event };
  }
  const columns = new Map<string, string>();
  for (const [column, get] of emit.columns) {
    const value = get(context);
    if (typeof value === 'string') columns.set(column, value);
    else if (emit.kind === 'ledger' && LENIENT.has(column)) leftEmpty(value);
    else faults.push(value);
  }
  return faults.length > 0 ? once(faults) : { columns, event: undefined };
}

/** One value may be asked for by several fields. */
function once(faults: readonly Fault[]): Fault[] {
  return [...new Set(faults)];
}

/** What can be said of a table's record although it is refused: its columns that can be read. */
export function readable(emit: Emit, context: Context): ReadonlyMap<string, string> {
  const columns = new Map<string, string>();
  for (const [column, get] of emit.columns) {
    const value = get(context);
    if (typeof value === 'string' && value !== '') columns.set(column, value);
  }
  return columns;
}
