// Rows of JSON, NDJSON, XML and X12. What the whole file says of itself (`head`) is read first, in a pass of its own, since it
// may stand behind the rows.
import type { FeedFile } from '../feed.ts';
import type { FileDefinition, Head } from './definition.ts';
import { asUtf8 } from './encoding.ts';
import { JsonTrees } from './jsonTree.ts';
import { maskOf } from './masks.ts';
import type { MaskedField } from './masks.ts';
import { Row } from './model.ts';
import type { Run } from './model.ts';
import type { Path } from './path.ts';
import { FileRefused } from './refusals.ts';
import type { ReadTotals } from './readTotals.ts';
import { TreeBuilder } from './tree.ts';
import type { TreeRow } from './tree.ts';
import { X12Trees } from './x12Tree.ts';
import { declaredEncoding, XmlTree } from './xmlTree.ts';
import { unzipped } from './zipEntry.ts';

/** Reads the rows of one file. */
export async function* treeRows(
  file: FeedFile,
  definition: FileDefinition,
  run: Run,
  totals: ReadTotals,
): AsyncGenerator<Row[]> {
  if (definition.heads.length > 0) await readHeads(file, definition, run);
  const { sets } = definition;
  const builder = new TreeBuilder(sets, file.path);
  const bindings = sets.map(({ columns }) => columns.map((_, index) => index));
  const masked = sets.map(({ columns }) =>
    columns.flatMap(({ name, from }, index): MaskedField[] => {
      const mask = maskOf(definition.masks, [name, ...from], run.secretOf, file.path);
      return mask === undefined ? [] : [{ index, mask }];
    }),
  );
  let position = 0;
  const asRows = (found: readonly TreeRow[]): Row[] =>
    found.map(({ set, fields }) => {
      position += 1;
      totals.rows += 1;
      for (const { index, mask } of masked[set]!) fields[index] = mask(fields[index] ?? '');
      return new Row(run, sets[set]!.name, { position, byteOffset: 0 }, fields, bindings[set]!);
    });
  for await (const found of grow(file, definition, builder)) if (found.length > 0) yield asRows(found);
  if (position === 0 && !builder.found.way)
    throw new FileRefused(
      'NOT_THIS_FEED',
      file.path,
      'nothing in it stands where the feed looks',
      sets.map(({ at }) => at?.text ?? '').join(' or '),
      [...builder.found.top].slice(0, 5).join(', ') || 'nothing',
    );
}

/** Rows as they are cut out, many at a time. */
export async function* grow(
  file: FeedFile,
  definition: Pick<FileDefinition, 'format' | 'encoding' | 'zip' | 'loops'>,
  builder: TreeBuilder,
): AsyncGenerator<TreeRow[]> {
  const trees = treesOf(file, definition, builder);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const text = (bytes?: Buffer): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch {
      throw new FileRefused(
        'NOT_READABLE',
        file.path,
        'the file is not UTF-8',
        'UTF-8 text, or another `encoding`',
      );
    }
  };
  const source = definition.zip === undefined ? file.bytes() : unzipped(file, definition.zip);
  for await (const bytes of asUtf8(source, definition.encoding, file.path, sniff(definition.format))) {
    trees.write(text(bytes));
    yield builder.take();
  }
  const rest = text();
  if (rest !== '') trees.write(rest);
  trees.end();
  yield builder.take();
}

function sniff(format: FileDefinition['format']): ((bytes: Buffer) => string | undefined) | undefined {
  return format === 'xml' ? declaredEncoding : undefined;
}

function treesOf(
  file: FeedFile,
  { format, loops }: Pick<FileDefinition, 'format' | 'loops'>,
  builder: TreeBuilder,
): { write(text: string): void; end(): void } {
  if (format === 'xml') return new XmlTree(builder, file.path);
  if (format === 'x12') return new X12Trees(builder, file.path, loops);
  return new JsonTrees(builder, file.path, format === 'ndjson');
}

/** Each head as a row set of its own: where its path ends. */
async function readHeads(file: FeedFile, definition: FileDefinition, run: Run): Promise<void> {
  const { heads } = definition;
  const places = heads.flatMap((head, index) => head.paths.map((path) => ({ index, path, head })));
  const builder = new TreeBuilder(
    places.map(({ head, path }) => headSet(head, path)),
    file.path,
  );
  const found = new Map<number, string>();
  for await (const rows of grow(file, definition, builder)) {
    for (const { set, fields } of rows) {
      const { index } = places[set]!;
      const text = fields[0] ?? '';
      if (text !== '' && !found.has(index)) found.set(index, text);
    }
    if (found.size === heads.length) break;
  }
  for (const [index, { name, match, read, from }] of heads.entries()) {
    const text = found.get(index) ?? '';
    if (match !== undefined && !match.test(text))
      throw new FileRefused(
        'NOT_THIS_FEED',
        file.path,
        `${name} is not what the feed reads`,
        `${from} that fits ${match.source}`,
        text || 'nothing',
      );
    run.outside.set(name, read(text));
  }
}

function headSet(head: Head, path: Path): ConstructorParameters<typeof TreeBuilder>[0][number] {
  const parent = { ...path, steps: path.steps.slice(0, -1), attribute: undefined };
  const at = path.attribute === undefined ? parent : { ...path, attribute: undefined };
  const last = { ...path, up: 0, steps: path.attribute === undefined ? path.steps.slice(-1) : [] };
  const column = {
    name: head.name,
    from: [path.text],
    paths: [last],
    each: false,
    optional: true,
    type: 'text',
  };
  return { at, columns: [column] };
}
