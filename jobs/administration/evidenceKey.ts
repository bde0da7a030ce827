// The key that signs evidence: Ed25519, made here, kept in a file outside of what is backed up. Its public part stands in the audit
// chain with the day from which it signs; an old one stays there, so that what it signed can still be told.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';

import type { Config } from '../../src/config/model.ts';
import { type Database, transaction } from '../../src/db/connection.ts';
import { recordDecision } from '../../src/db/decision.ts';
import { UserError } from '../../src/errors.ts';
import { makeFolders } from '../../src/folders.ts';
import { permit } from '../decisions/permissions.ts';
import type { Actor } from './userKeys.ts';

/** SHA-256 of the public key's DER form, in hex: what an auditor is told by another way than the folder. */
export function fingerprintOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/**
 * Makes a key and writes its private part to `evidence.keyFile`.
 * @returns the public key's fingerprint
 * @throws UserError where a key is there already, or would lie among what is backed up
 */
export async function newEvidenceKey(job: {
  db: Database;
  config: Config;
  by: Actor;
}): Promise<{ fingerprint: string; keyFile: string }> {
  permit(job.by, 'evidence key', '');
  const keyFile = keyFileOf(job.config);
  if (existsSync(keyFile))
    throw new UserError({
      where: keyFile,
      what: 'there is a key already',
      todo: 'to change it, move this file to a safe place first: what it signed is checked by its public part, which stays',
    });
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const fingerprint = fingerprintOf(publicKey);
  makeFolders(dirname(keyFile));
  writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  await transaction(job.db, (client) =>
    recordDecision(client, {
      kind: 'evidence-key',
      by: job.by,
      subject: fingerprint,
      why: '',
      content: { publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() },
    }),
  );
  return { fingerprint, keyFile };
}

/** The key that signs now, with its public part. */
export function readEvidenceKey(config: Config): { privateKey: KeyObject; publicKey: KeyObject } {
  const keyFile = keyFileOf(config);
  try {
    const privateKey = createPrivateKey(readFileSync(keyFile));
    if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error(`a ${privateKey.asymmetricKeyType} key`);
    return { privateKey, publicKey: createPublicKey(privateKey) };
  } catch (error) {
    throw new UserError({
      where: keyFile,
      what: 'it holds no key to sign evidence with',
      expected: 'an Ed25519 private key in PEM',
      found: (error as Error).message,
      todo: 'tieout evidence key new --as ADMIN',
    });
  }
}

function keyFileOf({ evidence, dataDir }: Config): string {
  if (evidence.keyFile === undefined)
    throw new UserError({
      where: 'tieout.yaml',
      what: 'it does not say where the key that signs evidence lies',
      expected: 'evidence: { keyFile: PATH }, outside of dataDir and of backups',
    });
  const inside = relative(dataDir, evidence.keyFile);
  if (!inside.startsWith('..'))
    throw new UserError({
      where: 'evidence.keyFile',
      what: 'the key would lie inside dataDir, where everybody who has the database could sign',
      found: evidence.keyFile,
      todo: 'name a file elsewhere, readable by the auditors’ account alone',
    });
  return evidence.keyFile;
}
