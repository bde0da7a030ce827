// Rows of a long list, page by page as they are looked at. Whoever narrows the list begins anew.
import { useEffect, useRef, useState } from 'preact/hooks';

import { ask, changes } from './api.ts';

/** What the server answers for one page. */
interface PageAnswer<T> {
  total: number;
  offset: number;
  rows: T[];
}

export interface Pages<T, A> {
  /** The last answer's other parts: sums, facets. */
  answer: A | undefined;
  wrong: string;
  rowAt: (index: number) => T | undefined;
  seen: (from: number, to: number) => void;
}

const PAGE = 100;

/** @param path with its filters, without offset and limit */
export function usePages<T, A extends PageAnswer<T>>(path: string): Pages<T, A> {
  const [state, setState] = useState<{ answer: A | undefined; wrong: string }>({
    answer: undefined,
    wrong: '',
  });
  const pages = useRef(new Map<number, T[] | 'asked'>());
  const asked = useRef('');
  const key = `${path} ${changes.value}`;
  const load = (page: number): void => {
    if (pages.current.has(page)) return;
    pages.current.set(page, 'asked');
    const join = path.includes('?') ? '&' : '?';
    ask<A>(`${path}${join}offset=${page * PAGE}&limit=${PAGE}`).then(
      (answer) => {
        if (asked.current !== key) return;
        pages.current.set(page, answer.rows);
        setState({ answer, wrong: '' });
      },
      (error: unknown) => {
        if (asked.current !== key) return;
        pages.current.delete(page);
        setState({ answer: undefined, wrong: (error as Error).message });
      },
    );
  };
  useEffect(() => {
    asked.current = key;
    pages.current = new Map();
    load(0);
  }, [key]);
  return {
    ...state,
    rowAt(index) {
      const page = pages.current.get(Math.floor(index / PAGE));
      return page === undefined || page === 'asked' ? undefined : page[index % PAGE];
    },
    seen(from, to) {
      for (let page = Math.floor(from / PAGE); page <= Math.floor(Math.max(from, to - 1) / PAGE); page += 1)
        load(page);
    },
  };
}
