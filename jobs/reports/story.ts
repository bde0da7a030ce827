// A story: what is known of one thing, as data and as sentences under headings. JSON carries both, a terminal the sentences.
import type pg from 'pg';
import type { Config } from '../../src/config/model.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import type { Nearest } from './nearest.ts';

export interface Section {
  heading: string;
  lines: string[];
}

export interface Story {
  kind: string;
  id: string;
  title: string;
  told: Section[];
  /** What the sentences were made of; its shape depends on the kind. */
  facts: Readonly<Record<string, unknown>>;
}

/** What a story-teller reads from. */
export interface Telling {
  client: pg.ClientBase;
  config: Config;
  rulebook: Rulebook;
  nearest: Nearest;
}

/** A section, or nothing where there is nothing to say. */
export function section(heading: string, lines: readonly string[]): Section[] {
  return lines.length === 0 ? [] : [{ heading, lines: [...lines] }];
}

/** Instants to the minute, as the database gives them or as JSON carried them. */
export function minute(at: string | null): string {
  return at === null ? '' : `${at.slice(0, 16).replace('T', ' ')} UTC`;
}

/** Parts that say something, joined. */
export function parts(all: readonly (string | null | undefined | false)[], by = ', '): string {
  return all.filter((part) => part !== '' && part !== null && part !== undefined && part !== false).join(by);
}
