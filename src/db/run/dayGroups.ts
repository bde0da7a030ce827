// A pass with one group a business day (`per: [businessDate]`): the sums of each key and day come into the process, which
// pairs days; the lines stay where they are.
import type pg from 'pg';
import { chosenStatement } from '../../matching/compile.ts';
import { pairDays } from '../../matching/dayGroups.ts';
import type { Pass } from '../../rulebook/model.ts';
import { transactionOn } from '../connection.ts';
import { copyIn, copyLine } from '../copy.ts';
import { fetched } from '../cursor.ts';
import type { PartNames } from './names.ts';

interface SumRow {
  unit: string;
  k: string;
  t: string;
  currency: string;
  side: 'E' | 'L';
  day: number;
  ticks: string;
}

/** Finds the matches of pass number `p`, in transactions of its own. */
export async function matchDays(
  client: pg.ClientBase,
  pass: Pass,
  p: number,
  names: PartNames,
): Promise<void> {
  const pairs = `${names.work}_pairs`;
  const chosen = `${names.work}_chosen`;
  await client.query(`drop table if exists ${pairs}, ${chosen};
    create unlogged table ${pairs} (group_no bigint not null, unit bigint not null, k bigint not null, t text collate "C" not null,
      e_day int not null, l_day int not null)`);
  await transactionOn(client, async () =>
    copyIn(client, `${pairs}(group_no, unit, k, t, e_day, l_day)`, await pairRows(client, pass, p, names)),
  );
  await client.query(`analyze ${pairs}`);
  await client.query(`create unlogged table ${chosen} as
    select x.group_no, w.unit, w.line_id from ${pairs} x join ${names.work} w
      on w.unit = x.unit and w.k${p} = x.k and w.t${p} = x.t and w.d${p} = case w.side when 'E' then x.e_day else x.l_day end`);
  await client.query(chosenStatement(pass, p, names, chosen));
  await client.query(`drop table ${pairs}, ${chosen}`);
}

async function pairRows(
  client: pg.ClientBase,
  pass: Pass,
  p: number,
  { work }: PartNames,
): Promise<string[]> {
  const sums = `select unit, k${p} as k, t${p} as t, min(currency) as currency, side, d${p} as day, sum(ticks) as ticks
    from ${work} where k${p} in (
      select k${p} from ${work} where k${p} is not null group by k${p} having bool_or(side = 'E') and bool_or(side = 'L'))
    group by unit, k${p}, t${p}, side, d${p} order by unit, k${p}, t${p}`;
  const rows: string[] = [];
  let key: SumRow[] = [];
  const close = (): void => {
    const [first] = key;
    if (first === undefined) return;
    const side = (name: SumRow['side']) =>
      key.filter((row) => row.side === name).map((row) => ({ day: row.day, sum: BigInt(row.ticks) }));
    for (const pair of pairDays(pass, first.currency, side('E'), side('L')))
      rows.push(
        copyLine([
          String(rows.length),
          first.unit,
          first.k,
          first.t,
          String(pair.expected),
          String(pair.ledger),
        ]),
      );
    key = [];
  };
  for await (const chunk of fetched<SumRow>(client, 'day_sum', sums, [])) {
    for (const row of chunk) {
      const [first] = key;
      if (first !== undefined && (first.unit !== row.unit || first.k !== row.k || first.t !== row.t)) close();
      key.push(row);
    }
  }
  close();
  return rows;
}
