// The machine built wrongly, one mistake at a time: each is a mistake that somebody made in a system of this kind. The
// laboratory that lets one of them pass proves nothing about the machine that is built rightly.
import { setTimeout as sleep } from 'node:timers/promises';

import type { ErpPoster } from '../../src/erp/contract.ts';
import { journalAmounts } from '../../src/posting/document.ts';
import { postingReference } from '../../src/posting/key.ts';
import { createHash } from 'node:crypto';
import type { Mutant } from './orders.ts';

export function mutated(erp: ErpPoster, mutant: Mutant | undefined): ErpPoster {
  switch (mutant) {
    case undefined:
    case 'line in two journals': // the mistake is in the database; the laboratory makes it there
      return erp;
    case 'unique key removed':
      return { ...erp, post: (journal, call) => erp.post({ ...journal, ...freshKey() }, call) };
    case 'look removed':
      return { ...erp, look: () => Promise.resolve({ kind: 'absent' }) };
    case 'mark before send':
      return { ...erp, post: (journal, call) => Promise.resolve(markThenSend(erp, journal, call)) };
  }
}

/** Every attempt under a key of its own. */
function freshKey(): { postingKey: string; postingReference: string } {
  const postingKey = createHash('sha256').update(String(Math.random())).digest('hex');
  return { postingKey, postingReference: postingReference(postingKey) };
}

function markThenSend(
  erp: ErpPoster,
  journal: Parameters<ErpPoster['post']>[0],
  call: Parameters<ErpPoster['post']>[1],
): Awaited<ReturnType<ErpPoster['post']>> {
  void sleep(1_500).then(() => erp.post(journal, { ...call, signal: AbortSignal.timeout(5_000) }));
  const document = {
    documentId: 'soon',
    reference: journal.postingReference,
    amounts: journalAmounts(journal),
  };
  return { kind: 'posted', document };
}
