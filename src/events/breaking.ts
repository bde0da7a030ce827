// Which changes of a schema would break those who send by the old one: a field that is newly required, a type, list of words,
// pattern or length that takes less than before, a field that is gone. What takes more breaks nobody.

type Schema = Readonly<Record<string, unknown>>;

/** In words, each with its place; empty where every document that was right still is. */
export function breakingChanges(before: unknown, after: unknown, at = ''): string[] {
  if (!isSchema(before) || !isSchema(after)) return [];
  return [
    ...narrowedWords(before, after, at),
    ...narrowedType(before, after, at),
    ...narrowedLimits(before, after, at),
    ...newlyRequired(before, after, at),
    ...ofFields(before, after, at),
    ...['items', 'then', 'else'].flatMap((part) =>
      before[part] === undefined && after[part] !== undefined && part !== 'items'
        ? newlyRequired({}, after[part] as Schema, at)
        : breakingChanges(before[part], after[part], part === 'items' ? `${at}[]` : at),
    ),
    ...(before['additionalProperties'] !== false && after['additionalProperties'] === false
      ? [`${place(at)}: unknown fields were kept and are refused now`]
      : []),
    ...breakingChanges(before['additionalProperties'], after['additionalProperties'], `${at}.*`),
  ];
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const place = (at: string): string => (at === '' ? 'the whole' : at);
const listed = (value: unknown): unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

function narrowedWords(before: Schema, after: Schema, at: string): string[] {
  const words = (schema: Schema): unknown[] | undefined =>
    schema['const'] !== undefined ? [schema['const']] : (schema['enum'] as unknown[] | undefined);
  const now = words(after);
  if (now === undefined) return [];
  const was = words(before);
  if (was === undefined) return [`${place(at)}: any word was taken, now only ${now.join(', ')}`];
  const gone = was.filter((word) => !now.includes(word));
  return gone.length === 0 ? [] : [`${place(at)}: ${gone.join(', ')} is no longer taken`];
}

function narrowedType(before: Schema, after: Schema, at: string): string[] {
  const now = listed(after['type']);
  if (now.length === 0) return [];
  const was = listed(before['type']);
  if (was.length === 0)
    return before['const'] === undefined && before['enum'] === undefined
      ? [`${place(at)}: any type was taken, now only ${now.join(', ')}`]
      : [];
  const gone = was.filter((type) => !now.includes(type) && !(type === 'integer' && now.includes('number')));
  return gone.length === 0 ? [] : [`${place(at)}: type ${gone.join(', ')} is no longer taken`];
}

/** By keyword: true where the new limit takes less. */
const LIMITS: Readonly<Record<string, (was: unknown, now: unknown) => boolean>> = {
  pattern: (was, now) => was !== now,
  format: (was, now) => was !== now,
  maxLength: (was, now) => was === undefined || Number(now) < Number(was),
  maxItems: (was, now) => was === undefined || Number(now) < Number(was),
  maximum: (was, now) => was === undefined || Number(now) < Number(was),
  minLength: (was, now) => Number(now) > Number(was ?? 0),
  minItems: (was, now) => Number(now) > Number(was ?? 0),
  minimum: (was, now) => was === undefined || Number(now) > Number(was),
};

function narrowedLimits(before: Schema, after: Schema, at: string): string[] {
  return Object.entries(LIMITS).flatMap(([name, isLess]) => {
    const [was, now] = [before[name], after[name]];
    if (now === undefined || was === now || !isLess(was, now)) return [];
    return [
      `${place(at)}: ${name} was ${was === undefined ? 'free' : JSON.stringify(was)}, now ${JSON.stringify(now)}`,
    ];
  });
}

function newlyRequired(before: Schema, after: Schema, at: string): string[] {
  const was = new Set(listed(before['required']));
  return listed(after['required'])
    .filter((name) => !was.has(name))
    .map((name) => `${at === '' ? '' : `${at}.`}${String(name)}: it was optional and is required now`);
}

function ofFields(before: Schema, after: Schema, at: string): string[] {
  const [was, now] = [before['properties'], after['properties']];
  if (!isSchema(was)) return [];
  return Object.entries(was).flatMap(([name, schema]) => {
    const path = at === '' ? name : `${at}.${name}`;
    if (!isSchema(now) || now[name] === undefined) return [`${path}: the field is gone`];
    return breakingChanges(schema, now[name], path);
  });
}
