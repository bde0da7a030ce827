// The starter rulebook: its worked examples run, its print is the one that was signed, its words agree with the events.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { checkRulebook, loadRulebook } from '../../src/config/rulebookFiles.ts';
import { CONTROL_REASONS, DIFFERENCE_REASONS } from '../../src/rulebook/reasons.ts';
import { readExampleEvent } from '../../src/rulebook/check.ts';
import { compileRulebook } from '../../src/rulebook/compile.ts';
import { printRulebook } from '../../src/rulebook/print.ts';
import { reconciliationOf } from '../../src/rulebook/unit.ts';
import { RULE_VOCABULARY } from '../../src/rulebook/vocabulary.ts';
import { rulesCheck, rulesPrint } from '../../src/cli/rules.ts';

const RETAIL = 'examples/retail/tieout.yaml';
const config = loadConfig(RETAIL, {});

const RULED = [...RULE_VOCABULARY].flatMap(([type, terms]) => (terms.mayHaveNoRule === true ? [] : [type]));

describe('the starter rulebook', () => {
  it('has worked examples for every rule, and all of them hold to the cent', () => {
    const report = checkRulebook(config);
    expect(report.problems).toEqual([]);
    expect(report).toMatchObject({ ok: true, rules: 16, examples: 41 });
  });

  it('has a rule for every event type that needs one', () => {
    const types = new Set(loadRulebook(config).postings.map((rule) => rule.event));
    expect([...types].toSorted()).toEqual(RULED.toSorted());
  });

  it('reads in plain English as it was signed', async () => {
    await expect(printRulebook(loadRulebook(config))).toMatchFileSnapshot('../golden/rulebook.txt');
  });

  it('names every reason that an exception can have', () => {
    const text = readFileSync('examples/retail/rulebook/exceptions.yaml', 'utf8');
    const named = text.split('\n').flatMap((line) => /^([A-Z_]+):$/.exec(line)?.[1] ?? []);
    expect(named).toEqual([...DIFFERENCE_REASONS, ...CONTROL_REASONS]);
  });

  it('finds the reconciliation of an account by the number that the company gives it', () => {
    const rulebook = loadRulebook(config);
    expect(reconciliationOf(rulebook, 'US01', 'GL', '4000')?.name).toBe('revenue');
    expect(reconciliationOf(rulebook, 'DE01', 'GL', '8400')?.name).toBe('revenue');
    expect(reconciliationOf(rulebook, 'DE01', 'GL', '4000')).toBeUndefined();
    expect(reconciliationOf(rulebook, 'US01', 'IFRS', '4000')).toBeUndefined();
  });
});

describe('the words of rules', () => {
  it('are those of the event types: every measure that an event has can be named, and no other', () => {
    const folder = 'examples/retail/rulebook/postings';
    const files = ['accounts.yaml', 'reconciliations.yaml'].map((name) => `examples/retail/rulebook/${name}`);
    const postings = readdirSync(folder).map((name) => `${folder}/${name}`);
    const compiled = compileRulebook(
      [...files, ...postings].map((shown) => ({
        name: shown.slice('examples/retail/rulebook/'.length),
        text: readFileSync(shown, 'utf8'),
        shown,
      })),
      folder,
      { calendars: [], taxClearing: new Map() },
    );
    if (!compiled.ok) throw new Error('the starter rulebook does not compile');
    const seen = new Map<string, Set<string>>();
    for (const example of compiled.examples) {
      const type = compiled.rulebook.postings.find(({ name }) => name === example.rule)?.event ?? '';
      const outcome = readExampleEvent(type, example);
      if (!outcome.ok) throw new Error(outcome.refusal.message);
      const names = seen.get(type) ?? new Set<string>();
      seen.set(type, names);
      for (const { name } of outcome.event.measures) names.add(name);
    }
    for (const [type, names] of seen) {
      const expected = Object.keys(RULE_VOCABULARY.get(type)?.measures ?? {});
      expect([...names].toSorted(), type).toEqual(expected.toSorted());
    }
  });
});

describe('rules check and rules print', () => {
  const run = async (command: typeof rulesCheck, configPath: string, json: boolean) => {
    const lines: string[] = [];
    const context = {
      args: [],
      options: {},
      json,
      configPath,
      env: {},
      clock: () => 0,
      print: (line: string) => void lines.push(line),
      note: () => undefined,
      terminal: false,
    };
    return { code: await command.run(context), lines };
  };

  it('end with 0 where all is right', async () => {
    const { code, lines } = await run(rulesCheck, RETAIL, false);
    expect(code).toBe(0);
    expect(lines.join('\n')).toMatch(
      /^16 posting rules, 16 reconciliations, 41 worked examples: all right\. Version [0-9a-f]{12}$/,
    );
    const printed = await run(rulesPrint, RETAIL, true);
    expect(printed.code).toBe(0);
    expect(JSON.parse(printed.lines.join(''))).toMatchObject({ hash: loadRulebook(config).hash });
  });

  it('end with 2 and the problems where the rulebook is wrong', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tieout-rules-'));
    try {
      const file = path.join(folder, 'tieout.yaml');
      writeFileSync(file, 'startDate: 2026-10-01\ncompanies: { US01: { currency: USD, timeZone: UTC } }\n');
      const { code, lines } = await run(rulesCheck, file, true);
      expect(code).toBe(2);
      expect(JSON.parse(lines.join(''))).toMatchObject({
        ok: false,
        problems: [{ where: 'rulebook', what: 'there is no accounts.yaml' }],
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
