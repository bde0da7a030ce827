// A link within the console: a real address, so that it can be opened elsewhere, without loading the page again.
import type { ComponentChildren } from 'preact';

import { addressOf, go } from '../app/route.ts';

export interface LinkProps {
  page: string;
  params?: Readonly<Record<string, string | undefined>>;
  current?: boolean;
  class?: string;
  title?: string;
  children?: ComponentChildren;
}

export function Link({ page, params = {}, current = false, children, ...rest }: LinkProps) {
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(page, params);
  };
  return (
    <a href={addressOf(page, params)} onClick={follow} aria-current={current ? 'page' : undefined} {...rest}>
      {children}
    </a>
  );
}
