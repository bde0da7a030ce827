// Checks an evidence folder by itself: no database, no configuration. Every file against the manifest, the facts against their root,
// the audit chains row by row, the signature, and who signed.
import { createHash, createPublicKey, type KeyObject, verify as verifySignature } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { type AuditRow, brokenBy, type ChainHead, EMPTY_CHAIN } from '../../src/audit/chain.ts';
import { auditPath, isIncluded, leafHash, MerkleRoot } from '../../src/audit/merkle.ts';
import { UserError } from '../../src/errors.ts';
import { EVIDENCE_FORMAT, type EvidenceManifest } from '../reports/evidenceManifest.ts';
import { fingerprintOf } from './evidenceKey.ts';
import type { Check } from './check.ts';

export interface EvidenceVerdict {
  /** Every check holds, and the signer is the one that was asked for. */
  ok: boolean;
  /** The fingerprint of whoever signed. */
  signer: string;
  checks: Check[];
}

/** What is not part of the manifest, because it is made from it. */
const BESIDE = new Set(['manifest.json', 'manifest.sig', 'SHA256SUMS']);

/**
 * @param signer the fingerprint that was told by another way; absent: consistent at best, and the verdict is not ok
 * @throws UserError where the folder is no evidence folder at all
 */
export async function verifyEvidence(folder: string, signer?: string): Promise<EvidenceVerdict> {
  const { text, manifest } = readManifest(folder);
  const key = readSigner(folder);
  const checks: Check[] = [];
  const check = (name: string, evidence: readonly string[]): void => {
    checks.push({ name, ok: evidence.length === 0, evidence: evidence.slice(0, 5) });
  };
  check('every file is the one that the manifest names', await changedFiles(folder, manifest));
  check('the facts are those under the root', await factsUnlike(folder, manifest));
  check('the audit chains are whole up to the heads in the manifest', await chainsUnlike(folder, manifest));
  const signature = readFileSync(join(folder, 'manifest.sig'));
  const signed = key !== undefined && verifySignature(null, Buffer.from(text), key, signature);
  check(
    'signer.pem has signed the manifest',
    signed ? [] : ['the signature is not of this manifest and key'],
  );
  const found = key === undefined ? '' : fingerprintOf(key);
  check(
    'the manifest names its signer',
    found === manifest.signer ? [] : [`${manifest.signer}, not ${found}`],
  );
  if (signer !== undefined)
    check(
      'the signer is the one that was asked for',
      signer.toLowerCase() === found ? [] : [`asked for ${signer}, found ${found}`],
    );
  return { ok: signer !== undefined && checks.every(({ ok }) => ok), signer: found, checks };
}

/** One fact, shown to be in the folder without the others. */
export interface InclusionProof {
  /** The line of facts.ndjson. */
  fact: string;
  index: number;
  leaves: number;
  /** Hashes beside the way up, nearest first, in hex. */
  path: string[];
  root: string;
}

/**
 * The proof for one event or ledger document's line.
 * @param id the event's id, or document and line as `4711/1`
 * @throws UserError where no fact, or more than one, is called so
 */
export async function proveInclusion(folder: string, id: string): Promise<InclusionProof> {
  const { manifest } = readManifest(folder);
  const hashes: Buffer[] = [];
  const found: { fact: string; index: number }[] = [];
  for await (const fact of linesOf(folder, 'facts.ndjson')) {
    if (isCalled(JSON.parse(fact) as Fact, id)) found.push({ fact, index: hashes.length });
    hashes.push(leafHash(fact));
  }
  const [one, ...more] = found;
  if (one === undefined || more.length > 0)
    throw new UserError({
      where: id,
      what: one === undefined ? 'no fact in this folder is called so' : 'several facts are called so',
      expected: 'an event as ID or SOURCE ID, a ledger line as DOCUMENT/LINE or DOCUMENT/LINE/VERSION',
    });
  return { ...one, leaves: hashes.length, path: auditPath(hashes, one.index), root: manifest.facts.root };
}

/** Whether a proof shows its fact to be under the root of a signed manifest. @param folder needs only manifest, signature and key */
export async function verifyInclusion(
  folder: string,
  proof: InclusionProof,
  signer?: string,
): Promise<EvidenceVerdict> {
  const { text, manifest } = readManifest(folder);
  const key = readSigner(folder);
  const signature = readFileSync(join(folder, 'manifest.sig'));
  const { facts } = manifest;
  const same = proof.root === facts.root && proof.leaves === facts.leaves;
  const included = isIncluded(leafHash(proof.fact), proof.index, facts.leaves, proof.path, facts.root);
  const found = key === undefined ? '' : fingerprintOf(key);
  const signed = key !== undefined && verifySignature(null, Buffer.from(text), key, signature);
  const held: readonly [string, boolean][] = [
    ['the proof is about this manifest', same],
    ['the fact is under the root', included],
    ['signer.pem has signed the manifest', signed],
    ...(signer === undefined
      ? []
      : [['the signer is the one that was asked for', signer.toLowerCase() === found] as [string, boolean]]),
  ];
  const checks = held.map(([name, ok]) => ({ name, ok, evidence: ok ? [] : ['it is not so'] }));
  return { ok: signer !== undefined && checks.every(({ ok }) => ok), signer: found, checks };
}

interface Fact {
  kind: string;
  source?: string;
  id?: string;
  document?: string;
  line?: string;
  version?: number;
}

function isCalled({ kind, source, id, document, line, version }: Fact, name: string): boolean {
  return kind === 'event'
    ? id === name || `${source} ${id}` === name
    : `${document}/${line}` === name || `${document}/${line}/${version}` === name;
}

function readManifest(folder: string): { text: string; manifest: EvidenceManifest } {
  const path = join(folder, 'manifest.json');
  try {
    const text = readFileSync(path, 'utf8');
    const manifest = JSON.parse(text) as EvidenceManifest;
    if (manifest.format === EVIDENCE_FORMAT && Array.isArray(manifest.files)) return { text, manifest };
    throw new Error(`format ${String(manifest.format)}`);
  } catch (error) {
    throw new UserError({
      where: path,
      what: 'this is no evidence folder',
      expected: `a manifest of format ${EVIDENCE_FORMAT}`,
      found: (error as Error).message,
    });
  }
}

function readSigner(folder: string): KeyObject | undefined {
  try {
    const key = createPublicKey(readFileSync(join(folder, 'signer.pem')));
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}

async function changedFiles(folder: string, { files }: EvidenceManifest): Promise<string[]> {
  const wrong: string[] = [];
  const named = new Set(files.map(({ name }) => name));
  for (const name of readdirSync(folder))
    if (!named.has(name) && !BESIDE.has(name)) wrong.push(`${name}: the manifest does not name it`);
  for (const { name, sha256, bytes } of files) {
    const path = join(folder, name);
    if (/[/\\]/.test(name) || !existsSync(path)) {
      wrong.push(`${name}: it is not there`);
      continue;
    }
    const digest = createHash('sha256');
    let size = 0;
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      digest.update(chunk);
      size += chunk.length;
    }
    if (size !== bytes || digest.digest('hex') !== sha256) wrong.push(`${name}: its content is another`);
  }
  return wrong;
}

async function factsUnlike(folder: string, { facts }: EvidenceManifest): Promise<string[]> {
  const root = new MerkleRoot();
  for await (const line of linesOf(folder, 'facts.ndjson')) root.add(line);
  return root.leaves === facts.leaves && root.root() === facts.root
    ? []
    : [`${root.leaves} facts under ${root.root()}; the manifest says ${facts.leaves} under ${facts.root}`];
}

async function chainsUnlike(folder: string, { chains }: EvidenceManifest): Promise<string[]> {
  const heads = new Map<string, ChainHead>();
  const wrong: string[] = [];
  for await (const line of linesOf(folder, 'audit.ndjson')) {
    const row = JSON.parse(line) as AuditRow;
    const why = brokenBy(row, heads.get(row.stream) ?? EMPTY_CHAIN);
    if (why !== undefined) wrong.push(`${row.stream}: ${why}`);
    heads.set(row.stream, { seq: row.seq, hash: row.hash });
  }
  for (const [stream, head] of Object.entries(chains))
    if (heads.get(stream)?.hash !== head.hash) wrong.push(`${stream}: it does not end at row ${head.seq}`);
  return wrong;
}

/** Lines of a file; none where it is missing, which the list of files tells. */
async function* linesOf(folder: string, name: string): AsyncGenerator<string> {
  const path = join(folder, name);
  if (!existsSync(path)) return;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity }))
    yield line;
}
