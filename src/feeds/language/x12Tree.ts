// X12: separators come from ISA; each transaction set (ST to SE) is a tree whose segments stand below it, nested into loops as
// the feed says. Interchange and group segments stand in each tree too. The counts of SE, GE and IEA must hold.
import { FileRefused, LIMITS } from './refusals.ts';
import type { TreeBuilder } from './tree.ts';

/** ISA has 16 elements, the last one character long; behind it stands what ends a segment. Some senders cut its padding. */
const ISA_ELEMENTS = 16;
const LONGEST_ISA = 200;

/** Feeds a tree builder from X12 text. */
export class X12Trees {
  readonly #builder: TreeBuilder;
  readonly #where: string;
  readonly #loops: ReadonlyMap<string, readonly string[]>;
  #held = '';
  #separators: { element: string; segment: string } | undefined;
  #envelope: string[][] = [];
  #loop: string | undefined;
  /** Segments of the set, sets of the group, groups of the interchange; undefined where none is open. */
  #segments: number | undefined;
  #sets: number | undefined;
  #groups: number | undefined;

  constructor(builder: TreeBuilder, where: string, loops: ReadonlyMap<string, readonly string[]>) {
    this.#builder = builder;
    this.#where = where;
    this.#loops = loops;
  }

  write(text: string): void {
    this.#held += text;
    if (this.#separators === undefined) {
      const start = this.#held.replace(/^[\ufeff\s]+/, '');
      if (start.length < LONGEST_ISA && !start.includes('GS')) return;
      if (!start.startsWith('ISA'))
        throw this.#refuse('the file does not begin with ISA', 'an X12 interchange', start.slice(0, 20));
      this.#separators = separatorsOf(start);
      if (this.#separators === undefined)
        throw this.#refuse('ISA cannot be read', `${ISA_ELEMENTS} elements`, start.slice(0, 40));
      this.#held = start;
    }
    const { segment } = this.#separators;
    let from = 0;
    for (let end = this.#held.indexOf(segment); end !== -1; end = this.#held.indexOf(segment, from)) {
      this.#segment(this.#held.slice(from, end).trim());
      from = end + segment.length;
    }
    this.#held = this.#held.slice(from);
    if (this.#held.length > LIMITS.cellCharacters)
      throw this.#refuse('a segment is too long', `at most ${LIMITS.cellCharacters} characters`);
  }

  end(): void {
    if (this.#held.trim() !== '')
      throw this.#refuse('the last segment is not ended', 'a whole interchange', this.#held.slice(0, 20));
    if (this.#separators === undefined) throw this.#refuse('the file is empty', 'an X12 interchange');
    if (this.#groups !== undefined || this.#segments !== undefined)
      throw this.#incomplete('the interchange is not ended', 'SE, GE and IEA', 'the end of the file');
  }

  #refuse(what: string, expected: string, found?: string): FileRefused {
    return new FileRefused('NOT_READABLE', this.#where, what, expected, found);
  }

  #incomplete(what: string, expected: string, found: string): FileRefused {
    return new FileRefused('BATCH_INCOMPLETE', this.#where, what, expected, found);
  }

  #segment(text: string): void {
    if (text === '') return;
    const elements = text.split(this.#separators!.element);
    const [name = ''] = elements;
    if (this.#segments !== undefined) this.#segments += 1;
    switch (name) {
      case 'ISA':
        this.#groups = 0;
        this.#envelope = [elements];
        return;
      case 'GS':
        this.#sets = 0;
        this.#groups = (this.#groups ?? 0) + 1;
        this.#envelope = [...this.#envelope.filter(([kind]) => kind !== 'GS'), elements];
        return;
      case 'ST':
        if (this.#segments !== undefined)
          throw this.#incomplete('a set begins before the last one ended', 'SE', text);
        return this.#beginSet(elements);
      case 'SE':
        return this.#endSet(elements);
      case 'GE':
        this.#check('GE', elements[1], this.#sets);
        this.#sets = undefined;
        return;
      case 'IEA':
        this.#check('IEA', elements[1], this.#groups);
        this.#groups = undefined;
        return;
      default:
        if (this.#segments === undefined)
          throw this.#refuse(
            `${name} stands outside of a transaction set`,
            'ST before it',
            text.slice(0, 40),
          );
        this.#inSet(elements);
    }
  }

  #check(name: string, stated: string | undefined, found: number | undefined): void {
    if (Number(stated) !== found)
      throw this.#incomplete(
        `${name} counts otherwise`,
        stated ?? 'nothing',
        found === undefined ? 'none open' : String(found),
      );
  }

  #beginSet(elements: readonly string[]): void {
    this.#segments = 1;
    this.#sets = (this.#sets ?? 0) + 1;
    this.#builder.begin();
    this.#builder.open('ST-loop');
    for (const segment of this.#envelope) this.#write(segment);
    this.#write(elements);
  }

  #endSet(elements: readonly string[]): void {
    this.#endLoop();
    this.#check('SE', elements[1], this.#segments);
    this.#write(elements);
    this.#segments = undefined;
    this.#builder.end();
  }

  #inSet(elements: readonly string[]): void {
    const [name = ''] = elements;
    if (this.#loops.has(name)) {
      this.#endLoop();
      this.#loop = name;
      this.#builder.open(`${name}-loop`);
    } else if (this.#loop !== undefined && this.#loops.get(this.#loop)!.includes(name)) this.#endLoop();
    this.#write(elements);
  }

  #endLoop(): void {
    if (this.#loop !== undefined) this.#builder.close();
    this.#loop = undefined;
  }

  #write([name = '', ...elements]: readonly string[]): void {
    this.#builder.open(name);
    for (const [index, element] of elements.entries()) {
      if (element === '') continue;
      this.#builder.open(String(index + 1).padStart(2, '0'));
      this.#builder.text(element);
      this.#builder.close();
    }
    this.#builder.close();
  }
}

function separatorsOf(text: string): { element: string; segment: string } | undefined {
  const element = text[3] ?? '';
  let at = 3;
  for (let count = 1; count < ISA_ELEMENTS; count++) {
    at = text.indexOf(element, at + 1);
    if (at < 0 || at > LONGEST_ISA) return undefined;
  }
  const segment = text[at + 2];
  return segment === undefined ? undefined : { element, segment };
}
