// What the passes left of all reconciliations, in one table; and which of these lines have something in common with another
// open line. Only those come into the process: alone, a line can only be on time, late, or missing.
import type pg from 'pg';
import type { ResidueLine, PassNote } from '../../exceptions/model.ts';
import type { Reconciliation } from '../../rulebook/model.ts';
import type { RunNames } from './names.ts';

/** Gathers the rest of each work table. */
export async function gatherOpen(
  client: pg.ClientBase,
  names: RunNames,
  parts: readonly Reconciliation[],
): Promise<void> {
  await client.query(`drop table if exists ${names.open}, ${names.social}`);
  await client.query(`create unlogged table ${names.open} (part smallint not null, unit bigint not null, line_id bigint not null, side "char" not null,
    account text collate "C" not null, currency text collate "C" not null, ticks bigint not null, business_date date not null, accounting_date date not null,
    reference_hash bigint not null, ext text collate "C" not null)`);
  for (const index of parts.keys())
    await client.query(
      `insert into ${names.open} select ${index}, unit, line_id, side, account, currency, ticks, business_date, accounting_date, reference_hash, ext from ${names.part(index).work}`,
    );
  await client.query(`create index on ${names.open} (reference_hash)`);
  await client.query(`analyze ${names.open}`);
}

/** Lines that share a reference with the other side, or that a pass has grouped, suggested or left undecided. */
export async function findSocial(
  client: pg.ClientBase,
  names: RunNames,
  parts: readonly Reconciliation[],
): Promise<void> {
  const selects = [
    `select a.unit, a.line_id from ${names.open} a where a.reference_hash <> 0 and exists (
       select from ${names.open} b where b.reference_hash = a.reference_hash and b.side <> a.side)`,
  ];
  parts.forEach((part, index) => {
    const { work, found, member } = names.part(index);
    selects.push(
      undecidedLines(names.part(index).undecided, work, part, 'select w.unit, w.line_id'),
      `select f.unit, f.e_line from ${found} f where f.suggested and f.e_line is not null`,
      `select f.unit, f.l_line from ${found} f where f.suggested and f.l_line is not null`,
      `select m.unit, m.line_id from ${member} m join ${found} f on f.match_id = m.match_id and f.suggested`,
    );
    part.passes.forEach((pass, p) => {
      if (!pass.identifies || !pass.active || pass.acrossAccounts || pass.type === 'net') return;
      selects.push(`select w.unit, w.line_id from ${work} w where w.k${p} in (
        select k${p} from ${work} where k${p} is not null group by k${p} having bool_or(side = 'E') and bool_or(side = 'L'))`);
    });
  });
  await client.query(
    `create unlogged table ${names.social} as
     select distinct s.unit, s.line_id from (${selects.filter((select) => select !== '').join(' union all ')}) s(unit, line_id)
     join ${names.open} o on o.unit = s.unit and o.line_id = s.line_id`,
  );
  await client.query(`analyze ${names.social}`);
}

/** Lines behind the undecided rows of a part: by key, and for ties by amount and day as well. */
function undecidedLines(undecided: string, work: string, part: Reconciliation, select: string): string {
  return part.passes
    .map((_, p) =>
      [
        `${select} from ${undecided} x join ${work} w on x.pass_no = ${p} and w.k${p} = x.k and w.unit = x.unit and w.t${p} = x.t`,
        `where x.kind = 'many' or (w.side = 'E' and w.ticks = x.e_ticks and x.e_day in (0, w.d${p})) or (w.side = 'L' and w.ticks = x.l_ticks and x.l_day in (0, w.d${p}))`,
      ].join(' '),
    )
    .join(' union all ');
}

/** Reads the social lines and the notes of passes about them. Lines that a later pass took are no longer in a note. */
export async function readSocial(
  client: pg.ClientBase,
  names: RunNames,
  parts: readonly Reconciliation[],
  asOf: string,
  taxAccounts: readonly string[],
): Promise<{ lines: ResidueLine[]; notes: PassNote[] }> {
  const lines = new Map<string, ResidueLine>();
  const notes: PassNote[] = [];
  for (const [index, part] of parts.entries()) {
    for (const line of await readLines(client, names, part, index, asOf, taxAccounts))
      lines.set(`${line.unit}/${line.lineId}`, line);
  }
  for (const [index, part] of parts.entries())
    notes.push(...(await readNotes(client, names, part, index, lines)));
  return { lines: [...lines.values()], notes };
}

async function readLines(
  client: pg.ClientBase,
  names: RunNames,
  part: Reconciliation,
  index: number,
  asOf: string,
  taxAccounts: readonly string[],
): Promise<ResidueLine[]> {
  const keys = part.passes.map((_, p) => `w.t${p}`).join(', ');
  const found = await client.query<
    Record<string, string> & {
      keys: (string | null)[];
      grace_over: boolean;
      others_matched: boolean;
      company_ticks: string | null;
    }
  >(
    `select w.unit, w.line_id, w.side, w.account, w.currency, w.ticks, w.company_ticks, w.business_date, w.accounting_date, w.ext,
            array[${keys}]::text[] as keys, l.company, l.ledger, l.location, l.dimension, l.reference, l.period, ${labelSql('l')} as label,
            coalesce(d.label, '') as duplicate_of, ${graceOverSql('$1::date')} as grace_over,
            not exists (select from ${names.open} b where b.reference_hash = w.reference_hash and w.reference_hash <> 0
                        and b.line_id <> w.line_id and not b.account = any($2)) as others_matched
     from ${names.social} s join ${names.part(index).work} w on w.unit = s.unit and w.line_id = s.line_id
     join tieout.line l on l.unit = w.unit and l.line_id = w.line_id
     left join ${names.grace} g on g.part = $3 and g.business_date = w.business_date
     left join ${names.reach} r on r.company = l.company and r.ledger = l.ledger and r.account = l.account
     left join lateral (${duplicateSql('l')}) d on w.side = 'L'`,
    [asOf, taxAccounts, index],
  );
  return found.rows.map((row) => ({
    unit: row.unit as string,
    lineId: row.line_id as string,
    side: row.side as 'E' | 'L',
    ext: row.ext as string,
    reconciliation: part.name,
    company: row.company as string,
    ledger: row.ledger as string,
    account: row.account as string,
    location: row.location as string,
    dimension: row.dimension as string,
    currency: row.currency as string,
    amount: BigInt(row.ticks as string),
    companyAmount: row.company_ticks === null ? null : BigInt(row.company_ticks),
    businessDate: row.business_date as string,
    accountingDate: row.accounting_date as string,
    period: row.period as string,
    reference: row.reference as string,
    label: row.label as string,
    columns: {},
    keys: row.keys,
    duplicateOf: row.duplicate_of as string,
    graceOver: row.grace_over,
    othersMatched: row.others_matched,
  }));
}

async function readNotes(
  client: pg.ClientBase,
  names: RunNames,
  part: Reconciliation,
  index: number,
  lines: ReadonlyMap<string, ResidueLine>,
): Promise<PassNote[]> {
  const { undecided, work, found, member } = names.part(index);
  const passName = (p: number): string => part.passes[p]?.name ?? '';
  const notes: PassNote[] = [];
  if (part.passes.length > 0) {
    const rows = await client.query<{
      pass_no: number;
      kind: 'tie' | 'many';
      at: string;
      unit: string;
      line_id: string;
    }>(
      `select * from (${undecidedLines(undecided, work, part, `select x.pass_no, x.kind, x.unit::text || ':' || x.k || ':' || coalesce(x.e_ticks::text || '@' || x.e_day || '/' || x.l_ticks || '@' || x.l_day, '') as at, w.unit, w.line_id, w.ext`)}) x
       order by pass_no, at collate "C", ext`,
    );
    notes.push(
      ...grouped(rows.rows, lines, (row, members) => ({
        reconciliation: part.name,
        pass: passName(row.pass_no),
        kind: row.kind,
        lines: members,
      })),
    );
  }
  const rows = await client.query<{
    pass_no: number;
    at: string;
    because: string | null;
    unit: string;
    line_id: string;
  }>(
    `select f.pass_no, f.anchor || E'\\x1e' || f.match_id as at, f.because, f.unit, m.line_id from ${found} f
     join lateral (select f.e_line as line_id where f.e_line is not null union all select f.l_line where f.l_line is not null
                   union all select m.line_id from ${member} m where m.match_id = f.match_id) m on true
     where f.suggested order by f.pass_no, f.anchor, f.match_id`,
  );
  notes.push(
    ...grouped(rows.rows, lines, (row, members) => ({
      reconciliation: part.name,
      pass: passName(row.pass_no),
      kind: 'suggested' as const,
      lines: members,
      ...(row.because === null ? {} : { because: row.because }),
    })).filter((note) => note.lines.length > 1),
  );
  return notes;
}

/** Consecutive rows with the same `at` make one note; one with lines on one side only says nothing and is left out. */
function grouped<R extends { pass_no: number; at: string; unit: string; line_id: string }>(
  rows: readonly R[],
  lines: ReadonlyMap<string, ResidueLine>,
  make: (row: R, members: ResidueLine[]) => PassNote,
): PassNote[] {
  const notes: PassNote[] = [];
  for (let i = 0; i < rows.length;) {
    const first = rows[i] as R;
    const members = new Set<ResidueLine>();
    let whole = true;
    for (; i < rows.length && rows[i]?.at === first.at && rows[i]?.pass_no === first.pass_no; i += 1) {
      const line = lines.get(`${rows[i]?.unit}/${rows[i]?.line_id}`);
      if (line === undefined) whole = false;
      else members.add(line);
    }
    const note = make(first, [...members]);
    const sides = new Set(note.lines.map((line) => line.side));
    if ((note.kind === 'suggested' && whole) || (note.kind !== 'suggested' && sides.size === 2))
      notes.push(note);
  }
  return notes;
}

/** How people name a line: ERP document and line, or the reference of what happened. */
export function labelSql(l: string): string {
  return `case ${l}.side when 'L' then coalesce(${l}.document, '') || '/' || coalesce(${l}.line, '')
    else coalesce(nullif(${l}.reference, ''), ${l}.event_id, '') || coalesce(' (' || ${l}.rule || ')', '') end`;
}

/** True once nothing may still arrive for a line (law 5); needs aliases w (open line), g (grace) and r (reach). */
export function graceOverSql(asOf: string): string {
  return `case w.side when 'E' then coalesce(r.reach >= g.grace_end, false) else ${asOf} > g.grace_end end`;
}

/**
 * A matched ledger line with the same account, reference and amount as ledger line `l`, reached by its reference (law 7).
 * `offset 0` keeps the two steps apart: planned as one, the server read every member of the unit for each open line
 * (3,000 of them in a unit of 4,000 lines: 4 ms a line, growing with the square; 0.02 ms so).
 */
export function duplicateSql(l: string): string {
  return `select o.document || '/' || o.line as label
    from (select * from tieout.line o where o.reference_hash = ${l}.reference_hash and o.reference_hash <> 0 offset 0) o
    cross join lateral (select from tieout.match_member m where m.unit = o.unit and m.line_id = o.line_id and m.released_run is null offset 0) m
    where o.side = 'L' and o.unit = ${l}.unit and o.account = ${l}.account and o.currency = ${l}.currency and o.amount = ${l}.amount
      and o.reference = ${l}.reference and o.line_id <> ${l}.line_id
    order by o.document, o.line limit 1`;
}
