// The Merkle tree of RFC 6962: leaves and nodes are hashed apart, and a list is split at the largest power of two below its
// length. So one leaf can be shown to be in a list whose root is signed, without showing the others.
import { createHash } from 'node:crypto';

const sha256 = (...parts: readonly (Buffer | string)[]): Buffer => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest();
};
const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

export const leafHash = (data: string): Buffer => sha256(LEAF, data);
const nodeHash = (left: Buffer, right: Buffer): Buffer => sha256(NODE, left, right);

/** The root of leaves that come one by one; it holds one hash a level, however many there are. */
export class MerkleRoot {
  leaves = 0;
  #whole: { size: number; hash: Buffer }[] = [];

  add(data: string): void {
    let grown = { size: 1, hash: leafHash(data) };
    this.leaves += 1;
    for (let last = this.#whole.at(-1); last?.size === grown.size; last = this.#whole.at(-1)) {
      this.#whole.pop();
      grown = { size: last.size + grown.size, hash: nodeHash(last.hash, grown.hash) };
    }
    this.#whole.push(grown);
  }

  /** In hex; of no leaves: the hash of nothing. */
  root(): string {
    const [last, ...rest] = this.#whole.toReversed();
    if (last === undefined) return sha256('').toString('hex');
    return rest.reduce((right, { hash }) => nodeHash(hash, right), last.hash).toString('hex');
  }
}

/** The hashes beside the way from a leaf up to the root, in hex, nearest first. @param hashes of all leaves */
export function auditPath(hashes: readonly Buffer[], index: number): string[] {
  if (hashes.length <= 1) return [];
  const split = splitOf(hashes.length);
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return index < split
    ? [...auditPath(left, index), rootOf(right).toString('hex')]
    : [...auditPath(right, index - split), rootOf(left).toString('hex')];
}

/** Whether a leaf is the `index`-th of `leaves` under that root. */
export function isIncluded(
  leaf: Buffer,
  index: number,
  leaves: number,
  path: readonly string[],
  root: string,
): boolean {
  if (!Number.isSafeInteger(index) || index < 0 || index >= leaves) return false;
  const top = climb(leaf, index, leaves, [...path]);
  return top !== undefined && top.toString('hex') === root;
}

/** Takes from the end of the path what lies nearest to the root; undefined where it is too long or too short. */
function climb(leaf: Buffer, index: number, leaves: number, path: string[]): Buffer | undefined {
  if (leaves === 1) return path.length === 0 ? leaf : undefined;
  const beside = path.pop();
  if (beside === undefined) return undefined;
  const split = splitOf(leaves);
  const other = Buffer.from(beside, 'hex');
  const below =
    index < split ? climb(leaf, index, split, path) : climb(leaf, index - split, leaves - split, path);
  if (below === undefined) return undefined;
  return index < split ? nodeHash(below, other) : nodeHash(other, below);
}

function rootOf(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 1) return hashes[0]!;
  const split = splitOf(hashes.length);
  return nodeHash(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}

/** The largest power of two below a length of two or more. */
function splitOf(length: number): number {
  let split = 1;
  while (split * 2 < length) split *= 2;
  return split;
}
