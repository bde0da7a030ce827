// Takes files in by a feed of the language: each kind of record that it gives is an intake of its own, over the same bytes.
import { parseControl } from '../../src/feeds/control.ts';
import type { Control } from '../../src/feeds/control.ts';
import type { Config } from '../../src/config/model.ts';
import type { Database } from '../../src/db/connection.ts';
import { findLastHeader, findOtherHash } from '../../src/db/intake/insertBatch.ts';
import { UserError } from '../../src/errors.ts';
import { asEventFeed, asLedgerFeed, asTableSource } from '../../src/feeds/language/adapters.ts';
import type { BoundFeed } from '../../src/feeds/language/adapters.ts';
import { headerChange } from '../../src/feeds/language/header.ts';
import { claimedControl } from '../../src/feeds/language/claimedControl.ts';
import type { Feed, Kind } from '../../src/feeds/language/feed.ts';
import { balances } from '../../src/intake/balances.ts';
import type { IntakeContext } from '../../src/intake/context.ts';
import type { Delivery, DeliveryReport } from '../../src/intake/delivery.ts';
import { ingestEvents } from '../../src/intake/events.ts';
import { ingestLedger } from '../../src/intake/ledger.ts';
import { openingItems } from '../../src/intake/opening.ts';
import { periods } from '../../src/intake/periods.ts';
import { ingestTable } from '../../src/intake/smallTable.ts';
import type { SmallTable } from '../../src/intake/smallTable.ts';
import type { Replay } from '../../src/intake/storing.ts';
import { bindFeed } from './feedCatalogue.ts';

/** What one delivery is taken with. */
export interface FeedIntake {
  db: Database;
  config: Config;
  context: IntakeContext;
  feed: Feed;
  set: ReadonlyMap<string, string>;
  /** Kinds that are taken; all that the feed gives where it is absent. */
  kinds?: readonly Kind[];
}

/**
 * Takes one delivery in and says for each kind of record what became of it.
 * @param control the control file beside it
 */
export async function ingestByFeed(
  { db, config, context, feed, set, kinds = feed.kinds }: FeedIntake,
  delivery: Delivery,
  control: Control | undefined,
): Promise<DeliveryReport[]> {
  await checkVersion(db, feed);
  const bound = await bindFeed(config, feed, set);
  const before = await findLastHeader(db.pool, feed.name);
  const reports: DeliveryReport[] = [];
  for (const kind of feed.kinds) {
    if (!kinds.includes(kind)) continue;
    reports.push(await takeKind(db, context, bound, kind, delivery, control));
  }
  const changed = headerChange(before, bound.last?.totals.headers);
  const [first] = reports;
  if (first !== undefined && changed !== undefined) first.headerChanged = changed;
  return reports;
}

/** Two meanings under one version: nobody could say by which a batch was read. */
async function checkVersion(db: Database, { name, version, hash, where }: Feed): Promise<void> {
  const other = await findOtherHash(db.pool, name, version, hash);
  if (other === undefined) return;
  throw new UserError({
    where,
    what: `feed ${name} has changed since batch ${other.batch}, and its version has not`,
    expected: `version: ${Number(version) + 1}`,
    found: `version ${version} with hash ${hash.slice(0, 12)}, before ${other.hash.slice(0, 12)}`,
    todo: 'raise the version in the feed',
  });
}

async function takeKind(
  db: Database,
  context: IntakeContext,
  bound: BoundFeed,
  kind: Kind,
  delivery: Delivery,
  control: Control | undefined,
): Promise<DeliveryReport> {
  if (kind === 'event') return ingestEvents(db, context, asEventFeed(bound), delivery);
  if (kind === 'ledger') {
    const claimed = await claimedControl(bound, delivery.files);
    const whole = bothControls(control, claimed, delivery.path);
    return ingestLedger(db, context, asLedgerFeed(bound), delivery, whole);
  }
  return takeTable(db, context, bound, kind, delivery);
}

/** Takes rows of a small table in; also what quarantine kept of them. */
export async function takeTable(
  db: Database,
  context: IntakeContext,
  bound: BoundFeed,
  kind: 'balances' | 'periods' | 'opening',
  delivery: Delivery,
  replay?: Replay,
): Promise<DeliveryReport> {
  const source = asTableSource(bound, kind);
  const into = <Row>(table: SmallTable<Row>): Promise<DeliveryReport> =>
    ingestTable(db, context, table, delivery, replay, source);
  if (kind === 'balances') return into(balances);
  return kind === 'periods' ? into(periods) : into(openingItems(context));
}

/** What the feed reads in the file and the control file beside it say together; they must not differ. */
function bothControls(
  beside: Control | undefined,
  claimed: Record<string, unknown> | undefined,
  where: string,
): Control | undefined {
  if (claimed === undefined) return beside;
  const delivered = beside?.delivered ?? {};
  for (const [name, value] of Object.entries(claimed)) {
    const other = delivered[name];
    if (other === undefined || JSON.stringify(other) === JSON.stringify(value)) continue;
    throw new UserError({
      where,
      what: `BATCH_INCOMPLETE: the file and the control file beside it say another ${name}`,
      expected: JSON.stringify(other),
      found: JSON.stringify(value),
      todo: 'nothing of it was taken; deliver the control file of this extract',
    });
  }
  return parseControl(JSON.stringify({ ...claimed, ...delivered }), where);
}
