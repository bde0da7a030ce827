import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { canonicalEvents } from '../../src/feeds/ndjson.ts';
import { openDelivery } from '../../src/intake/delivery.ts';
import type { DeliveryReport } from '../../src/intake/delivery.ts';
import { ingestEvents } from '../../src/intake/events.ts';
import { testDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { company } from './company.ts';

type Json = Record<string, unknown>;
const folder = mkdtempSync(join(tmpdir(), 'tieout-events-'));
let at: TestDatabase;
let file = 0;

beforeEach(async () => {
  at = await testDatabase();
});
afterEach(() => at.drop());

/** A shipment of one line; cost is half of net. */
export function shipment(id: string, data: Json = {}, envelope: Json = {}): Json {
  return {
    specversion: '1.0',
    id,
    source: '/stream',
    type: 'retail.shipment.confirmed.v1',
    time: '2026-10-05T12:00:00Z',
    datacontenttype: 'application/json',
    ...envelope,
    data: {
      company: 'US01',
      currency: 'USD',
      channel: 'web',
      location: 'S1',
      shipmentId: 'SHP-1',
      orderId: 'SO-1',
      lines: [{ lineId: '1', sku: 'A', quantity: '1', net: '100.00', cost: '50.00' }],
      total: '100.00',
      ...data,
    },
  };
}

function voiding(id: string, target: string, envelope: Json = {}): Json {
  const { data: _, ...rest } = shipment(id, {}, { time: '2026-10-07T12:00:00Z', ...envelope });
  return {
    ...rest,
    data: {
      company: 'US01',
      channel: 'web',
      location: 'S1',
      shipmentId: 'SHP-1',
      corrects: { source: '/stream', id: target },
      correction: 'void',
    },
  };
}

const replacing = (id: string, target: string, net: string, envelope: Json = {}): Json =>
  shipment(
    id,
    {
      lines: [{ lineId: '1', sku: 'A', quantity: '1', net, cost: '50.00' }],
      total: net,
      corrects: { source: '/stream', id: target },
      correction: 'replace',
    },
    { time: '2026-10-08T12:00:00Z', ...envelope },
  );

function assessed(id: string, revision: number, amount: string, over: Json = {}): Json {
  return {
    specversion: '1.0',
    id,
    source: '/tax',
    type: 'retail.tax.assessed.v1',
    time: `2026-10-0${revision + 1}T00:00:00Z`,
    data: {
      company: 'US01',
      currency: 'USD',
      assessmentId: 'T-1',
      revision,
      documentType: 'shipment',
      documentId: 'SHP-1',
      taxes: [{ jurisdiction: 'US-NY', taxable: '100.00', amount }],
      total: amount,
      ...over,
    },
  };
}

async function ingest(...events: (Json | string)[]): Promise<DeliveryReport> {
  const path = join(folder, `events-${++file}.ndjson`);
  writeFileSync(
    path,
    events.map((event) => `${typeof event === 'string' ? event : JSON.stringify(event)}\n`).join(''),
  );
  return ingestEvents(at.db, company(), canonicalEvents, await openDelivery([path], () => {}));
}

const counts = ({ received, accepted, duplicates, quarantined }: DeliveryReport): string =>
  `${received} received, ${accepted} accepted, ${duplicates} duplicates, ${quarantined} quarantined`;

async function texts(sql: string): Promise<string[]> {
  const answer = await at.db.pool.query<{ text: string }>(sql);
  return answer.rows.map(({ text }) => text);
}

/** How every event stands: `source id standing`. */
const standings = (): Promise<string[]> =>
  texts(`select e.source || ' ' || e.id || ' ' || coalesce(s.standing, e.standing) as text from tieout.event e
    left join lateral (select standing from tieout.event_standing t where t.source = e.source and t.id = e.id
                       order by episode desc limit 1) s on true order by 1`);

const LIVE = `from tieout.line l where side = 'E'
  and not exists (select from tieout.line_end e where e.unit = l.unit and e.line_id = l.line_id)`;

/** Lines of receivable that stand: `event amount business>accounting`, with `~` before a negation. */
const receivable = (): Promise<string[]> =>
  texts(`select case when negates is null then '' else '~' end || event_id || ' ' || amount::numeric(19,2) || ' '
    || to_char(business_date, 'DD') || '>' || to_char(accounting_date, 'DD') as text ${LIVE} and account = '1200' order by event_id, line_id`);

/** Everything that was stored, without ids and batches. */
async function facts(): Promise<unknown> {
  const lines =
    await texts(`select jsonb_build_array(event_source, event_id, account, location, dimension, amount, company_amount,
      business_date, accounting_date, period, reference, ordinal, rule, further, negates is not null, unit, scope)::text as text ${LIVE} order by 1`);
  return { standings: await standings(), lines };
}

describe('a file of events', () => {
  it('is stored once with its lines, and again is all duplicates', async () => {
    const report = await ingest(shipment('1'), shipment('2', { shipmentId: 'SHP-2' }));
    expect(counts(report)).toBe('2 received, 2 accepted, 0 duplicates, 0 quarantined');
    expect(await receivable()).toEqual(['1 100.00 05>05', '2 100.00 05>05']);
    expect(await texts('select count(*)::text as text from tieout.line')).toEqual(['8']);
    expect((await ingest(shipment('1'), shipment('2', { shipmentId: 'SHP-2' }))).batch).toBe(report.batch);
    const more = await ingest(shipment('1'), shipment('1'), shipment('3', { shipmentId: 'SHP-3' }));
    expect(counts(more)).toBe('3 received, 1 accepted, 2 duplicates, 0 quarantined');
  });

  it('quarantines other content under the same identity, in one file and against the store', async () => {
    const other = {
      lines: [{ lineId: '1', sku: 'A', quantity: '1', net: '5.00', cost: '2.00' }],
      total: '5.00',
    };
    await ingest(shipment('1'));
    const report = await ingest(
      shipment('1', other),
      shipment('2', { shipmentId: 'X' }),
      shipment('2', { ...other, shipmentId: 'X' }),
    );
    expect(counts(report)).toBe('3 received, 1 accepted, 0 duplicates, 2 quarantined');
    expect(
      await texts(
        `select position || ' ' || reason || ' ' || (raw is not null) as text from tieout.quarantine order by 1`,
      ),
    ).toEqual(['1 CONFLICTING_DUPLICATE true', '3 CONFLICTING_DUPLICATE true']);
    expect(counts(await ingest(shipment('1', other)))).toBe(
      '1 received, 0 accepted, 1 duplicates, 0 quarantined',
    );
  });

  it('quarantines a second content of one correction in one file: both wait for a decision together', async () => {
    await ingest(shipment('1'));
    const twice = [voiding('v', '1'), voiding('v', '1', { time: '2026-10-09T12:00:00Z' })];
    expect(counts(await ingest(...twice))).toBe('2 received, 1 accepted, 0 duplicates, 1 quarantined');
    expect(await texts(`select position || ' ' || reason as text from tieout.quarantine`)).toEqual([
      '2 CONFLICTING_DUPLICATE',
    ]);
    expect(await receivable()).toEqual(['1 100.00 05>05', '~v -100.00 07>07']);
  });

  it('takes back the amounts in company currency too', async () => {
    await ingest(shipment('1'));
    await ingest(voiding('v', '1'));
    expect(
      await texts(
        `select event_id || ' ' || company_amount::numeric(19,2) as text ${LIVE} and account = '1200' order by 1`,
      ),
    ).toEqual(['1 100.00', 'v -100.00']);
  });

  it('keeps bad lines with reason, position and bytes, and takes their neighbours', async () => {
    const report = await ingest(
      '{"half',
      shipment('1'),
      '',
      JSON.stringify(shipment('2', { company: 'XX99' })),
    );
    expect(counts(report)).toBe('3 received, 1 accepted, 0 duplicates, 2 quarantined');
    expect(
      await texts(
        `select position || ' ' || byte_offset || ' ' || reason as text from tieout.quarantine order by position`,
      ),
    ).toEqual(['1 0 NOT_JSON', expect.stringMatching(/^4 \d+ UNKNOWN_COMPANY$/) as unknown as string]);
  });
});

describe('a business identity', () => {
  const early = shipment('b', {}, { time: '2026-10-05T11:00:00Z' });
  const authoritative = shipment('z', {}, { source: '/oms', time: '2026-10-05T13:00:00Z' });

  it.each([
    ['in one file', [[shipment('a'), early, authoritative]]],
    ['the winner last', [[shipment('a')], [early], [authoritative]]],
    ['the winner first', [[authoritative], [early], [shipment('a')]]],
  ])('counts once, by authority, then time: %s', async (_name, files) => {
    for (const events of files) await ingest(...events);
    expect(await standings()).toEqual(['/oms z derived', '/stream a duplicate', '/stream b duplicate']);
    expect(await receivable()).toEqual(['z 100.00 05>05']);
  });

  it('keeps its winner when a live journal books it', async () => {
    await ingest(shipment('a'));
    const line = await at.db.pool.query<{ unit: string; line_id: string }>(
      `select unit, line_id from tieout.line where account = '1200'`,
    );
    const client = await at.db.pool.connect();
    // Only the row that intake looks at: a whole journal is the business of the journals' own tests.
    await client.query(`set session_replication_role = replica`);
    await client.query(
      `insert into tieout.journal_source (journal_id, journal_line, unit, line_id, external_key, amount) values (1, 1, $1, $2, 'k', 100)`,
      [line.rows[0]!.unit, line.rows[0]!.line_id],
    );
    await client.query(`set session_replication_role = origin`);
    client.release();
    await ingest(authoritative);
    expect(await standings()).toEqual(['/oms z duplicate', '/stream a derived']);
  });
});

describe('a correction', () => {
  const cases: [string, Json[], string[], string[]][] = [
    [
      'void',
      [shipment('1'), voiding('2', '1')],
      ['1 100.00 05>05', '~2 -100.00 07>07'],
      ['/stream 1 derived', '/stream 2 derived'],
    ],
    [
      'replacement, with the original business date',
      [shipment('1'), replacing('3', '1', '90.00')],
      ['1 100.00 05>05', '~3 -100.00 08>08', '3 90.00 05>08'],
      ['/stream 1 derived', '/stream 3 derived'],
    ],
    [
      'void of a replacement, which leaves the fact void',
      [shipment('1'), replacing('3', '1', '90.00'), voiding('4', '3', { time: '2026-10-09T00:00:00Z' })],
      ['1 100.00 05>05', '~3 -100.00 08>08', '3 90.00 05>08', '~4 -90.00 08>08'],
      ['/stream 1 derived', '/stream 3 derived', '/stream 4 derived'],
    ],
    [
      'replacement of a void',
      [shipment('1'), voiding('2', '1'), replacing('5', '2', '80.00')],
      ['1 100.00 05>05', '~2 -100.00 07>07', '5 80.00 05>08'],
      ['/stream 1 derived', '/stream 2 derived', '/stream 5 derived'],
    ],
  ];

  it.each(cases)('%s: in one file, in order, in reverse order', async (_name, events, lines, expected) => {
    await ingest(...events);
    expect(await receivable()).toEqual(lines);
    expect(await standings()).toEqual(expected);
    const whole = await facts();
    for (const order of [events, events.toReversed()]) {
      await at.drop();
      at = await testDatabase();
      for (const event of order) await ingest(event);
      expect(await facts()).toEqual(whole);
    }
  });

  it('may repeat the fields of its sale, which are ignored; another key than its target is refused', async () => {
    const sale = shipment('1');
    const copy = (id: string, data: Json): Json => ({
      ...sale,
      id,
      time: '2026-10-07T12:00:00Z',
      data: { ...(sale.data as Json), corrects: { source: '/stream', id: '1' }, correction: 'void', ...data },
    });
    const report = await ingest(sale, copy('8', { shipmentId: 'SHP-8' }), copy('2', {}));
    expect(counts(report)).toBe('3 received, 2 accepted, 0 duplicates, 1 quarantined');
    expect(await receivable()).toEqual(['1 100.00 05>05', '~2 -100.00 07>07']);
    expect(await texts(`select twin || concerns as text from tieout.event where id = '2'`)).toEqual(['']);
  });

  it('waits for its target', async () => {
    await ingest(voiding('2', '1'));
    expect(await standings()).toEqual(['/stream 2 waiting']);
    expect(await receivable()).toEqual([]);
  });

  it('is refused when its target has one, is another fact, or is a void', async () => {
    await ingest(shipment('1'), voiding('2', '1'), shipment('9', { shipmentId: 'SHP-9' }));
    const report = await ingest(replacing('6', '1', '70.00'), voiding('7', '2'), voiding('8', '9'));
    expect(counts(report)).toBe('3 received, 0 accepted, 0 duplicates, 3 quarantined');
    expect(await texts(`select message as text from tieout.quarantine order by position`)).toEqual([
      'data.corrects: expected one correction of /stream 1, found /stream 2, which corrects it already',
      'data.corrects: expected a replacement, since a void has no lines to take back, found a void of a void',
      'data.corrects: expected a target of the same company, type and business key SHP-1, found /stream 9, which is another fact',
    ]);
    expect(await receivable()).toEqual(['1 100.00 05>05', '~2 -100.00 07>07', '9 100.00 05>05']);
  });

  it('goes with its target when another event turns out to count', async () => {
    await ingest(shipment('1'), voiding('2', '1'));
    await ingest(shipment('z', {}, { source: '/oms' }));
    expect(await standings()).toEqual(['/oms z derived', '/stream 1 duplicate', '/stream 2 duplicate']);
    expect(await receivable()).toEqual(['z 100.00 05>05']);
  });
});

describe('assessed tax', () => {
  const tax = (): Promise<string[]> =>
    texts(
      `select event_id || ' ' || amount::numeric(19,2) as text ${LIVE} and account = '2210' order by event_id, line_id`,
    );

  it('derives revisions in order, each the difference to the one before; a gap waits', async () => {
    await ingest(assessed('c', 3, '9.00'));
    await ingest(assessed('a', 1, '8.25'));
    expect(await standings()).toEqual(['/tax a derived', '/tax c waiting']);
    await ingest(assessed('b', 2, '8.00'));
    expect(await standings()).toEqual(['/tax a derived', '/tax b derived', '/tax c derived']);
    expect(await tax()).toEqual(['a 8.25', 'b -0.25', 'c 1.00']);
  });

  it('dates all lines of a revision by itself, those of a dropped jurisdiction too', async () => {
    const taxes = (...parts: [jurisdiction: string, amount: string][]): Json => ({
      taxes: parts.map(([jurisdiction, amount]) => ({ jurisdiction, taxable: '100.00', amount })),
    });
    await ingest(
      assessed('a', 1, '8.25', taxes(['US-NY', '6.25'], ['US-NY-CITY', '2.00'])),
      assessed('b', 2, '8.25', taxes(['US-NY', '8.25'])),
    );
    const dated = `select account || ' ' || dimension || ' ' || amount::numeric(19,2) || ' ' || to_char(business_date, 'DD') as text
      ${LIVE} and event_id = 'b' order by 1`;
    const dates = (await texts(dated)).map((text) => text.split(' ').at(-1));
    expect(dates).toHaveLength(4);
    expect(new Set(dates).size).toBe(1);
  });

  it('voids only the latest revision', async () => {
    await ingest(assessed('a', 1, '8.25'), assessed('b', 2, '8.00'));
    const take = (id: string, target: string, revision: number): Json => {
      const {
        taxes: _t,
        total: _o,
        documentType: _d,
        documentId: _i,
        ...data
      } = assessed(id, revision, '1.00').data as Json;
      return {
        ...assessed(id, revision, '1.00'),
        time: '2026-10-09T00:00:00Z',
        data: { ...data, corrects: { source: '/tax', id: target }, correction: 'void' },
      };
    };
    expect(counts(await ingest(take('x', 'a', 1)))).toContain('1 quarantined');
    expect(counts(await ingest(take('y', 'b', 2)))).toContain('1 accepted');
    expect(await tax()).toEqual(['a 8.25', 'b -0.25', 'y 0.25']);
    await ingest({ ...assessed('c', 3, '9.00'), time: '2026-10-10T00:00:00Z' });
    expect(await tax()).toEqual(['a 8.25', 'b -0.25', 'c 0.75', 'y 0.25']);
  });
});
