// `serve`: the console, events over HTTP and the pages for machines alone, until SIGTERM or SIGINT.
import path from 'node:path';

import { startServing } from '../worker/serve.ts';
import { type Command, textOption } from './command.ts';
import { openConsole } from './openConsole.ts';
import { runService } from './service.ts';

export const serve: Command = {
  name: 'serve',
  words: '',
  summary: 'the console and events over HTTP, without schedules, folders and posting',
  options: {
    dir: {
      type: 'string',
      value: 'DIR',
      says: 'the folder of a project; its tieout.yaml is used',
      example: 'tieout-demo',
    },
    open: {
      type: 'boolean',
      says: "prints the console's address and opens it in a browser; ends after 30 unused minutes",
    },
  },
  run(context) {
    const dir = textOption(context, 'dir');
    const here = dir === undefined ? context : { ...context, configPath: path.join(dir, 'tieout.yaml') };
    if (context.options['open'] !== true) return runService(here, startServing);
    return runService(here, (options) => openConsole(here, options));
  },
};
