// `feeds list|check|try|guess`: which feeds there are, whether their examples hold, and what one would make of a file.
import { checkFeeds, draftFeed, listFeeds, problemsInWords, tryFeed } from '../../jobs/intake/feeds.ts';
import type { FeedTrial } from '../../jobs/intake/feeds.ts';
import { loadConfig } from '../config/load.ts';
import { UserError } from '../errors.ts';
import type { Command, CommandContext } from './command.ts';
import { textOption } from './command.ts';
import { readSet } from './ingest.ts';
import { tableLines } from './table.ts';

const LIST = [
  { key: 'name', title: 'feed' },
  { key: 'version', title: 'version' },
  { key: 'from', title: 'from' },
  { key: 'standing', title: 'stands on' },
  { key: 'gives', title: 'gives' },
  { key: 'title', title: 'reads' },
];

export const feedsList: Command = {
  name: 'feeds list',
  words: '',
  summary: 'the feeds of the project and of the program: what they read, and on what they stand',
  run(context) {
    const feeds = listFeeds(loadConfig(context.configPath, context.env));
    if (context.json) for (const feed of feeds) context.print(JSON.stringify(feed));
    else {
      const rows = feeds.map(({ name, version, from, standing, kinds, title, problem }) => ({
        name,
        version,
        from,
        standing: standing ?? '',
        gives: kinds.join(', '),
        title: problem === '' ? title : `cannot be read: ${problem}`,
      }));
      for (const line of tableLines(LIST, rows)) context.print(line);
    }
    return Promise.resolve(feeds.some(({ problem }) => problem !== '') ? 1 : 0);
  },
};

export const feedsCheck: Command = {
  name: 'feeds check',
  words: '[NAME]',
  summary: 'validate the feeds, or one, and run their worked examples',
  async run(context) {
    const report = await checkFeeds(loadConfig(context.configPath, context.env), context.args[0]);
    if (context.json) context.print(JSON.stringify(report));
    else {
      for (const line of problemsInWords(report.problems)) context.print(line);
      const { feeds, examples, problems } = report;
      context.print(
        problems.length === 0
          ? `${feeds} ${feeds === 1 ? 'feed' : 'feeds'}, ${examples} worked ${examples === 1 ? 'example' : 'examples'}: all right`
          : `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`,
      );
    }
    return report.problems.length === 0 ? 0 : 2;
  },
};

export const feedsGuess: Command = {
  name: 'feeds guess',
  words: 'FILE',
  summary:
    'draft a feed from the header and first rows of a table; what is unsure says so and fails the check',
  async run(context) {
    const [file] = context.args;
    if (file === undefined)
      throw new UserError({ where: 'feeds guess', what: 'no file is given', expected: 'one file' });
    const { name, text } = await draftFeed(file);
    if (context.json) context.print(JSON.stringify({ feed: name, text }));
    else {
      context.print(text.trimEnd());
      context.note(`save it as feeds/${name}.yaml, decide what is unsure, then: tieout feeds check ${name}`);
    }
    return 0;
  },
};

const SAMPLE = 3;

export const feedsTry: Command = {
  name: 'feeds try',
  words: 'FILE...',
  summary: 'read files by a feed and store nothing: first rows in and records out, counts, what is refused',
  options: {
    feed: {
      type: 'string',
      value: 'NAME',
      says: 'the feed; without it the one that recognises the file',
      example: 'fec',
    },
    set: {
      type: 'string',
      value: 'NAME=VALUE',
      says: 'what the feed takes from outside; several with commas',
      example: 'company=US01',
    },
  },
  async run(context) {
    if (context.args.length === 0)
      throw new UserError({ where: 'feeds try', what: 'no file is given', expected: 'one or more files' });
    const config = loadConfig(context.configPath, context.env);
    const set = readSet(textOption(context, 'set'));
    const trial = await tryFeed(config, context.args, textOption(context, 'feed'), set, SAMPLE);
    if (context.json) context.print(JSON.stringify(trial));
    else printTrial(context, trial);
    return trial.refused.length > 0 ? 1 : 0;
  },
};

function printTrial(context: CommandContext, trial: FeedTrial): void {
  const { print } = context;
  const { rows, records } = trial;
  print(`${trial.feed} version ${trial.version}, ${trial.hash.slice(0, 12)}`);
  print(
    `rows ${rows.rows}: used ${rows.used}, title ${rows.title}, section ${rows.section}, total ${rows.total}, skipped ${rows.skipped}, refused ${rows.refused}`,
  );
  print(
    `records: ${
      Object.entries(records)
        .map(([kind, count]) => `${kind} ${count}`)
        .join(', ') || 'none'
    }`,
  );
  for (const { name, count, amount } of trial.skipped)
    print(`skipped ${count} x ${name}${amount === null ? '' : `, ${amount}`}`);
  for (const [column, count] of Object.entries(trial.leftEmpty))
    print(`left empty ${count} x ${column}: it cannot be read, and nothing needs it`);
  for (const { count, column, reason, expected, rows: first, found } of trial.refused)
    print(`refused ${count} x ${column} ${reason}: ${expected}; first row ${first[0] ?? 0}, found ${found}`);
  for (const { name, ok, expected, found, report } of trial.control)
    if (!ok) print(`${report ? 'told' : 'differs'}: ${name}: expected ${expected}, found ${found}`);
  const holds = trial.control.filter(({ ok }) => ok).length;
  if (holds > 0) print(`${holds} ${holds === 1 ? 'check' : 'checks'} of the file against itself hold`);
  for (const [name, value] of Object.entries(trial.claimed)) print(`the file says ${name}: ${String(value)}`);
  if (trial.unused.length > 0) print(`columns that are not read: ${trial.unused.join(', ')}`);
  for (const { row, in: cells, values, kind, out } of trial.sample) {
    print('');
    print(`row ${row}  in   ${pairs(cells)}`);
    if (Object.keys(values).length > 0) print(`${' '.repeat(`row ${row}`.length)}  with ${pairs(values)}`);
    print(`${' '.repeat(`row ${row}`.length)}  out  ${kind} ${JSON.stringify(out)}`);
  }
}

function pairs(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, text]) => `${name}=${text}`)
    .join('  ');
}
