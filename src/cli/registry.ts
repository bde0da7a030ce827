// The registry of commands: adding one is its file and a line here. A command is loaded when it is named, for all of them
// together are half a thousand files and take longer to load than most of them to run.
import type { Command } from './command.ts';

/** By name; in the order of the help. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['demo', async () => (await import('./demo.ts')).demo],
  ['init', async () => (await import('./init.ts')).init],
  ['ingest', async () => (await import('./ingest.ts')).ingest('any')],
  ['ingest events', async () => (await import('./ingest.ts')).ingest('events')],
  ['ingest ledger', async () => (await import('./ingest.ts')).ingest('ledger')],
  ['ingest balances', async () => (await import('./ingest.ts')).ingest('balances')],
  ['ingest opening', async () => (await import('./ingest.ts')).ingest('opening')],
  ['ingest periods', async () => (await import('./ingest.ts')).ingest('periods')],
  ['feeds list', async () => (await import('./feeds.ts')).feedsList],
  ['feeds check', async () => (await import('./feeds.ts')).feedsCheck],
  ['feeds try', async () => (await import('./feeds.ts')).feedsTry],
  ['feeds guess', async () => (await import('./feeds.ts')).feedsGuess],
  ['sources', async () => (await import('./sources.ts')).sources],
  ['extract', async () => (await import('./extract.ts')).extract],
  ['reconcile', async () => (await import('./reconcile.ts')).reconcile],
  ['statement', async () => (await import('./reconcile.ts')).statement],
  ['rederive', async () => (await import('./rederive.ts')).rederive],
  ['cases', async () => (await import('./cases.ts')).cases],
  ['cases show', async () => (await import('./cases.ts')).casesShow],
  ['cases assign', async () => (await import('./cases.ts')).casesAssign],
  ['cases comment', async () => (await import('./cases.ts')).casesComment],
  ['cases reopen', async () => (await import('./cases.ts')).casesReopen],
  ['decide', async () => (await import('./decide.ts')).decide],
  ['exceptions', async () => (await import('./exceptions.ts')).exceptions],
  ['list', async () => (await import('./list.ts')).list],
  ['explain', async () => (await import('./explain.ts')).explain],
  ['report', async () => (await import('./report.ts')).report],
  ['accept', async () => (await import('./decisions.ts')).accept],
  ['reopen', async () => (await import('./decisions.ts')).reopen],
  ['match', async () => (await import('./decisions.ts')).match],
  ['unmatch', async () => (await import('./decisions.ts')).unmatch],
  ['undo run', async () => (await import('./decisions.ts')).undo],
  ['withdraw batch', async () => (await import('./withdraw.ts')).withdrawBatch],
  ['approve', async () => (await import('./approve.ts')).approve],
  ['reject', async () => (await import('./approve.ts')).reject],
  ['resolve', async () => (await import('./approve.ts')).resolve],
  ['release', async () => (await import('./release.ts')).release],
  ['reverse', async () => (await import('./reverse.ts')).reverse],
  ['override', async () => (await import('./reverse.ts')).override],
  ['write-off', async () => (await import('./closing.ts')).writeOff],
  ['reclass', async () => (await import('./closing.ts')).reclass],
  ['certify', async () => (await import('./certify.ts')).certify],
  ['evidence', async () => (await import('./evidence.ts')).evidence],
  ['evidence key', async () => (await import('./evidence.ts')).evidenceKey],
  ['evidence prove', async () => (await import('./evidence.ts')).evidenceProve],
  ['post', async () => (await import('./post.ts')).post],
  ['erp setup', async () => (await import('./erp.ts')).erpSetup],
  ['quarantine list', async () => (await import('./quarantine.ts')).quarantineList],
  ['quarantine replay', async () => (await import('./quarantine.ts')).quarantineReplay],
  ['quarantine dismiss', async () => (await import('./quarantine.ts')).quarantineDismiss],
  ['verify', async () => (await import('./verify.ts')).verify],
  ['worker', async () => (await import('./worker.ts')).worker],
  ['serve', async () => (await import('./serve.ts')).serve],
  ['status', async () => (await import('./status.ts')).status],
  ['users add', async () => (await import('./users.ts')).usersAdd],
  ['users list', async () => (await import('./users.ts')).usersList],
  ['users revoke', async () => (await import('./users.ts')).usersRevoke],
  ['keys add', async () => (await import('./keys.ts')).keysAdd],
  ['keys list', async () => (await import('./keys.ts')).keysList],
  ['keys revoke', async () => (await import('./keys.ts')).keysRevoke],
  ['doctor', async () => (await import('./doctor.ts')).doctor],
  ['migrate', async () => (await import('./migrate.ts')).migrate],
  ['backup', async () => (await import('./backup.ts')).backup],
  ['restore', async () => (await import('./backup.ts')).restore],
  ['rules check', async () => (await import('./rules.ts')).rulesCheck],
  ['rules print', async () => (await import('./rules.ts')).rulesPrint],
  ['rules backtest', async () => (await import('./backtest.ts')).rulesBacktest],
  ['rules approve', async () => (await import('./approve.ts')).rulesApprove],
]);

/** Every command, for the help and for words that name none. */
export function allCommands(): Promise<readonly Command[]> {
  return Promise.all([...COMMANDS.values()].map((load) => load()));
}

/** The one command that the line begins with; all of them where it begins with an option or with no command's name. */
export async function commandsFor([first = '', second = '']: readonly string[]): Promise<readonly Command[]> {
  const load = COMMANDS.get(`${first} ${second}`) ?? COMMANDS.get(first);
  return load === undefined ? allCommands() : [await load()];
}
