// What the laboratory prints: one line a fault and one a mutant, as JSON (spec: command line) or for people.
import type { Outcome } from './verdict.ts';

export interface Caught {
  mutant: string;
  caught: boolean;
  notes: string[];
}

export function holds(outcome: Outcome): boolean {
  return outcome.lost === 0 && outcome.double === 0 && outcome.stuck === 0;
}

export function faultJson(outcome: Outcome): string {
  const { fault, times, lost, double, stuck, recoveredMs } = outcome;
  return JSON.stringify({ fault, times, lost, double, stuck, recoveredMs });
}

export function faultText(outcome: Outcome, seconds: number): string {
  const { fault, times, lost, double, stuck, recoveredMs, states, notes } = outcome;
  const ends = Object.entries(states).map(([state, count]) => `${count} ${state}`);
  const recovered =
    recoveredMs.max === 0 ? '' : `, went on after ${recoveredMs.median} ms (at most ${recoveredMs.max})`;
  return (
    `${holds(outcome) ? 'holds ' : 'BROKEN'}  ${fault.padEnd(34)} x ${String(times).padStart(4)}  ` +
    `lost ${lost}, double ${double}, stuck ${stuck}${recovered}; ${[ends.join(', '), ...notes].join('; ')}  [${seconds} s]`
  );
}

export function mutantJson({ mutant, caught }: Caught): string {
  return JSON.stringify({ mutant, caught });
}

export function mutantText({ mutant, caught, notes }: Caught): string {
  return `${caught ? 'caught' : 'MISSED'}  mutant: ${mutant}; ${notes.join('; ')}`;
}
