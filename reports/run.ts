// The run and the rulebook behind the workbook: what to quote when someone asks whether two prints are of the same thing.
import type { BatchRow, RunFacts } from './model.ts';
import type { Column, Row, Sheet } from './sheet.ts';

const FACTS: readonly Column[] = [
  { key: 'fact', title: 'Fact', kind: 'text', width: 20, tone: 'strong' },
  { key: 'value', title: 'Value', kind: 'text', width: 72, wrap: true },
];
const BATCHES: readonly Column[] = [
  { key: 'batch', title: 'Batch', kind: 'text', width: 20, tone: 'strong' },
  { key: 'path', title: 'File', kind: 'text', width: 72, wrap: true },
  { key: 'kind', title: 'Kind', kind: 'text', width: 10 },
  { key: 'feed', title: 'Feed', kind: 'text', width: 14 },
  { key: 'receivedAt', title: 'Received (UTC)', kind: 'datetime', width: 16 },
  { key: 'received', title: 'Received', kind: 'integer', width: 10 },
  { key: 'accepted', title: 'Accepted', kind: 'integer', width: 10 },
  { key: 'duplicates', title: 'Duplicates', kind: 'integer', width: 10 },
  { key: 'skipped', title: 'Skipped', kind: 'integer', width: 10 },
  { key: 'quarantined', title: 'Quarantined', kind: 'integer', width: 11 },
  { key: 'left', title: 'Unaccounted', kind: 'integer', width: 13 },
  { key: 'complete', title: 'Complete', kind: 'text', width: 10, centered: true },
  { key: 'sha256', title: 'SHA-256', kind: 'text', width: 66, tone: 'quiet' },
];

function factRows(run: RunFacts): Row[] {
  const facts: [string, string][] = [
    ['Run', `${run.run} (${run.kind}, ${run.state})`],
    ['As of', run.asOf],
    ['Started by', run.startedBy],
    ['Started at (UTC)', run.startedAt],
    ['Completed at (UTC)', run.completedAt],
    ['Horizon', `batch ${run.horizon} and all before it`],
    ['Batches new to it', `${run.batches.length}; ${run.earlierBatches} before them`],
    ['Rulebook hash', run.rulebookHash],
    ['Rulebook approved by', run.rulebookApprovedBy === '' ? 'nobody yet' : run.rulebookApprovedBy],
    ['Result hash', run.resultHash],
    ['Engine', run.engineVersion],
  ];
  return facts.map(([fact, value]) => ({ fact, value }));
}

function batchRow(batch: BatchRow): Row {
  const left = batch.received - batch.accepted - batch.duplicates - batch.skipped - batch.quarantined;
  return {
    batch: batch.batch,
    path: batch.path,
    kind: batch.kind,
    feed: batch.feed,
    receivedAt: batch.receivedAt,
    received: String(batch.received),
    accepted: String(batch.accepted),
    duplicates: String(batch.duplicates),
    skipped: String(batch.skipped),
    quarantined: batch.quarantined === 0 ? '0' : { value: String(batch.quarantined), tone: 'warn' },
    left: {
      value: String(left),
      formula: (cells) =>
        `${cells.here('received')}-${cells.here('accepted')}-${cells.here('duplicates')}-${cells.here('skipped')}-${cells.here('quarantined')}`,
    },
    complete: batch.complete ? 'yes' : 'no',
    sha256: batch.sha256,
  };
}

/** Run and rulebook facts, and the batches that were new to it. */
export function runSheet(run: RunFacts): Sheet {
  return {
    name: 'Run',
    tab: 7,
    printColumns: 12,
    title: `Run ${run.run}`,
    subtitle: 'The same facts, cut and rulebook give the same result hash, in any order and on any machine.',
    sections: [
      { id: 'run', columns: FACTS, rows: factRows(run), empty: '' },
      {
        id: 'batches',
        heading: 'Batches new to this run',
        columns: BATCHES,
        rows: run.batches.map(batchRow),
        zero: ['left'],
        empty: 'Nothing new came in.',
      },
    ],
  };
}
