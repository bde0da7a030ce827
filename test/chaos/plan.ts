// Every row of the table of faults with its counts: those of the short version, and those of the full one times a scale.
import type { Laboratory } from './laboratory.ts';
import { commitAnswersCut, networkCut, serverKilled } from './faults/database.ts';
import { diskFull } from './faults/disk.ts';
import { ERP_FAULTS, erpFaults, lookLags } from './faults/erp.ts';
import {
  archiveAway,
  editedInErp,
  extractFromTheFuture,
  periodClosed,
  restoredBetween,
  twoProjects,
} from './faults/stories.ts';
import { trytonKilled } from './faults/tryton.ts';
import { namedPoints } from './faults/points.ts';
import { clocksJump, eightAtOnce, killedAtRandom, stoppedPastLease } from './faults/workers.ts';
import type { Outcome } from './verdict.ts';

export interface PlannedRow {
  name: string;
  /** undefined: what it needs is not on this machine. */
  run: (lab: Laboratory) => Promise<Outcome | undefined>;
  /** Breaks what all benches share, or measures times: nothing else may run beside it. */
  alone: boolean;
  needs?: string;
}

export interface Counts {
  short: boolean;
  /** Of the full counts. */
  scale: number;
}

export function plan({ short, scale }: Counts): PlannedRow[] {
  const times = (full: number, few: number): number => (short ? few : Math.max(1, Math.round(full * scale)));
  const alone = (name: string, run: PlannedRow['run']): PlannedRow => ({ name, run, alone: true });
  const beside = (name: string, run: PlannedRow['run']): PlannedRow => ({ name, run, alone: false });
  return [
    alone('worker killed', (lab) => killedAtRandom(lab, times(500, 8), { quick: short })),
    alone('PostgreSQL killed', (lab) => serverKilled(lab, times(50, 1))),
    alone('COMMIT cut', (lab) => commitAnswersCut(lab, times(200, 4))),
    alone('network cut', (lab) => networkCut(lab, times(300, 5), short ? 4 : 10)),
    beside('named points', (lab) => namedPoints(lab, times(5, 1), short ? 6 : 1)),
    ...(short
      ? [beside('ERP all kinds', (lab) => erpFaults(lab, ERP_FAULTS, 16, 0.6))]
      : ERP_FAULTS.map((kind) => beside(`ERP ${kind}`, (lab) => erpFaults(lab, [kind], times(200, 0), 0.3)))),
    beside('look lags', (lab) => lookLags(lab, times(500, 6), short ? 1_500 : 120_000)),
    beside('worker stopped', (lab) => stoppedPastLease(lab, times(100, 3))),
    beside('eight workers', (lab) => eightAtOnce(lab, times(100, 2))),
    beside('restored in between', (lab) => restoredBetween(lab, times(30, 1))),
    beside('archive away', (lab) => archiveAway(lab, times(50, 1))),
    beside('edited in the ERP', (lab) => editedInErp(lab, times(30, 3))),
    beside('period closed', (lab) => periodClosed(lab, times(30, 1))),
    beside('extract from the future', (lab) => extractFromTheFuture(lab, times(20, 1))),
    beside('two projects', (lab) => twoProjects(lab, times(20, 1))),
    beside('clocks jump', (lab) => clocksJump(lab, times(100, 3))),
    {
      ...beside('disk full', (lab) => diskFull(lab, times(20, 3))),
      needs: 'the right to mount a small file system',
    },
    ...(short
      ? []
      : [
          {
            ...alone('Tryton killed', (lab) => trytonKilled(lab, times(200, 0))),
            needs: 'a Tryton (scripts/tryton/setup.sh)',
          },
        ]),
  ];
}
