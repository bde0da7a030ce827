// Which roll-out mode a journal falls under. The most careful mode of all its lines counts: a journal that touches one
// store still under observation is observed.
import type { CompanyPolicy, RolloutMode } from './missingEntry.ts';

/** What the modes look at: where its lines are, and whose business it is. */
export interface Touching {
  region: string;
  brand: string;
  lines: readonly { account: string; location: string }[];
}

const CARE: Readonly<Record<RolloutMode, number>> = { observe: 0, propose: 1, post: 2 };

/**
 * The mode of a journal made of these entries.
 * @param accountNames names in accounts.yaml of an account number, as the rules of `where` use them
 */
export function rolloutMode(
  policy: CompanyPolicy,
  entries: readonly Touching[],
  accountNames: (account: string) => readonly string[],
): RolloutMode {
  let mode: RolloutMode = 'post';
  for (const entry of entries) {
    for (const location of new Set(entry.lines.map((line) => line.location))) {
      const found = modeAt(policy, entry, location, accountNames);
      if (CARE[found] < CARE[mode]) mode = found;
    }
  }
  return mode;
}

function modeAt(
  { rollout }: CompanyPolicy,
  entry: Touching,
  location: string,
  accountNames: (account: string) => readonly string[],
): RolloutMode {
  const rule = rollout.where.find(
    (where) =>
      (where.region === undefined || where.region === entry.region) &&
      (where.brand === undefined || where.brand === entry.brand) &&
      (where.location === undefined || where.location === location) &&
      (where.accounts === undefined || touches(entry, where.accounts, accountNames)),
  );
  return rule?.mode ?? rollout.default;
}

/** True where a line is on one of the named accounts. */
export function touches(
  entry: Touching,
  accounts: readonly string[],
  accountNames: (account: string) => readonly string[],
): boolean {
  return entry.lines.some((line) => accountNames(line.account).some((name) => accounts.includes(name)));
}
