// `explain`: the whole story of one thing, as sentences under headings, or with the facts behind them as JSON.
import { explain as explainId } from '../../jobs/reports/explain.ts';
import { UserError } from '../errors.ts';
import type { Command } from './command.ts';
import { withProject } from './project.ts';

export const explain: Command = {
  name: 'explain',
  words: '[event|line|match|journal|exception|document|reference] ID...',
  summary: 'the whole story: what it became, by which rule, what was compared, why not matched',
  async run(context) {
    if (context.args.length === 0)
      throw new UserError({ where: 'explain', what: 'of what?', todo: 'tieout explain ID' });
    const story = await withProject(context, ({ db, config, rulebook }) =>
      explainId({ db, config, rulebook, words: context.args }),
    );
    if (context.json) {
      context.print(JSON.stringify(story));
      return 0;
    }
    context.print(story.title);
    for (const { heading, lines } of story.told) {
      context.print('');
      context.print(heading);
      for (const line of lines) context.print(`  ${line}`);
    }
    return 0;
  },
};
