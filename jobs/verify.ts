// Proves the invariants on the whole database and the audit chains, in one snapshot, with evidence where one fails.
import { verifyAudit } from '../src/db/audit.ts';
import { type Database, transaction } from '../src/db/connection.ts';
import { lastRun } from '../src/db/run/completeRun.ts';
import { proofs } from '../src/db/run/proof.ts';
import { checkInvariant, INVARIANTS, openWithReason } from '../src/db/verify.ts';
import { workbookDisagrees } from './workbookTotals.ts';

export interface Check {
  name: string;
  ok: boolean;
  evidence: string[];
}

export interface Verdict {
  ok: boolean;
  checks: Check[];
}

export function verify(db: Database): Promise<Verdict> {
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
    const run = await lastRun(client);
    const differences =
      run === undefined
        ? []
        : (await proofs(client, run.runId, run.horizon)).filter(
            (proof) => !/^-?0(\.0*)?$/.test(proof.difference),
          );
    checks.push({
      // A ledger that disagrees with its own balances is the ledger's fault and an exception, not a broken invariant:
      // what must hold is that each such difference is on record.
      name: '9 every balance that does not prove is on record as BALANCE_DIFFERENCE',
      ok:
        differences.length === 0 ||
        (await openWithReason(client, 'BALANCE_DIFFERENCE')) >= differences.length,
      evidence: differences
        .map((proof) => `${proof.company} ${proof.account} ${proof.period}: ${proof.difference}`)
        .slice(0, 5),
    });
    const different = run === undefined ? [] : await workbookDisagrees(client, run);
    checks.push({
      name: '10 workbook totals are the totals of the database, row by row of the tie-out',
      ok: different.length === 0,
      evidence: different.slice(0, 5),
    });
    return { ok: checks.every((check) => check.ok), checks };
  });
}
