// Named places around the transactions of intake and run where the heavy test kills the process. In production nothing is
// passed and nothing happens; it is a port, so that no code asks whether it is being tested.

/** The closed list; `npm run test:heavy` goes through it. Those of sending are in posting/crashPoints.ts. */
export const RUN_CRASH_POINTS = [
  // Intake: one transaction per delivery.
  'intake.after-read',
  'intake.after-lines',
  'intake.before-commit',
  'intake.after-commit',
  // Reconcile: the pins are a transaction, matching works in tables of its own, the last transaction makes all visible.
  'reconcile.after-pins',
  'reconcile.after-working-set',
  'reconcile.after-pass',
  'reconcile.before-storing',
  'reconcile.after-matches',
  'reconcile.after-explaining',
  'reconcile.after-merging',
  'reconcile.after-proof',
  'reconcile.before-commit',
  'reconcile.after-commit',
] as const;
export type RunCrashPoint = (typeof RUN_CRASH_POINTS)[number];

/** Called at each named place. */
export type RunCrash = (point: RunCrashPoint) => void;
