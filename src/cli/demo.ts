// `demo`: a simulated retailer's month, lived from the first file to the confirmed journal, always on an embedded database
// of its own, so that a DATABASE_URL in the environment is never filled with invented business.
import path from 'node:path';

import { demo as runDemo } from '../../jobs/demo/demo.ts';
import { makeDemo } from '../../jobs/demo/folder.ts';
import { needsPerson } from '../../jobs/reports/attention.ts';
import { loadConfig } from '../config/load.ts';
import { loadRulebook } from '../config/rulebookFiles.ts';
import { openProject } from '../db/openProject.ts';
import { UserError } from '../errors.ts';
import type { Command, CommandContext } from './command.ts';
import { textOption } from './command.ts';
import { demoJson, demoLines } from './demoText.ts';

export const demo: Command = {
  name: 'demo',
  words: '',
  summary: 'makes a sample retailer in DIR (tieout-demo), runs the whole loop, says what happened',
  options: {
    dir: {
      type: 'string',
      value: 'DIR',
      says: 'a new folder for it; without it tieout-demo',
      example: 'my-demo',
    },
    seed: {
      type: 'string',
      value: 'N',
      says: 'which month is made: the same number, the same month',
      example: '7',
    },
    orders: { type: 'string', value: 'N', says: 'how many orders it has; without it 5000', example: '500' },
  },
  async run(context) {
    const began = performance.now();
    const folder = path.resolve(textOption(context, 'dir') ?? 'tieout-demo');
    const progress = (step: string): void => {
      if (context.terminal) process.stderr.write(`\r\u001b[K${step}`);
    };
    progress('making the month');
    const simulation = makeDemo(folder, {
      seed: wholeOption(context, 'seed', '1'),
      orders: wholeOption(context, 'orders', '5000'),
    });
    const config = loadConfig(path.join(folder, 'tieout.yaml'), { ...context.env, DATABASE_URL: undefined });
    const rulebook = loadRulebook(config);
    progress('starting the database');
    const db = await openProject({ dataDir: config.dataDir });
    try {
      const outcome = await runDemo(
        { db, config, rulebook, folder, clock: context.clock, progress },
        simulation,
      );
      progress('');
      const frame = { folder, seconds: (performance.now() - began) / 1000 };
      if (context.json) context.print(JSON.stringify(demoJson(outcome, frame)));
      else for (const line of demoLines(outcome, frame)) context.print(line);
      return (await needsPerson(db)) ? 1 : 0;
    } finally {
      await db.close();
    }
  },
};

function wholeOption(context: CommandContext, name: string, otherwise: string): number {
  const text = textOption(context, name) ?? otherwise;
  if (/^\d{1,9}$/.test(text)) return Number.parseInt(text, 10);
  throw new UserError({
    where: `--${name}`,
    what: 'not a whole number from 0',
    expected: 'a number such as 5000',
    found: text,
  });
}
