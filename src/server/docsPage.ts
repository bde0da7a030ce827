// The contract as one page for people: calls and fields, from the same documents. No script, nothing from elsewhere: it is read
// offline and under any policy.
import type { JsonSchema } from '../events/fields.ts';
import { EVENT_TYPES } from '../events/registry.ts';
import { eventSchema } from '../events/schema.ts';
import { openApi } from './contract.ts';

type Node = Record<string, unknown>;

const escape = (text: unknown): string =>
  String(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}td,th{border:1px solid #ccc;padding:.25rem .5rem;text-align:left;vertical-align:top}
code{font:13px ui-monospace,monospace}h2{margin-top:2.5rem}h3{margin-bottom:0}`;

export function docsPage(): string {
  const { info, paths } = openApi() as { info: Node; paths: Record<string, Record<string, Node>> };
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, call]) => callSection(method, path, call)),
  );
  const types = [...EVENT_TYPES.values()].map((definition) =>
    typeSection(definition.type, eventSchema(definition)),
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(info['title'])}</title>
<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body>
<h1>${escape(info['title'])} ${escape(info['version'])}</h1><p>${escape(info['description'])}</p>
<p>For machines: <a href="openapi.json">openapi.json</a>, <a href="asyncapi.json">asyncapi.json</a>.</p>
<h2>Calls</h2>${calls.join('')}<h2>Events</h2>${types.join('')}</body></html>`;
}

function callSection(method: string, path: string, call: Node): string {
  const answers = Object.entries(call['responses'] as Record<string, Node>).map(
    ([status, answer]) => `<tr><td>${escape(status)}</td><td>${escape(answer['description'])}</td></tr>`,
  );
  const parameters = ((call['parameters'] ?? []) as Node[]).map(
    (one) =>
      `<li><code>${escape(one['name'])}</code>${one['required'] === true ? '' : ' (optional)'}: ${escape(one['description'])}</li>`,
  );
  return `<h3><code>${escape(method.toUpperCase())} ${escape(path)}</code></h3><p>${escape(call['summary'])}</p>
${parameters.length === 0 ? '' : `<ul>${parameters.join('')}</ul>`}<table><tr><th>status</th><th>when</th></tr>${answers.join('')}</table>`;
}

function typeSection(type: string, schema: JsonSchema): string {
  const rows = fieldRows(schema, '').map(
    ({ path, form, needed }) =>
      `<tr><td><code>${escape(path)}</code></td><td>${needed ? 'required' : ''}</td><td>${escape(form)}</td></tr>`,
  );
  return `<h3 id="${escape(type)}"><code>${escape(type)}</code></h3><p>${escape(schema['description'])} <a href="schemas/${escape(type)}.json">JSON Schema</a></p>
<table><tr><th>field</th><th></th><th>form</th></tr>${rows.join('')}</table>`;
}

interface Row {
  path: string;
  form: string;
  needed: boolean;
}

function fieldRows(schema: JsonSchema, at: string): Row[] {
  const listed = (value: unknown): string[] => (Array.isArray(value) ? (value as string[]) : []);
  const needed = new Set([
    ...listed(schema['required']),
    ...listed((schema['else'] as Node | undefined)?.['required']),
  ]);
  return Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>).flatMap(
    ([name, field]) => {
      const path = `${at}${name}`;
      const own = { path, form: formOf(field), needed: needed.has(name) };
      const items = field['items'] as JsonSchema | undefined;
      return [own, ...(items === undefined ? fieldRows(field, `${path}.`) : fieldRows(items, `${path}[].`))];
    },
  );
}

function formOf(schema: JsonSchema): string {
  if (schema['const'] !== undefined) return JSON.stringify(schema['const']);
  if (schema['enum'] !== undefined) return `one of ${(schema['enum'] as string[]).join(', ')}`;
  const description = schema['description'];
  if (typeof description === 'string') return description;
  if (schema['format'] !== undefined) return schema['format'] as string;
  const most =
    schema['maxLength'] === undefined ? '' : ` of at most ${schema['maxLength'] as number} characters`;
  return `${([] as unknown[]).concat(schema['type'] ?? 'any').join(' or ')}${most}`;
}
