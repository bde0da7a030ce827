// `doctor`: what this machine has to offer the program, each point with what to do; exit 1 where something is to be done.
import { examine } from '../../jobs/administration/doctor.ts';
import { loadConfig } from '../config/load.ts';
import { openProject } from '../db/openProject.ts';
import type { Command } from './command.ts';
import { placeOf } from './withDatabase.ts';

export const doctor: Command = {
  name: 'doctor',
  words: '',
  summary:
    'looks at Node.js, database, login, clock, disk, folders, port and ERP settings, and says what to do',
  async run(context) {
    const config = loadConfig(context.configPath, context.env);
    const findings = await examine({
      config,
      open: () => openProject(placeOf(config.dataDir, config.databaseUrl)),
      clock: context.clock,
      nodeVersion: process.version,
    });
    if (context.json) context.print(JSON.stringify({ ok: findings.every(({ ok }) => ok), findings }));
    else
      for (const { point, ok, found, todo } of findings) {
        context.print(`${ok ? 'ok  ' : 'NO  '}  ${point}: ${found}`);
        if (todo !== '') context.print(`        ${todo}`);
      }
    return findings.every(({ ok }) => ok) ? 0 : 1;
  },
};
