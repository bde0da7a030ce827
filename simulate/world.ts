// The retailer: two companies, 24 stores, two warehouses, a web shop and a marketplace seat in each country, six tax
// jurisdictions, 400 articles. Plain tables, so that a reader can see the whole company on one screen.
import { portion } from './cents.ts';

export type Company = 'US01' | 'DE01';
export type Currency = 'USD' | 'EUR';

export interface CompanyOfTheWorld {
  code: Company;
  currency: Currency;
  zone: string;
  warehouse: string;
  web: string;
  marketplace: string;
  inventoryMethod: 'cost' | 'retail';
  /** A tax engine's assessments are in use: captured tax goes through clearing. */
  assessed: boolean;
  /** Share of the orders, of a thousand. */
  weight: number;
}

export const COMPANIES: readonly CompanyOfTheWorld[] = [
  {
    code: 'US01',
    currency: 'USD',
    zone: 'America/Chicago',
    warehouse: 'W001',
    web: 'WEB-US',
    marketplace: 'MKT-US',
    inventoryMethod: 'cost',
    assessed: true,
    weight: 640,
  },
  {
    code: 'DE01',
    currency: 'EUR',
    zone: 'Europe/Berlin',
    warehouse: 'W101',
    web: 'WEB-DE',
    marketplace: 'MKT-DE',
    inventoryMethod: 'retail',
    assessed: false,
    weight: 360,
  },
];

export function companyOf(code: Company): CompanyOfTheWorld {
  const company = COMPANIES.find((each) => each.code === code);
  if (company === undefined) throw new RangeError(`no company ${code}`);
  return company;
}

/** Rates in millionths; DE-7 is the reduced rate for food and books. */
export const TAX_RATES: Readonly<Record<string, bigint>> = {
  'US-NY': 88_750n,
  'US-IL': 102_500n,
  'US-TX': 82_500n,
  'US-CA': 95_000n,
  'DE-19': 190_000n,
  'DE-7': 70_000n,
};

export interface Store {
  code: string;
  company: Company;
  zone: string;
  /** '' in Germany, where the article decides. */
  jurisdiction: string;
  /** Minutes of the day; `closes` beyond 1440 is after midnight. */
  opens: number;
  closes: number;
  /** Minute until which the night belongs to the day before; 0 for most. */
  dayEnds: number;
  /** Draw of customers, relative. */
  weight: number;
  sundays: boolean;
}

const REGIONS = [
  { jurisdiction: 'US-NY', zone: 'America/New_York' },
  { jurisdiction: 'US-IL', zone: 'America/Chicago' },
  { jurisdiction: 'US-TX', zone: 'America/Chicago' },
  { jurisdiction: 'US-CA', zone: 'America/Los_Angeles' },
] as const;

/** S001 to S016 in four states, S101 to S108 in Germany; every sixth American store keeps open until 01:30. */
export const STORES: readonly Store[] = [
  ...Array.from({ length: 16 }, (_, index): Store => {
    const region = REGIONS[Math.floor(index / 4)] ?? REGIONS[0];
    const night = index % 6 === 5;
    return {
      code: `S${String(index + 1).padStart(3, '0')}`,
      company: 'US01',
      ...region,
      opens: 9 * 60,
      closes: night ? 25 * 60 + 30 : 21 * 60,
      dayEnds: night ? 240 : 0,
      weight: 6 + ((index * 5) % 9),
      sundays: true,
    };
  }),
  ...Array.from({ length: 8 }, (_, index): Store => ({
    code: `S${String(index + 101)}`,
    company: 'DE01',
    zone: 'Europe/Berlin',
    jurisdiction: '',
    opens: 10 * 60,
    closes: 20 * 60,
    dayEnds: 0,
    weight: 5 + ((index * 7) % 8),
    sundays: false,
  })),
];

const storeByCode = new Map(STORES.map((store) => [store.code, store]));

/** Undefined for warehouses, the web and marketplaces. */
export function storeOf(code: string): Store | undefined {
  return storeByCode.get(code);
}

export function storesOf(company: Company): readonly Store[] {
  return STORES.filter((store) => store.company === company);
}

/** Time zone of any location. */
export function zoneOf(company: CompanyOfTheWorld, location: string): string {
  return storeOf(location)?.zone ?? company.zone;
}

export interface Article {
  sku: string;
  /** Price of one before tax, cents. */
  price: bigint;
  /** Cost of one, cents. */
  cost: bigint;
  reduced: boolean;
}

const PRICE_ENDINGS = [99, 95, 49, 0, 90, 79] as const;

/** What many articles cost alike: many sales of a day are equal to the cent. */
const PRICE_POINTS = [999n, 1_999n, 2_999n, 4_999n] as const;

export const ARTICLES: readonly Article[] = Array.from({ length: 400 }, (_, index) => {
  const point = index % 4 === 1 ? PRICE_POINTS[(index >> 2) % PRICE_POINTS.length] : undefined;
  const price =
    point ?? BigInt((4 + ((index * 37) % 160)) * 100 + (PRICE_ENDINGS[index % PRICE_ENDINGS.length] ?? 0));
  return {
    sku: `SKU-${String(10_000 + index * 7)}`,
    price,
    cost: portion(price, point === undefined ? BigInt(380_000 + ((index * 53) % 240) * 1_000) : 400_000n),
    reduced: index % 5 === 0,
  };
});

const reducedArticles = new Set(ARTICLES.filter((article) => article.reduced).map((article) => article.sku));

/** Taxed at Germany's reduced rate. */
export function isReduced(sku: string): boolean {
  return reducedArticles.has(sku);
}
