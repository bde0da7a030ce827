// What manifest.json of an evidence folder says: which period, which files, the root of the facts, where the chains ended.
import type { ChainHead } from '../../src/audit/chain.ts';
import type { Certification } from '../../src/db/decisions/certification.ts';

export const EVIDENCE_FORMAT = 'tieout-evidence-1';

export interface EvidenceFile {
  name: string;
  bytes: number;
  sha256: string;
}

export interface EvidenceManifest {
  format: typeof EVIDENCE_FORMAT;
  program: string;
  period: string;
  /** Each company with its cut: the period's days, the run by which it is known, and who certified it. */
  companies: readonly {
    company: string;
    from: string;
    to: string;
    run: string;
    certified: Pick<Certification, 'by' | 'at' | 'pageHash'> | null;
  }[];
  /** By the database's clock. */
  takenAt: string;
  /** Over the lines of facts.ndjson, by RFC 6962. */
  facts: { leaves: number; root: string };
  /** Where each audit chain ended. */
  chains: Readonly<Record<string, ChainHead>>;
  files: readonly EvidenceFile[];
  /** SHA-256 of the public key in signer.pem. */
  signer: string;
}
