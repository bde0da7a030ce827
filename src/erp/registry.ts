// Every ERP that can be named under `erps:` in tieout.yaml, by its adapter's name. One line each.
import { UserError } from '../errors.ts';
import { businessCentralAdapter, businessCentralSettings } from './businessCentral.ts';
import type { ErpAdapter, ErpPoster } from './contract.ts';
import { dynamicsFinanceAdapter, dynamicsFinanceSettings } from './dynamicsFinance.ts';
import { fileDrop } from './fileDrop.ts';
import { netsuiteAdapter, netsuiteSettings } from './netsuite.ts';
import { odooAdapter, odooSettings } from './odoo.ts';
import { oracleFbdiAdapter, oracleFbdiSettings } from './oracleFbdi.ts';
import { s4hanaAdapter, s4hanaSettings } from './s4hana.ts';
import { settingReader, type ErpEntry } from './settings.ts';
import { trytonAdapter, trytonSettings } from './tryton.ts';

/** Makes an ERP from its entry. @throws UserError where a setting is missing, unknown or of another form */
export type ErpFactory = (entry: ErpEntry) => ErpPoster | ErpAdapter;

export const ERPS: Readonly<Record<string, ErpFactory>> = {
  'business-central': (entry) => businessCentralAdapter(businessCentralSettings(entry)),
  'dynamics-finance': (entry) => dynamicsFinanceAdapter(dynamicsFinanceSettings(entry)),
  'file-drop': (entry) => fileDrop(fileDropSettings(entry)),
  netsuite: (entry) => netsuiteAdapter(netsuiteSettings(entry)),
  odoo: (entry) => odooAdapter(odooSettings(entry)),
  'oracle-fbdi': (entry) => oracleFbdiAdapter(oracleFbdiSettings(entry)),
  s4hana: (entry) => s4hanaAdapter(s4hanaSettings(entry)),
  tryton: (entry) => trytonAdapter(trytonSettings(entry)),
};

/** The ERP of an entry under `erps:`. @throws UserError where its adapter is not known */
export function erpOf(entry: ErpEntry & { readonly adapter: string }): ErpPoster | ErpAdapter {
  const make = Object.hasOwn(ERPS, entry.adapter) ? ERPS[entry.adapter] : undefined;
  if (make !== undefined) return make(entry);
  throw new UserError({
    where: `tieout.yaml, erps.${entry.name}.adapter`,
    what: `no adapter is called "${entry.adapter}"`,
    expected: Object.keys(ERPS).join(', '),
  });
}

/** True where the ERP can be read, not only posted to. */
export function canRead(erp: ErpPoster | ErpAdapter): erp is ErpAdapter {
  return 'readLedger' in erp;
}

function fileDropSettings(entry: ErpEntry): { outbox: string; archive: string } {
  const read = settingReader(entry);
  const settings = { outbox: read.folder('outbox'), archive: read.folder('archive') };
  read.finish();
  return settings;
}
