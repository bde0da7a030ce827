// Captured tax against the tax engine's word, per document: nothing said yet, a revision missing in between, or another
// amount. One document is one item, whichever of these it is today.
import { decimal } from '../money/decimal.ts';
import type { ControlReconciliation } from '../rulebook/model.ts';
import type { Uncleared } from './clearing.ts';
import {
  type ControlDay,
  type ControlFindings,
  type EventRef,
  eventRefs,
  isDue,
  shownAmount,
} from './control.ts';

/** The assessments of a document that are known on the day of the run. */
export interface AssessmentFacts {
  company: string;
  document: string;
  assessed: EventRef[];
  /** Revisions that wait for an earlier one. */
  waiting: (EventRef & { because: string; businessDate: string })[];
  /** The events that captured tax. */
  captured: EventRef[];
}

interface Document {
  company: string;
  reference: string;
  keys: Uncleared[];
  facts: AssessmentFacts;
}

/** Findings of one control reconciliation over tax clearing. */
export function assessedFindings(
  control: ControlReconciliation,
  keys: readonly Uncleared[],
  facts: readonly AssessmentFacts[],
  day: ControlDay,
): ControlFindings {
  const found: ControlFindings = { items: [], watch: [] };
  const byDocument = new Map<string, Document>();
  for (const each of facts) {
    byDocument.set(`${each.company}\u001f${each.document}`, {
      company: each.company,
      reference: each.document,
      keys: [],
      facts: each,
    });
  }
  for (const key of keys) byDocument.get(`${key.company}\u001f${key.reference}`)?.keys.push(key);
  for (const document of byDocument.values()) {
    const { company, reference } = document;
    if (document.keys.length === 0 && document.facts.waiting.length === 0) continue;
    found.watch.push({ control: control.name, company, key: reference });
    judge(control, document, day, found);
  }
  return found;
}

function judge(
  control: ControlReconciliation,
  { company, reference, keys, facts }: Document,
  day: ControlDay,
  found: ControlFindings,
): void {
  const due = keys.filter((key) => isDue(key.firstOn, control.graceDays, day.asOf));
  const gap = facts.waiting.find((event) => isDue(event.businessDate, control.graceDays, day.asOf));
  const open = due.filter((key) => !decimal(key.amount).isZero());
  // An assessment shortly after the start is of a document from before it.
  const before =
    facts.captured.length === 0 &&
    !due.some((key) => isDue(day.startDate, control.graceDays, key.firstOn as never));
  if (gap === undefined && (open.length === 0 || before)) return;
  const missing = gap !== undefined || facts.assessed.length === 0;
  const shown = open.map(
    (key) =>
      `${[key.dimension, key.location].filter((part) => part !== '').join(' ') || key.currency} ${amountOf(key)}`,
  );
  const left = shown.length === 0 ? '' : `; in clearing: ${shown.join(', ')}`;
  const why =
    gap !== undefined
      ? `tax of ${reference}: ${gap.because}; ${control.graceDays} grace days are over${left}`
      : missing
        ? `tax of ${reference} was captured on ${open[0]?.firstOn} and not assessed in ${control.graceDays} days${left}`
        : `tax of ${reference}: what was assessed is not what was captured${left}`;
  for (const [currency, exposure] of exposures(open)) {
    found.items.push({
      reason: missing ? 'ASSESSMENT_MISSING' : 'TAX_ASSESSED_VARIANCE',
      about: 'TAX',
      subject: [company, control.name, reference, currency].join('\u001f'),
      company,
      why,
      detail: {
        events: eventRefs([...facts.captured, ...facts.assessed, ...facts.waiting]),
        references: [reference],
      },
      exposure,
      currency,
      businessDate: open[0]?.firstOn ?? gap?.businessDate ?? null,
    });
  }
}

const amountOf = (key: Uncleared): string =>
  shownAmount(decimal(key.amount).negated().toFixed(), key.currency);

/** Sums of what stays, by currency; a gap that leaves nothing in clearing is one item without an amount. */
function exposures(keys: readonly Uncleared[]): [currency: string, exposure: string | null][] {
  const sums = new Map<string, ReturnType<typeof decimal>>();
  for (const key of keys) {
    const sum = sums.get(key.currency) ?? decimal('0');
    sums.set(key.currency, sum.plus(decimal(key.amount).abs()));
  }
  return sums.size === 0 ? [['', null]] : [...sums].map(([currency, sum]) => [currency, sum.toFixed()]);
}
