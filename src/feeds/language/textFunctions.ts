// Functions on texts: constants, templates, pieces, maps, lookups, choices.
import { readPattern } from '../../rulebook/pattern.ts';
import { didYouMean } from '../../rulebook/nearest.ts';
import type { YamlMap, YamlValue } from '../../rulebook/yaml.ts';
import { readCondition } from './condition.ts';
import { Fault, shown } from './model.ts';
import type { Getter, Test, Value } from './model.ts';
import { maybeOperand, operand, operands } from './operands.ts';
import type { Scope } from './scope.ts';

type Reader = (map: YamlMap, scope: Scope) => Getter | undefined;

export const TEXT_FUNCTIONS: Readonly<Record<string, Reader>> = {
  is(map) {
    const text = map.get('is')?.text();
    return text === undefined ? undefined : () => text;
  },
  text(map, scope) {
    const value = map.get('text');
    const template = value?.text('a text such as "{type} {number}"');
    return value === undefined || template === undefined ? undefined : readTemplate(value, template, scope);
  },
  either(map, scope) {
    const getters = operands(map.get('either'), scope);
    if (getters === undefined) return undefined;
    return (context) => {
      for (const get of getters) {
        const value = get(context);
        if (value !== '') return value;
      }
      return '';
    };
  },
  part: readPart,
  match(map, scope) {
    const get = operand(map, 'match', scope);
    const value = map.need('pattern', 'a regular expression with one group');
    const source = value?.text('a regular expression with one group');
    if (get === undefined || value === undefined || source === undefined) return undefined;
    const read = readPattern(source);
    if (!read.ok)
      return value.refuse({ what: `the pattern: ${read.what}`, expected: read.expected, found: source });
    const pattern = new RegExp(read.pattern, 'u');
    return onText(get, (text) => pattern.exec(text)?.[1] ?? '');
  },
  map: readMap,
  lookup: readLookup,
  choose: readChoose,
};

/** Applies a function to a text; faults pass through. */
export function onText(get: Getter, work: (text: string) => Value): Getter {
  return (context) => {
    const value = get(context);
    return typeof value === 'string' ? work(value) : value;
  };
}

/** `{a}-{b?}`: an empty part makes all empty, unless it has a question mark. */
export function readTemplate(value: YamlValue, template: string, scope: Scope): Getter | undefined {
  const pieces: (string | { get: Getter; mayBeEmpty: boolean })[] = [];
  for (const [index, piece] of template.split(/\{([^{}]*)\}/).entries()) {
    if (index % 2 === 0) {
      if (piece !== '') pieces.push(piece);
      continue;
    }
    const mayBeEmpty = piece.endsWith('?');
    const name = mayBeEmpty ? piece.slice(0, -1) : piece;
    const get = scope.find(name);
    if (get === undefined) {
      return value.refuse({
        what: `the text names {${name}}, which is not known here`,
        todo: didYouMean(name, scope.known()),
      });
    }
    pieces.push({ get, mayBeEmpty });
  }
  return (context) => {
    let text = '';
    for (const piece of pieces) {
      if (typeof piece === 'string') {
        text += piece;
        continue;
      }
      const part = piece.get(context);
      if (typeof part !== 'string') return part;
      if (part === '' && !piece.mayBeEmpty) return '';
      text += part;
    }
    return text.trim();
  };
}

function readPart(map: YamlMap, scope: Scope): Getter | undefined {
  const get = operand(map, 'part', scope);
  const by = map.need('by', 'the text that separates the pieces')?.text();
  const at = map.need('at', 'the number of the piece, from 1, or -1 for the last')?.wholeNumber(-100, 100);
  if (get === undefined || by === undefined || by === '' || at === undefined || at === 0) return undefined;
  return onText(get, (text) => {
    const pieces = text.split(by);
    return (pieces.at(at > 0 ? at - 1 : at) ?? '').trim();
  });
}

/** `refuse` (default), `keep`, or the text itself. */
function readElse(map: YamlMap): string | undefined {
  return map.get('else')?.text('refuse, keep, or a text');
}

function readMap(map: YamlMap, scope: Scope): Getter | undefined {
  const operandValue = map.get('map');
  const get = operand(map, 'map', scope);
  const to = map.need('to', 'what each text becomes: {S: debit}')?.map();
  const otherwise = readElse(map) ?? 'refuse';
  if (get === undefined || to === undefined) return undefined;
  const table = new Map<string, string>();
  for (const [from, value] of to.entries) table.set(from, value.text() ?? '');
  const column = operandValue?.text() ?? '';
  const expected = `one of ${[...table.keys()].map((key) => (key === '' ? 'empty' : key)).join(', ')}`;
  return onText(get, (text) => {
    const found = table.get(text);
    if (found !== undefined) return found;
    if (otherwise === 'keep') return text;
    if (otherwise !== 'refuse') return otherwise;
    return text === '' ? '' : new Fault('NOT_MAPPED', column, expected, shown(text));
  });
}

function readLookup(map: YamlMap, scope: Scope): Getter | undefined {
  const value = map.get('lookup');
  const name = value?.text('the name of a lookup');
  const keyValue = map.need('key', 'a name, or a list of names');
  const keys = operands(keyValue, scope);
  const takeValue = map.get('take');
  const take = takeValue?.text('the name of a column of the lookup');
  const on = maybeOperand(map, 'on', scope);
  const otherwise = readElse(map) ?? 'refuse';
  if (value === undefined || name === undefined || keys === undefined || on === false) return undefined;
  const known = scope.shared.lookups.get(name);
  if (known === undefined)
    return value.refuse({
      what: `there is no lookup ${name}`,
      todo: didYouMean(name, scope.shared.lookups.keys()),
    });
  if (known.keys !== keys.length)
    return value.refuse({
      what: `lookup ${name} has another number of keys`,
      expected: String(known.keys),
      found: String(keys.length),
    });
  if (known.dated && on === undefined)
    return value.refuse({
      what: `the entries of lookup ${name} have dates`,
      expected: 'on: the name of a date',
    });
  const index = take === undefined ? 0 : known.take.indexOf(take);
  if (index < 0)
    return takeValue!.refuse({
      what: `lookup ${name} gives no ${take}`,
      todo: didYouMean(take!, known.take),
    });
  const column = keyValue?.isList === true ? name : (keyValue?.text() ?? name);
  return (context) => {
    const texts: string[] = [];
    for (const get of keys) {
      const text = get(context);
      if (typeof text !== 'string') return text;
      texts.push(text);
    }
    const day = on === undefined ? '' : on(context);
    if (typeof day !== 'string') return day;
    const found = context.run.lookups.get(name)?.find(texts, day.slice(0, 10))?.[index];
    if (found !== undefined) return found;
    if (otherwise === 'keep') return texts.join(' ');
    if (otherwise !== 'refuse') return otherwise;
    if (texts.every((text) => text === '')) return '';
    const dated = day === '' ? '' : ` on ${day.slice(0, 10)}`;
    return new Fault('NOT_IN_LOOKUP', column, `an entry of lookup ${name}${dated}`, shown(texts.join(', ')));
  };
}

function readChoose(map: YamlMap, scope: Scope): Getter | undefined {
  const choices: { when: Test; take: Getter }[] = [];
  for (const item of map.get('choose')?.list('a list of {when, take}') ?? []) {
    const choice = item.map();
    const whenValue = choice?.need('when', 'a condition');
    const when = whenValue && readCondition(whenValue, scope);
    const take = choice && operand(choice, 'take', scope);
    choice?.end();
    if (when === undefined || take === undefined) return undefined;
    choices.push({ when, take });
  }
  const otherwise = map.get('else')?.text() ?? '';
  return (context) => {
    for (const { when, take } of choices) {
      const holds = when(context);
      if (typeof holds !== 'boolean') return holds;
      if (holds) return take(context);
    }
    return otherwise;
  };
}
