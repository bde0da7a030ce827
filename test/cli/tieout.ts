// A command line run in this process: the same words, outputs and exit code as of the built program, without the second that
// a process takes to start. Tests that are about the process itself start one.
import 'reflect-metadata';
import { runProgram } from '../../src/cli/program.ts';

export interface Answer {
  code: number;
  /** Standard output. */
  out: string;
  /** Standard error. */
  said: string;
}

/**
 * @param folder the working folder of the command
 * @param env beside the test's own environment; `undefined` takes a variable out
 */
export async function tieout(
  words: readonly string[],
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Answer> {
  const answer: Answer = { code: 3, out: '', said: '' };
  const before = process.cwd();
  process.chdir(folder);
  try {
    answer.code = await runProgram(words, {
      env: { ...process.env, ...env },
      clock: () => Date.now(),
      print: (line) => void (answer.out += `${line}\n`),
      note: (line) => void (answer.said += `${line}\n`),
      terminal: false,
    });
  } finally {
    process.chdir(before);
  }
  return answer;
}
