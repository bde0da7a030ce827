// The rulebook's hash: the same for the same meaning, another for another one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument, stringify } from 'yaml';
import { compileRulebook } from '../../src/rulebook/compile.ts';
import { AROUND, SMALL, changed, filesOf, messages } from './small.ts';

function hashOf(
  texts: Record<string, string>,
  order: (names: string[]) => string[] = (names) => names,
): string {
  const files = filesOf(texts);
  const sorted = order(files.map(({ name }) => name)).flatMap((name) =>
    files.filter((file) => file.name === name),
  );
  const compiled = compileRulebook(sorted, 'rulebook', AROUND);
  if (!compiled.ok) throw new Error(messages(compiled));
  return compiled.rulebook.hash;
}

/** The same YAML with the keys of every mapping in another order, comments and layout lost. */
function reordered(text: string, random: () => number): string {
  const shuffle = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffle);
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).map(([key, each]) => [random(), key, shuffle(each)] as const);
    entries.sort(([a], [b]) => a - b);
    return Object.fromEntries(entries.map(([, key, each]) => [key, each]));
  };
  return stringify(shuffle(parseDocument(text, { schema: 'failsafe' }).toJS()), { schema: 'failsafe' });
}

const HASH = hashOf(SMALL);

describe('the hash of a rulebook', () => {
  it('does not depend on the order of keys or files', () => {
    const numbers = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(numbers, fc.shuffledSubarray(Object.keys(SMALL), { minLength: 5 }), (stream, names) => {
        const random = () => stream.next().value ?? 0;
        const texts = Object.fromEntries(
          Object.entries(SMALL).map(([name, text]) => [name, reordered(text, random)]),
        );
        expect(hashOf(texts, () => names)).toBe(HASH);
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['titles', 'accounts.yaml', 'title: Receivables', 'title: Debtors'],
    ['worked examples', 'postings/shipment.yaml', 'net: 10.00', 'net: 11.00'],
    ['zeros after the point', 'reconciliations.yaml', 'perRun: 50.00', 'perRun: 50.0'],
    ['owners and due days of exceptions', 'exceptions.yaml', 'owner: nobody', 'owner: somebody'],
    ['comments', 'reconciliations.yaml', '- name: tax', '# said twice\n- name: tax'],
    [
      'defaults written out',
      'postings/shipment.yaml',
      'reference: shipmentId',
      'reference: shipmentId\nledger: GL',
    ],
  ])('does not change with %s', (_, file, old, by) => {
    expect(hashOf(changed(file, old, by))).toBe(HASH);
  });

  it.each([
    ['an account number', 'accounts.yaml', '"1200"', '"1201"'],
    ['a side', 'postings/shipment.yaml', 'side: debit, account: cogs', 'side: credit, account: cogs'],
    ['a condition', 'postings/shipment.yaml', '[ship, pickup]', '[ship]'],
    ['a date', 'postings/shipment.yaml', 'until: 2026-12-31', 'until: 2027-12-31'],
    ['a tolerance', 'reconciliations.yaml', '[-0.05, 0.05]', '[-0.05, 0.06]'],
    ['a pass put to rest', 'reconciliations.yaml', 'active: false', 'active: true'],
    ['grace days', 'reconciliations.yaml', 'graceDays: 3', 'graceDays: 4'],
    ['the scope', 'reconciliations.yaml', '[Payments]', '[Receipts]'],
  ])('changes with %s', (_, file, old, by) => {
    expect(hashOf(changed(file, old, by))).not.toBe(HASH);
  });

  it('changes with the order of passes, which decides', () => {
    const [, first = '', second = ''] =
      /(    - \{ name: document.*\n)((?:.*\n){4})/.exec(SMALL['reconciliations.yaml'] ?? '') ?? [];
    expect(hashOf(changed('reconciliations.yaml', first + second, second + first))).not.toBe(HASH);
  });
});

describe('a pass', () => {
  it('has a version of its own, which the other passes do not change', () => {
    const passes = (texts: Record<string, string>) => {
      const compiled = compileRulebook(filesOf(texts), 'rulebook', AROUND);
      if (!compiled.ok) throw new Error(messages(compiled));
      return compiled.rulebook.reconciliations[0]?.passes ?? [];
    };
    const before = passes(SMALL);
    const after = passes(changed('reconciliations.yaml', '[-0.05, 0.05]', '[-0.05, 0.06]'));
    expect(before[0]?.version).toMatch(/^[0-9a-f]{8}$/);
    expect(after.map((pass, index) => pass.version === before[index]?.version)).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  it('identifies by an id of the event, and suggests across accounts', () => {
    const compiled = compileRulebook(filesOf(SMALL), 'rulebook', AROUND);
    if (!compiled.ok) throw new Error(messages(compiled));
    const shown = compiled.rulebook.reconciliations[0]?.passes.map((pass) => [
      pass.name,
      pass.identifies,
      pass.result,
      pass.sides,
      pass.acrossAccounts,
      pass.active,
    ]);
    expect(shown).toEqual([
      ['document', true, 'confirmed', 'together', false, true],
      ['cents', true, 'confirmed', 'together', false, true],
      ['elsewhere', true, 'suggested', 'together', true, true],
      ['day', false, 'confirmed', 'separate', false, false],
    ]);
  });
});
