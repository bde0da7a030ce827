// A feed of the language on its way into the database: kinds, batches, replay, versions, the refusal of a wrong file.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { feedOf } from '../../jobs/intake/feedCatalogue.ts';
import { ingestFiles } from '../../jobs/intake/ingest.ts';
import { listQuarantine, replayQuarantine } from '../../jobs/intake/quarantine.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { sequenceHoles } from '../../src/db/run/controls/sequences.ts';
import { loadConfig } from '../../src/config/load.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import { testDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { copyExample } from '../support/copyExample.ts';

const clock = (): number => Date.parse('2026-11-01T00:00:00Z');
const options = { clock, actor: 'test' };
const FEED = `feed: shop
version: 1
set: [company]
lookups: { accounts: { file: accounts.csv, key: [name], take: [number] } }
file:
  columns: { doc: { from: Doc, type: key }, name: Account, amount: { from: Amount, type: decimal }, end: { from: End, type: decimal, optional: true } }
emit:
  - ledger: { company: company, document: doc, line: { order: doc }, posting_date: { is: 2026-10-05 }, account: { lookup: accounts, key: name }, currency: { is: USD }, amount: amount }
  - balances: { company: company, account: { lookup: accounts, key: name }, currency: { is: USD }, period: { is: 2026-10 }, opening: { is: "0" }, closing: end, extracted_at: { is: "2026-10-31T00:00:00Z" } }
    when: { end: "*" }
examples: [{ rows: "Doc,Account,Amount\\n", expect: [] }]
`;
let at: TestDatabase;
let folder: string;

beforeEach(async () => {
  at = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'tieout-feeds-'));
  copyExample('retail', folder);
  mkdirSync(join(folder, 'feeds'));
  writeFileSync(join(folder, 'feeds', 'shop.yaml'), FEED);
  writeFileSync(join(folder, 'accounts.csv'), 'name,number\nCash,1000\nSales,4000\n');
});
afterEach(() => at.drop());

const FEC =
  'JournalCode|EcritureNum|EcritureDate|CompteNum|CompAuxNum|PieceRef|PieceDate|EcritureLib|Debit|Credit|ValidDate\n';
const CSV =
  'Doc,Account,Amount,End\n7,Cash,10.00,10.00\n7,Sales,-10.00,-10.00\n8,Cash,5.00,\n8,Tips,-5.00,\n';

async function waiting(): Promise<string[]> {
  const found: string[] = [];
  for await (const { kind, position, reason, document } of listQuarantine(at.db))
    found.push(`${kind} ${position} ${reason} ${document}`);
  return found.toSorted();
}

it('takes lines and balances, refuses a document whole, and takes it when its account is known', async () => {
  const config = loadConfig(join(folder, 'tieout.yaml'), {});
  const rulebook = loadRulebook(config);
  const file = join(folder, 'october.csv');
  writeFileSync(file, CSV);
  const set = new Map([['company', 'US01']]);
  const take = () => ingestFiles(at.db, config, rulebook, 'any', [file], { ...options, set });
  const first = await take();
  expect(first.files).toMatchObject([
    { received: 4, accepted: 2, quarantined: 2 },
    { received: 2, accepted: 2, quarantined: 0 },
  ]);
  expect(await waiting()).toEqual(['ledger 4 NOT_IN_LOOKUP 8', 'ledger 5 NOT_IN_LOOKUP 8']);
  expect((await take()).files).toMatchObject([
    { received: 4, duplicates: 4 },
    { received: 2, duplicates: 2 },
  ]);
  writeFileSync(join(folder, 'accounts.csv'), 'name,number\nCash,1000\nSales,4000\nTips,4900\n');
  expect(await replayQuarantine(at.db, config, rulebook, [], options)).toMatchObject({
    replayed: 2,
    refusedAgain: 0,
  });
  const lines = await at.db.pool.query(
    `select document, line, account from tieout.line where side = 'L' order by document, line`,
  );
  expect(lines.rows.map(({ document, line, account }) => `${document} ${line} ${account}`)).toEqual([
    '7 1 1000',
    '7 2 4000',
    '8 1 1000',
    '8 2 4900',
  ]);
  const batch = await at.db.pool.query(
    `select feed_version, feed_hash <> '' as hashed, feed_detail -> 'set' as given, feed_detail -> 'rows' ->> 'used' as used,
       feed_detail -> 'header' -> '' ->> 0 as header from tieout.batch where kind = 'ledger'`,
  );
  expect(batch.rows).toEqual([
    { feed_version: '1', hashed: true, given: { company: 'US01' }, used: '3', header: 'Doc' },
  ]);
});

it('refuses a changed feed under the version that was used, and a file of another feed as one', async () => {
  const config = loadConfig(join(folder, 'tieout.yaml'), {});
  const rulebook = loadRulebook(config);
  const file = join(folder, 'october.csv');
  writeFileSync(file, CSV);
  const set = new Map([['company', 'US01']]);
  const take = (path: string) =>
    ingestFiles(at.db, config, rulebook, 'any', [path], { ...options, feed: 'shop', set });
  await take(file);
  writeFileSync(join(folder, 'feeds', 'shop.yaml'), FEED.replace('2026-10-05', '2026-10-06'));
  await expect(take(file)).rejects.toThrow('version: 2');
  writeFileSync(join(folder, 'feeds', 'shop.yaml'), FEED);
  const other = join(folder, 'other.csv');
  writeFileSync(other, 'a,b\n1,2\n');
  await expect(take(other)).rejects.toThrow(/NOT_THIS_FEED: the header lacks Doc, Account, Amount/);
  const fec = join(folder, 'fec.txt');
  writeFileSync(fec, FEC);
  await expect(take(fec)).rejects.toThrow('feed fec fits this file');
  await expect(ingestFiles(at.db, config, rulebook, 'any', [other], { ...options, set })).rejects.toThrow(
    'no feed recognises',
  );
  await expect(
    ingestFiles(at.db, config, rulebook, 'any', [file], { ...options, feed: 'shp', set }),
  ).rejects.toThrow('did you mean shop?');
});

it('takes a settlement as events that need no posting rule, by the shipped feed that recognises it', async () => {
  const config = loadConfig(join(folder, 'tieout.yaml'), {});
  const rulebook = loadRulebook({ ...config, sources: new Map() });
  const example = feedOf(config, 'adyen-settlement').examples[0]!;
  const file = join(folder, 'settlement.csv');
  writeFileSync(file, [...example.files.values()][0]!.replaceAll('EUR', 'USD'));
  const set = new Map([['company', 'US01']]);
  const report = await ingestFiles(at.db, { ...config, sources: new Map() }, rulebook, 'any', [file], {
    ...options,
    set,
  });
  expect(report.files).toMatchObject([{ received: 4, accepted: 4, quarantined: 0 }]);
  const events = await at.db.pool.query(
    `select type, standing, business_key from tieout.event order by type, business_key`,
  );
  expect(
    events.rows.map(
      ({ type, standing, business_key: key }) => `${type} ${standing} ${key.replace('\u001f', ' ')}`,
    ),
  ).toEqual([
    expect.stringContaining('retail.payment.charged.v1 none adyen Fee-ShopNL-12'),
    'retail.payment.settled.v1 none adyen Refunded-M2',
    'retail.payment.settled.v1 none adyen Settled-M1',
    'retail.payout.paid.v1 none adyen ShopNL-12',
  ]);
});

it('tells a header that changed since the last file, once and with both sides', async () => {
  const config = loadConfig(join(folder, 'tieout.yaml'), {});
  const rulebook = loadRulebook(config);
  const set = new Map([['company', 'US01']]);
  const take = async (name: string, header: string): Promise<unknown> => {
    const file = join(folder, name);
    writeFileSync(file, `${header}\n${name},Cash,1.00,\n`);
    const { files } = await ingestFiles(at.db, config, rulebook, 'any', [file], { ...options, set });
    return files[0]?.headerChanged;
  };
  expect(await take('1', 'Doc,Account,Amount,End')).toBeUndefined();
  expect(
    await take('2', 'doc,Amount,Account,End'.replace('Amount,Account', 'Account,Amount')),
  ).toBeUndefined();
  expect(await take('3', 'Doc,Account,Amount,Branch')).toBe('came: Branch; went: End');
  expect(await take('4', 'Doc,Account,Amount,Branch')).toBeUndefined();
});

it('makes a hole in a sequence a control item, until another file brings the numbers', async () => {
  const feed = FEED.replace('feed: shop', 'feed: till').replace(
    'emit:',
    'control: { sequence: { by: doc } }\nemit:',
  );
  writeFileSync(join(folder, 'feeds', 'till.yaml'), feed);
  const config = loadConfig(join(folder, 'tieout.yaml'), {});
  const rulebook = loadRulebook(config);
  const holesAfter = async (name: string, documents: readonly number[]): Promise<string[]> => {
    const file = join(folder, name);
    const rows = documents.map((document) => `${document},Cash,1.00,`);
    writeFileSync(file, ['Doc,Account,Amount,End', ...rows, ''].join('\n'));
    const set = new Map([['company', 'US01']]);
    await ingestFiles(at.db, config, rulebook, 'any', [file], { ...options, set, feed: 'till' });
    const scope = {
      runId: '0',
      asOf: isoDate('2026-10-31'),
      startDate: isoDate('2026-10-01'),
      from: '0',
      to: '1000',
    };
    const client = await at.db.pool.connect();
    try {
      return (await sequenceHoles(client, scope)).map(
        ({ reason, company, why }) => `${reason} ${company} ${why}`,
      );
    } finally {
      client.release();
    }
  };
  expect(await holesAfter('monday.csv', [1, 2, 4])).toEqual([
    `BATCH_INCOMPLETE US01 ${join(folder, 'monday.csv')} lacks numbers of the sequence doc: 3; no other file of the feed till brings them`,
  ]);
  // Each brings what the other lacks.
  expect(await holesAfter('tuesday.csv', [3, 5])).toEqual([]);
});
