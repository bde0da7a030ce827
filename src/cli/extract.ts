// `extract`: reads an ERP over its interface into the ledger inbox, or a folder, as the files that `ingest` takes.
import { extract as read } from '../../jobs/extract.ts';
import { isoDate } from '../accounting/dates.ts';
import { loadConfig } from '../config/load.ts';
import { canRead, erpOf } from '../erp/registry.ts';
import { UserError } from '../errors.ts';
import type { Command, CommandContext } from './command.ts';
import { textOption } from './command.ts';

export const extract: Command = {
  name: 'extract',
  usage: 'ERP --from DATE --to DATE [--out DIR]',
  summary: 'read ledger, balances and periods from an ERP into files for ingest (default: the ledger inbox)',
  options: { from: { type: 'string' }, to: { type: 'string' }, out: { type: 'string' } },
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
    const from = dayOption(context, 'from');
    const to = dayOption(context, 'to');
    const folder = textOption(context, 'out') ?? config.inboxes.ledger;
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

function dayOption(context: CommandContext, name: 'from' | 'to'): ReturnType<typeof isoDate> {
  const text = textOption(context, name) ?? '';
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text))
    throw new UserError({
      where: `--${name}`,
      what: 'a day is missing',
      expected: 'YYYY-MM-DD',
      found: text,
    });
  return isoDate(text);
}
