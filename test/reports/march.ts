// A retailer's March as a report: two companies, three currencies (one without decimals), exceptions of many kinds, some
// text that nobody in finance would write. The ledger side of each tie-out row is expected + variance + legs, so that the
// law holds in the fixture by construction; tests that want it broken change a copy.
import { isoDate } from '../../src/accounting/dates.ts';
import { decimal } from '../../src/money/decimal.ts';
import { byImportance } from '../../reports/exceptions.ts';
import type { JournalRow, QuarantineRow, Report, RunFacts, StatementRow } from '../../reports/model.ts';
import type { ExceptionLeg, ExceptionRow } from '../../reports/exceptionRow.ts';

export const AS_OF = isoDate('2026-03-31');
const RULEBOOK = '3f9c51d2a87be04466d1c0de5a1b9e72f4c8a3b10d55e6978812ab34cd56ef90';
const RESULT = 'b81f02c7d9e44a3396f0a1c2e3d4b5a6';

function leg(
  reconciliation: string,
  company: string,
  account: string,
  currency: string,
  location: string,
  amount: string,
): ExceptionLeg {
  return {
    reconciliation,
    unit: { company, ledger: 'GL', location },
    ledger: 'GL',
    account,
    currency,
    amount,
  };
}

let next = 0;
function item(
  reason: string,
  title: string,
  legs: ExceptionLeg[],
  more: Partial<ExceptionRow>,
): ExceptionRow {
  next += 1;
  const first = legs[0];
  return {
    id: (0x1a2b3c00 + next * 7919).toString(16).padStart(32, '0'),
    class: legs.length === 0 ? 'control' : 'difference',
    reason,
    title,
    also: [],
    status: 'open',
    legs,
    exposure: null,
    currency: first?.currency ?? 'USD',
    company: first?.unit.company ?? 'US01',
    businessDate: isoDate('2026-03-20'),
    ageDays: 11,
    eventIds: [],
    references: [],
    ledger: [],
    owner: 'Revenue accounting',
    dueDate: isoDate('2026-04-07'),
    rootCause: '',
    why: '',
    nearest: [],
    proposal: '',
    ...more,
  };
}

/** The exceptions of the fixture, in no particular order. */
export function exceptions(): ExceptionRow[] {
  next = 0;
  return [
    item(
      'MISSING_IN_LEDGER',
      'Not in the ledger',
      [leg('receivable', 'US01', '1100', 'USD', '101', '-108.25')],
      {
        references: ['SH-20417'],
        eventIds: [{ source: 'oms', id: 'evt-20417' }],
        ageDays: 19,
        businessDate: isoDate('2026-03-12'),
        dueDate: isoDate('2026-03-24'),
        why: 'Shipment SH-20417 of 12 March should have debited 1100 with 108.25; the extract reaches 5 April, the 5 grace days ended on 17 March, and no line carries its reference.',
        proposal:
          'journal MFRGGZDFMZTWQ2LK waits for approval (every journal is approved by a person in this roll-out mode): tieout approve MFRGGZDFMZTWQ2LK --as USER',
      },
    ),
    item('MISSING_IN_LEDGER', 'Not in the ledger', [leg('revenue', 'US01', '0040', 'USD', '101', '100.00')], {
      references: ['SH-20417'],
      eventIds: [{ source: 'oms', id: 'evt-20417' }],
      ageDays: 19,
      businessDate: isoDate('2026-03-12'),
      dueDate: isoDate('2026-03-24'),
      why: 'Shipment SH-20417 of 12 March should have credited 0040 with 100.00; no line of the ledger carries its reference.',
      proposal:
        'journal MFRGGZDFMZTWQ2LK waits for approval (every journal is approved by a person in this roll-out mode): tieout approve MFRGGZDFMZTWQ2LK --as USER',
    }),
    item('DUPLICATE_POSTING', 'Posted twice', [leg('receivable', 'US01', '1100', 'USD', '114', '1340.55')], {
      references: ['SH-19888'],
      ledger: [{ document: '1900004711', line: '1', account: '1100', amount: '1340.55' }],
      ageDays: 27,
      dueDate: isoDate('2026-03-18'),
      owner: 'Store accounting',
      rootCause: 'store 114, 4 March, batch posted twice',
      why: 'Documents 1900004711 and 1900004698 carry SH-19888 with the same amount, account and date; the shipment explains one of them.',
      proposal: 'Ask for a reversal of 1900004711.',
    }),
    item(
      'WRONG_LOCATION',
      'Wrong location',
      [
        leg('receivable', 'US01', '1100', 'USD', '101', '-40.00'),
        leg('receivable', 'US01', '1100', 'USD', '102', '40.00'),
      ],
      {
        references: ['SH-20555'],
        ledger: [{ document: '1900005122', line: '1', account: '1100', amount: '40.00' }],
        owner: 'Store accounting',
        why: 'SH-20555 was shipped for location 101 and is booked in 102 with the same amount and reference.',
        nearest: [
          {
            line: 'SH-20555 (shipment)',
            pass: 'document',
            version: '5f0c21aa',
            candidate: '1900005122/1',
            side: 'L',
            agrees: ['reference agrees', 'same amount', '1 day later in the ledger'],
            fails: ['location 102 instead of 101'],
            words:
              'ledger 1900005122/1, pass document: reference agrees, same amount, 1 day later in the ledger, location 102 instead of 101',
          },
        ],
        proposal: 'Reclass 40.00 from 102 to 101.',
      },
    ),
    item(
      'WRONG_ACCOUNT',
      'Wrong account',
      [
        leg('revenue', 'US01', '0040', 'USD', '102', '60.00'),
        leg('revenue', 'US01', '40', 'USD', '102', '-60.00'),
      ],
      {
        references: ['SH-20560'],
        ledger: [{ document: '1900005190', line: '2', account: '40', amount: '-60.00' }],
        why: 'The credit of SH-20560 is on account 40 instead of 0040.',
        proposal: 'Reclass.',
      },
    ),
    item('TIMING', 'Still expected', [leg('receivable', 'US01', '1100', 'USD', '101', '-70.00')], {
      references: ['SH-20990'],
      businessDate: isoDate('2026-03-31'),
      ageDays: 0,
      dueDate: null,
      owner: '',
      why: 'Shipped on 31 March; the ledger has until 5 April.',
    }),
    item('AMOUNT_VARIANCE', 'Amount differs', [leg('salesTax', 'US01', '2200', 'USD', '101', '-8.10')], {
      references: ['SH-20311'],
      ledger: [{ document: '1900004980', line: '3', account: '2200', amount: '-17.10' }],
      owner: 'Tax',
      also: ['TAX_VARIANCE'],
      why: 'Expected -9.00, found -17.10: the digits look exchanged with the next line.',
    }),
    item(
      'MISSING_EVENT',
      'No event explains it',
      [leg('receivable', 'DE01', '1200', 'EUR', '201', '250000.00')],
      {
        ledger: [{ document: '4500000917', line: '1', account: '1200', amount: '250000.00' }],
        owner: 'Controlling DE',
        ageDays: 16,
        dueDate: isoDate('2026-03-30'),
        why: 'Manual document 4500000917 of user WEBER; no event of that amount or reference within 5 days.',
      },
    ),
    item(
      'MISSING_EVENT',
      'No event explains it',
      [leg('receivable', 'JP01', '1150', 'JPY', '301', '1000000')],
      {
        ledger: [{ document: '88', line: '1', account: '1150', amount: '1000000' }],
        owner: 'Controlling JP',
        why: 'Opening item taken over on 1 March; nothing has cleared it.',
      },
    ),
    item('REVIEW_MATCH', 'Please confirm', [leg('receivable', 'DE01', '1200', 'EUR', '202', '-0.04')], {
      status: 'accepted',
      references: ['SH-70014'],
      dueDate: null,
      owner: 'Controlling DE',
      why: 'Accepted by a.meyer on 2 April: cent difference of the card acquirer.',
    }),
    item('OVER_REFUND', 'Refunded too much', [], {
      exposure: '20.00',
      references: ['SO-1001', '=HYPERLINK("http://example.invalid","click")'],
      eventIds: [
        { source: 'oms', id: 'rf-77' },
        { source: 'oms', id: 'rf-78' },
      ],
      owner: 'Customer service',
      why: 'Refunds rf-77 and rf-78 of order SO-1001 exceed what was shipped by 20.00.',
    }),
    item('FEED_OVERDUE', 'Feed overdue', [], {
      owner: '@finance-it\u0007',
      businessDate: null,
      ageDays: 3,
      dueDate: isoDate('2026-04-01'),
      why: 'The last complete extract of JP01 reaches 25 March; as of 31 March that is 6 days, 5 are granted.',
    }),
  ].toSorted(byImportance(AS_OF));
}

type Base = [
  name: string,
  company: string,
  account: string,
  currency: string,
  expected: string,
  lines: number,
  variance: string,
  proven: boolean | null,
];

const BASES: Base[] = [
  ['receivable', 'US01', '1100', 'USD', '1482310.55', 12840, '0.02', true],
  ['revenue', 'US01', '0040', 'USD', '-1371224.10', 12702, '0.00', true],
  ['revenue', 'US01', '40', 'USD', '-1200.00', 12, '0.00', true],
  ['salesTax', 'US01', '2200', 'USD', '-111086.45', 12699, '-0.03', false],
  ['receivable', 'DE01', '1200', 'EUR', '733910.18', 6011, '0.00', false],
  ['revenue', 'DE01', '8400', 'EUR', '-616731.24', 6003, '0.00', true],
  ['receivable', 'JP01', '1150', 'JPY', '48210000', 410, '0', null],
];

/** The tie-out rows that the exceptions above lead to. */
export function statementRows(items: readonly ExceptionRow[]): StatementRow[] {
  return BASES.map(([name, company, account, currency, expected, lines, variance, proven]): StatementRow => {
    const sums = { open: decimal('0'), accepted: decimal('0') };
    const counts = { open: 0, accepted: 0 };
    for (const one of items) {
      const here = one.legs.filter(
        (l) =>
          l.reconciliation === name &&
          l.unit.company === company &&
          l.account === account &&
          l.currency === currency,
      );
      for (const l of here) sums[one.status] = sums[one.status].plus(decimal(l.amount));
      if (here.length > 0) counts[one.status] += 1;
    }
    const inLedger = decimal(expected).plus(decimal(variance)).plus(sums.open).plus(sums.accepted);
    const scale = currency === 'JPY' ? 0 : 2;
    return {
      name,
      company,
      ledger: 'GL',
      account,
      currency,
      opening: currency === 'JPY' ? '1000000' : '0.00',
      expected: { count: lines, amount: expected },
      ledgerLines: { count: lines - 2, amount: inLedger.toFixed(scale) },
      outOfScope: { count: 14, amount: currency === 'JPY' ? '5000' : '5120.00' },
      matched: {
        groups: lines - 4,
        expected: decimal(expected)
          .minus(decimal('1').times(lines % 97))
          .toFixed(scale),
        ledger: decimal(expected)
          .minus(decimal('1').times(lines % 97))
          .plus(decimal(variance))
          .toFixed(scale),
        variance,
      },
      exceptions: { count: counts.open, amount: sums.open.toFixed(scale) },
      accepted: { count: counts.accepted, amount: sums.accepted.toFixed(scale) },
      quarantined: { count: name === 'salesTax' ? 2 : 0, amount: name === 'salesTax' ? '31.40' : '0.00' },
      unexplained: currency === 'JPY' ? '0' : '0.00',
      balance: proven === null ? null : inLedger.plus(decimal(proven ? '5120.00' : '4990.00')).toFixed(scale),
      proven,
      provenTo: proven === null ? null : proven ? '2026-03' : '2026-02',
      balanceDifference: proven === false ? '-130.00' : null,
    };
  });
}

const JOURNALS: JournalRow[] = [
  {
    journal: 'J-31',
    postingReference: 'MFRGGZDFMZTWQ2LK',
    company: 'US01',
    ledger: 'GL',
    state: 'AWAITING_APPROVAL',
    rule: 'shipment',
    postingDate: isoDate('2026-03-31'),
    period: '2026-03',
    reference: 'SH-20417',
    why: 'All lines of shipment SH-20417 are missing in a ledger that is complete beyond its grace days.',
    proposedBy: 'schedule nightly',
    approvedBy: '',
    document: '',
    eventIds: [{ source: 'oms', id: 'evt-20417' }],
    lines: [
      {
        line: 1,
        account: '1100',
        location: '101',
        dimension: '',
        currency: 'USD',
        debit: '108.25',
        credit: null,
        text: 'shipment SH-20417',
      },
      {
        line: 2,
        account: '0040',
        location: '101',
        dimension: '',
        currency: 'USD',
        debit: null,
        credit: '100.00',
        text: 'shipment SH-20417',
      },
      {
        line: 3,
        account: '2200',
        location: '101',
        dimension: 'US-NY',
        currency: 'USD',
        debit: null,
        credit: '8.25',
        text: '+tax US-NY',
      },
    ],
  },
  {
    journal: 'J-28',
    postingReference: 'NBSWY3DPEB3W64TM',
    company: 'DE01',
    ledger: 'GL',
    state: 'CONFIRMED',
    rule: 'shipment',
    postingDate: isoDate('2026-03-30'),
    period: '2026-03',
    reference: 'SH-70001',
    why: 'Found again in the extract of 3 April as document 4500001002.',
    proposedBy: 'schedule nightly',
    approvedBy: 'a.meyer',
    document: '4500001002',
    eventIds: Array.from({ length: 8 }, (_, index) => ({ source: 'oms', id: `evt-7000${index}` })),
    lines: [
      {
        line: 1,
        account: '1200',
        location: '201',
        dimension: '',
        currency: 'EUR',
        debit: '11900.00',
        credit: null,
        text: '8 shipments of 29 March',
      },
      {
        line: 2,
        account: '8400',
        location: '201',
        dimension: '',
        currency: 'EUR',
        debit: null,
        credit: '11900.00',
        text: '8 shipments of 29 March',
      },
    ],
  },
];

const QUARANTINE: QuarantineRow[] = [
  {
    id: '17',
    kind: 'ledger',
    feed: 'sap-fi',
    path: 'inbox/sap-fi/fi_2026-04-03.csv',
    position: 4711,
    reason: 'BAD_NUMBER',
    message: 'column amount is not a number; the whole document 1900005333 is refused',
    expected: 'digits with . as decimal point',
    found: '4.710,30',
    company: 'US01',
    accounts: ['1100', '2200'],
    document: '1900005333',
    currency: 'USD',
    amount: '31.40',
    receivedAt: '2026-04-03T04:12:09.123Z',
    excerpt: 'US01,GL,1900005333,1,2026-03-28,1100,USD,"4.710,30"',
  },
  {
    id: '18',
    kind: 'event',
    feed: 'oms',
    path: 'inbox/oms/events-0403.ndjson',
    position: 9,
    reason: 'SCHEMA',
    message: 'data.lines[0].quantity is missing',
    expected: 'a decimal number',
    found: 'nothing',
    company: 'US01',
    accounts: [],
    document: '',
    currency: '',
    amount: null,
    receivedAt: '2026-04-03T04:13:00Z',
    excerpt: '{"specversion":"1.0","id":"evt-\u0001","note":"<script>alert(1)</script>"}',
  },
];

const RUN: RunFacts = {
  run: '42',
  kind: 'reconcile',
  state: 'completed',
  startedBy: 'schedule nightly',
  startedAt: '2026-04-03T05:00:00Z',
  completedAt: '2026-04-03T05:01:37Z',
  asOf: AS_OF,
  horizon: '118',
  rulebookHash: RULEBOOK,
  rulebookApprovedBy: 'a.meyer',
  resultHash: RESULT,
  engineVersion: '0.1.0',
  earlierBatches: 116,
  batches: [
    {
      batch: '117',
      kind: 'ledger',
      feed: 'sap-fi',
      path: 'inbox/sap-fi/fi_2026-04-03.csv',
      receivedAt: '2026-04-03T04:12:09Z',
      received: 88412,
      accepted: 4120,
      duplicates: 84290,
      skipped: 0,
      quarantined: 2,
      complete: true,
      sha256: RULEBOOK,
    },
    {
      batch: '118',
      kind: 'events',
      feed: 'oms',
      path: 'inbox/oms/events-0403.ndjson',
      receivedAt: '2026-04-03T04:13:00Z',
      received: 5210,
      accepted: 5199,
      duplicates: 10,
      skipped: 0,
      quarantined: 1,
      complete: false,
      sha256: RESULT + RESULT,
    },
  ],
};

/** The whole report. */
export function march(): Report {
  const items = exceptions();
  return {
    statement: {
      run: '42',
      asOf: AS_OF,
      knownAt: '2026-04-03T05:01:37Z',
      rulebookHash: RULEBOOK,
      resultHash: RESULT,
      reconciliations: statementRows(items),
      outsideRulebook: [],
      waitingCorrections: 0,
      brakes: [],
    },
    run: RUN,
    exceptions: items,
    journals: JOURNALS,
    quarantine: QUARANTINE,
  };
}

/** How tests write the fixture's workbook. */
export const BOOK = {
  title: 'Tie-out 2026-03-31',
  createdAt: RUN.completedAt,
  footer: 'Tieout, run 42, as of 2026-03-31',
};
