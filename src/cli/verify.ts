// `verify`: proves the invariants; exit 1 with the evidence where one fails.
import { readFileSync } from 'node:fs';

import { readAnchors } from '../../jobs/administration/anchors.ts';
import { verify as runVerify } from '../../jobs/administration/verify.ts';
import type { Check } from '../../jobs/administration/check.ts';
import {
  type InclusionProof,
  verifyEvidence,
  verifyInclusion,
} from '../../jobs/administration/verifyEvidence.ts';
import { UserError } from '../errors.ts';
import { type Command, type CommandContext, type ExitCode, textOption } from './command.ts';
import { withDatabase } from './withDatabase.ts';

export const verify: Command = {
  name: 'verify',
  words: '',
  summary: 'prove the invariants on the whole database and the audit chain',
  options: {
    anchor: {
      type: 'string',
      value: 'FILE',
      says: 'a copy of log/audit-heads.ndjson that was kept elsewhere',
      example: '/mnt/audit/audit-heads.ndjson',
    },
    evidence: {
      type: 'string',
      value: 'DIR',
      says: 'checks an evidence folder instead, without any database',
      example: 'evidence-2026-10',
    },
    signer: {
      type: 'string',
      value: 'TEXT',
      says: 'the fingerprint of whoever has to have signed it',
      example: '9f2c…',
    },
    proof: {
      type: 'string',
      value: 'FILE',
      says: 'of that folder only whether the fact of this proof is in it (evidence prove)',
      example: 'proof.json',
    },
  },
  async run(context) {
    const folder = textOption(context, 'evidence');
    if (folder !== undefined) return verifyFolder(context, folder);
    return withDatabase<ExitCode>(context, async ({ db, config }) => {
      const anchors = await readAnchors(config.dataDir, textOption(context, 'anchor'));
      const verdict = await runVerify(db, anchors);
      if (context.json) context.print(JSON.stringify(verdict));
      else for (const line of checkLines(verdict.checks)) context.print(line);
      return verdict.ok ? 0 : 1;
    });
  },
};

function checkLines(checks: readonly Check[]): string[] {
  return checks.flatMap(({ name, ok, evidence }) => [
    `${ok ? 'ok    ' : 'FAILED'}  ${name}`,
    ...(ok ? [] : evidence.map((line) => `          ${line}`)),
  ]);
}

/** An evidence folder, or one fact of it, where no database is. */
async function verifyFolder(context: CommandContext, folder: string): Promise<ExitCode> {
  const signer = textOption(context, 'signer');
  const proof = textOption(context, 'proof');
  const verdict =
    proof === undefined
      ? await verifyEvidence(folder, signer)
      : await verifyInclusion(folder, readProof(proof), signer);
  if (context.json) context.print(JSON.stringify(verdict));
  else {
    for (const line of checkLines(verdict.checks)) context.print(line);
    const whole = verdict.checks.every(({ ok }) => ok);
    if (whole && signer === undefined)
      context.print(`consistent, signer unknown: ${verdict.signer} (--signer says who it has to be)`);
  }
  return verdict.ok ? 0 : 1;
}

function readProof(file: string): InclusionProof {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as InclusionProof;
  } catch (error) {
    throw new UserError({
      where: file,
      what: 'it holds no proof',
      expected: 'what tieout evidence prove printed',
      found: (error as Error).message,
    });
  }
}
