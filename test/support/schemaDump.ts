// The schema as text, asked of the catalog rather than of pg_dump: the same lines on every supported server version, in
// an order that a diff can follow.
import type pg from 'pg';

const SCHEMAS = `('tieout', 'work')`;

const COLUMNS = `
  select n.nspname || '.' || c.relname as owner,
         '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
         || case when a.attcollation <> t.typcollation then ' collate "' || co.collname || '"' else '' end
         || case when a.attnotnull then ' not null' else '' end
         || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as line,
         1 as part, lpad(a.attnum::text, 4, '0') as rank
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    left join pg_collation co on co.oid = a.attcollation
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
   where n.nspname in ${SCHEMAS} and c.relkind in ('r', 'p')`;

// PostgreSQL 18 lists not-null constraints too (contype n); the columns say those already.
const CONSTRAINTS = `
  select n.nspname || '.' || c.relname, '  constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid), 2, k.conname
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
   where n.nspname in ${SCHEMAS} and k.contype in ('p', 'u', 'f', 'c', 'x')`;

const INDEXES = `
  select schemaname || '.' || tablename, '  ' || indexdef, 3, indexname from pg_indexes
   where schemaname in ${SCHEMAS} and indexname not in (select conname from pg_constraint where contype in ('p', 'u', 'x'))`;

const TRIGGERS = `
  select n.nspname || '.' || c.relname, '  ' || pg_get_triggerdef(t.oid), 4, t.tgname
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
   where n.nspname in ${SCHEMAS} and not t.tgisinternal`;

const VIEWS = `
  select schemaname || '.' || viewname, regexp_replace(definition, '^', '  ', 'gn'), 5, '' from pg_views
   where schemaname in ${SCHEMAS}`;

const SEQUENCES = `
  select schemaname || '.' || sequencename, '  sequence ' || data_type || ' start ' || start_value, 6, '' from pg_sequences
   where schemaname in ${SCHEMAS}`;

const FUNCTIONS = `
  select n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
         regexp_replace(pg_get_functiondef(p.oid), '^', '  ', 'gn'), 7, ''
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where n.nspname in ${SCHEMAS}`;

/** Tables with columns, constraints, indexes and triggers; then views, sequences and functions. */
export async function schemaDump(client: pg.Pool): Promise<string> {
  const parts = [COLUMNS, CONSTRAINTS, INDEXES, TRIGGERS, VIEWS, SEQUENCES, FUNCTIONS];
  const found = await client.query<{ owner: string; line: string }>(
    `select owner, line from (${parts.join('\nunion all\n')}) as found (owner, line, part, rank)
      order by part >= 5, owner collate "C", part, rank collate "C", line collate "C"`,
  );
  const lines: string[] = ['-- Made by the test of the schema; TIEOUT_UPDATE=1 writes it anew.'];
  let owner = '';
  for (const row of found.rows) {
    if (row.owner !== owner) lines.push('', row.owner);
    owner = row.owner;
    lines.push(row.line.trimEnd());
  }
  return `${lines.join('\n')}\n`;
}
