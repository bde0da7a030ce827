// Documents with a wrong amount, sign, currency, rate or tax. Each is made on a sale of its own that is honest in every
// other respect.
import { entryOf } from './bookkeeping.ts';
import { numberOf } from './desk.ts';
import { documentLines, linesOn } from './documents.ts';
import { differences, settled, type MistakeKind } from './mistake.ts';
import { addToSale, changed, sentSale } from './spoiling.ts';
import { companyOf, type Currency } from './world.ts';

/** `54.10` for `45.10`: the first two unequal neighbouring digits of the whole units change places. */
function digitsSwapped(cents: bigint): bigint {
  const digits = (cents < 0n ? -cents : cents).toString().split('');
  for (let at = 0; at + 1 < digits.length - 2; at += 1) {
    const [left, right] = [digits[at] ?? '0', digits[at + 1] ?? '0'];
    if (left === right || right === '0') continue;
    digits[at] = right;
    digits[at + 1] = left;
    return BigInt(digits.join('')) * (cents < 0n ? -1n : 1n);
  }
  return cents + 900n * (cents < 0n ? -1n : 1n);
}

export const MISTAKES_OF_AMOUNT: readonly MistakeKind[] = [
  {
    kind: 'wrong_tax_jurisdiction',
    // The jurisdiction is the place of a tax line, and a wrong place is tried before a wrong tax.
    reason: 'WRONG_LOCATION',
    class: 'difference',
    note: 'Tax was posted under another jurisdiction than the sale has.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk, { company: 'US01', channel: 'web' });
      const spoiled = changed(document, (lines) => {
        for (const line of linesOn({ ...document, lines }, 'taxClearing')) {
          line.dimension = line.dimension === 'US-TX' ? 'US-IL' : 'US-TX';
        }
      });
      desk.books.write(spoiled);
      tell({
        facts: [sale],
        documents: [spoiled],
        items: [
          ...desk.items(linesOn(document, 'taxClearing'), -1n),
          ...desk.items(linesOn(spoiled, 'taxClearing'), 1n),
        ],
        also: ['TAX_VARIANCE'],
      });
    },
  },
  {
    kind: 'wrong_tax_amount',
    reason: 'TAX_VARIANCE',
    class: 'difference',
    note: 'Tax was posted too low, the rest of it on a suspense account.',
    make(desk, number, tell) {
      const { sale, document } = sentSale(desk, { channel: 'web', net: [9_000, 89_000] });
      const short = BigInt(131 + number * 12);
      const spoiled = changed(document, (lines) => {
        const [tax] = linesOn({ ...document, lines }, 'taxClearing', 'salesTax');
        if (tax === undefined) return;
        tax.cents += short;
        tax.companyCents += short;
        lines.push({
          ...tax,
          account: numberOf('suspense', sale.company),
          dimension: '',
          cents: -short,
          companyCents: -short,
        });
      });
      desk.books.write(spoiled);
      tell({ facts: [sale], documents: [spoiled], items: differences(document.lines, spoiled.lines) });
    },
  },
  {
    kind: 'marketplace_tax_posted',
    reason: 'AMOUNT_VARIANCE',
    class: 'difference',
    note: 'Tax that the marketplace remits was posted as ours, and the receivable with it.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk, {
        company: 'US01',
        channel: 'marketplace:amazon',
        net: [9_000, 89_000],
      });
      const [tax] = sale.lines[0]?.taxes ?? [];
      const amount = tax?.amount ?? 0n;
      const spoiled = changed(document, (lines) => {
        const [receivable] = linesOn({ ...document, lines }, 'marketplaceReceivable');
        if (receivable === undefined) return;
        receivable.cents += amount;
        receivable.companyCents += amount;
        lines.push({
          ...receivable,
          account: numberOf('taxClearing', sale.company),
          dimension: tax?.jurisdiction ?? '',
          cents: -amount,
          companyCents: -amount,
        });
      });
      desk.books.write(spoiled);
      const taxItems = desk.items(linesOn(spoiled, 'taxClearing'), 1n);
      tell({
        facts: [sale],
        documents: [spoiled],
        items: [
          ...differences(document.lines, spoiled.lines),
          ...taxItems.map((item) => ({ ...item, reason: 'MISSING_EVENT' })),
        ],
        also: ['TAX_VARIANCE'],
      });
    },
  },
  {
    kind: 'wrong_amount',
    reason: 'AMOUNT_VARIANCE',
    class: 'difference',
    note: 'Receivable and revenue were posted too high by the same amount.',
    make(desk, number, tell) {
      const { sale, document } = sentSale(desk);
      const spoiled = addToSale(document, BigInt(1_000 + number * 137));
      desk.books.write(spoiled);
      tell({ facts: [sale], documents: [spoiled], items: differences(document.lines, spoiled.lines) });
    },
  },
  {
    kind: 'swapped_digits',
    reason: 'AMOUNT_VARIANCE',
    class: 'difference',
    note: 'Two digits of the revenue changed places; the receivable followed.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk, { net: [12_000, 89_000] });
      const [revenue] = linesOn(document, 'revenue');
      const was = revenue?.cents ?? 0n;
      const spoiled = addToSale(document, was - digitsSwapped(was));
      desk.books.write(spoiled);
      tell({ facts: [sale], documents: [spoiled], items: differences(document.lines, spoiled.lines) });
    },
  },
  {
    kind: 'sign_reversed',
    reason: 'SIGN_REVERSED',
    class: 'difference',
    note: 'Debit and credit of the whole document were exchanged.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk);
      const spoiled = changed(document, (lines) => {
        for (const line of lines) {
          line.cents = -line.cents;
          line.companyCents = -line.companyCents;
        }
      });
      desk.books.write(spoiled);
      tell({ facts: [sale], documents: [spoiled], items: differences(document.lines, spoiled.lines) });
    },
  },
  {
    kind: 'wrong_currency',
    reason: 'CURRENCY_MISMATCH',
    class: 'difference',
    note: 'The whole document carries the other currency, with the same figures.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk);
      const other: Currency = companyOf(sale.company).currency === 'USD' ? 'EUR' : 'USD';
      const spoiled = changed(document, (lines) => {
        for (const line of lines) line.currency = other;
      });
      desk.books.write(spoiled);
      tell({
        facts: [sale],
        documents: [spoiled],
        items: [...desk.items(document.lines, -1n), ...desk.items(spoiled.lines, 1n)],
      });
    },
  },
  {
    kind: 'wrong_rate',
    reason: 'FX_VARIANCE',
    class: 'control',
    note: 'A dollar sale of the euro company was converted at 0.88 instead of 0.92.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk, { company: 'DE01', inDollars: true, clean: true });
      const entry = entryOf(sale);
      const spoiled = {
        ...document,
        lines: documentLines(sale.company, [...entry.money, ...entry.goods], 88),
      };
      desk.books.write(spoiled);
      const dollars = spoiled.lines.filter((line) => line.currency === 'USD');
      tell({ facts: [sale], documents: [spoiled], items: settled(dollars) });
    },
  },
  {
    kind: 'cost_rounded_otherwise',
    reason: 'ROUNDING',
    class: 'difference',
    note: 'The ERP rounded the cost of goods the other way: a cent on accounts that allow none.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk);
      const spoiled = changed(document, (lines) => {
        for (const [name, by] of [['cogs', 1n] as const, ['inventory', -1n] as const]) {
          for (const line of linesOn({ ...document, lines }, name)) {
            line.cents += by;
            line.companyCents += by;
          }
        }
      });
      desk.books.write(spoiled);
      tell({ facts: [sale], documents: [spoiled], items: differences(document.lines, spoiled.lines) });
    },
  },
  {
    kind: 'clean_cents',
    reason: '',
    class: 'none',
    note: 'Receivable and revenue differ by three cents: within the tolerance, matched with a variance.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk, {});
      const rounded = addToSale(document, 3n);
      desk.books.write(rounded);
      tell({ facts: [sale], documents: [rounded], items: differences(document.lines, rounded.lines) });
    },
  },
  {
    kind: 'unbalanced_document',
    reason: 'UNBALANCED_DOCUMENT',
    class: 'control',
    note: 'A line too many on a suspense account: the document does not balance.',
    make(desk, number, tell) {
      const { sale, document } = sentSale(desk, { clean: true });
      const cents = BigInt(700 + number * 77);
      const spoiled = changed(document, (lines) => {
        const [first] = lines;
        if (first === undefined) return;
        lines.push({
          ...first,
          account: numberOf('suspense', sale.company),
          dimension: '',
          cents,
          companyCents: cents,
        });
      });
      desk.books.write(spoiled);
      tell({ facts: [sale], documents: [spoiled], amount: cents });
    },
  },
];
