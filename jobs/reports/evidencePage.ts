// The page in an evidence folder that says what the folder proves, what it does not, and how to check it with tools that come with
// every system.
import type { EvidenceManifest } from './evidenceManifest.ts';

/** Lines of plain text. */
export function evidencePage({
  period,
  companies,
  facts,
  signer,
  takenAt,
}: Omit<EvidenceManifest, 'files'>): string {
  const of = companies.map(
    ({ company, from, to, certified }) =>
      `  ${company}, ${from} to ${to}: ${certified === null ? 'NOT certified' : `certified by ${certified.by} at ${certified.at}`}`,
  );
  return `Evidence of period ${period}, taken at ${takenAt}
${of.join('\n')}

What it proves
  That these files are, byte for byte, what whoever holds the private key of signer.pem signed: manifest.sig signs manifest.json,
  and manifest.json names every other file with its SHA-256. That each of the ${facts.leaves} facts of the period (events, and versions of
  ledger lines) had the content hash written in facts.ndjson when the folder was taken: one root stands over them, so that a single
  fact can be shown to be among them without the others. That the audit chains in audit.ndjson are whole up to the heads in the
  manifest: each row names the hash of the one before.

What it does not prove
  Who holds the private key: learn the fingerprint below by another way than this folder. That the facts are true: only that they
  were stored so. That nothing was done before the chains began, or that another folder was not signed for the same period. When
  it was signed: no time-stamp authority has countersigned it; "taken at" is the database's clock.

How to check it
  sha256sum --check SHA256SUMS
  openssl pkeyutl -verify -rawin -pubin -inkey signer.pem -in manifest.json -sigfile manifest.sig
  openssl pkey -pubin -in signer.pem -outform DER | sha256sum        # has to be the fingerprint that you were told
  tieout verify --evidence . --signer FINGERPRINT                    # all of it, and the root and the chains; needs no database

Fingerprint of signer.pem
  ${signer}

The files
  manifest.json        what is here, and what it is about
  tie-out-COMPANY.json the tie-out: per reconciliation, account and currency both sides, and what the difference is made of
  exceptions.ndjson    what was open or accepted then
  facts.ndjson         one line a fact, with the hash of its content
  batches.ndjson       the files and messages that were taken in, with their hashes
  balances.ndjson      the ERP's own balances of the period
  journals.ndjson      what was posted: lines, events, makers, approvals, every step
  decisions.ndjson     who decided what, when and why, with the second person's word
  runs.ndjson  rulebooks.ndjson  users.ndjson  audit.ndjson`;
}
