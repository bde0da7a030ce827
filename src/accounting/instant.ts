// Instants as people and files write them: always with their offset, because a local time means another moment on each machine.

const FORM = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** What is expected, for messages. */
export const INSTANT_FORM = 'an instant with its offset, like 2026-10-14T23:00:00Z';

/** RFC 3339 text as an ISO instant in UTC, to the millisecond; undefined where it is none. */
export function readInstant(text: string): string | undefined {
  return FORM.test(text) && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : undefined;
}
