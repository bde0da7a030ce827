// Compiles postings/*.yaml: which measure of an event goes to which account and side. Every word is checked against the
// event type's vocabulary here, so that a rule that cannot work is refused before an event meets it.
import { isoDate } from '../accounting/dates.ts';
import { didYouMean } from './nearest.ts';
import { readExamples } from './examples.ts';
import { readPostingLine } from './postingLines.ts';
import type { Account, PostingLine, PostingRule, WorkedExample } from './model.ts';
import { RULE_VOCABULARY, type RuleVocabulary } from './vocabulary.ts';
import type { YamlMap, YamlValue } from './yaml.ts';

/** A rule without `effective` is old: it holds from the first day there is. */
const FROM_THE_START = isoDate('1900-01-01');

export interface PostingFile {
  rules: PostingRule[];
  examples: WorkedExample[];
}

/** Reads the one rule, or the list of rules, of a file; `name` is the file's name without extension. */
export function readPostings(
  name: string,
  file: YamlValue,
  accounts: ReadonlyMap<string, Account>,
): PostingFile {
  const values = file.isList ? file.list() : [file];
  const read: PostingFile = { rules: [], examples: [] };
  for (const [index, value] of values.entries()) {
    const ruleName = values.length === 1 ? name : `${name}#${index + 1}`;
    const map = value.map('a posting rule: { event, lines, ... }');
    if (map === undefined) continue;
    const rule = readRule(ruleName, map, accounts);
    const examples = readExamples(ruleName, map, accounts);
    map.end();
    if (rule === undefined) continue;
    read.rules.push(rule);
    read.examples.push(...examples);
  }
  return read;
}

function readRule(
  name: string,
  map: YamlMap,
  accounts: ReadonlyMap<string, Account>,
): PostingRule | undefined {
  const types = [...RULE_VOCABULARY.keys()];
  const event = map.need('event', `an event type such as ${types[0]}`)?.oneOf(types);
  const terms = RULE_VOCABULARY.get(event ?? '');
  const title = map.get('title')?.text() ?? name;
  const effectiveFrom = map.get('effective')?.date() ?? FROM_THE_START;
  const until = map.get('until');
  const effectiveTo = until?.date();
  if (effectiveTo !== undefined && effectiveTo < effectiveFrom) {
    until?.refuse({
      what: `rule ${name} ends before it starts`,
      expected: `${effectiveFrom} or later`,
      found: effectiveTo,
    });
  }
  const ledger = map.get('ledger')?.text() ?? 'GL';
  const when = readWhen(map.get('when'), terms);
  const reference = readReference(map.get('reference'), terms);
  const noneBecause = readNone(name, map);
  const lines = readLines(name, map, noneBecause !== undefined, terms, accounts);
  if (event === undefined) return undefined;
  return {
    name,
    title,
    event,
    effectiveFrom,
    ...(effectiveTo === undefined ? {} : { effectiveTo }),
    when,
    ledger,
    ...(reference === undefined ? {} : { reference }),
    lines,
    ...(noneBecause === undefined ? {} : { noneBecause }),
    file: map.value.where,
  };
}

function readWhen(value: YamlValue | undefined, terms: RuleVocabulary | undefined): Map<string, string[]> {
  const when = new Map<string, string[]>();
  for (const [field, patterns] of value?.map('FIELD: VALUE')?.entries ?? []) {
    if (terms !== undefined && !terms.fields.includes(field)) {
      const todo = didYouMean(field, terms.fields);
      patterns.refuse({ what: `\`when\` names an unknown field ${field}`, todo }, patterns.keyWhere);
    }
    when.set(field, patterns.texts('a value, or a list of values'));
  }
  return when;
}

function readReference(value: YamlValue | undefined, terms: RuleVocabulary | undefined): string | undefined {
  const reference = value?.text();
  if (reference === undefined || terms === undefined || terms.references.includes(reference))
    return reference;
  const todo = didYouMean(reference, terms.references);
  return value?.refuse({ what: `the event has no id ${reference}`, todo });
}

function readNone(name: string, map: YamlMap): string | undefined {
  const entry = map.get('entry')?.oneOf(['none'] as const);
  const because = map.get('because');
  if (entry === undefined) {
    if (because !== undefined) {
      because.refuse({
        what: `rule ${name} says because, but makes an entry`,
        todo: 'add `entry: none`, or remove `because`',
      });
    }
    return undefined;
  }
  if (because === undefined) {
    map.value.refuse({
      what: `rule ${name} makes no entry and does not say why`,
      expected: 'because: TEXT',
      todo: 'write the reason that an auditor would ask for',
    });
  }
  return because?.text() ?? '';
}

function readLines(
  name: string,
  map: YamlMap,
  none: boolean,
  terms: RuleVocabulary | undefined,
  accounts: ReadonlyMap<string, Account>,
): PostingLine[] {
  const value = map.get('lines');
  if (none) {
    value?.refuse({ what: `rule ${name} makes no entry, but has lines`, todo: 'remove `entry` or `lines`' });
    return [];
  }
  if (value === undefined) {
    map.value.refuse({
      what: `rule ${name} has no lines`,
      expected: 'lines: [...], or entry: none with because: TEXT',
    });
    return [];
  }
  return value.list().flatMap((item) => readPostingLine(item, terms, accounts) ?? []);
}
