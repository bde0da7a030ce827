// What becomes of a record that comes in: accepted, the same again, refused; control files; corrections.
import type { Mutant } from '../mutant.ts';
import { room } from '../mutant.ts';

const EVENTS = ['test/intake/events.test.ts'];
const LEDGER = ['test/intake/ledger.test.ts', 'test/intake/reasons.test.ts', 'test/feeds/control.test.ts'];
const FAMILIES = ['test/events/identity.test.ts', 'test/intake/events.test.ts'];
const DERIVE = ['test/rulebook/derive.test.ts', 'test/intake/events.test.ts'];

export const INTAKE: readonly Mutant[] = [
  ...room(EVENTS, [
    {
      name: 'the same id with other content inside one file is a duplicate',
      find: 'select s.position, s.content_hash <> f.content_hash',
      put: 'select s.position, false',
      short: 'test/intake/events.test.ts',
    },
    {
      name: 'a known id with other content is a duplicate',
      find: 'select s.position, s.content_hash <> e.content_hash',
      put: 'select s.position, false',
    },
    {
      name: 'the content of an event does not include its time',
      find: '"time":"${time}","type":${quote(type)}',
      put: '"type":${quote(type)}',
    },
  ]),
  ...room(FAMILIES, [
    {
      name: 'of two events of one fact the later one counts',
      find: 'if (a.time !== b.time) return a.time < b.time;',
      put: 'if (a.time !== b.time) return a.time > b.time;',
    },
    {
      name: 'who has the word on a fact does not matter',
      find: 'if (a.authoritative !== b.authoritative) return a.authoritative;',
      put: '',
    },
    {
      name: 'a correction whose target is another fact waits for ever',
      find: 'if (!known.has(identity(corrects!.source, corrects!.id))) continue;',
      put: 'if (known !== undefined) continue;',
    },
    {
      name: 'a revision counts although the one before it is not here',
      find: 'if (root.revision !== 0 && root.revision !== expectedRevision) {',
      put: 'if (root.revision < 0) {',
    },
    {
      name: 'a void leaves the company amounts as they were',
      find: 'companyAmount: line.companyAmount === null ? null : negated(line.companyAmount),',
      put: 'companyAmount: line.companyAmount,',
    },
    {
      name: 'a later revision derives its whole tax once more',
      find: 'else sum.units -= readTicks(line.amount);',
      put: '',
    },
  ]),
  ...room(DERIVE, [
    {
      name: 'an entry that does not balance is taken',
      find: 'if (unbalanced !== undefined) return refuseUnbalanced(',
      put: 'if (unbalanced === null) return refuseUnbalanced(',
    },
    {
      name: 'of several rules that fit the first one derives',
      find: 'if (fitting.length > 1) {',
      put: 'if (fitting.length > 99) {',
    },
    {
      name: 'a rule takes nothing on its last day',
      find: 'day > rule.effectiveTo)',
      put: 'day >= rule.effectiveTo)',
    },
    {
      name: 'a debit is a credit',
      find: `line.side === 'debit' ? units : -units`,
      put: `line.side === 'credit' ? units : -units`,
    },
  ]),
  ...room(LEDGER, [
    {
      name: 'the same line with other content inside one file is a repeat',
      find: 'count(distinct content_hash) > 1 as conflict',
      put: 'false as conflict',
    },
    {
      name: "the control file's credit total is ignored",
      find: `for (const side of ['debit', 'credit'] as const) {\n    const claimed`,
      put: `for (const side of ['debit'] as const) {\n    const claimed`,
      short: 'test/intake/ledger.test.ts',
    },
    {
      name: "the control file's debit total is ignored",
      find: `for (const side of ['debit', 'credit'] as const) {\n    const claimed`,
      put: `for (const side of ['credit'] as const) {\n    const claimed`,
    },
    {
      name: "the control file's count of rows is ignored",
      find: 'ok &&= control.rows === totals.received;',
      put: '',
    },
    {
      name: 'an extract is taken although its control file says otherwise',
      find: 'if (figures !== null && !figures.ok) {',
      put: 'if (figures === undefined) {',
    },
    {
      name: 'a full extract that denies it counts as complete',
      find: `(mode === 'full' && given['complete'] === undefined)`,
      put: `mode === 'full'`,
    },
    {
      name: 'a field of a control file that nobody knows is passed over',
      find: 'if (!FIELDS.includes(name)) refuse(',
      put: 'if (FIELDS.length === 0) refuse(',
    },
    {
      name: 'the other lines of a refused document go in',
      find: `from stage_refused where document <> '' group by`,
      put: `from stage_refused where document = '' group by`,
    },
    {
      name: 'a changed amount reopens nothing',
      find: "presence: 'amount',   change: 'version',",
      put: "presence: 'amount',   change: '',",
    },
    {
      name: 'what a full extract no longer holds lives on',
      find: `if (control?.mode === 'full' && control.from !== null`,
      put: `if (control?.mode === undefined && control.from !== null`,
    },
    {
      name: 'a credit is a debit',
      find: `(debit === '' ? 0n : readAmount(debit, 'debit', currency)) -`,
      put: `(debit === '' ? 0n : readAmount(debit, 'debit', currency)) +`,
    },
    {
      name: 'an amount in both forms is taken',
      find: `if ((amount !== '') === two) {`,
      put: `if (amount === '' && !two) {`,
    },
    {
      name: 'a yen has cents',
      find: 'if (scaled.decimals > minor) {\n    throw new LineRefused(',
      put: 'if (scaled.decimals > 4) {\n    throw new LineRefused(',
    },
  ]),
];
