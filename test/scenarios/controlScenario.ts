// Control reconciliations as text that an accountant can read: what happened, the day of each run, and the control items
// that must be open then. Events go through the real intake.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listExceptions } from '../../jobs/reports/exceptions.ts';
import { ingestFiles } from '../../jobs/intake/ingest.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import type { ExceptionRow } from '../../reports/exceptionRow.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import type { Database } from '../../src/db/connection.ts';
import type { controlCompany } from './controlCompany.ts';
import { deliver, type Delivery, readBalance, readExtract, readLedgerLine } from './delivery.ts';

type Json = Record<string, unknown>;
type Company = ReturnType<typeof controlCompany>;

interface Step {
  asOf: string;
  events: Json[];
  /** `company,ledger,...` rows of a periods file. */
  periods: string[];
  /** In the order in which the ERP sent them. */
  deliveries: Delivery[];
  expected: string[];
}

const PERIODS = 'company,ledger,fiscal_year,period,from,to,status,read_at\n';
const clock = (): number => Date.parse('2026-06-20T12:00:00Z');

/** Words after the fixed ones: `of S1 order O1 final` as `{of: 'S1', order: 'O1', final: ''}`. */
function options(words: readonly string[]): Record<string, string> {
  const known: Record<string, string> = {};
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    if (word === 'final' || word === 'without-receipt') known[word] = '';
    else {
      i += 1;
      known[word] = words[i] ?? '';
    }
  }
  return known;
}

/** Amount in minor units and back, for totals of the few numbers that a scenario has. */
const plus = (a: string, b: string): string => {
  const cents = BigInt(a.replace('.', '')) + BigInt(b.replace('.', ''));
  const text = cents.toString().padStart(3, '0');
  return `${text.slice(0, -2)}.${text.slice(-2)}`;
};

const TYPES: Readonly<Record<string, string>> = {
  ship: 'retail.shipment.confirmed.v1',
  refund: 'retail.refund.issued.v1',
  assess: 'retail.tax.assessed.v1',
  transfer: 'retail.transfer.shipped.v1',
  receive: 'retail.transfer.received.v1',
};

/** Reads one event: `ship S1 2026-03-02 100.00 order O1 tax 8.00`. */
function readEvent(verb: string, name: string, day: string, amount: string, rest: readonly string[]): Json {
  const told = options(rest);
  const { tax = '0.00', pieces = '1', source = '/oms', as } = told;
  const sale = {
    channel: 'web',
    location: 'S1',
    total: plus(amount, tax),
  };
  const line = {
    lineId: '1',
    sku: 'A',
    kind: 'service',
    quantity: pieces,
    net: amount,
    ...(tax === '0.00' ? {} : { taxes: [{ jurisdiction: 'US-IL', amount: tax }] }),
  };
  const goods = {
    fromLocation: 'W1',
    toLocation: 'S1',
    lines: [{ sku: 'A', quantity: '1', cost: amount }],
    total: amount,
  };
  const data: Readonly<Record<string, Json>> = {
    ship: { ...sale, shipmentId: name, orderId: told.order ?? `O-${name}`, lines: [line] },
    refund: {
      ...sale,
      refundId: name,
      ...(told.of === undefined ? {} : { shipmentId: told.of }),
      ...(told.order === undefined ? {} : { orderId: told.order }),
      ...(told.sold === undefined ? {} : { originalSaleDate: told.sold }),
      ...(told['without-receipt'] === undefined ? {} : { noReceipt: true }),
      lines: [
        { ...line, restocked: false, ...(told.line === undefined ? {} : { originalLineId: told.line }) },
      ],
    },
    assess: {
      assessmentId: `TAX-${name}`,
      revision: Number(told.revision ?? '1'),
      documentType: told.type ?? 'shipment',
      documentId: name,
      taxes: amount === '0.00' ? [] : [{ jurisdiction: 'US-IL', taxable: '1.00', amount }],
      total: amount,
    },
    transfer: { transferId: name, ...goods },
    receive: {
      transferId: name,
      receiptId: told.receipt ?? '1',
      final: told.final !== undefined,
      ...goods,
      ...(amount === '0.00' ? { lines: [{ sku: 'A', quantity: '0', cost: '0.00' }] } : {}),
    },
  };
  const id = as ?? [verb, name, told.revision ?? told.receipt ?? ''].filter((part) => part !== '').join('-');
  return {
    specversion: '1.0',
    id,
    source,
    type: TYPES[verb],
    time: `${day}T18:00:00Z`,
    data: {
      company: 'US01',
      currency: told.currency ?? 'USD',
      businessDate: day,
      ...(told.fx === undefined ? {} : { fx: { rate: told.fx, rateDate: day } }),
      ...data[verb],
      ...(told.replaces === undefined
        ? {}
        : { corrects: { source, id: told.replaces }, correction: 'replace' }),
    },
  };
}

/** `void ship S1 2026-03-04`: takes the event back. */
function readVoid(verb: string, name: string, day: string): Json {
  const { data, ...event } = readEvent(verb, name, day, '1.00', ['as', `void-${verb}-${name}`]);
  const known = data as Json;
  const keys = ['company', 'currency', 'channel', 'location', 'shipmentId', 'refundId', 'transferId'];
  return {
    ...event,
    data: {
      ...Object.fromEntries(Object.entries(known).filter(([key]) => keys.includes(key))),
      corrects: { source: '/oms', id: `${verb}-${name}` },
      correction: 'void',
    },
  };
}

/** Reads the text: one statement a line, `#` starts a comment; every `as-of` is a run over what stands before it. */
export function readControlScenario(text: string): Step[] {
  const steps: Step[] = [];
  const nothing = (): Step => ({ asOf: '', events: [], periods: [], deliveries: [], expected: [] });
  let next = nothing();
  let lines: string[] = [];
  for (const raw of text.split('\n')) {
    const [verb = '', ...words] = raw.replace(/#.*/, '').trim().split(/\s+/);
    const [first = '', second = '', third = ''] = words;
    if (verb === '') continue;
    else if (verb === 'as-of') {
      steps.push({ ...next, asOf: first, expected: [] });
      next = nothing();
    } else if (verb === 'expect') {
      const last = steps.at(-1);
      if (last === undefined) throw new Error(`expect before any as-of: ${raw}`);
      last.expected.push(words.join(' '));
    } else if (verb === 'closed' || verb === 'open') {
      // A later reading wins: each stands in the file of its own run.
      const readAt = `2026-03-${String(steps.length + 1).padStart(2, '0')}T06:00:00Z`;
      next.periods.push(`US01,GL,${first.slice(0, 4)},${first},${first}-01,${second},${verb},${readAt}`);
    } else if (verb === 'fiscal') {
      const [year, period, from, to] = words;
      next.periods.push(`US01,GL,${year},${period},${from},${to},open,2026-03-01T06:00:00Z`);
    } else if (verb === 'ledger') lines.push(readLedgerLine(words));
    else if (verb === 'extract') {
      next.deliveries.push(readExtract(words, lines));
      lines = [];
    } else if (verb === 'balance') next.deliveries.push(readBalance(words));
    else if (verb === 'void') next.events.push(readVoid(first, second, third));
    else if (TYPES[verb] !== undefined)
      next.events.push(readEvent(verb, first, second, third, words.slice(3)));
    else throw new Error(`not a scenario statement: ${raw}`);
  }
  return steps;
}

/** Takes in what happened before a run; `order` may shuffle it. */
export async function ingestStep(
  db: Database,
  company: Company,
  name: string,
  step: Step,
  order: (events: Json[]) => Json[] = (events) => events,
): Promise<void> {
  const { dir, config, rulebook } = company;
  if (step.periods.length > 0) {
    const path = join(dir, `${name}-periods.csv`);
    writeFileSync(path, `${PERIODS}${step.periods.join('\n')}\n`);
    await ingestFiles(db, config, rulebook, 'periods', [path], { clock });
  }
  await ingestEvents(db, company, name, order(step.events));
  for (const [index, delivery] of step.deliveries.entries())
    await deliver(db, company, `${name}-${index}`, delivery, clock);
}

async function ingestEvents(
  db: Database,
  { dir, config, rulebook }: Company,
  name: string,
  events: readonly Json[],
): Promise<void> {
  if (events.length === 0) return;
  const path = join(dir, `${name}.ndjson`);
  writeFileSync(path, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const report = await ingestFiles(db, config, rulebook, 'events', [path], { clock });
  const refused = report.files.reduce((all, file) => all + file.quarantined, 0);
  if (refused > 0) throw new Error(`${refused} events of the scenario are refused`);
}

/** Open control items; those about feeds only where asked: most stories are about events and have no extract. */
export async function openControls(
  db: Database,
  { rulebook }: Company,
  run: { run: string; asOf: string },
  feeds = false,
): Promise<ExceptionRow[]> {
  const client = await db.pool.connect();
  try {
    const rows: ExceptionRow[] = [];
    const wanted = { rulebook, runId: run.run, asOf: run.asOf, current: true };
    for await (const row of listExceptions(client, wanted))
      if (row.class === 'control' && (feeds || row.reason !== 'FEED_OVERDUE')) rows.push(row);
    return rows;
  } finally {
    client.release();
  }
}

/** `ORPHAN_REFUND R1 40.00`; what has no reference is named by its event, its document or the first word of its reason. */
export const shown = (row: ExceptionRow): string => {
  const [reference = row.eventIds[0]?.id ?? row.ledger[0]?.document ?? ''] = row.references;
  const [word = ''] = row.why.split(' ');
  const name = reference === '' ? word.replace(/^.*\//, '').replace(/(?:\.csv|:)$/, '') : reference;
  return [row.reason, name, ...(row.exposure === null ? [] : [row.exposure])].join(' ');
};

/** Runs all steps; what is open after each, beside what was expected. */
export async function runControlScenario(
  db: Database,
  company: Company,
  text: string,
  order?: (events: Json[]) => Json[],
): Promise<{ found: string[][]; expected: string[][]; rows: ExceptionRow[][] }> {
  const rows: ExceptionRow[][] = [];
  const steps = readControlScenario(text);
  for (const [index, step] of steps.entries()) {
    await ingestStep(db, company, `step-${index}`, step, order);
    const { config, rulebook } = company;
    const run = await reconcile({ db, config, rulebook, maker: 'test', clock, asOf: isoDate(step.asOf) });
    rows.push(await openControls(db, company, run, text.includes('FEED_OVERDUE')));
  }
  return {
    rows,
    found: rows.map((open) => open.map(shown).sort()),
    expected: steps.map((step) => step.expected.filter((line) => line !== 'nothing').sort()),
  };
}
