// ISO 4217 currencies and how many decimals each has. The list is in the code, not in the database: a currency that
// nobody has looked at must be refused, not guessed to have two decimals.

/**
 * Codes by minor units, as of ISO 4217 amendment 180. Left out: the codes without minor units (XAU, XDR, XXX, XTS, ...),
 * in which no one is billed.
 */
const CODES_BY_MINOR_UNITS: readonly (readonly [minorUnits: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
     CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
     HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU
     MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK
     SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD
     XCG YER ZAR ZMW ZWG`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
];

/**
 * Withdrawn since 2000: the last day, and the codes by minor units. Where the euro came, the day before it was the only unit
 * of books; elsewhere the last day of legal tender, also beside the new money. History and open items are in them.
 */
const WITHDRAWN: readonly (readonly [lastDay: string, minorUnits: number, codes: string])[] = [
  ['2000-09-30', 2, 'ECS'],
  ['2000-12-31', 0, 'BYB'],
  ['2001-12-31', 2, 'ATS DEM FIM FRF IEP NLG'],
  ['2001-12-31', 0, 'ADP BEF ESP GRD ITL LUF PTE'],
  ['2002-05-20', 0, 'TPE'],
  ['2002-12-31', 2, 'AFA'],
  ['2003-07-03', 2, 'YUM'],
  ['2003-12-31', 2, 'SRG'],
  ['2004-12-31', 0, 'MGF'],
  ['2005-12-31', 0, 'TRL'],
  ['2006-10-25', 2, 'CSD'],
  ['2006-12-31', 2, 'AZM MZM ROL SIT'],
  ['2007-06-30', 2, 'SDD'],
  ['2007-12-31', 2, 'CYP GHC MTL'],
  ['2008-06-30', 2, 'VEB'],
  ['2008-07-31', 2, 'ZWD'],
  ['2008-12-31', 2, 'SKK'],
  ['2009-06-30', 2, 'ZWR'],
  ['2009-12-31', 2, 'TMM'],
  ['2010-12-31', 2, 'EEK'],
  ['2013-06-30', 2, 'ZMK'],
  ['2013-12-31', 2, 'LVL'],
  ['2014-12-31', 2, 'LTL'],
  ['2016-12-31', 0, 'BYR'],
  ['2018-06-30', 2, 'MRO STD'],
  ['2018-12-05', 2, 'VEF'],
  ['2021-06-30', 2, 'CUC'],
  ['2022-12-31', 2, 'HRK'],
  ['2023-12-31', 2, 'SLL'],
  ['2024-08-31', 2, 'ZWL'],
  ['2025-06-30', 2, 'ANG'],
  ['2025-12-31', 2, 'BGN'],
];

const LAST_DAYS: ReadonlyMap<string, string> = new Map(
  WITHDRAWN.flatMap(([lastDay, , codes]) => codes.split(' ').map((code) => [code, lastDay] as const)),
);

const MINOR_UNITS: ReadonlyMap<string, number> = new Map(
  [...CODES_BY_MINOR_UNITS, ...WITHDRAWN.map(([, units, codes]) => [units, codes] as const)].flatMap(
    ([units, codes]) => codes.split(/\s+/).map((code) => [code, units] as const),
  ),
);

/** Decimals of a currency (2 for USD, 0 for JPY), also of a withdrawn one; undefined where ISO 4217 has no such code for payments. */
export function minorUnits(code: string): number | undefined {
  return MINOR_UNITS.get(code);
}

/** The last day of a currency that was withdrawn before that day; undefined where it is in use on it. */
export function withdrawnBefore(code: string, day: string): string | undefined {
  const lastDay = LAST_DAYS.get(code);
  return lastDay !== undefined && lastDay < day ? lastDay : undefined;
}

/** All codes we know, sorted. */
export function currencyCodes(): readonly string[] {
  return [...MINOR_UNITS.keys()].sort();
}
