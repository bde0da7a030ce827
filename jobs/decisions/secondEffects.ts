// What each kind of waiting decision does once a second person agreed; one line a kind.
import { acceptAgreed } from './accept.ts';
import { reopeningAgreed } from './certify.ts';
import { releaseAgreed } from './release.ts';
import { undoAgreed } from './undo.ts';
import { withdrawalAgreed } from '../intake/withdrawBatch.ts';
import type { Effect } from './agreeing.ts';

export const EFFECTS: Readonly<Record<string, Effect | undefined>> = {
  accept: acceptAgreed,
  release: releaseAgreed,
  'reopen-period': reopeningAgreed,
  undo: undoAgreed,
  withdraw: withdrawalAgreed,
};
