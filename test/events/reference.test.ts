// docs/reference/events.md is made from the vocabulary that checks the events: fields, measures, an example of each type that is
// read here as a sender's.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { EventDefinition } from '../../src/events/definition.ts';
import type { JsonSchema } from '../../src/events/fields.ts';
import { HEAD_SCHEMA } from '../../src/events/head.ts';
import { EVENT_TYPES } from '../../src/events/registry.ts';
import { divisionsOf } from '../../src/events/ruleTerms.ts';
import { exampleOf } from '../../src/events/schema.ts';
import { TABLE_COLUMNS } from '../../src/feeds/language/readEmit.ts';
import { CONTEXT } from './context.ts';
import { readEvent } from '../../src/events/read.ts';

const PAGE = 'docs/reference/events.md';

interface Schema {
  type?: string | string[];
  const?: string;
  enum?: string[];
  format?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  description?: string;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
}

/** How a value is written, in words. */
function form({
  type,
  const: only,
  enum: words,
  format,
  minimum,
  maximum,
  maxLength,
  description,
}: Schema): string {
  if (only !== undefined) return `\`${only}\``;
  if (words !== undefined) return words.map((word) => `\`${word}\``).join(', ');
  if (format === 'date') return 'a date, `YYYY-MM-DD`';
  if (Array.isArray(type)) {
    const sign = minimum === 0 ? ' of 0 or more' : maximum === 0 ? ' of 0 or less' : ' of either sign';
    return `a decimal in quotes${sign}, ${(description ?? '').replace('A decimal, ', '').replace('.', '')}`;
  }
  if (type === 'boolean') return '`true` or `false`';
  if (type === 'integer') return 'a whole number from 1';
  if (type === 'object') return 'an object';
  return `text of 1 to ${maxLength} characters`;
}

/** A row for each field, those of lists and objects under it. */
function rows(schema: JsonSchema, needed: readonly string[], before = ''): string[] {
  const { properties = {}, required = [] } = schema as Schema;
  return Object.entries(properties).flatMap(([name, each]) => {
    const field = each as Schema;
    const path = `${before}${name}`;
    const presence = required.includes(name) || needed.includes(path) ? 'required' : '';
    if (field.type === 'array') {
      const item = field.items as Schema;
      if (item.properties === undefined) return [`| \`${path}\` | ${presence} | a list: ${form(item)} |`];
      return [`| \`${path}[]\` | ${presence} | a list |`, ...rows(item as JsonSchema, [], `${path}[].`)];
    }
    if (field.properties === undefined) return [`| \`${path}\` | ${presence} | ${form(field)} |`];
    return [`| \`${path}\` | ${presence} | an object |`, ...rows(each, [], `${path}.`)];
  });
}

function section(definition: EventDefinition): string {
  const { type, noun, key, needs, fields, rules } = definition;
  const needed =
    needs.length === 0
      ? ''
      : ` Of the common fields it needs ${needs.map((name) => `\`${name}\``).join(', ')}.`;
  const measures = Object.entries(rules?.measures ?? {}).map(([name, term]) => {
    const divided = divisionsOf(term).map((division) => `\`${division.name}\``);
    return `| \`${name}\` | ${term.text} | ${divided.join(', ')} |`;
  });
  return [
    `## ${type}`,
    `${noun}.${rules === undefined ? ' It causes no accounting.' : ` When ${rules.happens}.`} Business key: ${key.map((name) => `\`${name}\``).join(', ')}.${needed}`,
    ['| field of `data` | | |', '|---|---|---|', ...rows(fields, [])].join('\n'),
    ...(rules === undefined
      ? []
      : [
          ['| measure | is | divided by |', '|---|---|---|', ...measures].join('\n'),
          `A rule's \`when\` may name ${rules.conditions.map((name) => `\`${name}\``).join(', ')} besides the common fields.`,
        ]),
    `\`\`\`json\n${JSON.stringify(exampleOf(definition), null, 2)}\n\`\`\``,
  ].join('\n\n');
}

function page(): string {
  const types = [...EVENT_TYPES.values()];
  return `# Canonical events

What every source ends as, and what \`tieout ingest events\` and \`POST /v1/events\` take: CloudEvents 1.0.2, structured JSON; in a
file one event a line. Amounts are decimals in quotes (a whole number may stand without). Fields that are not named here are kept
and not looked at. What refuses an event names path, expected and found. A measure is a figure that posting rules may name.

Types: ${types.map(({ type }) => `[${type}](#${type.replaceAll('.', '').toLowerCase()})`).join(', ')}.

## Fields of every event's data

\`corrects\` with \`correction\` takes an earlier event back (\`void\`: the key is enough) or replaces it.

${['| field of `data` | | |', '|---|---|---|', ...rows(HEAD_SCHEMA, [])].join('\n')}

${types.map(section).join('\n\n')}
`;
}

test('the page of the events says what the vocabulary says', () => {
  if (process.env['TIEOUT_UPDATE'] === '1') writeFileSync(PAGE, page());
  expect(readFileSync(PAGE, 'utf8')).toBe(page());
});

test.each([...EVENT_TYPES.values()].map((definition) => [definition.type, definition] as const))(
  'the example of %s is a right event',
  (_type, definition) => {
    const outcome = readEvent(JSON.stringify(exampleOf(definition)), CONTEXT);
    expect(outcome.ok ? '' : outcome.refusal.message).toBe('');
  },
);

test('the page of the small tables names each of their columns', () => {
  const text = readFileSync('docs/reference/tables.md', 'utf8');
  const names = [...TABLE_COLUMNS.balances, ...TABLE_COLUMNS.periods, 'side'];
  expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
