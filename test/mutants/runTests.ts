// Runs test files in a copy of the tree until the first one fails.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** A mutant that hangs is noticed as well. */
const LONGEST_MS = 5 * 60_000;
const END = 3_000;

/**
 * @param url server on which the tests make their databases
 * @returns undefined where all passed, else the end of what was printed
 * @throws where the copy could not be read as a program: such a mutant says nothing of the tests
 */
export async function runTests(
  copy: string,
  files: readonly string[],
  url: string,
): Promise<string | undefined> {
  const vitest = join(copy, 'node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', '--bail=1', '--reporter=dot', ...files], {
    cwd: copy,
    // A group of its own, so that a test that hangs ends with its children.
    detached: true,
    env: { ...process.env, DATABASE_URL: url, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const note = (chunk: Buffer): void => {
    printed += chunk.toString();
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  const limit = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), LONGEST_MS);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearTimeout(limit);
  if (status === 0) return undefined;
  if (/SyntaxError|PARSE_ERROR|Transform failed|syntax error at or near|No test files found/.test(printed))
    throw new Error(`this is no program any more:\n${printed.slice(-END)}`);
  return printed.slice(-END);
}
