// What most commands need: configuration, rulebook and database of one project, opened and closed around the work.
import { loadRulebook } from '../config/rulebookFiles.ts';
import type { Rulebook } from '../rulebook/model.ts';
import type { CommandContext } from './command.ts';
import { osUser } from './actor.ts';
import { type Opened, withDatabase } from './withDatabase.ts';

export interface Project extends Opened {
  rulebook: Rulebook;
  /** Who started the command, as far as the machine knows: the operating system's account. */
  maker: string;
}

export async function withProject<T>(
  context: CommandContext,
  work: (project: Project) => Promise<T>,
  makesDatabases = false,
): Promise<T> {
  return withDatabase(
    context,
    (opened) => work({ ...opened, rulebook: loadRulebook(opened.config), maker: osUser() }),
    makesDatabases,
  );
}
