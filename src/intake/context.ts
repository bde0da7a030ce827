// What the intake asks of the configuration and the rulebook, as one argument of lookups: the intake itself reads no
// setting, and a test can hand it two companies without writing a file.
import type { IsoDate } from '../accounting/dates.ts';
import type { RunCrash } from '../crashPoints.ts';
import type { EventContext } from '../events/model.ts';
import type { BrakeSettings } from '../posting/brakes.ts';
import type { PostingCompany } from '../rulebook/fit.ts';
import type { Rulebook } from '../rulebook/model.ts';

export interface IntakeContext {
  rulebook: Rulebook;
  startDate: IsoDate;
  events: EventContext;
  company: (code: string) => PostingCompany | undefined;
  /** Rate text of one unit of `from` in `to`; undefined where there is none. */
  rate: (from: string, to: string, day: IsoDate) => string | undefined;
  isAuthoritative(source: string, type: string, location: string, day: IsoDate): boolean;
  /** What happens to an event whose accounting date lies in a closed period. */
  closedPeriods: (company: string) => 'refuse' | 'nextOpen' | 'accrue';
  /** When proposing stops because of what an extract changed; absent: the defaults. */
  brakes?: (company: string) => BrakeSettings;
  /** Now, milliseconds since 1970. */
  clock(): number;
  /** Who delivers, for the batch and the audit: a user, or the name of a job. */
  actor: string;
  /** Told at named places; only a test that kills the process passes it. */
  crash?: RunCrash;
}
