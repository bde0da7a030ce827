// `extract`: reads an ERP over its interface into the ledger inbox, or a folder, as the files that `ingest` takes.
import { extract as read } from '../../jobs/intake/extract.ts';
import { DAY_FORM, type IsoDate } from '../accounting/dates.ts';
import { loadConfig } from '../config/load.ts';
import { canRead, erpOf } from '../erp/registry.ts';
import { UserError } from '../errors.ts';
import type { Command, CommandContext } from './command.ts';
import { textOption } from './command.ts';
import { dayOption } from './reconcile.ts';

export const extract: Command = {
  name: 'extract',
  words: 'ERP',
  summary: 'read ledger, balances and periods from an ERP into files for ingest (default: the ledger inbox)',
  options: {
    from: { type: 'string', value: 'DATE', says: 'first posting date', example: '2026-10-01', needed: true },
    to: { type: 'string', value: 'DATE', says: 'last posting date', example: '2026-10-31', needed: true },
    out: {
      type: 'string',
      value: 'DIR',
      says: 'folder for the files; without it the ledger inbox',
      example: 'extracts',
    },
  },
  async run(context) {
    const config = loadConfig(context.configPath, context.env);
    const [name = ''] = context.args;
    const entry = config.erps.get(name);
    if (entry === undefined) {
      throw new UserError({
        where: 'extract',
        what: name === '' ? 'which ERP?' : `tieout.yaml has no ERP "${name}"`,
        expected: [...config.erps.keys()].join(', ') || 'an entry under erps:',
      });
    }
    const erp = erpOf(entry);
    if (!canRead(erp)) {
      throw new UserError({
        where: `tieout.yaml, erps.${name}`,
        what: `the adapter ${entry.adapter} takes journals as files and cannot be read`,
        todo: 'let the ERP drop its extracts into the ledger inbox',
      });
    }
    const from = needDay(context, 'from');
    const to = needDay(context, 'to');
    const folder = textOption(context, 'out') ?? config.inboxes.ledger.folder;
    try {
      for (const company of [...config.companies.values()].filter((one) => one.erp === name)) {
        const extracted = await read({
          erp,
          company: company.code,
          ledger: 'GL',
          from,
          to,
          folder,
          clock: context.clock,
        });
        if (context.json) context.print(JSON.stringify(extracted));
        else
          context.print(`${extracted.ledger}: ${extracted.lines} lines of ${company.code}, ${from} to ${to}`);
      }
    } finally {
      await erp.close?.();
    }
    return 0;
  },
};

function needDay(context: CommandContext, name: 'from' | 'to'): IsoDate {
  const day = dayOption(context, name);
  if (day === undefined)
    throw new UserError({ where: `--${name}`, what: 'a day is missing', expected: DAY_FORM });
  return day;
}
