// The tax engine's own word on what a till captured.
import type { IsoDate } from '../src/accounting/dates.ts';
import type { Assessment, Refund, Shipment } from './facts.ts';
import { companyOf } from './world.ts';

/** The tax engine's figure for a shipment or refund of a company that uses one; undefined where no tax is ours. */
export function assessmentOf(fact: Shipment | Refund): Assessment | undefined {
  const company = companyOf(fact.company);
  if (!company.assessed) return undefined;
  const byJurisdiction = new Map<string, { jurisdiction: string; taxable: bigint; amount: bigint }>();
  const parts = [
    ...fact.lines.flatMap((line) => line.taxes),
    ...(fact.kind === 'shipment' ? (fact.shipping?.taxes ?? []) : []),
  ];
  for (const { jurisdiction, taxable, amount, byMarketplace } of parts) {
    if (byMarketplace || amount === 0n) continue;
    const known = byJurisdiction.get(jurisdiction) ?? { jurisdiction, taxable: 0n, amount: 0n };
    byJurisdiction.set(jurisdiction, {
      jurisdiction,
      taxable: known.taxable + taxable,
      amount: known.amount + amount,
    });
  }
  if (byJurisdiction.size === 0) return undefined;
  const documentId = fact.kind === 'shipment' ? fact.shipmentId : fact.refundId;
  return {
    kind: 'assessment',
    company: fact.company,
    currency: fact.currency,
    // The engine runs at the company's seat in the evening of the business day.
    at: {
      day: fact.businessDate as IsoDate,
      minute: 21 * 60 + (fact.at.minute % 60),
      second: fact.at.second,
      zone: company.zone,
    },
    businessDate: fact.businessDate,
    assessmentId: `TAX-${documentId}`,
    revision: 1,
    documentType: fact.kind,
    documentId,
    taxes: [...byJurisdiction.values()],
  };
}
