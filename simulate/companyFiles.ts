// The files around the month: configuration, rates, fiscal periods.
import { addDays } from '../src/accounting/dates.ts';
import type { Month } from './calendar.ts';
import type { SimulatedFiles } from './files.ts';
import { Random } from './random.ts';
import { COMPANIES, STORES } from './world.ts';

/** `tieout.yaml` of the simulated retailer; the rulebook beside it is the one of examples/retail. */
export function configuration(month: Month): string {
  const companies = COMPANIES.map((company) =>
    [
      `  ${company.code}:`,
      `    currency: ${company.currency}`,
      `    timeZone: ${company.zone}`,
      '    fiscalCalendar: monthly',
      `    inventoryMethod: ${company.inventoryMethod}`,
      ...(company.assessed ? [`    taxAssessed: { since: ${month.first}, clearing: taxClearing }`] : []),
      '    rollout: propose',
      '    limits: { journal: 1000.00, accountPerDay: 5000.00, accountPerPeriod: 50000.00 }',
      '    closedPeriods: nextOpen',
      '    erp: drop',
    ].join('\n'),
  );
  const stores = STORES.map((store) =>
    store.dayEnds === 0
      ? `  ${store.code}: { timeZone: ${store.zone} }`
      : `  ${store.code}: { timeZone: ${store.zone}, dayEnds: "04:00" }   # open until 01:30`,
  );
  const places = COMPANIES.flatMap((company) =>
    [company.warehouse, company.web, company.marketplace].map(
      (place) => `  ${place}: { timeZone: ${company.zone} }`,
    ),
  );
  const sources = COMPANIES.flatMap((company) => [
    `  /oms/${company.code}: { owner: commerce, authoritative: true }`,
    `  /pos/${company.code}: { owner: stores, authoritative: true }`,
    `  /wms/${company.code}: { owner: logistics, authoritative: true }`,
    ...(company.assessed ? [`  /tax/${company.code}: { owner: tax, authoritative: true }`] : []),
    `  /legacy/${company.code}: { owner: commerce }`,
  ]);
  return [
    '# Made by the simulator: a retailer with two companies, 24 stores, two warehouses, a web shop and a marketplace.',
    'demo: true # invented business: tieout serve --open signs in without a key, to look only',
    'dataDir: .tieout',
    'rulebook: rulebook',
    `startDate: ${month.first}`,
    'companies:',
    ...companies,
    'locations:',
    ...stores,
    ...places,
    'sources:',
    ...sources,
    'rates: rates.csv',
    'erps:',
    '  drop: { adapter: file-drop, outbox: outbox, archive: archive }',
    'reports: reports',
    'log: { level: warn }',
    '',
  ].join('\n');
}

/** Dollar and euro, day by day from a fortnight before the month to the cut. */
export function rates(month: Month): string {
  const random = new Random('rates', month.name);
  let text = 'date,from,to,rate,type\n';
  for (let day = addDays(month.first, -14); day <= month.asOf; day = addDays(day, 1)) {
    const tenThousandths = 9_100 + random.int(0, 220);
    text += `${day},USD,EUR,0.${tenThousandths},daily\n${day},EUR,USD,1.0${random.int(800, 990)},daily\n`;
  }
  return text;
}

/** The month before is closed, this one and the next are open. */
export function periods(month: Month): string {
  const readAt = `${month.first}T06:00:00Z`;
  let text = 'company,ledger,fiscal_year,period,from,to,status,read_at\n';
  for (const company of COMPANIES) {
    for (const [period, status] of [
      [month.before, 'closed'],
      [month.name, 'open'],
      [month.next, 'open'],
    ] as const) {
      const first = `${period}-01`;
      const last = period === month.name ? month.last : lastDayOf(period);
      text += `${company.code},GL,${period.slice(0, 4)},${period},${first},${last},${status},${readAt}\n`;
    }
  }
  return text;
}

function lastDayOf(period: string): string {
  return new Date(Date.UTC(Number(period.slice(0, 4)), Number(period.slice(5)), 0))
    .toISOString()
    .slice(0, 10);
}

/** Configuration, rates and periods. */
export function writeCompanyFiles(files: SimulatedFiles, month: Month): void {
  files.append('tieout.yaml', configuration(month));
  files.append('rates.csv', rates(month));
  files.append('periods.csv', periods(month));
}
