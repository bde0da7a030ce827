// Paths into trees: steps by `/`; a name, `..`, `.` or `@attribute`, with at most one test a step: `Bal[Tp/CdOrPrtry/Cd=CLBD]`.
// A JSON list is its elements under the member's name, so that a path is the same in JSON, XML and X12.

/** A node of a tree: an element, a member of an object, a segment. */
export class Node {
  readonly name: string;
  readonly parent: Node | undefined;
  children: Node[] = [];
  text = '';
  attributes: Readonly<Record<string, string>> | undefined;

  constructor(name: string, parent: Node | undefined) {
    this.name = name;
    this.parent = parent;
    this.attributes = undefined;
  }
}

interface Step {
  /** A name; `..` and `.` are `up` and none at all. */
  name: string;
  test: { path: Path; equals: string } | undefined;
}

/** A path, parsed. */
export interface Path {
  readonly text: string;
  /** How often it goes up before it goes down. */
  readonly up: number;
  readonly steps: readonly Step[];
  readonly attribute: string | undefined;
}

/** Parses a path; undefined where it cannot be read. */
export function parsePath(text: string): Path | undefined {
  const pieces = split(text);
  if (pieces === undefined) return undefined;
  let up = 0;
  const steps: Step[] = [];
  let attribute: string | undefined;
  for (const [index, piece] of pieces.entries()) {
    if (piece === '' || attribute !== undefined) return undefined;
    if (piece === '.') continue;
    if (piece === '..') {
      if (steps.length > 0) return undefined;
      up += 1;
    } else if (piece.startsWith('@')) {
      if (index !== pieces.length - 1 || piece.length === 1) return undefined;
      attribute = piece.slice(1);
    } else {
      const step = parseStep(piece);
      if (step === undefined) return undefined;
      steps.push(step);
    }
  }
  return { text, up, steps, attribute };
}

/** By the slashes outside of tests. */
function split(text: string): string[] | undefined {
  const pieces: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '[') depth += 1;
    else if (text[i] === ']') depth -= 1;
    else if (text[i] === '/' && depth === 0) {
      pieces.push(text.slice(from, i));
      from = i + 1;
    }
    if (depth < 0 || depth > 1) return undefined;
  }
  return depth === 0 ? [...pieces, text.slice(from)] : undefined;
}

function parseStep(piece: string): Step | undefined {
  const found = /^([^[\]]+)(?:\[([^=[\]]+)=([^[\]]*)\])?$/.exec(piece);
  if (found === null) return undefined;
  const [, name = '', at, equals = ''] = found;
  if (at === undefined) return { name: name.trim(), test: undefined };
  const path = parsePath(at.trim());
  return path === undefined ? undefined : { name: name.trim(), test: { path, equals: equals.trim() } };
}

/** What a path finds from a node, in order of the document. */
export function* hits(path: Path, from: Node): Generator<string> {
  let start: Node | undefined = from;
  for (let up = 0; up < path.up && start !== undefined; up++) start = start.parent;
  if (start === undefined) return;
  for (const node of walk(path.steps, 0, start)) {
    if (path.attribute === undefined) yield node.text;
    else {
      const value = node.attributes?.[path.attribute];
      if (value !== undefined) yield value;
    }
  }
}

function* walk(steps: readonly Step[], index: number, node: Node): Generator<Node> {
  const step = steps[index];
  if (step === undefined) {
    yield node;
    return;
  }
  for (const child of node.children) if (fits(step, child)) yield* walk(steps, index + 1, child);
}

/** Whether a node is what a step asks for. */
export function fits(step: Step, node: Node): boolean {
  if (step.name !== node.name && step.name !== '*') return false;
  if (step.test === undefined) return true;
  for (const value of hits(step.test.path, node)) if (value.trim() === step.test.equals) return true;
  return false;
}

/** The first hit that is not empty, of the first path that has one; or all of them joined by a blank. */
export function valueAt(paths: readonly Path[], each: boolean, node: Node): string {
  for (const path of paths) {
    const found: string[] = [];
    for (const hit of hits(path, node)) {
      const text = hit.trim();
      if (text === '') continue;
      if (!each) return text;
      found.push(text);
    }
    if (found.length > 0) return found.join(' ');
  }
  return '';
}
