// The terms of rules that all event types share; what is a type's own stands in its file (src/events).
import type { EventDefinition } from '../events/definition.ts';
import type { Place } from '../events/model.ts';
import { EVENT_TYPES } from '../events/registry.ts';
import { COMMON_CONDITIONS, type RuleTerms } from '../events/ruleTerms.ts';

export const PLACE_TEXT: Readonly<Record<Place, string>> = {
  location: 'at its location',
  sellingLocation: 'at the selling location',
  fromLocation: 'at the sending location',
  toLocation: 'at the receiving location',
};

/** What a posting rule may name of one event type. */
export interface RuleVocabulary extends Omit<RuleTerms, 'conditions'> {
  /** Fields of `data` (and of the company) that `when` may name. */
  fields: readonly string[];
  /** Ids that a rule's lines may bear as their reference. */
  references: readonly string[];
}

function vocabularyOf({ type, rules, reference, ids }: EventDefinition): [string, RuleVocabulary][] {
  if (rules === undefined) return [];
  const { conditions, ...terms } = rules;
  const references = [...new Set([reference, ...ids])];
  return [[type, { ...terms, fields: [...COMMON_CONDITIONS, ...conditions], references }]];
}

/** Every type that causes accounting. A type that is not here never derives a line. */
export const RULE_VOCABULARY: ReadonlyMap<string, RuleVocabulary> = new Map(
  [...EVENT_TYPES.values()].flatMap(vocabularyOf),
);
