// Why an entry is not proposed, held against the truth: a document that covers it does, one that bears its name does.
import { list, sum, unless } from './claims.ts';
import type { Line, Outcome, Verdict } from './live.ts';

/** The open documents that hold a missing entry: what is said of them when nothing is proposed. */
export function untrueVerdict({ event, verdict, why }: Verdict, outcome: Outcome): (string | false)[] {
  if (verdict !== 'explained') return [];
  const own = outcome.lines.filter((line) => line.event === event);
  const open = (document: string): Line[] =>
    outcome.lines.filter((line) => line.side === 'L' && line.document === document && line.match === null);
  const covers = /^(.+?) covers? it(, together with .+,)? exactly and ha(?:s|ve) no match$/.exec(why);
  if (covers !== null) {
    const documents = list(covers[1] ?? '');
    const cell = (line: Line): string => [line.company, line.account, line.location, line.currency].join(' ');
    const held = (lines: Line[], at: string): number => sum(lines.filter((line) => cell(line) === at));
    const exactly = (lines: Line[]): boolean =>
      own.every((line) => held(lines, cell(line)) === held(own, cell(line)));
    return [
      unless(
        documents.every((document) => open(document).length > 0),
        'no match',
      ),
      unless(
        covers[2] !== undefined ||
          exactly(documents.flatMap(open)) ||
          documents.every((document) => exactly(open(document))),
        'covers it exactly',
      ),
    ];
  }
  const bears = /^(.+?) bears? its name and ha(?:s|ve) no match$/.exec(why);
  if (bears === null) return ['no such sentence is known'];
  const names = new Set(own.map(({ reference }) => reference));
  return [
    unless(
      list(bears[1] ?? '').every((document) =>
        open(document).some(({ reference }) => names.has(reference) || isShared(reference, own)),
      ),
      'bears its name',
    ),
  ];
}

/** Session, payout, exchange and order of the random companies have these forms. */
const isShared = (reference: string, own: readonly Line[]): boolean =>
  /^(POS|PAYOUT|EX)-/.test(reference) || own.some((line) => reference === `O-${line.reference}`);
