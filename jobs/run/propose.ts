// What the ledger lacks becomes journals: inside the last transaction of a reconciliation run, after its exceptions are
// stored. Journals that are not needed any more are withdrawn first, so that their lines are free again.
import type pg from 'pg';

import type { Company, Config } from '../../src/config/model.ts';
import { readBrakes } from '../../src/db/brakes/brakes.ts';
import { insertJournals, drawJournalIds } from '../../src/db/posting/insertJournals.ts';
import type { NamedDraft } from '../../src/db/posting/insertJournals.ts';
import { insertVerdicts } from '../../src/db/posting/insertVerdicts.ts';
import { movePostings } from '../../src/db/posting/movePostings.ts';
import { syncPostingItems } from '../../src/db/posting/postingItems.ts';
import { readMissing } from '../../src/db/posting/readMissing.ts';
import {
  readMakers,
  readOverrides,
  readPeriods,
  readRevisions,
  readUsage,
} from '../../src/db/posting/readProposalFacts.ts';
import { readOutgoing } from '../../src/db/posting/readOutgoing.ts';
import { readDisproven, readReadSince, readRunCounts } from '../../src/db/posting/readEvidence.ts';
import { type Asked, readExplaining } from '../../src/db/posting/readExplaining.ts';
import { howText, lookalikesOf } from '../../src/db/run/controls/lookalikes.ts';
import { lock } from '../../src/db/locks.ts';
import { Fault } from '../../src/errors.ts';
import type { CrashPoint } from '../../src/posting/crashPoints.ts';
import { noCrash } from '../../src/posting/crashPoints.ts';
import type { Draft, DraftLine } from '../../src/posting/draft.ts';
import { entryOf } from '../../src/posting/draft.ts';
import { journalSubject, payloadHash, postingKey, postingReference } from '../../src/posting/key.ts';
import { entryId, type MissingEntry } from '../../src/posting/missingEntry.ts';
import type { OutgoingJournal, OutgoingLine } from '../../src/posting/outgoing.ts';
import { proposeEntries } from '../../src/posting/propose.ts';
import type { Proposals, ProposeContext } from '../../src/posting/propose.ts';
import { RUNS_BEFORE_POST } from '../../src/posting/route.ts';
import { numberIn } from '../../src/rulebook/accounts.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { withdraw } from '../posting/cancelJournals.ts';

export interface ProposeRequest {
  runId: string;
  /** As-of date of the run. */
  asOf: string;
  rulebook: Rulebook;
  companies: Config['companies'];
  crashPoint?: CrashPoint;
}

export interface ProposeSummary {
  journals: number;
  withdrawn: number;
  /** How many events got each verdict. */
  verdicts: Record<string, number>;
}

const SEPARATOR = '\u001f';

/** Proposes within the caller's transaction. Running it again over the same facts changes nothing. */
export async function propose(client: pg.ClientBase, request: ProposeRequest): Promise<ProposeSummary> {
  const crash = request.crashPoint ?? noCrash;
  // One proposer at a time: limits and live lines are counted over all companies.
  await lock(client, 'PROPOSE');
  crash('propose.before-read');
  const actor = `run ${request.runId}`;
  const withdrawn = await withdraw(client, request.runId);
  crash('propose.after-withdraw');
  const entries = await readMissing(client);
  crash('propose.after-read');
  const { makers, rulesApproved } = await readMakers(client, request.runId, request.rulebook.hash);
  const proposals = proposeEntries(entries, await contextOf(client, entries, request, rulesApproved));
  crash('propose.after-explained-check');
  const named = await nameDrafts(client, proposals.drafts, makers);
  crash('propose.after-naming');
  await insertJournals(client, request.runId, request.rulebook.hash, named);
  crash('propose.after-journals');
  await enterStates(client, named, actor);
  crash('propose.after-states');
  await insertVerdicts(client, request.runId, storedVerdicts(proposals, named));
  await syncPostingItems(client, request.runId, request.asOf);
  return { journals: named.length, withdrawn, verdicts: countVerdicts(proposals) };
}

async function contextOf(
  client: pg.ClientBase,
  entries: readonly MissingEntry[],
  { rulebook, companies, runId }: ProposeRequest,
  rulesApproved: boolean,
): Promise<ProposeContext> {
  const codes = [...new Set(entries.map((entry) => entry.company))];
  const asked = new Map(entries.map((entry) => [entry, toExplain(entry)]));
  const explaining = await readExplaining(client, [...asked.values()], runId);
  const since = await readReadSince(client);
  const disproven = await readDisproven(client);
  const alike = await lookalikesOf(client, entries);
  const brakes = await readBrakes(client);
  const runs = await readRunCounts(client);
  const overrides = await readOverrides(client);
  const periods = await readPeriods(client, codes);
  const names = accountNamesOf(rulebook, [...companies.values()]);
  return {
    policy: (company) => companies.get(company),
    periods: (company, ledgerCode) => periods.get(company + SEPARATOR + ledgerCode) ?? [],
    accountNames: (company, account) => names.get(company + SEPARATOR + account) ?? [],
    explain: (entry) =>
      explaining.explain(
        asked.get(entry) ?? toExplain(entry),
        overrides.get(entry.eventSource + SEPARATOR + entry.eventId)?.documents,
      ),
    lookalike: (entry) => {
      const found = alike.get(entry.eventSource + SEPARATOR + entry.eventId);
      return found && { other: found.other, why: `it ${howText(found.how, found.other)}` };
    },
    brake: (company, ledgerCode) =>
      brakes.find((each) => each.company === company && each.ledger === ledgerCode)?.why,
    isYoung: (company, ledgerCode) => (runs.get(company + SEPARATOR + ledgerCode) ?? 0) < RUNS_BEFORE_POST,
    unread: (entry) => since.unread(entry, accountsOf(entry)),
    disproven: (entry) =>
      accountsOf(entry).filter((account) =>
        disproven.has([entry.company, entry.ledger, account].join(SEPARATOR)),
      ),
    overriddenBy: (entry) => overrides.get(entry.eventSource + SEPARATOR + entry.eventId)?.actors ?? [],
    rulesApproved,
    usage: await readUsage(client, codes),
  };
}

const accountsOf = ({ lines }: MissingEntry): string[] => [...new Set(lines.map(({ account }) => account))];

function toExplain(entry: MissingEntry): Asked {
  const { company, ledger, businessDate, lines, sharedIds } = entry;
  const ownIds = [...new Set(lines.map(({ reference }) => reference))].filter((id) => id !== '');
  const units = [...new Set(lines.map(({ unit }) => unit))];
  const name = ownIds[0] ?? entry.eventId;
  const groups: string[] = [];
  return {
    id: entryId(entry),
    name,
    company,
    ledger,
    businessDate,
    groups,
    lines: lines.map((line) => ({ ...line, company, ledger })),
    ownIds,
    sharedIds,
    units,
  };
}

/** Names in accounts.yaml by `company U+001F account number`. */
export function accountNamesOf(
  rulebook: Rulebook,
  companies: readonly Pick<Company, 'code'>[],
): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { code } of companies) {
    for (const account of rulebook.accounts.values()) {
      const key = code + SEPARATOR + numberIn(account, code);
      names.set(key, [...(names.get(key) ?? []), account.name]);
    }
  }
  return names;
}

/** Gives drafts their ids, revisions, keys and hashes. A revision follows a dead one of the same subject. */
export async function nameDrafts(
  client: pg.ClientBase,
  drafts: readonly Draft[],
  makers: readonly string[],
): Promise<NamedDraft[]> {
  for (const draft of drafts) {
    const entry = entryOf(draft);
    if (!entry.ok) throw new Fault(`the journal "${draft.text}" is no entry: ${JSON.stringify(entry)}`);
  }
  const ids = await drawJournalIds(client, drafts.length);
  const subjects = drafts.map(({ kind, sources }) =>
    journalSubject(
      kind,
      sources.map((source) => source.externalKey),
    ),
  );
  const revisions = await readRevisions(client, subjects);
  const named: NamedDraft[] = [];
  for (const [i, draft] of drafts.entries()) {
    const reversed = await reversedBy(client, draft, named[i - 1]);
    const subject = reversed === undefined ? subjects[i]! : journalSubject(draft.kind, [reversed.postingKey]);
    const last = reversed === undefined ? revisions : await readRevisions(client, [subject]);
    const revision = (last.get(subject) ?? 0) + 1;
    const key = postingKey(draft.erp, draft.company, subject, revision);
    const reference = postingReference(key);
    named.push({
      draft,
      journalId: ids[i]!,
      subject,
      revision,
      postingKey: key,
      postingReference: reference,
      payloadHash: payloadHash(outgoing(draft, key, reference, reversed?.postingReference ?? '')),
      makers: [...new Set([...makers, ...draft.alsoMakers])],
      reverses: reversed?.journalId ?? null,
    });
  }
  return named;
}

async function reversedBy(
  client: pg.ClientBase,
  { reverses }: Draft,
  previous: NamedDraft | undefined,
): Promise<{ journalId: string; postingKey: string; postingReference: string } | undefined> {
  if (reverses === null) return undefined;
  if (reverses === 'previous') return previous;
  const journal = await readOutgoing(client, reverses.journalId);
  return {
    journalId: reverses.journalId,
    postingKey: journal.postingKey,
    postingReference: journal.postingReference,
  };
}

/** The draft as it will be read back and sent: the hash has to be of that. */
function outgoing(draft: Draft, key: string, reference: string, reversalOf: string): OutgoingJournal {
  return {
    postingKey: key,
    postingReference: reference,
    company: draft.company,
    ledger: draft.ledger,
    postingDate: draft.postingDate,
    documentDate: draft.documentDate,
    fiscalYear: draft.fiscalYear,
    period: draft.period,
    text: draft.text,
    reversalOf,
    reversalOfDocument: '',
    lines: draft.lines.map(outgoingLine),
  };
}

function outgoingLine(draft: DraftLine): OutgoingLine {
  const { clears, ...line } = draft;
  void clears;
  return line;
}

/** DRAFT -> READY -> where the route says. A draft that is no entry cannot get here: the database refuses it. */
export async function enterStates(
  client: pg.ClientBase,
  named: readonly NamedDraft[],
  actor: string,
): Promise<void> {
  const by = { mover: 'run', actor } as const;
  const ready = named.map(({ postingKey: key }) => ({
    postingKey: key,
    from: 'DRAFT' as const,
    fence: '0',
    to: 'READY' as const,
    why: 'balanced, accounts known, period open',
  }));
  const entered = await movePostings(client, ready, by);
  if (entered.size !== named.length) throw new Fault('a new journal was moved by someone else');
  const routed = named.flatMap(({ postingKey: key, draft: { route } }) =>
    route.to === 'READY'
      ? []
      : [{ postingKey: key, from: 'READY' as const, fence: '0', to: route.to, why: route.why }],
  );
  await movePostings(client, routed, by);
}

function storedVerdicts(
  proposals: Proposals,
  named: readonly NamedDraft[],
): Parameters<typeof insertVerdicts>[2] {
  return proposals.verdicts.map(({ draft, ...verdict }) => ({
    ...verdict,
    journalId: draft === null ? null : named[draft]!.journalId,
  }));
}

function countVerdicts({ verdicts }: Proposals): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { verdict } of verdicts) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}
