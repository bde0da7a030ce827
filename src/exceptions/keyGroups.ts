// Open lines whose keys agree under a pass that identifies a fact, but whose amounts, dates or number do not: what differs
// is the reason. One item owns the whole group, because settling a part of it would only move the difference.
import { compareText } from '../matching/model.ts';
import type { Tick } from '../money/ticks.ts';
import { findSubset } from '../matching/subset.ts';
import { withinTolerance } from '../matching/tolerance.ts';
import { minorUnitTicks, showTicks } from '../money/ticks.ts';
import type { Pass, Reconciliation } from '../rulebook/model.ts';
import type { Classified, ClassifyInput, ResidueLine } from './model.ts';
import type { DifferenceReason } from '../rulebook/reasons.ts';

interface Group {
  pass: Pass;
  reconciliation: Reconciliation;
  E: ResidueLine[];
  L: ResidueLine[];
  /** Ledger minus expected. */
  gap: Tick;
  currency: string;
}

/** Takes groups out of `free`, pass by pass in the order of the rulebook, and returns them as items. */
export function keyGroups(
  input: ClassifyInput,
  free: Set<ResidueLine>,
  held: ReadonlySet<ResidueLine>,
): Classified[] {
  const items: Classified[] = [];
  for (const reconciliation of input.reconciliations.values()) {
    reconciliation.passes.forEach((pass, p) => {
      if (!pass.identifies || !pass.active || pass.acrossAccounts || pass.type === 'net') return;
      for (const group of groupsOf(reconciliation, pass, p, free, held)) {
        const item = reasonOf(group, input);
        if (item === undefined) continue;
        for (const line of item.lines) free.delete(line);
        items.push(item);
      }
    });
  }
  return items;
}

function groupsOf(
  reconciliation: Reconciliation,
  pass: Pass,
  p: number,
  free: Set<ResidueLine>,
  held: ReadonlySet<ResidueLine>,
): Group[] {
  const groups = new Map<string, Group>();
  for (const line of free) {
    const key = line.keys[p];
    if (line.reconciliation !== reconciliation.name || key === null || key === undefined || held.has(line))
      continue;
    const at = `${line.unit}|${key}`;
    const group = groups.get(at) ?? { pass, reconciliation, E: [], L: [], gap: 0n, currency: line.currency };
    group[line.side].push(line);
    group.gap += line.side === 'L' ? line.amount : -line.amount;
    groups.set(at, group);
  }
  const whole = [...groups.values()].filter(({ E, L }) => E.length > 0 && L.length > 0);
  for (const { E, L } of whole) {
    E.sort((a, b) => compareText(a.ext, b.ext));
    L.sort((a, b) => compareText(a.ext, b.ext));
  }
  return whole;
}

function reasonOf(group: Group, input: ClassifyInput): Classified | undefined {
  const { pass, E, L, gap } = group;
  const summary = pass.type !== 'one-to-one';
  const outside = dateOutOfWindow(group);
  if (outside !== undefined) return outside;
  const [e, l] = [E[0], L[0]];
  if (E.length === 1 && L.length === 1 && gap !== 0n && e?.amount === -(l?.amount ?? 0n))
    return item(
      group,
      'SIGN_REVERSED',
      `${l?.label} posts ${showTicks(l?.amount ?? 0n, group.currency)} where ${showTicks(e.amount, group.currency)} is expected: debit and credit are exchanged`,
    );
  const split = summary ? splitIncomplete(group) : undefined;
  if (summary && [...E, ...L].some((line) => !line.graceOver)) {
    return item(
      group,
      'TIMING',
      `${words(group)}; the group is still inside its grace days`,
      split === undefined ? [] : ['SPLIT_INCOMPLETE'],
    );
  }
  if (split !== undefined) return split;
  if (gap === 0n) {
    const why =
      E.length === 1 && L.length === 1 && e !== undefined && l !== undefined
        ? `amount and keys agree; business dates ${e.businessDate} and ${l.businessDate} lie outside the window and in different periods`
        : `${E.length} expected and ${L.length} ledger lines agree in sum, but not line by line`;
    return item(group, 'REVIEW_MATCH', why);
  }
  const tax = E.every((line) => input.taxAccounts.has(line.account) && line.othersMatched);
  const small = (gap < 0n ? -gap : gap) < minorUnitTicks(group.currency) * BigInt(E.length + L.length);
  const fits: DifferenceReason[] = [];
  if (tax) fits.push('TAX_VARIANCE');
  if (small) fits.push('ROUNDING');
  fits.push('AMOUNT_VARIANCE');
  const [reason = 'AMOUNT_VARIANCE', ...also] = fits;
  return item(group, reason, words(group), also);
}

function dateOutOfWindow({ pass, E, L, ...rest }: Group): Classified | undefined {
  const [e, l] = [E[0], L[0]];
  if (pass.type !== 'one-to-one' || pass.window === undefined || E.length !== 1 || L.length !== 1)
    return undefined;
  if (e === undefined || l === undefined) return undefined;
  if (!withinTolerance(pass.tolerance, e.currency, e.amount, l.amount)) return undefined;
  const why = `amount and keys agree; business dates ${e.businessDate} and ${l.businessDate} lie outside the window of ${pass.window.from} to ${pass.window.to} days`;
  return item({ pass, E, L, ...rest }, 'DATE_OUT_OF_WINDOW', why);
}

/** A summary that equals a part of its members exactly: the members it lacks are named. */
function splitIncomplete(group: Group): Classified | undefined {
  const { E, L, gap, currency } = group;
  const [one, many, missing] = L.length === 1 ? [L[0], E, -gap] : E.length === 1 ? [E[0], L, gap] : [];
  if (one === undefined || many === undefined || missing === undefined || many.length < 2 || gap === 0n)
    return undefined;
  const answer = findSubset(
    missing,
    many.map((line) => line.amount),
    { maxSize: 3, maxSteps: 200_000 },
  );
  if (answer.verdict !== 'unique' && answer.verdict !== 'several') return undefined;
  const picks = answer.verdict === 'unique' ? [answer.picks] : answer.examples;
  const [first = []] = picks;
  if (first.length === many.length) return undefined;
  const named = picks.map((pick) => pick.map((i) => many[i]?.label ?? '').join(' + '));
  const verb =
    one.side === 'L' ? `${one.label} equals the group without` : `${one.label} equals its postings without`;
  return item(
    group,
    'SPLIT_INCOMPLETE',
    `${verb} ${named.join(', or without ')} (${showTicks(missing, currency)})`,
    ['AMOUNT_VARIANCE'],
    { lacking: named },
  );
}

function words({ E, L, gap, currency }: Group): string {
  const sum = (lines: ResidueLine[]): Tick => lines.reduce((all, line) => all + line.amount, 0n);
  const count = (lines: ResidueLine[], word: string): string =>
    lines.length === 1 ? (lines[0]?.label ?? word) : `${lines.length} ${word}`;
  return `keys agree, amounts do not: ledger ${showTicks(sum(L), currency)} (${count(L, 'lines')}), expected ${showTicks(sum(E), currency)} (${count(E, 'lines')}), difference ${showTicks(gap, currency)}`;
}

function item(
  group: Group,
  reason: DifferenceReason,
  why: string,
  also: DifferenceReason[] = [],
  detail: Record<string, unknown> = {},
): Classified {
  return {
    reason,
    also,
    lines: [...group.E, ...group.L],
    why,
    detail: { pass: group.pass.name, difference: showTicks(group.gap, group.currency), ...detail },
  };
}
