// `worker`: the long-running service, until SIGTERM or SIGINT.
import { startWorker } from '../worker/worker.ts';
import type { Command } from './command.ts';
import { runService } from './service.ts';

export const worker: Command = {
  name: 'worker',
  words: '',
  summary: 'the service: schedules, inbox folders, posting, events over HTTP, pages for machines',
  run: (context) => runService(context, startWorker),
};
