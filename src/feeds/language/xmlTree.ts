// XML as a tree: prefixes ignored, any DOCTYPE refused (what entities would do is nobody's to find out), depth bounded.
import { SaxesParser } from 'saxes';

import { FileRefused } from './refusals.ts';
import type { TreeBuilder } from './tree.ts';

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Feeds a tree builder from XML text; `write` per chunk, `end` once. */
export class XmlTree {
  readonly #parser: SaxesParser;

  constructor(builder: TreeBuilder, where: string) {
    const parser = new SaxesParser({ position: true });
    this.#parser = parser;
    parser.on('error', (error) => {
      throw new FileRefused(
        'NOT_READABLE',
        `${where}:${parser.line}`,
        'the file is no XML',
        'a whole XML document',
        error.message,
      );
    });
    parser.on('doctype', () => {
      throw new FileRefused(
        'NOT_READABLE',
        `${where}:${parser.line}`,
        'a DOCTYPE is not taken',
        'a document without one',
      );
    });
    parser.on('opentag', ({ name, attributes }) => {
      let own: Record<string, string> | undefined;
      for (const [key, value] of Object.entries(attributes)) {
        if (key.startsWith('xmlns')) continue;
        own ??= {};
        own[local(key)] = value;
      }
      builder.open(local(name), own);
    });
    parser.on('text', (text) => builder.text(text));
    parser.on('cdata', (text) => builder.text(text));
    parser.on('closetag', () => builder.close());
    builder.begin();
    this.#builder = builder;
  }

  readonly #builder: TreeBuilder;

  write(text: string): void {
    this.#parser.write(text);
  }

  end(): void {
    this.#parser.close();
    this.#builder.end();
  }
}

/** The encoding that an XML declaration names; undefined where it names none. */
export function declaredEncoding(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, 200).toString('latin1');
  return /^\s*(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*\bencoding\s*=\s*["']([\w.-]+)["']/
    .exec(head)?.[1]
    ?.toLowerCase();
}
