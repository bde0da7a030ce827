// TypeScript types of the events that senders send, made from the schemas of the contract: `import type { ... } from 'tieout/events'`.
import { compile } from 'json-schema-to-typescript';

const BANNER = `// What Tieout takes as events, for those who send them from TypeScript. Generated: npm run contract -- --write.
// Amounts, quantities and rates are texts here, though whole numbers are taken too: a JavaScript number loses cents.
// Fields that are not named are taken and kept as they are; the types leave them out, so that a mistyped name is seen.
`;

/** \`retail.refund.issued.v1\` -> \`RefundIssuedV1\`. @param {string} type */
const nameOf = (type) =>
  type
    .split('.')
    .slice(1)
    .map((word) => word[0].toUpperCase() + word.slice(1))
    .join('');

/**
 * The text of contract/events.d.ts.
 * @param {readonly (readonly [name: string, document: object])[]} files of the contract
 * @returns {Promise<string>}
 */
export async function eventTypes(files) {
  const schemas = files.filter(([name]) => name.startsWith('schemas/')).map(([, document]) => document);
  const names = schemas.map(({ title }) => nameOf(title));
  const parts = [];
  for (const [at, schema] of schemas.entries())
    parts.push(await compile(plain(schema), names[at], { bannerComment: '', additionalProperties: false }));
  return `${BANNER}\n${parts.join('\n')}\n/** Any of them; \`type\` tells which. */\nexport type TieoutEvent = ${names.join(' | ')};\n`;
}

/** The schema as types can say it: decimals are texts, and a name makes each type a declaration. */
function plain({ $schema: _, $id: __, ...schema }) {
  const text = JSON.stringify(schema, (_key, value) =>
    Array.isArray(value?.type) && value.type.join() === 'string,integer'
      ? { ...value, type: 'string', minimum: undefined }
      : value,
  );
  return { ...JSON.parse(text), title: nameOf(schema.title) };
}
