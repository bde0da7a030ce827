// Reads the small syntax of regular expressions that both engines read alike (pattern.ts says why), and refuses the rest.
import { ANY, CLASSES, common, others, single } from './characters.ts';
import type { Characters } from './characters.ts';

/** A part of an expression as its positions: what it may begin and end with, and whether it may be empty. */
interface Part {
  first: readonly number[];
  last: readonly number[];
  empty: boolean;
}

/** PostgreSQL's limit. */
const MOST_REPEATS = 255;
const MOST_POSITIONS = 2_000;
const PUNCTUATION = '\\^$.|?*+()[]{}/';
const NOTHING: Part = { first: [], last: [], empty: true };

/** What is wrong with an expression. */
export class Wrong extends Error {
  readonly expected: string;
  constructor(what: string, expected: string) {
    super(what);
    this.expected = expected;
  }
}

/** Recursive descent; positions are numbered as they are met, and `follow` tells what may come after each. */
export class PatternReader {
  readonly #text: readonly string[];
  #at = 0;
  /** What both engines get. */
  #out = '';
  readonly #characters: Characters[] = [];
  readonly #follow: Set<number>[] = [];
  #groups = 0;

  constructor(source: string) {
    this.#text = [...source];
  }

  /** With one group, and one way on after each character. */
  readTaken(): string {
    const whole = this.#whole();
    if (this.#groups !== 1)
      throw new Wrong('it does not have one group', 'exactly one group ( ): what is taken');
    for (const next of [whole.first, ...this.#follow.map((set) => [...set])]) this.#oneWay(next);
    return this.#out;
  }

  readFound(): string {
    const whole = this.#whole();
    if (this.#groups !== 0) throw new Wrong('it has a group ( ), and nothing is taken', '(?: ) to group');
    if (whole.empty) throw new Wrong('it fits a text with nothing in it', 'at least one character');
    return this.#out;
  }

  #whole(): Part {
    if (this.#next === '^') this.#out += this.#take();
    const whole = this.#choice();
    if (this.#next === '$' && this.#at === this.#text.length - 1) this.#out += this.#take();
    if (this.#next !== undefined)
      throw new Wrong(`\`${this.#next}\` has no place here`, 'groups that are closed');
    return whole;
  }

  get #next(): string | undefined {
    return this.#text[this.#at];
  }

  #take(): string {
    return this.#text[this.#at++] ?? '';
  }

  #choice(): Part {
    const start = this.#groups;
    const branches = [this.#sequence()];
    while (this.#next === '|') {
      this.#out += this.#take();
      branches.push(this.#sequence());
    }
    if (branches.length === 1) return branches[0]!;
    if (this.#groups > start) throw groupLeftOut();
    // The first engine would stop at the empty branch, the other look for a longer one.
    if (branches.some(({ empty }) => empty))
      throw new Wrong(
        'one side of a | may be empty',
        'something on each side, (?: )? around what may be left out',
      );
    return {
      first: branches.flatMap(({ first }) => first),
      last: branches.flatMap(({ last }) => last),
      empty: false,
    };
  }

  #sequence(): Part {
    let part = NOTHING;
    while (this.#next !== undefined && this.#next !== '|' && this.#next !== ')' && !this.#isEnd()) {
      part = this.#then(part, this.#repeated());
    }
    return part;
  }

  #isEnd(): boolean {
    return this.#next === '$' && this.#at === this.#text.length - 1;
  }

  #then(before: Part, after: Part): Part {
    for (const position of before.last) for (const next of after.first) this.#follow[position]!.add(next);
    return {
      first: before.empty ? [...before.first, ...after.first] : before.first,
      last: after.empty ? [...before.last, ...after.last] : after.last,
      empty: before.empty && after.empty,
    };
  }

  /** An atom and how often. A bounded one is laid out: its positions differ in what may follow. */
  #repeated(): Part {
    const [from, groups] = [this.#at, this.#groups];
    const atom = this.#atom();
    const times = this.#times();
    if (times === undefined) return atom;
    if (this.#groups > groups) throw groupLeftOut();
    if ('?+*{'.includes(this.#next ?? ' '))
      throw new Wrong(`\`${this.#next}\` after a repetition`, 'no lazy and no doubled repetition');
    const { least, most } = times;
    const copies = Math.max(least, most ?? 1, 1);
    const parts = [atom];
    const out = this.#out;
    while (parts.length < copies) parts.push(this.#again(from));
    this.#out = out;
    if (most === undefined) this.#then(parts.at(-1)!, parts.at(-1)!);
    return parts.reduceRight<Part>((rest, part, index) => {
      const both = this.#then(part, rest);
      return index < least ? both : { ...both, empty: true };
    }, NOTHING);
  }

  #again(from: number): Part {
    const after = this.#at;
    this.#at = from;
    const part = this.#atom();
    this.#at = after;
    return part;
  }

  /** `most` is undefined where there is no limit. */
  #times(): { least: number; most: number | undefined } | undefined {
    const sign = this.#next;
    if (sign === '?' || sign === '*' || sign === '+') {
      this.#out += this.#take();
      return { least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : undefined };
    }
    if (sign !== '{') return undefined;
    const found = /^\{(\d{1,3})(,(\d{0,3}))?\}/.exec(this.#text.slice(this.#at).join(''));
    const least = Number(found?.[1]);
    const most = found?.[2] === undefined ? least : found[3] === '' ? undefined : Number(found[3]);
    if (found === null || (most ?? least) < Math.max(least, 1) || (most ?? least) > MOST_REPEATS)
      throw new Wrong('a repetition that cannot be read', `{3}, {3,} or {3,5}, up to ${MOST_REPEATS}`);
    this.#at += found[0].length;
    this.#out += found[0];
    return { least, most };
  }

  #atom(): Part {
    const sign = this.#take();
    if (sign === '(') return this.#group();
    if (sign === '[') return this.#class();
    if (sign === '\\') return this.#escape();
    if ('*+?{}]^$'.includes(sign))
      throw new Wrong(`\`${sign}\` has no place here`, `\\${sign} for the character itself`);
    this.#out += sign;
    return this.#position(sign === '.' ? ANY : single(sign));
  }

  #group(): Part {
    this.#out += '(';
    if (this.#next === '?') {
      if (this.#text[this.#at + 1] !== ':')
        throw new Wrong('a group that looks around, has a name or changes the rules', '( ) or (?: )');
      this.#out += this.#take() + this.#take();
    } else this.#groups += 1;
    const part = this.#choice();
    if (this.#take() !== ')') throw new Wrong('a group is not closed', 'each ( with its )');
    this.#out += ')';
    return part;
  }

  #escape(): Part {
    const sign = this.#take();
    const known = CLASSES[sign];
    if (known !== undefined) {
      this.#out += `[${known.text}]`;
      return this.#position(known.characters);
    }
    if (sign === '' || !PUNCTUATION.includes(sign))
      throw new Wrong(
        `\`\\${sign}\`, which not everybody reads alike`,
        `\\d, \\w, \\s, or one of ${PUNCTUATION} after \\`,
      );
    this.#out += `\\${sign}`;
    return this.#position(single(sign));
  }

  #class(): Part {
    this.#out += '[';
    const negated = this.#next === '^';
    if (negated) this.#out += this.#take();
    const ranges: (readonly [number, number])[] = [];
    while (this.#next !== ']') {
      // Between others it would be a range of ranges to one engine.
      if (this.#next === '-' && ranges.length > 0 && this.#text[this.#at + 1] !== ']')
        throw new Wrong('`-` between other characters', '- first or last in [ ], or \\-');
      const from = this.#member();
      if (typeof from !== 'number') {
        ranges.push(...from);
        continue;
      }
      const isRange = this.#next === '-' && this.#text[this.#at + 1] !== ']';
      if (isRange) this.#out += this.#take();
      const to = isRange ? this.#member() : from;
      if (typeof to !== 'number' || to < from)
        throw new Wrong('a range of characters that cannot be read', 'such as A-Z, the lower one first');
      ranges.push([from, to]);
    }
    this.#take();
    this.#out += ']';
    if (ranges.length === 0) throw new Wrong('[ ] with nothing in it', 'at least one character');
    return this.#position(negated ? others(ranges) : ranges);
  }

  /** A character of a class as its code point, or what an escape stands for. */
  #member(): number | Characters {
    const sign = this.#take();
    if (sign === '') throw new Wrong('[ is not closed', 'each [ with its ]');
    if (sign === '[') throw new Wrong('[ inside of [ ]', '\\[ for the character itself');
    if (sign !== '\\') {
      this.#out += sign;
      return sign.codePointAt(0)!;
    }
    const escaped = this.#take();
    const known = CLASSES[escaped];
    if (known !== undefined) {
      this.#out += known.text;
      return known.characters;
    }
    if (escaped === '' || !`${PUNCTUATION}-`.includes(escaped))
      throw new Wrong(
        `\`\\${escaped}\`, which not everybody reads alike`,
        `\\d, \\w, \\s, or punctuation after \\`,
      );
    this.#out += `\\${escaped}`;
    return escaped.codePointAt(0)!;
  }

  #position(characters: Characters): Part {
    const position = this.#characters.push(characters) - 1;
    this.#follow.push(new Set());
    if (position > MOST_POSITIONS)
      throw new Wrong('it is too long', `at most ${MOST_POSITIONS} characters, repetitions laid out`);
    return { first: [position], last: [position], empty: false };
  }

  #oneWay(positions: readonly number[]): void {
    for (const [index, one] of positions.entries()) {
      for (const other of positions.slice(index + 1)) {
        const shared = one === other ? undefined : common(this.#characters[one]!, this.#characters[other]!);
        if (shared === undefined) continue;
        throw new Wrong(
          `it can be read in more than one way: where ${JSON.stringify(String.fromCodePoint(shared))} comes, it may go on in two`,
          'after each character one way on: P[OR]- for (?:PO-|PR-), [^0-9]*[0-9] for .*[0-9]',
        );
      }
    }
  }
}

function groupLeftOut(): Wrong {
  return new Wrong(
    'the group may be left out',
    'a group that takes part in every fit: no repetition or | around it',
  );
}
