// Every registered event type: its example is a right event, rules may name what it measures, its ids are there, and where no
// posting rule takes it that is said (unless its file says that it needs none).
import { expect, test } from 'vitest';
import { isoDate } from '../../src/accounting/dates.ts';
import { EVENT_TYPES } from '../../src/events/registry.ts';
import { deriveLines } from '../../src/rulebook/derive.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { RULE_VOCABULARY } from '../../src/rulebook/vocabulary.ts';
import { CONTEXT, eventOf, read } from './context.ts';

const types = [...EVENT_TYPES.values()];
const WITHOUT_RULES = { postings: [] } as unknown as Rulebook;

test.each(types.map((definition) => [definition.type, definition] as const))('%s', (type, definition) => {
  const event = read(eventOf(type));
  const terms = RULE_VOCABULARY.get(type);
  expect(terms === undefined).toBe(definition.rules === undefined);
  expect(Object.keys(terms?.measures ?? {})).toEqual(
    expect.arrayContaining(event.measures.map(({ name }) => name)),
  );
  expect(definition.ids).toContain(definition.reference);
  for (const [, field] of definition.concerns) expect(definition.ids).toContain(field);
  for (const field of definition.twin?.by ?? []) expect(definition.ids).toContain(field);

  const company = (): { currency: string } | undefined => CONTEXT.company(event.company);
  const { kind } = deriveLines(event, isoDate('2026-10-14'), WITHOUT_RULES, company as never);
  const missed = terms?.mayHaveNoRule === true ? 'none' : 'no_rule';
  expect(kind).toBe(terms === undefined ? 'lifecycle' : missed);
});
