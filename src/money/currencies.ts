// ISO 4217 currencies and how many decimals each has. The list is in the code, not in the database: a currency that
// nobody has looked at must be refused, not guessed to have two decimals.

/**
 * Codes by minor units, as of ISO 4217 amendment 180. Left out: the codes without minor units (XAU, XDR, XXX, XTS, ...),
 * in which no one is billed. Kept although withdrawn: ANG (2025) and BGN (2026), which are still in open books.
 */
const CODES_BY_MINOR_UNITS: readonly (readonly [minorUnits: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
     CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
     HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU
     MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK
     SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD
     XCG YER ZAR ZMW ZWG`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
];

const MINOR_UNITS: ReadonlyMap<string, number> = new Map(
  CODES_BY_MINOR_UNITS.flatMap(([units, codes]) => codes.split(/\s+/).map((code) => [code, units] as const)),
);

/** Decimals of a currency (2 for USD, 0 for JPY); undefined where ISO 4217 has no such code in use for payments. */
export function minorUnits(code: string): number | undefined {
  return MINOR_UNITS.get(code);
}

/** All codes we know, sorted. */
export function currencyCodes(): readonly string[] {
  return [...MINOR_UNITS.keys()].sort();
}
