// What is proposed, within which limits, and what the ledger then says of it.
import type { Mutant } from '../mutant.ts';
import { room } from '../mutant.ts';

const PROPOSE = ['test/posting/period.test.ts', 'test/posting/propose.test.ts'];
const EXPLAINED = ['test/posting/alreadyExplained.test.ts'];
const COVER = ['test/matching/cover.test.ts'];
const LOOP = ['test/posting/loop.test.ts'];

export const PROPOSING: readonly Mutant[] = [
  ...room(PROPOSE, [
    {
      name: 'books an entry of which the ledger has a part',
      find: 'if (missing < all) {',
      put: 'if (missing < 1) {',
    },
    {
      name: 'books what documents in the ledger cover exactly',
      find: `if (explanation.by !== 'nothing')`,
      put: `if (explanation.by === 'reference')`,
    },
    {
      name: 'the limit of a day is asked of each journal alone',
      find: 'const day = usage.onDay(scope, account).plus(amount);',
      put: 'const day = amount;',
    },
    {
      name: 'the limit of a period is asked of each journal alone',
      find: 'const period = usage.inPeriod(scope, account).plus(amount);',
      put: 'const period = amount;',
    },
    {
      name: 'a journal over its limit goes by itself',
      find: 'dividedBy(2);\n  if (limits.journal',
      put: 'dividedBy(200);\n  if (limits.journal',
    },
    {
      name: 'what goes by itself uses up no limit',
      find: `if (route.to === 'APPROVED') context.usage.add(scope, totals);`,
      put: '',
    },
    {
      name: 'the boldest roll-out mode of its lines counts',
      find: 'if (CARE[found] < CARE[mode]) mode = found;',
      put: 'if (CARE[found] > CARE[mode]) mode = found;',
    },
    {
      name: 'journals go by rules that nobody approved',
      find: 'if (!rulesApproved)',
      put: 'if (rulesApproved === undefined)',
    },
    {
      name: 'a closed period is posted into',
      find: `if (itsOwn?.status === 'open') {`,
      put: 'if (itsOwn !== undefined) {',
    },
    {
      name: 'a closed period is taken for the next open one',
      find: `period.status === 'open' && period.from > day`,
      put: 'period.from > day',
    },
    {
      name: 'two documents whose sum is ours are confirmed',
      find: 'd.count = 1 and cardinality(d.elsewhere) = 0',
      put: 'cardinality(d.elsewhere) = 0',
    },
    {
      name: 'the ledger shows our amounts in another currency, and that is confirmed',
      find: 'and b.account = a.account and b.currency = a.currency',
      put: 'and b.account = a.account',
    },
    {
      name: 'an extract that was taken before the send shows that it was lost',
      find: 'and b.batch_id <= $1 and b.extracted_at > p.state_since',
      put: 'and b.batch_id <= $1',
    },
    {
      name: 'an extract that is not complete shows that a document was lost',
      find: "where b.kind = 'ledger' and b.complete and b.refused = '' and ${counts('b')} and b.batch_id <= $1",
      put: "where b.kind = 'ledger' and b.refused = '' and ${counts('b')} and b.batch_id <= $1",
    },
  ]),
  ...room(EXPLAINED, [
    {
      name: 'a document that bears the name explains an entry in another currency',
      find: 'line.account + SEPARATOR + line.currency;',
      put: 'line.account;',
    },
    {
      name: 'a payment with the reference of a sale explains the sale',
      find: 'return amounts.get(keyOf(line))?.some((amount) => amount < 0n === side) ?? false;',
      put: 'return amounts.has(keyOf(line)) || side === undefined;',
    },
  ]),
  ...room(COVER, [
    {
      name: 'sums in another currency explain an entry',
      find: 'const cell = [company, ledger, account, currency, location].join(SEPARATOR);',
      put: 'const cell = [company, ledger, account, location].join(SEPARATOR);',
    },
    {
      name: 'sums at another location explain an entry',
      find: 'const cell = [company, ledger, account, currency, location].join(SEPARATOR);',
      put: 'const cell = [company, ledger, account, currency].join(SEPARATOR);',
    },
    {
      name: 'documents far away in time explain an entry',
      find: 'const DAYS_EITHER_WAY = 31;',
      put: 'const DAYS_EITHER_WAY = 310;',
    },
    {
      name: 'what was not searched whole counts as searched',
      find: 'const searched = found.searched && !this.#together.unsearched.has(entry.id);',
      put: 'const searched = true;',
    },
    {
      name: 'a document that a person has put aside explains the entry still',
      find: 'isNear(entry, document) && !overridden.has(document.name)',
      put: 'isNear(entry, document) && overridden.size >= 0',
    },
  ]),
  ...room(LOOP, [
    {
      name: 'a document that stands in another company is confirmed',
      find: 'd.count = 1 and cardinality(d.elsewhere) = 0',
      put: 'd.count = 1',
    },
    {
      name: 'what books an accepted difference is sent',
      find: 'if (accepted.length > 0) return accepted;',
      put: '',
    },
  ]),
  ...room(
    ['test/posting/closing.test.ts'],
    [
      {
        name: 'a write-off goes although its match was taken apart',
        find: 'if (entries.length === 0) return overtakenBy(client, journalId);',
        put: 'if (entries.length === 0) return [];',
      },
    ],
  ),
];
