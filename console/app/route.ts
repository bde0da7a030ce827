// The address of what is shown: `/PAGE?FILTERS`. Everything that a person narrowed or opened stands in it, so that the back
// button, a bookmark and a link sent to a colleague mean the same thing.
import { signal } from '@preact/signals';

export interface Route {
  page: string;
  params: Readonly<Record<string, string>>;
}

export const route = signal<Route>(read());

function read(): Route {
  const page = location.pathname.slice(1) || 'today';
  return { page, params: Object.fromEntries(new URLSearchParams(location.search)) };
}

/** Follows the back and forward buttons. */
export function followAddress(): void {
  window.addEventListener('popstate', () => (route.value = read()));
}

/** The address of a page; parameters that are empty are left out. */
export function addressOf(page: string, params: Readonly<Record<string, string | undefined>> = {}): string {
  const given = Object.entries(params).filter((one): one is [string, string] => (one[1] ?? '') !== '');
  const query = new URLSearchParams(given).toString();
  return `/${page === 'today' ? '' : page}${query === '' ? '' : `?${query}`}`;
}

/** @param replaces the address instead of adding one: typing into a filter is no journey */
export function go(
  page: string,
  params: Readonly<Record<string, string | undefined>> = {},
  replaces = false,
): void {
  const address = addressOf(page, params);
  if (replaces) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  route.value = read();
  if (!replaces) window.scrollTo(0, 0);
}

/** Changes some parameters of the page that is shown. */
export function narrow(change: Readonly<Record<string, string | undefined>>, replaces = false): void {
  const { page, params } = route.value;
  go(page, { ...params, ...change }, replaces);
}
