// What each kind of waiting decision does once a second person agreed; one line a kind.
import { acceptAgreed } from './accept.ts';
import { releaseAgreed } from './release.ts';
import { undoAgreed } from './undo.ts';
import { withdrawalAgreed } from '../intake/withdrawBatch.ts';
import type { Effect } from './secondWord.ts';

export const EFFECTS: Readonly<Record<string, Effect | undefined>> = {
  accept: acceptAgreed,
  release: releaseAgreed,
  undo: undoAgreed,
  withdraw: withdrawalAgreed,
};
