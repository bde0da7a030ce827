// The evidence of a period: a folder that an auditor checks with tools of their own, without us and without the database. What is
// in it is listed with SHA-256 in a manifest, the facts are under one Merkle root, and the manifest is signed.
import { EVIDENCE_FORMAT, type EvidenceFile, type EvidenceManifest } from './evidenceManifest.ts';
import { createHash, sign } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type pg from 'pg';

import { localDate } from '../../src/accounting/dates.ts';
import { MerkleRoot } from '../../src/audit/merkle.ts';
import type { Config } from '../../src/config/model.ts';
import { verifyAudit } from '../../src/db/audit.ts';
import { type Database, transaction } from '../../src/db/connection.ts';
import { type Certification, readCertifications } from '../../src/db/decisions/certification.ts';
import { EVIDENCE_TABLES, evidenceRows, type EvidenceScope } from '../../src/db/evidence/tables.ts';
import { lastRun, runNumbered } from '../../src/db/run/completeRun.ts';
import { UserError } from '../../src/errors.ts';
import { makeFolders } from '../../src/folders.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { VERSION } from '../../src/version.ts';
import { fingerprintOf, readEvidenceKey } from '../administration/evidenceKey.ts';
import { type ClosingPeriod, periodOf } from '../decisions/closingPeriod.ts';
import { type ClosePage, pageOf } from './certifiedPages.ts';
import { evidencePage } from './evidencePage.ts';
import { listExceptions } from './exceptions.ts';
import { statementOfRun } from './statementAt.ts';

export interface WriteEvidence {
  db: Database;
  config: Config;
  rulebook: Rulebook;
  clock: () => number;
  period: string;
  /** One company; absent: every company whose ERP has listed that period. */
  company?: string;
  /** A new or empty folder. */
  out: string;
}

/** Writes the folder whole, or nothing under that name. */
export async function writeEvidence(job: WriteEvidence): Promise<EvidenceManifest> {
  const { privateKey, publicKey } = readEvidenceKey(job.config);
  const target = resolve(job.out);
  const half = freshFolder(target);
  const manifest = await transaction(job.db, async (client): Promise<EvidenceManifest> => {
    // Not read only: an earlier cut works in temporary tables.
    await client.query('set transaction isolation level repeatable read');
    const takenAt = await databaseTime(client);
    const cuts = await cutsOf(client, job);
    const files: EvidenceFile[] = [];
    const facts = new MerkleRoot();
    const scope = scopeOf(cuts);
    for (const table of Object.keys(EVIDENCE_TABLES)) {
      const rows = evidenceRows(client, table, scope);
      files.push(await write(half, `${table}.ndjson`, table === 'facts' ? counted(rows, facts) : rows));
    }
    for (const { closing, page } of cuts)
      files.push(await write(half, `tie-out-${closing.company}.json`, [JSON.stringify(page, null, 1)]));
    files.push(await write(half, 'exceptions.ndjson', openItems(client, job, cuts)));
    const { heads } = await verifyAudit(client);
    files.push(
      await write(half, 'signer.pem', [
        publicKey.export({ type: 'spki', format: 'pem' }).toString().trimEnd(),
      ]),
    );
    const signer = fingerprintOf(publicKey);
    const said = {
      format: EVIDENCE_FORMAT,
      program: `tieout ${VERSION}`,
      period: cuts[0]!.closing.period,
      companies: cuts.map(({ closing: { company, from, to }, page, certified }) => ({
        company,
        from,
        to,
        run: page.run,
        certified:
          certified === undefined
            ? null
            : { by: certified.by, at: certified.at, pageHash: certified.pageHash },
      })),
      takenAt,
      facts: { leaves: facts.leaves, root: facts.root() },
      chains: heads,
      signer,
    } as const;
    files.push(await write(half, 'README.txt', [evidencePage(said)]));
    return { ...said, files: files.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
  });
  const text = `${JSON.stringify(manifest, null, 1)}\n`;
  await write(half, 'manifest.json', [text.trimEnd()]);
  await writeBytes(half, 'manifest.sig', sign(null, Buffer.from(text), privateKey));
  await write(
    half,
    'SHA256SUMS',
    manifest.files.map(({ name, sha256 }) => `${sha256}  ${name}`),
  );
  if (existsSync(target)) rmdirSync(target);
  renameSync(half, target);
  return manifest;
}

async function databaseTime(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ now: string }>('select now()');
  return rows[0]!.now;
}

interface CompanyCut {
  closing: ClosingPeriod;
  page: ClosePage;
  certified: Certification | undefined;
  asOf: string;
}

/** As certified where it is, otherwise as the last run knows it. */
async function cutsOf(client: pg.ClientBase, job: WriteEvidence): Promise<CompanyCut[]> {
  const codes = job.company === undefined ? [...job.config.companies.keys()] : [job.company];
  const cuts: CompanyCut[] = [];
  const certifications = await readCertifications(client);
  for (const company of codes) {
    const closing = await periodOf(client, job, company, job.period).catch((error: unknown) => {
      if (job.company === undefined && error instanceof UserError) return undefined;
      throw error;
    });
    if (closing === undefined) continue;
    const certified = certifications.find(
      (one) =>
        one.company === company && one.fiscalYear === closing.fiscalYear && one.period === closing.period,
    );
    const run = certified === undefined ? await lastRun(client) : await runNumbered(client, certified.run);
    if (run === undefined)
      throw new UserError({ what: 'no run has completed yet', todo: 'tieout reconcile' });
    const page = pageOf(closing, run, await statementOfRun(client, run, closing.to));
    cuts.push({ closing, page, certified, asOf: closing.to });
  }
  if (cuts.length > 0) return cuts;
  const day = localDate(job.clock(), 'UTC');
  throw new UserError({
    where: job.period,
    what: 'no company has this period',
    expected: `one that an ERP has listed by ${day}`,
    todo: 'tieout ingest periods',
  });
}

const scopeOf = (cuts: readonly CompanyCut[]): EvidenceScope => ({
  companies: cuts.map(({ closing }) => closing.company),
  from: cuts.map(({ closing }) => closing.from),
  to: cuts.map(({ closing }) => closing.to),
  period: cuts[0]!.closing.period,
});

async function* openItems(
  client: pg.ClientBase,
  { rulebook }: WriteEvidence,
  cuts: readonly CompanyCut[],
): AsyncGenerator<string> {
  for (const { closing, page } of cuts) {
    const wanted = { rulebook, runId: page.run, asOf: closing.to, current: false };
    for await (const item of listExceptions(client, wanted))
      if (item.company === closing.company && (item.businessDate ?? '') <= closing.to)
        yield JSON.stringify(item);
  }
}

async function* counted(rows: AsyncGenerator<string>, facts: MerkleRoot): AsyncGenerator<string> {
  for await (const row of rows) {
    facts.add(row);
    yield row;
  }
}

async function write(
  folder: string,
  name: string,
  rows: AsyncIterable<string> | Iterable<string>,
): Promise<EvidenceFile> {
  const digest = createHash('sha256');
  let bytes = 0;
  async function* lines(): AsyncGenerator<Buffer> {
    for await (const row of rows) {
      const line = Buffer.from(`${row}\n`);
      digest.update(line);
      bytes += line.length;
      yield line;
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(join(folder, name), { flags: 'wx', flush: true }));
  return { name, bytes, sha256: digest.digest('hex') };
}

async function writeBytes(folder: string, name: string, bytes: Buffer): Promise<void> {
  await pipeline(Readable.from([bytes]), createWriteStream(join(folder, name), { flags: 'wx', flush: true }));
}

function freshFolder(target: string): string {
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new UserError({
      where: target,
      what: 'the folder for the evidence is not empty',
      expected: 'a new or empty folder',
      todo: 'name another one',
    });
  const half = `${target}.partial`;
  rmSync(half, { recursive: true, force: true });
  makeFolders(dirname(half));
  mkdirSync(half, { mode: 0o700 });
  return half;
}
