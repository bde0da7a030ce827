#!/usr/bin/env node
// The process `tieout`: hands its words, environment and outputs to the program, and ends with its exit code.
import 'reflect-metadata';
import { runProgram } from './cli/program.ts';

/** A reader that went away (`| head`) is no fault; the command ends as it would, and the embedded server with it. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runProgram(process.argv.slice(2), {
  env: process.env,
  clock: () => Date.now(),
  print: (line) => void process.stdout.write(`${line}\n`),
  note: (line) => void process.stderr.write(`${line}\n`),
  terminal: process.stderr.isTTY === true,
});
