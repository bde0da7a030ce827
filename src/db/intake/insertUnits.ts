// The units that a batch's lines belong to. Two texts on one hash would let lines match across a unit, so a collision
// stops the intake (one in 10^9 for a hundred thousand units).
import type pg from 'pg';

import { Fault } from '../../errors.ts';
import type { Unit } from '../../rulebook/unit.ts';

const INSERT = `insert into tieout.unit (unit, reconciliation, company, ledger, location, dimension, text)
  select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
  order by 1 on conflict (unit) do nothing`;
const COLLIDING = `select u.text as stored, n.text as found from tieout.unit u
  join unnest($1::bigint[], $2::text[]) as n (unit, text) using (unit) where u.text <> n.text limit 1`;

export async function insertUnits(client: pg.ClientBase, units: readonly Unit[]): Promise<void> {
  if (units.length === 0) return;
  const numbers = units.map(({ unit }) => unit);
  const texts = units.map(({ text }) => text);
  await client.query(INSERT, [
    numbers,
    units.map(({ reconciliation }) => reconciliation),
    units.map(({ columns }) => columns.company),
    units.map(({ columns }) => columns.ledger),
    units.map(({ columns }) => columns.location),
    units.map(({ columns }) => columns.dimension),
    texts,
  ]);
  const answer = await client.query<{ stored: string; found: string }>(COLLIDING, [numbers, texts]);
  const collision = answer.rows[0];
  if (collision !== undefined) {
    throw new Fault(
      `two units have one hash: ${JSON.stringify(collision.stored)} and ${JSON.stringify(collision.found)}`,
    );
  }
}
