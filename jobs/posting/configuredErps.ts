// The ERPs of the configuration, ready to post to. A journal leaves with its period as the company's ERP writes it.
import { companyPeriods } from '../../src/accounting/companyPeriods.ts';
import type { Config } from '../../src/config/model.ts';
import type { ErpPoster } from '../../src/erp/contract.ts';
import { erpOf } from '../../src/erp/registry.ts';
import type { OutgoingJournal } from '../../src/posting/outgoing.ts';

/** @throws UserError where an entry of `erps:` is not right */
export function configuredErps(config: Config): ReadonlyMap<string, ErpPoster> {
  const periods = new Map(
    [...config.companies].map(([code, { fiscalCalendar }]) => [code, companyPeriods(fiscalCalendar)]),
  );
  const written = (journal: OutgoingJournal): OutgoingJournal => {
    const period = periods.get(journal.company)?.writtenPeriod(journal) ?? journal.period;
    return { ...journal, period };
  };
  return new Map([...config.erps].map(([name, setting]) => [name, writing(erpOf(setting), written)]));
}

/** The same ERP, to which every journal goes as `written` makes it. */
function writing(erp: ErpPoster, written: (journal: OutgoingJournal) => OutgoingJournal): ErpPoster {
  const { poll } = erp;
  return {
    ...erp,
    post: (journal, call) => erp.post(written(journal), call),
    look: (journal, call) => erp.look(written(journal), call),
    ...(poll && { poll: (jobId, journal, call) => poll.call(erp, jobId, written(journal), call) }),
  };
}
