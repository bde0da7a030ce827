// An amount. Points stand under one another whatever the currency; a negative one has its sign,
// and no colour: a credit is no alarm; where there is none, it says so.
export interface MoneyProps {
  /** Decimal text at the scale of its currency; null: none. */
  amount: string | null;
  currency?: string;
  /** A plus sign too: for differences. */
  signed?: boolean;
}

export function Money({ amount, currency = '', signed = false }: MoneyProps) {
  if (amount === null) return <span class="money none">none</span>;
  const { sign, whole, cents } = amountParts(amount, signed);
  return (
    <span class="money">
      <span class="whole">
        {sign}
        {whole}
      </span>
      <span class="cents">{cents}</span>
      {currency === '' ? null : <span class="currency">{currency}</span>}
    </span>
  );
}

/** `-1234.5` as `−`, `1,234` and `.5`. */
export function amountParts(amount: string, signed = false): { sign: string; whole: string; cents: string } {
  const negative = amount.startsWith('-');
  const [whole = '', fraction] = amount.replace('-', '').split('.');
  return {
    sign: negative ? '−' : signed && /[1-9]/.test(amount) ? '+' : '',
    whole: whole.replace(/\B(?=(\d{3})+$)/g, ','),
    cents: fraction === undefined ? '' : `.${fraction}`,
  };
}

export function moneyText(amount: string | null, currency = ''): string {
  if (amount === null) return 'none';
  const { sign, whole, cents } = amountParts(amount);
  return `${sign}${whole}${cents}${currency === '' ? '' : ` ${currency}`}`;
}

export const count = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
