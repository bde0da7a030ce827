// A journal as it leaves for an ERP, and the closed list of what an ERP can have done with it. Types only and no ERP in
// them: the machine decides from these values alone, so every adapter has to put its answers into one of them.
import type { IsoDate } from '../accounting/dates.ts';

/** One line of a journal on its way out. Amounts are decimal text, never negative, at the currency's scale. */
export interface OutgoingLine {
  /** 1, 2, ... */
  line: number;
  account: string;
  /** '' where there is none; so are all texts below. */
  location: string;
  dimension: string;
  side: 'debit' | 'credit';
  currency: string;
  amount: string;
  companyCurrency: string;
  /** In company currency, same side; equal to `amount` where the currencies are the same. */
  companyAmount: string;
  /** Business reference: shipment, refund, transfer, store-day. */
  reference: string;
  /** Rule and events in words, at most 50 characters. */
  text: string;
}

/** A journal on its way out. Balanced per currency and in company currency; never changes between attempts. */
export interface OutgoingJournal {
  /** 64 hex digits: hash of (erp, company, journal, revision). The idempotency key, where an ERP takes one. */
  postingKey: string;
  /** 16 characters base32 of the posting key. The ERP must keep it in a field that its extracts show. */
  postingReference: string;
  company: string;
  ledger: string;
  /** Accounting date. */
  postingDate: IsoDate;
  /** Business date. */
  documentDate: IsoDate;
  fiscalYear: string;
  /** `2026-10`. */
  period: string;
  text: string;
  /** Posting reference of the journal that this one reverses; '' for none. */
  reversalOf: string;
  /** Document that the ERP gave to that journal; '' for none. */
  reversalOfDocument: string;
  lines: readonly OutgoingLine[];
}

/** What an ERP says a document holds on one account: signed, debit positive, decimal text, transaction currency. */
export interface DocumentAmount {
  account: string;
  currency: string;
  amount: string;
}

/** A POSTED document in the ERP. Unposted drafts are never documents. */
export interface ErpDocument {
  documentId: string;
  /** Our posting reference as the ERP keeps it; '' where it shows none (look by amount and date). */
  reference: string;
  /** As read from the ERP, any order, several per account allowed; null where its answer does not show amounts. */
  amounts: readonly DocumentAmount[] | null;
}

/** Why an ERP surely refused. Everything that is not listed is `other`; the text stays beside it. */
export type RefusalCode =
  'closedPeriod' | 'unknownAccount' | 'unbalanced' | 'notAllowed' | 'invalid' | 'other';

/**
 * What became of one call to `post`.
 * - `posted`: the ERP says so. Where `amounts` is null the machine looks before it believes it.
 * - `accepted`: taken for later under a job id; `poll` tells more.
 * - `refused`: a definite business refusal; nothing was booked and the same call would be refused again.
 * - `notExecuted`: surely nothing was executed (name not resolved, connection refused, 429, a refusal known to be
 *   transient): safe to send again. Never for a request whose bytes may have arrived and whose answer is missing.
 * - `duplicateKey`: the ERP already holds this key; the machine looks.
 * - `unknown`: everything else: timeout, reset, 5xx, HTML or cut JSON with 200, an answer that contradicts itself.
 */
export type PostOutcome =
  | { kind: 'posted'; document: ErpDocument }
  | { kind: 'accepted'; jobId: string; pollAfterMs?: number }
  | { kind: 'refused'; code: RefusalCode; message: string }
  | { kind: 'notExecuted'; message: string; retryAfterMs?: number }
  | { kind: 'duplicateKey'; message: string }
  | { kind: 'unknown'; message: string; retryAfterMs?: number };

/**
 * What a look for a posting reference found.
 * - `found`: one or more posted documents carry it (or agree in amounts and date, where that is all the ERP can search).
 * - `absent`: the ERP answered, and no posted document carries it. A draft of ours is absent: `post` takes it up again.
 * - `unreachable`: no answer that can be relied on; says nothing about the document. `noWay`: waiting does not help, what
 *   would have to be searched is gone or another one.
 */
export type LookOutcome =
  | { kind: 'found'; documents: readonly ErpDocument[] }
  | { kind: 'absent' }
  | { kind: 'unreachable'; message: string; retryAfterMs?: number; noWay?: true };

/** Who we are for an ERP: one id a database, and a new epoch with each restore, always a greater one. */
export interface Project {
  id: string;
  epoch: number;
}

/** What an ERP can do; the machine chooses its way from this sheet and nothing else. */
export interface Capabilities {
  /** The ERP itself refuses or answers again a repeated key: not at all, only for asynchronous calls, or always. */
  idempotency: 'none' | 'async' | 'sync';
  /** The document has a field for a foreign key that is unique in the ERP. */
  externalId: boolean;
  /** How a document of ours can be found again. Where `none`, nothing is ever sent a second time without a person. */
  look: 'byReference' | 'byAmountAndDate' | 'none';
  /** A document may stay invisible to `look` this long after it was committed. */
  lookLagSeconds: number;
  /** The answer of `post` carries the document's number. */
  documentIdInAnswer: boolean;
  /** A call with several journals is booked whole or not at all. */
  batchAtomic: boolean;
  /** Most journals in one call. */
  maxBatch: number;
}
