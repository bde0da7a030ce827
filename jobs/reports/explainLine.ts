// The story of a line: what it says, where it came from, the match that holds it with the values compared, or why it is
// open and which candidate came nearest.
import type pg from 'pg';
import { storyLines, type StoryLine } from '../../src/db/explain/lines.ts';
import { ledgerVersions, matchesOfLine, type MatchStory } from '../../src/db/explain/histories.ts';
import { journalsAbout } from '../../src/db/explain/journal.ts';
import type { Refusal } from '../../src/matching/explain.ts';
import { dayNumbers } from '../../src/matching/dayNumber.ts';
import { keyText } from '../../src/matching/normalise.ts';
import { readTicks } from '../../src/money/ticks.ts';
import { boundsFor } from '../../src/matching/tolerance.ts';
import { showTicks } from '../../src/money/ticks.ts';
import { keyOf } from './nearest.ts';
import { showAmount } from '../../src/money/showAmount.ts';
import { section, minute, parts, type Story, type Telling } from './story.ts';

/** The candidate that came nearest to each open line, by `unit line`; none where nothing resembles it. */
export async function nearestCandidates(
  telling: Telling,
  lines: readonly StoryLine[],
): Promise<Map<string, Refusal>> {
  const told = await telling.nearest.ofLines(lines.filter(({ home }) => home === 'exception'));
  return new Map([...told].map(([key, { refusal }]) => [key, refusal]));
}

/** Amount, account and place of a line. */
export function lineWords(line: StoryLine): string {
  const { side, label, account, currency, amount, reconciliation, company, ledger, location, dimension } =
    line;
  return `${side === 'E' ? 'expected' : 'ledger  '}  ${label}  ${showAmount(amount, currency)} ${currency}  account ${account}  ${parts([reconciliation, `${company}/${ledger}`, location, dimension], ' ')}  ${line.businessDate}`;
}

/** Where a line lives, in a few words. */
export function homeWords(line: StoryLine): string {
  if (line.home === 'match') return `in match ${line.match}`;
  if (line.home === 'exception')
    return `${line.status === 'accepted' ? 'accepted, ' : ''}${line.reason} (${line.exception?.slice(0, 12)})`;
  return line.home;
}

export async function lineStory(telling: Telling, line: StoryLine): Promise<Story> {
  const { client } = telling;
  const matches = await matchesOfLine(client, line.unit, line.line);
  const nearest = (await nearestCandidates(telling, [line])).get(keyOf(line));
  const journals = await journalsAbout(client, { unit: line.unit, line: line.line });
  const versions =
    line.side === 'L' && line.document !== null
      ? await ledgerVersions(client, {
          company: line.company,
          ledger: line.ledger,
          document: line.document,
          line: line.documentLine ?? '',
        })
      : [];
  const told = [
    ...section('What it says', [
      lineWords(line),
      parts([
        line.accountingDate !== line.businessDate && `accounting date ${line.accountingDate}`,
        `period ${line.period}`,
        line.reference !== '' && `reference ${line.reference}`,
        line.companyAmount !== null &&
          line.companyCurrency !== line.currency &&
          `${showAmount(line.companyAmount, line.companyCurrency)} ${line.companyCurrency} in company currency`,
        line.postingReference !== null &&
          line.postingReference !== '' &&
          `our posting ${line.postingReference}`,
        line.createdBy !== null && line.createdBy !== '' && `entered by ${line.createdBy}`,
      ]),
      ...(line.text === null || line.text === '' ? [] : [`"${line.text}"`]),
    ]),
    ...section('Where it comes from', originWords(line, versions)),
    ...section('Where it is now', [
      line.home === 'exception' && line.why !== null ? `${homeWords(line)}: ${line.why}` : homeWords(line),
      ...(line.successor === null ? [] : [`line ${line.successor} took its place`]),
    ]),
    ...section('Matches', await matchesWords(telling, matches)),
    ...section('Nearest candidate', nearestWords(line, nearest)),
    ...section(
      'Journals',
      journals.map(
        (one) =>
          `journal ${one.journal} (${one.postingReference}), ${one.state}${one.ended === null ? '' : `, no longer holds it: ${one.ended}`}`,
      ),
    ),
  ];
  return {
    kind: 'line',
    id: line.line,
    title: `Line ${line.line}, ${line.side === 'E' ? 'expected' : 'in the ledger'}: ${line.label}`,
    told,
    facts: { line, versions, matches, nearest: nearest ?? null, journals },
  };
}

function nearestWords(line: StoryLine, nearest: Refusal | undefined): string[] {
  if (nearest !== undefined) return [nearest.words];
  return line.home === 'exception'
    ? ['nothing on the other side has its reference, or about its amount within two months']
    : [];
}

function originWords(line: StoryLine, versions: Awaited<ReturnType<typeof ledgerVersions>>): string[] {
  const lines: string[] = [];
  if (line.eventId !== null)
    lines.push(
      `event ${line.eventSource} ${line.eventId}, posting rule ${line.rule ?? 'none'}, rulebook ${line.rulebookHash.slice(0, 12)}`,
    );
  else if (line.origin === 'journal')
    lines.push(`our own journal, posting reference ${line.postingReference}`);
  else if (line.origin === 'opening')
    lines.push('an opening item: unreconciled when the books were taken over');
  if (line.document !== null) lines.push(`document ${line.document}, line ${line.documentLine}`);
  lines.push(`batch ${line.batch}, ${line.path}, taken in ${minute(line.receivedAt)}`);
  if (versions.length > 1)
    for (const one of versions)
      lines.push(
        `version ${one.version} in batch ${one.batch} (${one.path})${one.late ? ', of an older extract: it never stood' : ''}${one.changes === null ? '' : `, changed ${Object.keys(one.changes).join(', ')} only`}`,
      );
  return lines;
}

async function matchesWords(telling: Telling, matches: readonly MatchStory[]): Promise<string[]> {
  const lines: string[] = [];
  for (const match of matches) lines.push(...(await matchWords(telling, match)));
  return lines;
}

/** A match in sentences: pass, version, sums, what its variance used of the tolerance, its lines. */
export async function matchWords(telling: Telling, match: MatchStory): Promise<string[]> {
  const members = await storyLines(telling.client, 'match', [match.match]);
  const show = (amount: string): string => `${showAmount(amount, match.currency)} ${match.currency}`;
  const released =
    match.releasedRun === null
      ? ''
      : `, released by run ${match.releasedRun} (${match.releasedBy === 'reconcile' ? 'a line of it ended or was reversed' : match.releasedBy})`;
  return [
    `match ${match.match}: pass ${match.pass}${match.version === '' ? '' : ` version ${match.version}`}, run ${match.run} as of ${match.asOf} (${minute(match.at)})${match.actor === null ? '' : `, by ${match.actor}: ${match.why}`}${released}`,
    `  expected ${show(match.expected)}, ledger ${show(match.ledger)}, variance ${show(match.variance)}${match.varianceAccount === '' ? '' : ` to account ${match.varianceAccount}`}`,
    ...comparedWords(telling, match, members).map((line) => `  ${line}`),
    ...members.map((member) => `  ${lineWords(member)}`),
  ];
}

/** The pass's conditions and how much of each was left, from the rulebook that is in use now where it still has the pass. */
function comparedWords(telling: Telling, match: MatchStory, members: readonly StoryLine[]): string[] {
  const reconciliation = telling.rulebook.reconciliations.find(({ name }) => name === match.reconciliation);
  const pass = reconciliation?.passes.find(({ name }) => name === match.pass);
  if (match.pass === 'reversal') return ['compared: a line and its negation, the sum is zero'];
  if (match.pass === 'posting') return ['compared: our posting reference, and sums per account and currency'];
  if (pass === undefined || pass.version !== match.version)
    return match.version === ''
      ? []
      : ['the pass has changed since, or is gone: what it compared is in the rulebook of that run'];
  const expected = members.filter((member) => member.side === 'E');
  const ledger = members.filter((member) => member.side === 'L');
  const [first] = members;
  const keys = pass.keys.map((key) => {
    const column = [...new Set([...key.expected, ...key.ledger])].join(' or ');
    const value = first === undefined ? '' : keyText(first.columns, key, first.side);
    return value === '' ? column : `${column} ${value}`;
  });
  const lines = [`compared: ${parts(['company, ledger and unit', 'account', 'currency', ...keys])}`];
  const bounds =
    pass.tolerance === undefined
      ? undefined
      : boundsFor(pass.tolerance, match.currency, readTicks(match.expected));
  if (bounds !== undefined) {
    const variance = readTicks(match.variance);
    const show = (ticks: bigint): string => showTicks(ticks, match.currency);
    const [over, under] = [variance - bounds.from, bounds.to - variance];
    lines.push(
      `variance ${show(variance)} inside ${show(bounds.from)} to ${show(bounds.to)}, ${show(over < under ? over : under)} to spare`,
    );
  } else lines.push('amounts equal');
  if (pass.window !== undefined && expected.length > 0 && ledger.length > 0) {
    const { from, to, calendar } = pass.window;
    const day = dayNumbers(telling.config.calendars);
    const latest = (all: readonly StoryLine[]): number =>
      Math.max(...all.map((one) => day(calendar, one.businessDate)));
    const days = latest(ledger) - latest(expected);
    lines.push(
      `${days} ${Math.abs(days) === 1 ? 'day' : 'days'} from expected to ledger, window ${from}..${to}${calendar === undefined ? '' : ` of calendar ${calendar}`}, ${Math.min(days - from, to - days)} to spare`,
    );
  }
  return lines;
}

/** Reads a line by its number. */
export async function lineByNumber(client: pg.ClientBase, id: string): Promise<StoryLine | undefined> {
  return (await storyLines(client, 'line', [id]))[0];
}
