// The contract of an event type as JSON Schema 2020-12, made from the same fields that check the events. What a schema cannot
// say (a total is the sum of its parts, decimals by currency) stands in its description. Unknown fields are kept, not refused.
import type { EventDefinition } from './definition.ts';
import { ENVELOPE_SCHEMA } from './envelope.ts';
import type { JsonObject, JsonSchema } from './fields.ts';
import { HEAD_SCHEMA } from './head.ts';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** Of an object: its fields and which of them have to be there. */
interface ObjectSchema {
  properties: Record<string, JsonSchema>;
  required: readonly string[];
}

/** @param base what the schema's own address begins with, `` for none */
export function eventSchema(definition: EventDefinition, base = ''): JsonSchema {
  const envelope = ENVELOPE_SCHEMA as unknown as ObjectSchema;
  const { type, key } = definition;
  return {
    $schema: DIALECT,
    $id: `${base}/schemas/${type}.json`,
    title: type,
    description: `Business key: ${key.join(', ')}. ${definition.rules ? ACCOUNTING : TIMING}`,
    type: 'object',
    properties: { ...envelope.properties, type: { const: type }, data: dataSchema(definition) },
    required: [...envelope.required, 'data'],
    examples: [exampleOf(definition)],
  };
}

/** A right event, as a sender would write it. */
export function exampleOf({ type, example }: EventDefinition): JsonObject {
  return {
    specversion: '1.0',
    id: '1',
    source: '/oms/us',
    type,
    time: '2026-10-14T12:00:00-05:00',
    data: example,
  };
}

const ACCOUNTING =
  'It causes accounting: totals must be the sum of their parts, and amounts have at most the minor units of their currency.';
const TIMING = 'It causes no accounting; it is kept for timing and process measures.';

function dataSchema({ key, needs, fields }: EventDefinition): JsonSchema {
  const head = HEAD_SCHEMA as unknown as ObjectSchema;
  const own = fields as unknown as ObjectSchema;
  const keyRequired = key.filter((name) => own.required.includes(name));
  const further = [...needs, ...own.required.filter((name) => !keyRequired.includes(name))];
  const isVoid = { properties: { correction: { const: 'void' } }, required: ['correction'] };
  return {
    type: 'object',
    properties: { ...head.properties, ...own.properties },
    required: [...head.required, ...keyRequired],
    // A void says no more than its key and what it corrects.
    if: isVoid,
    // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
    then: { required: ['corrects'] },
    else: { required: further },
  };
}
