// JSON as trees: one for the document, for each element of a list at the top, or for each document of NDJSON. A number stays
// the text that it is written as.
import { jsonParser } from 'stream-json/core/parser.js';

import { FileRefused, LIMITS } from './refusals.ts';
import type { TreeBuilder } from './tree.ts';

/** Feeds a tree builder from JSON text; `write` per chunk, `end` once. */
export class JsonTrees {
  readonly #builder: TreeBuilder;
  readonly #where: string;
  readonly #parse: ReturnType<typeof jsonParser>;
  /** Open objects and lists: the name of what is inside, and of objects the keys so far. */
  readonly #open: { isList: boolean; name: string; keys: Set<string> | undefined }[] = [];
  #text = '';
  #name = '';
  /** A list at the top is a tree per element. */
  #topList = false;

  constructor(builder: TreeBuilder, where: string, many: boolean) {
    this.#builder = builder;
    this.#where = where;
    this.#parse = jsonParser({
      packKeys: false,
      streamKeys: true,
      packStrings: false,
      streamStrings: true,
      packNumbers: false,
      streamNumbers: true,
      jsonStreaming: many,
    });
  }

  write(text: string): void {
    let result: unknown;
    try {
      result = this.#parse(text);
    } catch (error) {
      throw this.#broken(error instanceof Error ? error.message : String(error));
    }
    const tokens = (result as { values?: readonly { name: string; value?: unknown }[] } | undefined)?.values;
    if (Array.isArray(tokens)) for (const token of tokens) this.#take(token);
    else if (typeof result === 'object' && result !== null && 'name' in result)
      this.#take(result as { name: string });
  }

  end(): void {
    if (this.#open.length > 0) throw this.#broken('the text ends in the middle of it');
  }

  #broken(found: string): FileRefused {
    return new FileRefused(
      'NOT_READABLE',
      this.#where,
      'the file is no JSON',
      'a whole JSON document',
      found,
    );
  }

  #take(token: { name: string; value?: unknown }): void {
    switch (token.name) {
      case 'startObject':
        return this.#begin(false);
      case 'startArray':
        return this.#begin(true);
      case 'endObject':
      case 'endArray':
        return this.#finish();
      case 'startKey':
      case 'startString':
      case 'startNumber':
        this.#text = '';
        return;
      case 'stringChunk':
      case 'numberChunk':
        this.#text += token.value as string;
        if (this.#text.length > LIMITS.cellCharacters)
          throw new FileRefused(
            'TOO_LARGE',
            this.#where,
            'a text is too long',
            `at most ${LIMITS.cellCharacters} characters`,
          );
        return;
      case 'endKey':
        return this.#key();
      case 'endString':
      case 'endNumber':
        return this.#scalar(this.#text);
      case 'trueValue':
      case 'falseValue':
        return this.#scalar(String(token.value));
      default:
        return this.#scalar('');
    }
  }

  #key(): void {
    const { keys } = this.#open.at(-1)!;
    if (keys?.has(this.#text) === true)
      throw new FileRefused(
        'NOT_READABLE',
        this.#where,
        `the key ${JSON.stringify(this.#text)} stands twice in one object`,
        'each key once',
      );
    keys?.add(this.#text);
    this.#name = this.#text;
  }

  /** The name under which a value stands: its key, or that of the list that it is in. */
  #nameHere(): string {
    const here = this.#open.at(-1);
    return here?.isList === true ? here.name : this.#name;
  }

  #begin(isList: boolean): void {
    if (this.#open.length > LIMITS.depth)
      throw new FileRefused('TOO_LARGE', this.#where, 'nested too deep', `at most ${LIMITS.depth} levels`);
    const isTop = this.#open.length === 0;
    const inTopList = this.#topList && this.#open.length === 1;
    const name = this.#nameHere();
    if (isTop && isList) this.#topList = true;
    else if (isTop || inTopList) this.#builder.begin();
    else if (!isList) this.#builder.open(name);
    this.#open.push({ isList, name, keys: isList ? undefined : new Set() });
  }

  #finish(): void {
    const { isList } = this.#open.pop()!;
    const isTop = this.#open.length === 0;
    const inTopList = this.#topList && this.#open.length === 1;
    if (isTop && this.#topList) this.#topList = false;
    else if (isTop || inTopList) this.#builder.end();
    else if (!isList) this.#builder.close();
  }

  #scalar(text: string): void {
    if (this.#open.length === 0 || (this.#topList && this.#open.length === 1)) return;
    this.#builder.open(this.#nameHere());
    this.#builder.text(text);
    this.#builder.close();
  }
}
