// The table of ledger columns, and the page that is made from it.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LEDGER_TABLE } from '../../src/accounting/ledgerColumns.ts';

const PAGE = 'docs/reference/ledger.md';

const CHANGE = {
  identity: 'another line',
  version: 'a new version; its matches are opened',
  words: 'a new version; its matches stay',
  '': '',
};

function page(): string {
  const rows = LEDGER_TABLE.map(
    ({ name, presence, change, means }) =>
      `| \`${name}\` | ${presence === 'amount' ? 'one form' : presence} | ${means} | ${CHANGE[change]} |`,
  );
  return `# The canonical ledger line

What every ERP extract is read into, and what \`tieout ingest\` takes as it is: CSV (UTF-8, a header line) or the same columns in
a workbook's first sheet. Columns may stand in any order; what is optional may be left out. A line is found again by company,
ledger, fiscal year, document and line; the last column says what another value makes of a line that is known.

| column | | meaning | another value is |
|---|---|---|---|
${rows.join('\n')}
`;
}

test('the page of the ledger line says what the table says', () => {
  if (process.env['TIEOUT_UPDATE'] === '1') writeFileSync(PAGE, page());
  expect(readFileSync(PAGE, 'utf8')).toBe(page());
});

test('a column is stored once, and only the forms of the amount are not stored themselves', () => {
  const columns = LEDGER_TABLE.flatMap(({ stored }) => stored?.column ?? []);
  expect(new Set(columns).size).toBe(columns.length);
  expect(LEDGER_TABLE.filter(({ stored }) => stored === undefined).map(({ name }) => name)).toEqual([
    'debit',
    'credit',
  ]);
});
