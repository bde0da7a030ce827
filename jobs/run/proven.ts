// How far the ERP's balances prove an account: to the last period up to which every delivered balance was accepted and agrees;
// disproven from the first one that disagrees or does not add up by itself. No word of a later period is said.
import type pg from 'pg';
import { type RefusedBalance, refusedBalances } from '../../src/db/read/refusedBalances.ts';
import { keptProofs, type ProvenAccount } from '../../src/db/run/keptProofs.ts';
import { accountsGoneOn } from '../../src/db/run/laterPeriods.ts';
import { type Proof, proofs } from '../../src/db/run/proof.ts';
import { decimal, sum } from '../../src/money/decimal.ts';

/** What the balances say of one account in one currency; amounts as decimal text. */
export interface Proven {
  /** The latest accepted closing balance; null where the ERP gave none. */
  balance: string | null;
  /** True: all of it up to the cut; false: not, or not to its last line; null: no balance was delivered. */
  proven: boolean | null;
  /** Last period that is proven. */
  provenTo: string | null;
  /** What the first balance that disagrees is off by; null where none does. */
  balanceDifference: string | null;
}

export interface ProvenAt {
  runId: string;
  asOf: string;
  horizon: string;
  /** True inside a run over all reconciliations: the kept proofs are of this moment. */
  kept: boolean;
}

/** What is proven of each account, in their order. */
export async function provenAccounts(
  client: pg.ClientBase,
  at: ProvenAt,
  accounts: readonly ProvenAccount[],
): Promise<Proven[]> {
  const refused = await refusedBalances(client, at.horizon);
  const asked = accounts.map((account) => {
    const mine = refused.filter((one) => isOf(one, account));
    return { ...account, refused: first(mine.map(({ period }) => period)) ?? '' };
  });
  const found = at.kept ? await keptProofs(client, asked) : await proofs(client, at.runId);
  const judged = accounts.map((account) =>
    judge(
      found.filter((proof) => isOf(proof, account) && proof.ledger === account.ledger),
      refused.filter((one) => isOf(one, account)),
    ),
  );
  const held = accounts.flatMap((account, index) => {
    const { proven, provenTo } = judged[index] as Proven;
    return proven === true && provenTo !== null ? [{ ...account, period: provenTo }] : [];
  });
  const on = await accountsGoneOn(client, at, held);
  return accounts.map((account, index) => {
    const goesOn = on.some((one) => isOf(one, account) && one.ledger === account.ledger);
    const so = judged[index] as Proven;
    return goesOn ? { ...so, proven: false } : so;
  });
}

/** By the balances alone. */
function judge(mine: readonly Proof[], refused: readonly RefusedBalance[]): Proven {
  if (mine.length === 0 && refused.length === 0)
    return { balance: null, proven: null, provenTo: null, balanceDifference: null };
  const off = mine.filter(({ difference }) => !decimal(difference).isZero());
  const bad = first([...off, ...refused].map(({ period }) => period));
  const periods = mine.map(({ period }) => period).sort();
  const last = periods.at(-1);
  const provenTo = periods.findLast((period) => bad === undefined || period < bad) ?? null;
  const total = (texts: readonly string[]): string => sum(texts.map(decimal)).toFixed();
  const closings = mine.filter(({ period }) => period === last).map(({ closing }) => closing);
  const differences = [...off, ...refused]
    .filter(({ period }) => period === bad)
    .flatMap(({ difference }) => difference ?? []);
  return {
    balance: closings.length === 0 ? null : total(closings),
    proven: bad === undefined,
    provenTo,
    balanceDifference: differences.length === 0 ? null : total(differences),
  };
}

const first = (periods: readonly string[]): string | undefined => [...periods].sort()[0];

type Place = Pick<ProvenAccount, 'company' | 'account' | 'currency'>;
const isOf = (one: Place, account: Place): boolean =>
  one.company === account.company && one.account === account.account && one.currency === account.currency;
