// The names of event types inside statements. They stand in the text and not in parameters: plans depend on how common a type
// is, and they come from the program's own registry, never from data.
import type { EventDefinition } from '../events/definition.ts';
import { EVENT_TYPES } from '../events/registry.ts';

/** `'a', 'b'`: for `type in (...)` or `type = ...`. */
export function typeSql(...definitions: readonly Pick<EventDefinition, 'type'>[]): string {
  return definitions.map(({ type }) => `'${type}'`).join(', ');
}

/** True in SQL for an event whose key ends in a revision. */
export function isRevisedSql(type: string): string {
  const revised = [...EVENT_TYPES.values()].filter((definition) => definition.revised);
  return `${type} in (${typeSql(...revised)})`;
}

/** Seconds within which one event of a type may repeat another of it, in SQL. */
export function twinSecondsSql(type: string): string {
  const branches = [...EVENT_TYPES.values()].flatMap((definition) =>
    definition.twin === undefined ? [] : `when ${typeSql(definition)} then ${definition.twin.withinSeconds}`,
  );
  return `case ${type} ${branches.join(' ')} end`;
}
