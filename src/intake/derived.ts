// From an accepted event to its lines with their homes: derivation by the rulebook, then unit and scope of each line.
import type { IsoDate } from '../accounting/dates.ts';
import type { ExpectedLine } from '../accounting/line.ts';
import type { HomedLine, Standing } from '../db/intake/stageEvents.ts';
import type { BusinessEvent, Refusal } from '../events/model.ts';
import { deriveLines } from '../rulebook/derive.ts';
import { unitOf } from '../rulebook/unit.ts';
import type { Unit } from '../rulebook/unit.ts';
import type { IntakeContext } from './context.ts';

export type Derived = (Standing & { lines: ExpectedLine[] }) | { refusal: Refusal };

/** What the event derives by itself on its accounting date. */
export function derive(event: BusinessEvent, accountingDate: IsoDate, context: IntakeContext): Derived {
  const derivation = deriveLines(event, accountingDate, context.rulebook, context.company);
  switch (derivation.kind) {
    case 'refused':
      return { refusal: derivation.refusal };
    case 'lines':
      return { standing: 'derived', because: '', rule: derivation.rule, lines: derivation.lines };
    case 'zero':
    case 'none':
      return { standing: derivation.kind, because: derivation.because, rule: derivation.rule, lines: [] };
    case 'no_rule':
    case 'lifecycle':
      return { standing: derivation.kind, because: derivation.because, rule: '', lines: [] };
  }
}

/** Gives a line its unit (0: in no reconciliation) and scope, and notes the unit. */
export function home(line: ExpectedLine, context: IntakeContext, units: Map<string, Unit>): HomedLine {
  const unit = unitOf(context.rulebook, line);
  if (unit === undefined) return { unit: '0', scope: 'out', line };
  units.set(unit.unit, unit);
  return { unit: unit.unit, scope: line.accountingDate < context.startDate ? 'before' : 'in', line };
}
