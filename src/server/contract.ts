// The contract with senders, generated from the vocabulary that checks their events: a schema a type, OpenAPI 3.1 around the
// HTTP calls, AsyncAPI 3 around the streams. The same documents are committed in contract/, where a change is seen.
import type { EventDefinition } from '../events/definition.ts';
import type { JsonSchema } from '../events/fields.ts';
import { EVENT_TYPES } from '../events/registry.ts';
import { eventSchema } from '../events/schema.ts';
import { VERSION } from '../version.ts';
import { BATCH, MOST_EVENTS, STRUCTURED } from './binding.ts';

const schemaName = (type: string): string => type.replaceAll('.', '_');
const all = [...EVENT_TYPES.values()];
const reference = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** Without dialect and address of its own, to stand inside another document. */
function inner(definition: EventDefinition): JsonSchema {
  const { $schema: _, $id: __, ...schema } = eventSchema(definition) as Record<string, unknown>;
  return schema;
}

const text: JsonSchema = { type: 'string' };
const count: JsonSchema = { type: 'integer', minimum: 0 };
const object = (properties: Record<string, JsonSchema>, required = Object.keys(properties)): JsonSchema => ({
  type: 'object',
  properties,
  required,
});

const ITEM = object(
  {
    index: count,
    id: { type: ['string', 'null'] },
    outcome: { enum: ['accepted', 'duplicate', 'quarantined', 'forbidden'] },
    reason: text,
    path: text,
    expected: text,
    found: text,
  },
  ['index', 'id', 'outcome'],
);
const ANSWER = object(
  {
    accepted: count,
    duplicates: count,
    quarantined: count,
    forbidden: count,
    batch: { type: ['string', 'null'] },
    items: { type: 'array', items: reference('Item') },
  },
  ['accepted', 'duplicates', 'quarantined', 'batch', 'items'],
);
const PROBLEM = object(
  { title: text, status: count, detail: text, path: text, expected: text, found: text },
  ['title', 'status', 'detail'],
);

function answers(
  success: JsonSchema,
  status: string,
  description: string,
  ...problems: number[]
): JsonSchema {
  const refused = problems.map((code) => [
    String(code),
    {
      description: REFUSALS[code],
      ...(code === 429 || code === 503
        ? { headers: { 'Retry-After': { description: 'Seconds.', schema: count } } }
        : {}),
      content: { 'application/problem+json': { schema: reference('Problem') } },
    },
  ]);
  return {
    [status]: { description, content: { 'application/json': { schema: success } } },
    ...Object.fromEntries(refused),
  };
}

const REFUSALS: Readonly<Record<number, string>> = {
  400: 'No JSON, no event, or a malformed header or parameter.',
  401: 'No valid key or signature.',
  403: 'The key may not do that, or every event is outside its scope.',
  404: 'There is no such thing, or it is another company’s.',
  413: 'Too many events, or too large.',
  415: 'Another media type, or a packed body.',
  429: 'Too much is in work.',
  503: 'The database is away, or the rulebook does not hold.',
};

const anyEvent: JsonSchema = { oneOf: all.map(({ type }) => reference(schemaName(type))) };
const eventContent = {
  [STRUCTURED]: { schema: reference('Event') },
  [BATCH]: { schema: { type: 'array', maxItems: MOST_EVENTS, items: reference('Event') } },
};
const query = (name: string, required: boolean, description: string): JsonSchema => ({
  name,
  in: 'query',
  required,
  description,
  schema: text,
});
const inPath = (name: string, description: string): JsonSchema => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: text,
});

/** OpenAPI 3.1 of all that a sender calls. */
export function openApi(): JsonSchema {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tieout: events',
      version: VERSION,
      description:
        'Business events in, and what became of them. Nothing is answered before it is committed; the same again is a duplicate.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This server.' }],
    security: [{ key: [] }],
    tags: [
      { name: 'events', description: 'Events in.' },
      { name: 'answers', description: 'What became of them.' },
    ],
    paths: { ...eventPaths(), ...lookupPaths() },
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key of `tieout keys add`.' },
      },
      schemas: {
        Event: anyEvent,
        ...Object.fromEntries(all.map((definition) => [schemaName(definition.type), inner(definition)])),
        Item: ITEM,
        Answer: ANSWER,
        Problem: PROBLEM,
      },
    },
  };
}

function eventPaths(): Record<string, JsonSchema> {
  const took = 'Each event is stored, known already, in quarantine or forbidden, as its item says.';
  return {
    '/v1/events': {
      post: {
        operationId: 'sendEvents',
        tags: ['events'],
        summary:
          'Brings events: structured, batch, or binary (ce- headers, percent-decoded; the body is data)',
        requestBody: {
          required: true,
          content: {
            ...eventContent,
            'application/json': { schema: { type: 'object', description: 'Binary mode: data.' } },
          },
        },
        responses: answers(reference('Answer'), '202', took, 400, 401, 403, 413, 415, 429, 503),
      },
      get: {
        operationId: 'askEvent',
        tags: ['answers'],
        summary: 'What became of one event',
        parameters: [query('source', true, 'Its source.'), query('id', true, 'Its id.')],
        responses: answers(
          { type: 'object' },
          '200',
          'How it stands, and its refusals.',
          400,
          401,
          403,
          404,
          503,
        ),
      },
    },
    '/v1/webhooks/{name}': {
      post: {
        operationId: 'sendSigned',
        tags: ['events'],
        summary: 'The same for a source that signs what it sends: standard, shopify, stripe or generic',
        security: [{}],
        parameters: [inPath('name', 'As tieout.yaml names it.')],
        requestBody: { required: true, content: eventContent },
        responses: answers(reference('Answer'), '202', took, 400, 401, 403, 404, 413, 415, 429, 503),
      },
    },
  };
}

function lookupPaths(): Record<string, JsonSchema> {
  return {
    '/v1/batches/{id}': {
      get: {
        operationId: 'askBatch',
        tags: ['answers'],
        summary: 'Counts of a batch and its refused records',
        parameters: [inPath('id', 'As the answer to events names it.')],
        responses: answers({ type: 'object' }, '200', 'The batch.', 401, 403, 404, 503),
      },
    },
    '/v1/quarantine': {
      get: {
        operationId: 'askQuarantine',
        tags: ['answers'],
        summary: 'What waits in quarantine, oldest first',
        parameters: [
          query('company', false, 'Of this company.'),
          query('reason', false, 'For this reason.'),
          query('after', false, 'The id of the last record seen.'),
          query('limit', false, 'Records a page, 1 to 1000.'),
        ],
        responses: answers(
          { type: 'object' },
          '200',
          'A page; next is the after of the next one.',
          400,
          401,
          403,
          503,
        ),
      },
    },
  };
}

/** AsyncAPI 3 of what a stream carries. */
export function asyncApi(): JsonSchema {
  const messages = Object.fromEntries(
    all.map(({ type }) => [schemaName(type), { $ref: `#/components/messages/${schemaName(type)}` }]),
  );
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Tieout: events on streams',
      version: VERSION,
      description:
        'CloudEvents 1.0.2, structured JSON, one event a message. Delivered at least once: source and id tell a repeat.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: STRUCTURED,
    channels: { events: { address: null, description: 'The subject that tieout.yaml names.', messages } },
    operations: {
      takeEvents: {
        action: 'receive',
        channel: { $ref: '#/channels/events' },
        summary: 'Takes events in; what is stored or quarantined is acknowledged.',
      },
    },
    components: {
      messages: Object.fromEntries(
        all.map((definition) => [
          schemaName(definition.type),
          {
            name: definition.type,
            title: definition.type,
            contentType: STRUCTURED,
            payload: {
              schemaFormat: 'application/schema+json;version=draft-2020-12',
              schema: inner(definition),
            },
          },
        ]),
      ),
    },
  };
}

/** The schema of a type, undefined for an unknown one. */
export function schemaOfType(type: string): JsonSchema | undefined {
  const definition = EVENT_TYPES.get(type);
  return definition && eventSchema(definition);
}

/** Every document by its name in contract/. */
export function contractFiles(): [name: string, document: JsonSchema][] {
  return [
    ['openapi.json', openApi()],
    ['asyncapi.json', asyncApi()],
    ...all.map(({ type }): [string, JsonSchema] => [
      `schemas/${type}.json`,
      eventSchema(EVENT_TYPES.get(type)!),
    ]),
  ];
}
