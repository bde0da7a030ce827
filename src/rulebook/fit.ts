// Which posting rule takes an event: by type, effective dates and `when`. The accounting date chooses the version, because
// it decides the period that the entry falls into.
import type { CompanyPeriods } from '../accounting/companyPeriods.ts';
import type { IsoDate } from '../accounting/dates.ts';
import type { BusinessEvent } from '../events/model.ts';
import type { PostingRule, Rulebook } from './model.ts';
import { fits } from './patterns.ts';

/** What derivation needs to know of a company. */
export interface PostingCompany extends CompanyPeriods {
  currency: string;
  inventoryMethod: 'cost' | 'retail';
  costOfSales?: 'events' | 'erp';
  /** First business day whose documents a tax engine assesses; absent: none is. */
  taxAssessedSince?: IsoDate;
}

/** The rules that take the event on its accounting date: exactly one in a rulebook that was checked, or none. */
export function rulesThatFit(
  event: BusinessEvent,
  accountingDate: IsoDate,
  rulebook: Rulebook,
  company: PostingCompany,
): PostingRule[] {
  return rulesOf(rulebook, event.type).filter((rule) => takes(rule, event, accountingDate, company));
}

const rulesByType = new WeakMap<Rulebook, Map<string, PostingRule[]>>();

/** Rules of an event type; indexed once per rulebook. */
function rulesOf(rulebook: Rulebook, type: string): readonly PostingRule[] {
  let byType = rulesByType.get(rulebook);
  if (byType === undefined) {
    byType = new Map();
    for (const rule of rulebook.postings) byType.set(rule.event, [...(byType.get(rule.event) ?? []), rule]);
    rulesByType.set(rulebook, byType);
  }
  return byType.get(type) ?? [];
}

function takes(rule: PostingRule, event: BusinessEvent, day: IsoDate, company: PostingCompany): boolean {
  if (day < rule.effectiveFrom || (rule.effectiveTo !== undefined && day > rule.effectiveTo)) return false;
  for (const [field, patterns] of rule.when) {
    const value = fieldOf(event, field, company);
    if (!patterns.some((pattern) => fits(pattern, value))) return false;
  }
  return true;
}

/** Text of a field that `when` names; '' where it is absent. */
function fieldOf(event: BusinessEvent, field: string, company: PostingCompany): string {
  switch (field) {
    case 'inventoryMethod':
      return company.inventoryMethod;
    case 'company':
    case 'currency':
    case 'channel':
    case 'brand':
    case 'region':
      return event[field];
    case 'location':
    case 'sellingLocation':
    case 'fromLocation':
    case 'toLocation':
      return event.places[field] ?? '';
    default:
      return plainText(event.data[field]);
  }
}

/** A scalar of `data` as text; '' for anything else. */
export function plainText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}
