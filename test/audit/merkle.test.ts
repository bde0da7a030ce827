// The tree of RFC 6962, against the published roots of its reference inputs, and each leaf's path at every length up to 40.
import { describe, expect, test } from 'vitest';

import { auditPath, isIncluded, leafHash, MerkleRoot } from '../../src/audit/merkle.ts';

/** The reference inputs of the certificate-transparency project, in hex; all but the texts are below 0x80, so UTF-8 leaves them be. */
const INPUTS = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex').toString('latin1'));
const ROOTS: Readonly<Record<number, string>> = {
  1: '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  2: 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  8: '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
};

const rootOf = (leaves: readonly string[]): string => {
  const tree = new MerkleRoot();
  for (const leaf of leaves) tree.add(leaf);
  return tree.root();
};

describe('the Merkle tree', () => {
  test('has the published roots', () => {
    for (const [n, root] of Object.entries(ROOTS)) expect(rootOf(INPUTS.slice(0, Number(n)))).toBe(root);
    expect(rootOf([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  test('shows each leaf to be in it, and no other', () => {
    for (let n = 1; n <= 40; n += 1) {
      const leaves = Array.from({ length: n }, (_, index) => `leaf ${index}`);
      const hashes = leaves.map(leafHash);
      const root = rootOf(leaves);
      for (let index = 0; index < n; index += 1) {
        const path = auditPath(hashes, index);
        expect(isIncluded(hashes[index]!, index, n, path, root)).toBe(true);
        expect(isIncluded(leafHash('another'), index, n, path, root)).toBe(false);
        expect(isIncluded(hashes[index]!, index, n, [...path, root], root)).toBe(false);
        if (n > 1) expect(isIncluded(hashes[index]!, (index + 1) % n, n, path, root)).toBe(false);
      }
    }
  });
});
