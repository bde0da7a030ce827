// The registry of commands: adding one is its file and a line here.
import { rulesBacktest } from './backtest.ts';
import { approve, reject, resolve, rulesApprove } from './approve.ts';
import { backup, restore } from './backup.ts';
import { reclass, writeOff } from './closing.ts';
import type { Command } from './command.ts';
import { accept, match, reopen, undo, unmatch } from './decisions.ts';
import { demo } from './demo.ts';
import { erpSetup } from './erp.ts';
import { exceptions } from './exceptions.ts';
import { distribute } from './distribute.ts';
import { extract } from './extract.ts';
import { explain } from './explain.ts';
import { init } from './init.ts';
import { INGEST } from './ingest.ts';
import { list } from './list.ts';
import { migrate } from './migrate.ts';
import { post } from './post.ts';
import { quarantineDismiss, quarantineList, quarantineReplay } from './quarantine.ts';
import { reconcile, statement } from './reconcile.ts';
import { rederive } from './rederive.ts';
import { release } from './release.ts';
import { report } from './report.ts';
import { override, reverse } from './reverse.ts';
import { rulesCheck, rulesPrint } from './rules.ts';
import { usersAdd, usersList, usersRevoke } from './users.ts';
import { status } from './status.ts';
import { verify } from './verify.ts';
import { worker } from './worker.ts';

export const COMMANDS: readonly Command[] = [
  demo,
  init,
  ...INGEST,
  extract,
  reconcile,
  statement,
  rederive,
  exceptions,
  list,
  explain,
  report,
  accept,
  reopen,
  match,
  unmatch,
  undo,
  approve,
  reject,
  resolve,
  release,
  reverse,
  override,
  writeOff,
  reclass,
  post,
  erpSetup,
  quarantineList,
  quarantineReplay,
  quarantineDismiss,
  verify,
  worker,
  status,
  usersAdd,
  usersList,
  usersRevoke,
  migrate,
  distribute,
  backup,
  restore,
  rulesCheck,
  rulesPrint,
  rulesBacktest,
  rulesApprove,
];
