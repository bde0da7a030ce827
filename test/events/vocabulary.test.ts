// The words that rules may use against what events really have: every measure that a type emits can be named in a rule,
// every reference and place that a rule may name exists.
import { expect, test } from 'vitest';
import { EVENT_TYPES } from '../../src/events/registry.ts';
import { EVENT_WORDS } from '../../src/rulebook/vocabulary.ts';
import { eventOf, read } from './context.ts';

const accounting = [...EVENT_TYPES.values()].filter((definition) => definition.accounting);

test('the types that cause accounting are those that rules know', () => {
  expect(accounting.map(({ type }) => type).sort()).toEqual(Object.keys(EVENT_WORDS).sort());
  expect(EVENT_TYPES.size - accounting.length).toBe(9);
});

test.each(accounting.map((definition) => [definition.type, definition] as const))(
  '%s',
  (type, definition) => {
    const words = EVENT_WORDS[type]!;
    const event = read(eventOf(type));
    expect(Object.keys(words.measures)).toEqual(
      expect.arrayContaining(event.measures.map(({ name }) => name)),
    );
    expect(Object.keys(event.places)).toEqual(
      expect.arrayContaining(type.includes('tax') ? [] : [...words.places]),
    );
    expect(definition.ids).toEqual(expect.arrayContaining([...words.references]));
    expect(words.references).toContain(definition.reference);
  },
);
