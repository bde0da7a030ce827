// `serve`: events over HTTP and the pages for machines alone, until SIGTERM or SIGINT.
import { startServing } from '../worker/serve.ts';
import type { Command } from './command.ts';
import { runService } from './service.ts';

export const serve: Command = {
  name: 'serve',
  words: '',
  summary: 'events over HTTP and the pages for machines, without schedules, folders and posting',
  run: (context) => runService(context, startServing),
};
