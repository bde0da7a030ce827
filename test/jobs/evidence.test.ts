// The folder that an auditor is handed: checked with stock tools, without a database, and by one byte changed in each file.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { newEvidenceKey } from '../../jobs/administration/evidenceKey.ts';
import type { Actor } from '../../jobs/administration/userKeys.ts';
import { verify } from '../../jobs/administration/verify.ts';
import { proveInclusion, verifyEvidence, verifyInclusion } from '../../jobs/administration/verifyEvidence.ts';
import { certify } from '../../jobs/decisions/certify.ts';
import { writeEvidence } from '../../jobs/reports/evidence.ts';
import type { EvidenceManifest } from '../../jobs/reports/evidenceManifest.ts';
import type { Config } from '../../src/config/model.ts';
import { Story } from '../posting/story.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { tieout } from '../cli/tieout.ts';

let at: TestDatabase;
let story: Story;
let ada: Actor;
let config: Config;
let manifest: EvidenceManifest;
const work = mkdtempSync(join(tmpdir(), 'tieout-evidence-'));
const keyFile = join(work, 'keys', 'evidence.pem');
const folder = join(work, 'october');

beforeAll(async () => {
  at = await testDatabase();
  story = new Story(at.db);
  await story.user('root', 'reviewer');
  const bob = await story.user('bob', 'reviewer');
  ada = await story.user('ada', 'admin');
  const untrue = await story.tell(`
periods 2026-09=closed 2026-10=open 2026-11=open
sale SO-1 10.00 2026-10-05
sale SO-2 7.50 2026-10-06
sale SO-3 2.50 2026-11-02
booked 4711 SO-1 10.00 2026-10-05
booked 4712 SO-2 7.50 2026-10-06
booked 4713 SO-3 2.50 2026-11-02
extract
balances 2026-10 1200=17.50 4000=-17.50
as-of 2026-11-10
reconcile`);
  if (untrue.length > 0) throw new Error(untrue.join('\n'));
  config = { ...story.config, evidence: { keyFile } };
  await certify({ db: at.db, config, clock: Date.now, by: bob, why: '' }, 'JN01', '2026-10');
}, 120_000);
afterAll(async () => {
  rmSync(work, { recursive: true });
  story.remove();
  await at.drop();
});

const write = (out: string, period = '2026-10') =>
  writeEvidence({ db: at.db, config, rulebook: story.rulebook, clock: Date.now, period, out });

test('needs a key outside of dataDir, made by an admin, which only its owner can read', async () => {
  const job = { db: at.db, config, by: ada };
  await expect(write(folder)).rejects.toThrow(/no key to sign evidence with[\s\S]*evidence key new/);
  const inside = { ...config, evidence: { keyFile: join(config.dataDir, 'evidence.pem') } };
  await expect(newEvidenceKey({ ...job, config: inside })).rejects.toThrow(/inside dataDir/);
  await expect(newEvidenceKey({ ...job, by: { ...ada, role: 'reviewer' } })).rejects.toThrow(/may not make/);
  const { fingerprint } = await newEvidenceKey(job);
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
  await expect(newEvidenceKey(job)).rejects.toThrow(/there is a key already/);
  expect((await verify(at.db)).ok).toBe(true);
});

test('holds the period, its facts by their hashes, and who did what', async () => {
  await expect(write(folder, '2027-01')).rejects.toThrow(/no company has this period/);
  expect(existsSync(folder)).toBe(false);
  manifest = await write(folder);
  // Two sales and their two documents of two lines; what happened in November is not in it.
  expect(manifest.facts.leaves).toBe(2 + 4);
  expect(manifest.companies).toMatchObject([{ company: 'JN01', certified: { by: 'bob' } }]);
  const lines = (name: string) => readFileSync(join(folder, name), 'utf8').trim().split('\n');
  expect(lines('facts.ndjson').filter((line) => line.includes('SO-3'))).toEqual([]);
  expect(lines('decisions.ndjson').map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual([
    'certify',
    'evidence-key',
  ]);
  expect(lines('balances.ndjson')).toHaveLength(2);
  await expect(write(folder)).rejects.toThrow(/not empty/);
});

test('is checked by sha256sum and openssl alone', () => {
  const sums = execFileSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: folder, encoding: 'utf8' });
  expect(sums.split('\n').filter((line) => line.endsWith(': OK'))).toHaveLength(manifest.files.length);
  const words =
    'pkeyutl -verify -rawin -pubin -inkey signer.pem -in manifest.json -sigfile manifest.sig'.split(' ');
  expect(execFileSync('openssl', words, { cwd: folder, encoding: 'utf8' })).toContain(
    'Verified Successfully',
  );
  const der = execFileSync('openssl', ['pkey', '-pubin', '-in', 'signer.pem', '-outform', 'DER'], {
    cwd: folder,
  });
  const sum = spawnSync('sha256sum', { input: der, encoding: 'utf8' }).stdout;
  expect(sum.slice(0, 64)).toBe(manifest.signer);
});

test('verifies without a database; without a signer it is consistent and no more', async () => {
  const nowhere = mkdtempSync(join(work, 'nowhere-'));
  const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
  const known = await tieout(['verify', '--evidence', folder, '--signer', manifest.signer], nowhere, env);
  expect(known.code).toBe(0);
  const unknown = await tieout(['verify', '--evidence', folder], nowhere, env);
  expect(unknown.code).toBe(1);
  expect(unknown.out).toContain(`consistent, signer unknown: ${manifest.signer}`);
  const other = await tieout(['verify', '--evidence', folder, '--signer', 'f'.repeat(64)], nowhere, env);
  expect(other.code).toBe(1);
  expect(other.out).toContain('FAILED  the signer is the one that was asked for');
});

test('fails when one byte of any file changes, or a file comes or goes', async () => {
  for (const name of readdirSync(folder)) {
    if (name === 'SHA256SUMS') continue; // what it says is in the manifest too
    const copy = mkdtempSync(join(work, 'changed-'));
    cpSync(folder, copy, { recursive: true });
    const bytes = readFileSync(join(copy, name));
    const where = Math.floor(bytes.length / 2);
    if (bytes.length > 0) bytes[where] = bytes[where]! ^ 1;
    writeFileSync(join(copy, name), bytes.length > 0 ? bytes : 'x');
    const verdict = await verifyEvidence(copy, manifest.signer).catch(() => ({ ok: false }));
    expect(verdict.ok, name).toBe(false);
  }
  const copy = mkdtempSync(join(work, 'more-'));
  cpSync(folder, copy, { recursive: true });
  writeFileSync(join(copy, 'more.txt'), 'more');
  rmSync(join(copy, 'users.ndjson'));
  const verdict = await verifyEvidence(copy, manifest.signer);
  expect(verdict.checks[0]!.evidence).toEqual([
    'more.txt: the manifest does not name it',
    'users.ndjson: it is not there',
  ]);
});

test('another one’s signature over changed evidence is another signer’s', async () => {
  const moved = `${keyFile}.old`;
  cpSync(keyFile, moved);
  rmSync(keyFile);
  const { fingerprint } = await newEvidenceKey({ db: at.db, config, by: ada });
  const again = join(work, 'again');
  await write(again);
  expect((await verifyEvidence(again, manifest.signer)).ok).toBe(false);
  expect((await verifyEvidence(again, fingerprint)).ok).toBe(true);
});

test('one event is shown to be in it without the others', async () => {
  const proof = await proveInclusion(folder, 'SO-1');
  expect(JSON.parse(proof.fact)).toMatchObject({ kind: 'event', id: 'SO-1' });
  const handed = mkdtempSync(join(work, 'handed-'));
  for (const name of ['manifest.json', 'manifest.sig', 'signer.pem'])
    cpSync(join(folder, name), join(handed, name));
  expect((await verifyInclusion(handed, proof, manifest.signer)).ok).toBe(true);
  const forged = { ...proof, fact: proof.fact.replace('SO-1', 'SO-7') };
  expect((await verifyInclusion(handed, forged, manifest.signer)).ok).toBe(false);
  await expect(proveInclusion(folder, 'SO-3')).rejects.toThrow(/no fact in this folder is called so/);
  expect(await proveInclusion(folder, '4711/2')).toMatchObject({ leaves: manifest.facts.leaves });
});

test('what is no evidence folder is refused as one', async () => {
  const nothing = mkdtempSync(join(work, 'nothing-'));
  await expect(verifyEvidence(nothing)).rejects.toThrow(/no evidence folder/);
  appendFileSync(join(nothing, 'manifest.json'), '{"format":"another"}');
  await expect(verifyEvidence(nothing)).rejects.toThrow(/format another/);
});
