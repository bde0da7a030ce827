// Settings of the adapters: what they need, what they refuse, and that config's table of keys is the adapters' own.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERP_KEYS } from '../../src/config/erpKeys.ts';
import { ERPS, erpOf } from '../../src/erp/registry.ts';
import type { ErpEntry } from '../../src/erp/settings.ts';
import { trytonSettings } from '../../src/erp/tryton.ts';

const folder = mkdtempSync(join(tmpdir(), 'tieout-settings-'));
const secretFile = join(folder, 'secret');
writeFileSync(secretFile, 'hush-hush\n');

const AUTHS: readonly Record<string, string>[] = [
  { auth: 'basic', user: 'u', password: 'secret' },
  { auth: 'bearer', token: 'secret' },
  { auth: 'oauth', tokenUrl: 'https://id.example/token', clientId: 'c', clientSecret: 'secret' },
];
const url = 'https://erp.example/base';
const drop = { outbox: folder, archive: folder };
const LEAST: Record<string, { folders: Record<string, string>; settings: Record<string, string> }> = {
  'business-central': { folders: {}, settings: { url } },
  'dynamics-finance': { folders: drop, settings: { company: 'US01' } },
  'file-drop': { folders: drop, settings: {} },
  netsuite: { folders: {}, settings: { url } },
  odoo: { folders: {}, settings: { url, database: 'd', user: 'u', apiKey: 'secret' } },
  'oracle-fbdi': { folders: drop, settings: {} },
  s4hana: { folders: {}, settings: { url } },
  tryton: { folders: {}, settings: { url, database: 'd', user: 'u', password: 'secret' } },
};
const VALUES: Record<string, string> = {
  url,
  tokenUrl: 'https://id.example/token',
  lookLagSeconds: '5',
  companies: 'US01=1',
  ledgers: 'US01=1',
  companySegments: 'US01=01',
  segments: 'account =000',
  padAccounts: 'no',
  protocol: 'jsonrpc',
  unique: 'module',
  mode: 'async',
  locationField: 'location',
  auth: 'basic',
};

function refusal(entry: ErpEntry & { adapter: string }): string {
  try {
    erpOf(entry);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

function entryWith(adapter: string, extra: Record<string, string>, auth: Record<string, string>) {
  const least = LEAST[adapter] ?? { folders: {}, settings: {} };
  const needsAuth = ERP_KEYS[adapter]?.settings.includes('auth') === true;
  const field = adapter === 's4hana' && 'dimensionField' in extra ? { dimensionField: 'ProfitCenter' } : {};
  return {
    name: 'x',
    adapter,
    folders: least.folders,
    settings: { ...least.settings, ...(needsAuth ? auth : {}), ...extra, ...field },
  };
}

describe('settings of an ERP', () => {
  it('the registry and the table of config name the same adapters', () => {
    expect(Object.keys(ERPS).toSorted()).toEqual(Object.keys(ERP_KEYS).toSorted());
  });

  for (const [adapter, keys] of Object.entries(ERP_KEYS)) {
    it(`${adapter} takes every key that config lets through`, () => {
      for (const key of [...keys.settings, ...keys.files]) {
        const value = keys.files.includes(key)
          ? secretFile
          : (VALUES[key] ?? (key.endsWith('Field') ? 'class' : 'text'));
        const refusals = AUTHS.map((auth) =>
          refusal(entryWith(adapter, { [key]: value }, key === 'auth' ? { ...auth, auth: 'basic' } : auth)),
        );
        expect(
          refusals.some((text) => text === ''),
          `${key}: ${refusals.join(' / ')}`,
        ).toBe(true);
      }
    });

    it(`${adapter} refuses a key that it does not know, by name`, () => {
      expect(refusal(entryWith(adapter, { outbx: 'y' }, AUTHS[0] ?? {}))).toContain(
        'unknown setting "outbx"',
      );
    });
  }

  it('says which adapters there are when the name is wrong', () => {
    const message = refusal({ name: 'x', adapter: 'trytn', folders: {}, settings: {} });
    expect(message).toContain('no adapter is called "trytn"');
    expect(message).toContain('tryton');
  });

  it('reads a secret from a file, without the line break at its end', () => {
    const entry = {
      name: 'x',
      folders: { passwordFile: secretFile },
      settings: { url, database: 'd', user: 'u' },
    };
    expect(trytonSettings(entry).password).toBe('hush-hush');
  });

  it('refuses an address with a password in it and does not print it', () => {
    const settings = { url: 'https://u:topsecret@erp.example', database: 'd', user: 'u', password: 'p' };
    const message = refusal({ name: 'x', adapter: 'tryton', folders: {}, settings });
    expect(message).toContain('without user and password');
    expect(message).not.toContain('topsecret');
  });

  it('says what is missing', () => {
    const message = refusal({ name: 'x', adapter: 'tryton', folders: {}, settings: { url } });
    expect(message).toContain('"database" is missing');
  });
});
