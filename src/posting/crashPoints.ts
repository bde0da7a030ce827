// Named places where the chaos laboratory kills the process. In production the hook does nothing; it is a port, so that
// no code asks whether it is being tested.

/** Called at each named point; the laboratory's kills the process at the chosen one. */
export type CrashPoint = (name: CrashPointName) => void;

/** The closed list; `npm run chaos` goes through it. */
export const CRASH_POINTS = [
  // jobs/propose: inside the run's last transaction
  'propose.before-read',
  'propose.after-read',
  'propose.after-withdraw',
  'propose.after-explained-check',
  'propose.after-naming',
  'propose.after-journals',
  'propose.after-states',
  'confirm.before-read',
  'confirm.after-read',
  'confirm.after-first-move',
  'confirm.after-moves',
  // jobs/journalWords
  'approve.before-decision',
  'approve.after-decision',
  'approve.after-approval',
  'approve.after-move',
  'approve.after-commit',
  'resolve.after-first-word',
  'resolve.after-second-word',
  // jobs/post: the sending machine
  'post.before-claim',
  'post.after-claim',
  'post.before-first-look',
  'post.after-first-look',
  'post.after-explained-check',
  'post.before-attempt',
  'post.inside-attempt',
  'post.after-attempt',
  'post.before-call',
  'post.after-call',
  'post.before-settle',
  'post.inside-settle',
  'post.after-settle',
  'post.before-look',
  'post.inside-look-attempt',
  'post.after-look',
  'post.before-look-settle',
  'post.after-look-settle',
  'post.before-poll',
  'post.after-poll',
  'post.before-release',
  'post.between-postings',
  // src/erp/fileDrop
  'file-drop.before-temporary',
  'file-drop.half-written',
  'file-drop.before-fsync',
  'file-drop.before-control-rename',
  'file-drop.between-renames',
  'file-drop.before-folder-fsync',
  'file-drop.after-folder-fsync',
] as const;
export type CrashPointName = (typeof CRASH_POINTS)[number];

/** Production's: nothing. */
export const noCrash: CrashPoint = () => {};
