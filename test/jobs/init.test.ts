// `tieout init`: what it writes can be used at once, explains every key that the program reads, and overwrites nothing.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { initProject } from '../../jobs/administration/init.ts';
import { loadConfig } from '../../src/config/load.ts';
import { checkRulebook } from '../../src/config/rulebookFiles.ts';
import { UserError } from '../../src/errors.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tieout-init-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (...parts: string[]): string => path.join(folder, ...parts);

describe('tieout init', () => {
  it('writes a project whose rulebook is whole and whose worked examples hold', () => {
    const files = initProject(at('new'));
    expect(files).toContain('tieout.yaml');
    for (const name of ['outbox', 'archive'])
      expect(readFileSync(at('new', name, '.tieout.json'), 'utf8')).toBe('{"project":"","epoch":0}\n');
    expect(files).toContain(path.join('rulebook', 'postings', 'shipment.yaml'));
    const report = checkRulebook(loadConfig(at('new', 'tieout.yaml'), {}));
    expect(report.problems).toEqual([]);
    expect(report.rules).toBeGreaterThanOrEqual(8);
    expect(report.examples).toBeGreaterThanOrEqual(report.rules);
  });

  it('explains every key: of tieout.yaml in a comment or by an example of it', () => {
    initProject(folder);
    const text = readFileSync(at('tieout.yaml'), 'utf8');
    const keys =
      'dataDir rulebook startDate companies locations sources rates calendars erps schedules inboxes reports log currency ' +
      'timeZone fiscalCalendar inventoryMethod taxAssessed rollout limits closedPeriods journals erp dayEnds catchUp';
    expect(keys.split(' ').filter((key) => !new RegExp(`(^|[ {#])${key}:`, 'm').test(text))).toEqual([]);
    for (const file of ['accounts.yaml', 'reconciliations.yaml', 'exceptions.yaml', 'postings/shipment.yaml'])
      expect(readFileSync(at('rulebook', file), 'utf8')).toMatch(/^# /);
  });

  it('overwrites nothing, and says what is there', () => {
    writeFileSync(at('tieout.yaml'), 'mine\n');
    expect(() => initProject(folder)).toThrow(UserError);
    expect(() => initProject(folder)).toThrow(/not overwritten[^]*found: {4}tieout\.yaml/);
    expect(readFileSync(at('tieout.yaml'), 'utf8')).toBe('mine\n');
    expect(() => readFileSync(at('rulebook', 'accounts.yaml'))).toThrow('ENOENT');
  });
});
