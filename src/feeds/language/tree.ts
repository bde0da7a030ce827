// Grows trees from a stream of opened and closed nodes, keeps of them only what row sets ask for, and cuts their rows out as
// soon as all that a row looks at is there. Memory grows with one tree, not with the file.
import type { Column, RowSet } from './definition.ts';
import { fits, hits, Node, valueAt } from './path.ts';
import type { Path } from './path.ts';
import { FileRefused, LIMITS } from './refusals.ts';

/** A row that was cut out: its columns' texts. */
export interface TreeRow {
  set: number;
  fields: string[];
}

/** What one row set needs of the tree. */
interface Plan {
  set: number;
  at: Path;
  columns: readonly Column[];
  depth: number;
  /** Depth of the node that is held whole until it closes. */
  hold: number;
  /** First names of what columns look for, by the depth of the ancestor where they look. */
  wanted: ReadonlyMap<number, ReadonlySet<string>>;
  /** Paths that begin at the node that is held. */
  ofHold: readonly Path[];
}

interface Frame {
  node: Node | undefined;
  /** By plan: true where the path down to here is the beginning of its `at`. */
  on: boolean[];
  /** An ancestor, or this itself, is kept whole. */
  inside: boolean;
  /** Size of what is kept when it was opened. */
  sizeBefore: number;
  /** By plan: what the columns of the held node gave when rows were cut out before it was closed. */
  early: Map<number, string>;
  names: Set<string> | undefined;
}

export class TreeBuilder {
  readonly #plans: readonly Plan[];
  readonly #where: string;
  readonly #frames: Frame[] = [];
  #rows: TreeRow[] = [];
  #size = 0;
  #skipped = 0;
  /** Whether the way to some row set was found, at least to the node above its rows; and the names at the top. */
  readonly found = { way: false, top: new Set<string>() };

  constructor(sets: readonly Pick<RowSet, 'at' | 'columns'>[], where: string) {
    this.#where = where;
    this.#plans = sets.map(({ at, columns }, set) => planOf(set, at!, columns));
  }

  get depth(): number {
    return this.#frames.length + this.#skipped;
  }

  /** Begins a tree. */
  begin(): void {
    this.#size = 0;
    const root = new Node('', undefined);
    const frame = this.#frame(
      root,
      this.#plans.map(() => true),
      false,
    );
    this.#frames.push(frame);
    frame.inside = this.#plans.some(({ depth, hold }) => depth === 0 || hold === 0);
  }

  /** @param attributes of an XML element */
  open(name: string, attributes?: Readonly<Record<string, string>>): void {
    if (this.depth > LIMITS.depth)
      throw new FileRefused('TOO_LARGE', this.#where, 'nested too deep', `at most ${LIMITS.depth} levels`);
    if (this.#skipped > 0) {
      this.#skipped += 1;
      return;
    }
    const above = this.#frames.at(-1)!;
    const depth = this.#frames.length;
    const on = this.#plans.map(
      ({ at }, plan) => above.on[plan]! && (at.steps[depth - 1]?.name ?? '') === name,
    );
    if (depth === 1) this.found.top.add(name);
    if (this.#plans.some((plan, index) => on[index] === true && depth >= Math.max(1, plan.depth - 1)))
      this.found.way = true;
    const isWanted = this.#plans.some(
      ({ wanted }, plan) => above.on[plan] === true && wanted.get(depth - 1)?.has(name) === true,
    );
    const keeps = this.#plans.some(
      (plan, index) => on[index] === true && (plan.hold === depth || plan.depth === depth),
    );
    if (!above.inside && !isWanted && !on.includes(true)) {
      this.#skipped = 1;
      return;
    }
    const node = new Node(name, above.node);
    if (attributes !== undefined) node.attributes = attributes;
    above.node?.children.push(node);
    this.#grow(name.length + 40, attributes);
    this.#frames.push(this.#frame(node, on, above.inside || isWanted || keeps));
  }

  text(text: string): void {
    const { node } = this.#frames.at(-1)!;
    if (this.#skipped > 0 || node === undefined) return;
    node.text += text;
    this.#size += text.length;
    if (node.text.length > LIMITS.cellCharacters)
      throw new FileRefused(
        'TOO_LARGE',
        this.#where,
        `${node.name} is too long`,
        `at most ${LIMITS.cellCharacters} characters`,
      );
  }

  close(): void {
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      return;
    }
    const frame = this.#frames.pop()!;
    const depth = this.#frames.length;
    const above = this.#frames.at(-1);
    for (const [index, plan] of this.#plans.entries()) {
      if (frame.on[index] !== true) continue;
      if (plan.hold === depth) this.#finish(plan, frame);
    }
    if (above === undefined || above.inside) {
      if (above !== undefined && this.#size > LIMITS.treeCharacters) this.#cutEarly(frame);
      return;
    }
    // What is on the way to rows is needed no more; what columns of rows look at stays.
    if (!frame.on.includes(true)) return;
    above.node!.children.pop();
    this.#size = frame.sizeBefore;
  }

  /** Ends a tree and begins no other. */
  end(): void {
    while (this.#frames.length > 0) this.close();
  }

  /** Rows since the last time. */
  take(): TreeRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #frame(node: Node, on: boolean[], inside: boolean): Frame {
    return { node, on, inside, sizeBefore: this.#size, early: new Map(), names: undefined };
  }

  #grow(size: number, attributes: Readonly<Record<string, string>> | undefined): void {
    this.#size += size;
    if (attributes !== undefined)
      for (const value of Object.values(attributes)) this.#size += value.length + 20;
    // Far above the limit nothing was found to cut out: one row is that large.
    if (this.#size > 2 * LIMITS.treeCharacters)
      throw new FileRefused(
        'TOO_LARGE',
        this.#where,
        'one tree is too large',
        `at most ${LIMITS.treeCharacters} characters in what rows look at`,
      );
  }

  #finish(plan: Plan, frame: Frame): void {
    const early = frame.early.get(plan.set);
    if (early !== undefined && early !== seen(plan, frame.node!))
      throw new FileRefused(
        'TOO_LARGE',
        this.#where,
        `what columns look at in ${frame.node!.name} comes after more rows than can be held`,
        `it before the rows, or at most ${LIMITS.treeCharacters} characters`,
      );
    this.#cut(plan, frame.node!, plan.hold);
  }

  /** Rows of a large tree are cut out below the held node, which remembers what they saw of it. */
  #cutEarly(closed: Frame): void {
    const above = this.#frames.at(-1)!;
    const depth = this.#frames.length;
    const here = this.#plans.filter((plan, index) => closed.on[index] === true && plan.hold === depth - 1);
    if (here.length === 0) return;
    for (const plan of here) {
      const now = seen(plan, above.node!);
      if ((above.early.get(plan.set) ?? now) !== now) above.early.set(plan.set, '\u0000');
      else above.early.set(plan.set, now);
      this.#cut(plan, above.node!, plan.hold);
    }
    const firsts = new Set(here.map((plan) => plan.at.steps[plan.hold]!.name));
    above.node!.children = above.node!.children.filter((child) => !firsts.has(child.name));
    this.#size = above.sizeBefore;
  }

  #cut(plan: Plan, node: Node, depth: number): void {
    const step = plan.at.steps[depth];
    if (step === undefined) {
      this.#rows.push({
        set: plan.set,
        fields: plan.columns.map(({ paths, each }) => valueAt(paths, each, node)),
      });
      return;
    }
    for (const child of node.children) if (fits(step, child)) this.#cut(plan, child, depth + 1);
  }
}

function planOf(set: number, at: Path, columns: readonly Column[]): Plan {
  const depth = at.steps.length;
  const wanted = new Map<number, Set<string>>();
  const want = (level: number, name: string | undefined): void => {
    if (name === undefined || level < 0) return;
    wanted.set(level, (wanted.get(level) ?? new Set()).add(name));
  };
  let hold = depth;
  for (const { paths } of columns) {
    for (const path of paths) {
      hold = Math.min(hold, Math.max(0, depth - path.up));
      want(depth - path.up, path.steps[0]?.name);
    }
  }
  for (const [index, { test }] of at.steps.entries()) {
    if (test === undefined) continue;
    hold = Math.min(hold, index);
    want(index + 1, test.path.steps[0]?.name);
  }
  const ofHold = columns.flatMap(({ paths }) => paths.filter(({ up }) => up > 0 && depth - up === hold));
  return { set, at, columns, depth, hold, wanted, ofHold };
}

/** What columns of rows find at the held node itself. */
function seen(plan: Plan, node: Node): string {
  return JSON.stringify(plan.ofHold.map((path) => [...hits({ ...path, up: 0 }, node)]));
}
