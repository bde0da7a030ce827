// Postings on accounts that no reconciliation has, entries booked in part, and an assessment with its sides exchanged.
import { assessmentOf } from './assessments.ts';
import { linesOn } from './documents.ts';
import { settled, type MistakeKind } from './mistake.ts';
import { payoutDocument, sumsOf } from './payouts.ts';
import { changed, onItsDay, sentSale } from './spoiling.ts';
import { manualJournal, summed } from './manualJournal.ts';
import { documentLines } from './documents.ts';
import { entryOf } from './bookkeeping.ts';

/** The account beside an account: a number that no rule names. */
const beside = (account: string): string => `${account.slice(0, 2)}99`;

export const MISTAKES_OUTSIDE_RULEBOOK: readonly MistakeKind[] = [
  {
    kind: 'revenue_outside',
    reason: 'WRONG_ACCOUNT',
    class: 'difference',
    note: 'Revenue was posted on an account that no rule names.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk);
      const spoiled = changed(document, (lines) => {
        for (const line of linesOn({ ...document, lines }, 'revenue')) line.account = beside(line.account);
      });
      desk.books.write(spoiled);
      const items = desk.items(linesOn(document, 'revenue'), -1n);
      tell({ facts: [sale], documents: [spoiled], items });
    },
  },
  {
    kind: 'document_outside',
    reason: 'WRONG_ACCOUNT',
    class: 'difference',
    note: 'A whole document was posted on accounts that no rule names.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk);
      const spoiled = changed(document, (lines) => {
        for (const line of lines) line.account = beside(line.account);
      });
      desk.books.write(spoiled);
      const items = desk.items(document.lines, -1n);
      tell({ facts: [sale], documents: [spoiled], items, also: ['REVIEW_MATCH'] });
    },
  },
  {
    kind: 'cost_never_posted',
    reason: 'MISSING_IN_LEDGER',
    class: 'difference',
    note: 'The sale was posted without its cost of goods.',
    make(desk, _number, tell) {
      const { sale, document } = sentSale(desk);
      const goods = linesOn(document, 'cogs', 'inventory');
      const spoiled = { ...document, lines: document.lines.filter((line) => !goods.includes(line)) };
      desk.books.write(spoiled);
      tell({ facts: [sale], items: desk.items(goods, -1n) });
    },
  },
  {
    kind: 'assessment_sign_reversed',
    reason: 'SIGN_REVERSED',
    class: 'difference',
    note: 'Debit and credit of a tax assessment were exchanged; its sale was posted as it should be.',
    make(desk, _number, tell) {
      const sale = desk.sale({ company: 'US01', channel: 'web' });
      desk.send(sale);
      desk.books.write(onItsDay(desk.draft(sale), sale.businessDate));
      const assessment = assessmentOf(sale);
      if (assessment === undefined) throw new RangeError('a sale of the American company has tax of its own');
      desk.send(assessment);
      const document = onItsDay(desk.draft(assessment), assessment.businessDate);
      const spoiled = changed(document, (lines) => {
        for (const line of lines) [line.cents, line.companyCents] = [-line.cents, -line.companyCents];
      });
      desk.books.write(spoiled);
      const items = [...desk.items(document.lines, -1n), ...desk.items(spoiled.lines, 1n)];
      tell({ facts: [sale, assessment], documents: [spoiled], items });
    },
  },
  {
    kind: 'payout_short',
    reason: 'MISSING_IN_LEDGER',
    class: 'difference',
    note: 'The journal of a payout lacks one of its web orders; the goods of all are booked.',
    make(desk, _number, tell) {
      const payout = `PAYOUT-DE-${desk.stem('DE01', desk.month.last)}`;
      const day = desk.day(4, 18);
      const sales = [1, 2, 3].map(() => ({
        ...desk.sale({ company: 'DE01', channel: 'web', day, clean: true }),
        payout,
      }));
      for (const sale of sales) {
        desk.send(sale);
        desk.books.write(desk.draft(sale));
      }
      const [missing, ...paid] = sales;
      if (missing === undefined) return;
      const lines = paid.flatMap((sale) => entryOf(sale).money);
      const journal = payoutDocument(desk.books, payout, day, sumsOf(lines));
      desk.books.write(journal);
      tell({
        facts: sales,
        documents: [journal],
        items: desk.items(documentLines('DE01', entryOf(missing).money), -1n),
        also: ['SPLIT_INCOMPLETE', 'AMOUNT_VARIANCE', 'TAX_VARIANCE'],
      });
    },
  },
  {
    kind: 'clean_payout_by_hand',
    reason: '',
    class: 'none',
    note: 'Two web orders of a payout, booked by hand in one journal under the number of the payout.',
    make(desk, number, tell) {
      const payout = `PAYOUT-DE-${desk.stem('DE01', desk.month.last)}`;
      const days = [desk.day(4, 10), desk.day(11, 18)];
      const sales = days.map((day) => ({
        ...desk.sale({ company: 'DE01', channel: 'web', day, clean: true }),
        payout,
      }));
      for (const sale of sales) {
        desk.send(sale);
        desk.books.write(desk.draft(sale));
      }
      const [first] = sales;
      if (first === undefined) return;
      const like = onItsDay(desk.draft(first), first.businessDate);
      const lines = summed(
        sales.map((sale) => ({ ...like, lines: documentLines('DE01', entryOf(sale).money) })),
      );
      const journal = manualJournal(desk, like, lines, `By hand, ${number}`);
      desk.books.write({ ...journal, reference: payout });
      tell({ facts: sales, documents: [], items: settled([]) });
    },
  },
];
