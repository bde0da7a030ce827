// Open lines that have something in common with another one: a reference on the other side, the key of a pass that
// identifies a fact, or a pass that has grouped, suggested or left them undecided. Only those come into the process, page by
// page: alone, a line can only be on time, late, or missing.
import type pg from 'pg';
import type { Pass, Reconciliation } from '../../rulebook/model.ts';
import { copyIn } from '../copy.ts';
import { fetched } from '../cursor.ts';
import type { RunNames } from './names.ts';
import { isNaming } from './openLines.ts';

/** Lines at once in the process: a few kilobytes each. A page is larger only where more lines hang together. */
const LINES_OF_PAGE = 10_000;

/** Which passes' groups are asked: those that compare an id, or those that only sum. */
export type Evidence = 'names' | 'sums';

/** What ties lines together: all lines with one `kind` and `key`. A hash may tie too much, which only makes a page larger. */
function links(names: RunNames, parts: readonly Reconciliation[], evidence: Evidence): string {
  const selects =
    evidence === 'sums'
      ? []
      : [
          `select a.unit, a.line_id, 0 as kind, a.reference_hash as key from ${names.open} a where a.reference_hash in (
             select reference_hash from ${names.open} where reference_hash <> 0
             group by reference_hash having bool_or(side = 'E') and bool_or(side = 'L'))`,
          `select a.unit, a.line_id, 0, a.reference_hash from ${names.open} a where a.side = 'L' and a.reference_hash in (select reference_hash from ${names.repeat})`,
          `select a.unit, a.line_id, 0, a.reference_hash from ${names.open} a where a.side = 'E' and a.reference_hash in (select reference_hash from ${names.aside})`,
        ];
  let kind = 0;
  parts.forEach((part, index) => {
    const { work, found, member, undecided } = names.part(index);
    const asked = passesOf(part, evidence);
    for (const [p, pass] of asked) {
      kind += 1;
      selects.push(`select w.unit, w.line_id, ${kind}, x.k from ${undecidedOf(undecided, work, p)}`);
      if (!isNaming(pass)) continue;
      selects.push(`select w.unit, w.line_id, ${kind}, w.k${p} from ${work} w where w.k${p} in (
        select k${p} from ${work} where k${p} is not null group by k${p} having bool_or(side = 'E') and bool_or(side = 'L'))`);
    }
    kind += 1;
    const numbers = asked.map(([p]) => p).join(', ');
    if (numbers !== '')
      selects.push(
        `select t.unit, t.line_id, ${kind} as kind, t.match_id as key from ${suggestedLines(found, member)} t where t.pass_no in (${numbers})`,
      );
  });
  return selects.length === 0
    ? 'select null::bigint as unit, null::bigint as line_id, 0 as kind, null::bigint as key where false'
    : selects.join(' union all ');
}

/** Passes of a reconciliation that give this evidence, with their numbers. */
export function passesOf(part: Reconciliation, evidence: Evidence): [number, Pass][] {
  return [...part.passes.entries()].filter(([, pass]) => pass.identifies === (evidence === 'names'));
}

/** Lines behind the undecided rows of a pass: by key, and for ties by amount and day as well. */
export function undecidedOf(undecided: string, work: string, p: number): string {
  return `${undecided} x join ${work} w on x.pass_no = ${p} and w.k${p} = x.k and w.unit = x.unit and w.t${p} = x.t
    and (x.kind = 'many' or (w.side = 'E' and w.ticks = x.e_ticks and x.e_day in (0, w.d${p})) or (w.side = 'L' and w.ticks = x.l_ticks and x.l_day in (0, w.d${p})))`;
}

/** Lines of the matches that passes only suggest. */
export function suggestedLines(found: string, member: string): string {
  return `(select f.match_id, f.pass_no, f.anchor, f.because, f.unit, m.line_id from ${found} f
     join lateral (select f.e_line as line_id where f.e_line is not null union all select f.l_line where f.l_line is not null
                   union all select m.line_id from ${member} m where m.match_id = f.match_id) m on true
     where f.suggested)`;
}

/** Finds the lines and deals them into pages. @param most lines of a page */
export async function findRelated(
  client: pg.ClientBase,
  names: RunNames,
  parts: readonly Reconciliation[],
  evidence: Evidence,
  most = LINES_OF_PAGE,
): Promise<void> {
  // Without statistics the undecided of a pass met all lines of their units (1.2 million pairs for 661 lines).
  for (const index of parts.keys()) await client.query(`analyze ${names.part(index).undecided}`);
  await client.query(
    `drop table if exists ${names.related}, ${names.link};
     create unlogged table ${names.link} as
     select b.* from (${links(names, parts, evidence)}) b join ${names.open} o on o.unit = b.unit and o.line_id = b.line_id
     where not exists (select from ${names.leg} g where g.unit = b.unit and g.line_id = b.line_id)`,
  );
  const found = await client.query(
    `create unlogged table ${names.related} as
     select s.unit, s.line_id, (row_number() over ())::int - 1 as number, 0 as page
     from (select distinct unit, line_id from ${names.link}) s`,
  );
  const lines = found.rowCount ?? 0;
  if (lines > most) await deal(client, names, lines, most);
  await client.query(`analyze ${names.related}`);
}

interface Link {
  number: number;
  kind: number;
  key: string;
}

/** Lines that hang together, over any number of links, get one page: a union-find in whole numbers, 8 bytes a line. */
async function deal(client: pg.ClientBase, names: RunNames, lines: number, most: number): Promise<void> {
  const parent = Int32Array.from({ length: lines }, (_, i) => i);
  const rootOf = (line: number): number => {
    let at = line;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  let before: Link | undefined;
  const tied = `select s.number, b.kind, b.key from ${names.link} b
    join ${names.related} s on s.unit = b.unit and s.line_id = b.line_id order by b.kind, b.key`;
  for await (const linked of fetched<Link>(client, 'related_link', tied, [])) {
    for (const link of linked) {
      if (before?.kind === link.kind && before.key === link.key)
        parent[rootOf(link.number)] = rootOf(before.number);
      before = link;
    }
  }
  const sizes = new Int32Array(lines);
  for (let line = 0; line < lines; line += 1) sizes[rootOf(line)]! += 1;
  function* rows(): Generator<string> {
    const pages = new Int32Array(lines).fill(-1);
    let page = 0;
    let held = 0;
    for (let line = 0; line < lines; line += 1) {
      const root = rootOf(line);
      if (pages[root] === -1) {
        if (held > 0 && held + sizes[root]! > most) {
          page += 1;
          held = 0;
        }
        pages[root] = page;
        held += sizes[root]!;
      }
      yield `${line}\t${pages[root]}\n`;
    }
  }
  await client.query(
    'create temporary table related_page (number int not null, page int not null) on commit drop',
  );
  await copyIn(client, 'related_page(number, page)', rows());
  await client.query(
    `analyze related_page; update ${names.related} s set page = p.page from related_page p where p.number = s.number`,
  );
}
