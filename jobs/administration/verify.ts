// Proves the invariants on the whole database and the audit chains, in one snapshot, with evidence where one fails.
import type { Check } from './check.ts';
import type pg from 'pg';
import { verifyAudit } from '../../src/db/audit.ts';
import { type Database, transaction } from '../../src/db/connection.ts';
import { lastRun } from '../../src/db/run/completeRun.ts';
import { lastWholeRun } from '../../src/db/run/controls/scope.ts';
import { allKept } from '../../src/db/run/keptProofs.ts';
import { balanceDifferences, type Proof, proofs } from '../../src/db/run/proof.ts';
import { checkInvariant, INVARIANTS, subjectsOf } from '../../src/db/verify.ts';
import { decimal } from '../../src/money/decimal.ts';
import { type Anchor, anchorCheck, recordChecks } from './verifyRecords.ts';
import { changedPages } from '../reports/certifiedPages.ts';
import { workbookDisagrees } from '../reports/workbookTotals.ts';

export interface Verdict {
  ok: boolean;
  checks: Check[];
}

/** @param anchors where the chains ended when that was written down elsewhere */
export async function verify(db: Database, anchors: readonly Anchor[] = []): Promise<Verdict> {
  const checks = await storedChecks(db, anchors);
  const changed = await changedPages(db);
  checks.push({
    name: '13 every certified period prints as it was certified',
    ok: changed.length === 0,
    evidence: changed,
  });
  return { ok: checks.every((check) => check.ok), checks };
}

function storedChecks(db: Database, anchors: readonly Anchor[]): Promise<Check[]> {
  return transaction(db, async (client) => {
    await client.query('set transaction isolation level repeatable read read only');
    const checks: Check[] = [];
    for (const invariant of INVARIANTS) {
      const evidence = await checkInvariant(client, invariant);
      checks.push({ name: invariant.name, ok: evidence.length === 0, evidence });
    }
    const audit = await verifyAudit(client);
    checks.push({
      name: '7 the audit chains are whole',
      ok: audit.broken.length === 0,
      evidence: audit.broken.map((broken) => `${broken.stream} ${broken.seq}: ${broken.why}`),
    });
    checks.push(await anchorCheck(client, anchors));
    checks.push(...(await recordChecks(client)));
    checks.push(...(await balanceChecks(client)));
    const run = await lastRun(client);
    const different = run === undefined ? [] : await workbookDisagrees(client, run);
    checks.push({
      name: '10 workbook totals are the totals of the database, row by row of the tie-out',
      ok: different.length === 0,
      evidence: different.slice(0, 5),
    });
    return checks;
  });
}

/** What the last run over all reconciliations said of the ERP's balances, proven again from scratch. */
async function balanceChecks(client: pg.ClientBase): Promise<Check[]> {
  const whole = await lastWholeRun(client);
  const scratch = whole === undefined ? [] : await proofs(client, whole.runId);
  const onRecord = await subjectsOf(client, 'BALANCE_DIFFERENCE');
  const unrecorded = balanceDifferences(scratch)
    .map(({ reason, subject, why }) => ({ anchor: `${reason}\u001f${subject}`, why }))
    .filter(({ anchor }) => !onRecord.has(anchor));
  // After an undo the next run proves all of them anew.
  const kept = whole === undefined || whole.undoneSince ? [] : unlike(await allKept(client), scratch);
  return [
    {
      // A ledger that disagrees with its own balances is the ledger's fault and an exception, not a broken invariant:
      // what must hold is that each such difference is on record.
      name: '9 every balance that does not prove is on record as BALANCE_DIFFERENCE',
      ok: unrecorded.length === 0,
      evidence: unrecorded.map(({ why }) => why).slice(0, 5),
    },
    {
      name: '9b the proofs of balances that runs keep are those from scratch',
      ok: kept.length === 0,
      evidence: kept.slice(0, 5),
    },
  ];
}

const keyOf = (proof: Proof): string =>
  [
    proof.company,
    proof.ledger,
    proof.account,
    proof.location,
    proof.dimension,
    proof.currency,
    proof.period,
  ].join(' ');
const saidOf = ({ closing, computed }: Proof): string =>
  `closing ${decimal(closing).toFixed()}, lines ${decimal(computed).toFixed()}`;

/** Balances of which the two do not say the same. */
function unlike(kept: readonly Proof[], scratch: readonly Proof[]): string[] {
  const said = (proofsOf: readonly Proof[]): Map<string, string> =>
    new Map(proofsOf.map((proof) => [keyOf(proof), saidOf(proof)]));
  const [before, again] = [said(kept), said(scratch)];
  return [...new Set([...before.keys(), ...again.keys()])]
    .filter((key) => before.get(key) !== again.get(key))
    .map(
      (key) => `${key}: kept ${before.get(key) ?? 'nothing'}, from scratch ${again.get(key) ?? 'nothing'}`,
    );
}
