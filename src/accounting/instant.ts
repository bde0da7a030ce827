// Instants as people and files write them: always with their offset, because a local time means another moment on each machine.

const FORM = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** What is expected, for messages. */
export const INSTANT_FORM = 'an instant with its offset, like 2026-10-14T23:00:00Z';

/** RFC 3339 text as an ISO instant in UTC, to the millisecond; undefined where it is none, or not of 1900 to 2199 as days are. */
export function readInstant(text: string): string | undefined {
  if (!FORM.test(text) || Number.isNaN(Date.parse(text))) return undefined;
  const instant = new Date(text).toISOString();
  return instant >= '1900' && instant < '2200' ? instant : undefined;
}
