// An answer of the server as a page needs it: being asked for, there, or refused; asked for anew after every change, and the old
// one stays until the new one is there, so that nothing jumps.
import { useEffect, useState } from 'preact/hooks';

import { ask, changes } from './api.ts';

export interface Answer<T> {
  data: T | undefined;
  /** In words; '' where nothing is wrong. */
  wrong: string;
  asking: boolean;
}

/** @param path null: nothing is asked */
export function useAnswer<T>(path: string | null): Answer<T> {
  const [kept, keep] = useState<Answer<T> & { path: string | null }>({
    path,
    data: undefined,
    wrong: '',
    asking: true,
  });
  const changed = changes.value;
  useEffect(() => {
    if (path === null) return undefined;
    const abort = new AbortController();
    keep((before) => ({ ...before, asking: true, path }));
    ask<T>(path, abort.signal).then(
      (data) => keep({ path, data, wrong: '', asking: false }),
      (error: unknown) => {
        if (!abort.signal.aborted)
          keep({ path, data: undefined, wrong: (error as Error).message, asking: false });
      },
    );
    return () => abort.abort();
  }, [path, changed]);
  return kept;
}
