// What a run leaves for people, in one line each: the tie-out above it shows amounts, this says what to do next.
import { readStatus } from '../../jobs/reports/status.ts';
import type { Config } from '../config/model.ts';
import type { Database } from '../db/connection.ts';
import { correctionLines } from './correctionText.ts';
import { CONTROL_REASONS } from '../rulebook/reasons.ts';

/** Lines of text; none where nothing waits. */
export async function waitingLines(db: Database, config: Config, nowMs: number): Promise<string[]> {
  const { exceptions, journals, quarantined, waitingCorrections } = await readStatus(db, config, nowMs);
  const controls = exceptions.filter(({ reason }) => (CONTROL_REASONS as readonly string[]).includes(reason));
  const open = exceptions.reduce((sum, { n }) => sum + n, 0);
  const timing = exceptions.find(({ reason }) => reason === 'TIMING')?.n ?? 0;
  return [
    ...(controls.length === 0
      ? []
      : [`controls    ${controls.map(({ reason, n }) => `${reason} ${n}`).join(', ')}`]),
    ...(open === 0
      ? []
      : [`exceptions  ${open} open, ${timing} of them will clear by themselves: tieout exceptions`]),
    ...(journals.length === 0
      ? []
      : [`journals    ${journals.map(({ state, n }) => `${state} ${n}`).join(', ')}: tieout list journals`]),
    ...(quarantined === 0 ? [] : [`quarantine  ${quarantined} refused records: tieout quarantine list`]),
    ...correctionLines(waitingCorrections),
  ];
}
