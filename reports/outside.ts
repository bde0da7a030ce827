// What no reconciliation has: ledger lines that are compared with nothing, summed by account, so that the money is seen.
import type { Statement } from './model.ts';
import type { Column, Sheet } from './sheet.ts';

const COLUMNS: readonly Column[] = [
  { key: 'company', title: 'Company', kind: 'text', width: 12 },
  { key: 'ledger', title: 'Ledger', kind: 'text', width: 10 },
  { key: 'account', title: 'Account', kind: 'text', width: 16, tone: 'strong' },
  { key: 'currency', title: 'Cur.', kind: 'text', width: 5.5, centered: true },
  { key: 'lines', title: 'Ledger lines', kind: 'integer', width: 12 },
  { key: 'amount', title: 'In the ledger', kind: 'amount', width: 18, currency: { column: 'currency' } },
];

/** Accounts outside the rulebook; undefined where every ledger line is on an account that is compared. */
export function outsideSheet({ asOf, outsideRulebook }: Statement): Sheet | undefined {
  if (outsideRulebook.length === 0) return undefined;
  return {
    name: 'Outside the rulebook',
    tab: 8,
    title: 'Outside the rulebook',
    subtitle: `As of ${asOf}. Ledger lines on accounts that no reconciliation has; they are compared with nothing.`,
    sections: [
      {
        id: 'outside',
        columns: COLUMNS,
        rows: outsideRulebook.map(({ count, ...row }) => ({ ...row, lines: String(count) })),
        empty: '',
      },
    ],
  };
}
