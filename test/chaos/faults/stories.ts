// Faults that are people's and the ledger's, each in the whole product: files, intake, runs, approvals, the file drop. A story
// is told, something is done behind its back, and the ERP's folders are counted by business reference.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { backup } from '../../../jobs/administration/backup.ts';
import { ingestFiles } from '../../../jobs/intake/ingest.ts';
import { post } from '../../../jobs/posting/post.ts';
import { proposeRelease } from '../../../jobs/decisions/release.ts';
import { restore } from '../../../jobs/administration/restore.ts';
import { requireProject } from '../../../src/cli/withDatabase.ts';
import type { Database } from '../../../src/db/connection.ts';
import { readProject } from '../../../src/db/project.ts';
import { erpOf } from '../../../src/erp/registry.ts';
import { UserError } from '../../../src/errors.ts';
import type { CrashPoint } from '../../../src/posting/crashPoints.ts';
import { Story } from '../../posting/story.ts';
import { emptyDatabase, QUICK } from '../laboratory.ts';
import type { Laboratory } from '../laboratory.ts';
import type { Outcome } from '../verdict.ts';

const OPEN = 'periods 2026-10=open 2026-11=open\nas-of 2026-10-25';
const SALES = ['SO-1', 'SO-2', 'SO-3'];
const told = SALES.map((id, at) => `sale ${id} ${at + 1}0.00 2026-10-05`).join('\n');
const START = `${OPEN}\n${told}\nextract\nreconcile`;
const half = (): boolean => Math.random() < 0.5;

/** What one story came to: what was said and is not so, and documents too many. */
interface Told {
  untrue: string[];
  double: number;
}

/** Tells `times` stories, each in a world of its own. */
async function tellEach(
  lab: Laboratory,
  fault: string,
  times: number,
  tell: (story: Story, n: number) => Promise<string[]>,
): Promise<Outcome> {
  const states: Record<string, number> = {};
  const notes: string[] = [];
  let [lost, double] = [0, 0];
  for (let n = 0; n < times; n += 1) {
    const world = await emptyDatabase(lab);
    const story = new Story(world.db);
    for (const name of ['ben', 'cid']) await story.user(name, 'reviewer');
    const outcome = await tellOne(story, n, tell);
    lost += outcome.untrue.length;
    double += outcome.double;
    notes.push(...outcome.untrue.slice(0, 2));
    for (const state of await statesOf(world.db)) states[state] = (states[state] ?? 0) + 1;
    story.remove();
    await world.close();
  }
  return { fault, times, lost, double, stuck: 0, recoveredMs: { median: 0, max: 0 }, states, notes };
}

async function tellOne(
  story: Story,
  n: number,
  tell: (story: Story, n: number) => Promise<string[]>,
): Promise<Told> {
  const untrue = await tell(story, n);
  const files = filesOf(story);
  const double = [...files.values()].reduce((sum, count) => sum + count - 1, 0);
  for (const { reference, state } of await postings(story.db))
    if ((state === 'POSTED' || state === 'CONFIRMED') && !files.has(reference))
      untrue.push(`${reference} is ${state} and has no file`);
  return { untrue, double };
}

/** Files in outbox and archive, by business reference. */
function filesOf(story: Story): Map<string, number> {
  const counts = new Map<string, number>();
  for (const folder of ['out', 'archive'])
    for (const name of readdirSync(join(story.folder, folder)).filter((each) => each.endsWith('.csv'))) {
      const text = readFileSync(join(story.folder, folder, name), 'utf8');
      const reference = /,(SO-\d+),/.exec(text)?.[1] ?? name;
      counts.set(reference, (counts.get(reference) ?? 0) + 1);
    }
  return counts;
}

async function postings(db: Database): Promise<{ reference: string; state: string }[]> {
  const found = await db.pool.query<{ reference: string; state: string }>(
    `select (select min(l.reference) from tieout.journal_line l where l.journal_id = p.journal_id) as reference, p.state
       from tieout.posting p order by p.journal_id`,
  );
  return found.rows;
}

const statesOf = async (db: Database): Promise<string[]> => (await postings(db)).map(({ state }) => state);

/** A word by `ben`, for every journal in that state. */
const each = async (story: Story, verb: string, state: string, rest: string): Promise<string[]> =>
  (await postings(story.db))
    .filter((posting) => posting.state === state)
    .map(({ reference }) => `${verb} ${reference} ${rest}`);

/** Backed up, lived on, and brought back: what was sent since is not sent again, whatever became of its journals. */
export function restoredBetween(lab: Laboratory, times: number): Promise<Outcome> {
  return tellEach(lab, 'restored from a backup in between', times, async (story, n) => {
    const { db } = story;
    const untrue = await story.tell(`${START}\napprove SO-1 ben`);
    const copy = join(story.folder, 'copy');
    await backup(db, copy);
    // A life that the backup does not know: revision 2 of SO-2, a first approval of SO-3, an event of which it never heard.
    const life = ['reject SO-2 ben', 'reconcile', 'approve SO-2 ben', 'approve SO-3 ben'];
    const later = ['sale SO-4 40.00 2026-10-06', 'extract', 'reconcile', 'approve SO-4 ben'];
    untrue.push(
      ...(await story.tell([...life, ...later, 'post', ...(half() ? ['erp takes'] : [])].join('\n'))),
    );
    const sent = filesOf(story).size;
    const before = await readProject(db.pool);
    await db.pool.query('drop schema tieout cascade; drop schema work cascade');
    await restore(db, copy);
    if (!(await refuses(() => sendWith(story, { project: before })))) untrue.push('an old worker went on');
    untrue.push(...(await story.tell('post')));
    if (filesOf(story).size !== sent) untrue.push('sent before the ledger was read again');
    if (n % 2 === 0) untrue.push(...(await story.tell(`${later.slice(0, 3).join('\n')}`)));
    else await release(story);
    const waiting = await each(story, 'approve', 'AWAITING_APPROVAL', 'ben');
    untrue.push(
      ...(await story.tell([...waiting, 'post', 'erp takes', 'extract', 'reconcile', 'post'].join('\n'))),
    );
    return untrue;
  });
}

async function release(story: Story): Promise<void> {
  const ben = { name: 'ben', role: 'reviewer', keyId: 'k', osUser: 'os' } as const;
  const id = await proposeRelease({ db: story.db, by: ben, why: 'we looked' }, 'JN01', 'GL');
  await story.agree(id, 'cid');
}

async function refuses(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    if (error instanceof UserError) return true;
    throw error;
  }
}

function sendWith(story: Story, changes: Partial<Parameters<typeof post>[0]>): ReturnType<typeof post> {
  const erps = new Map([...story.config.erps].map(([name, setting]) => [name, erpOf(setting)] as const));
  const clock = (): number => performance.now();
  return post({
    db: story.db,
    erps,
    worker: 'w',
    clock,
    random: Math.random,
    settings: QUICK,
    lanes: 1,
    ...changes,
  });
}

/** The archive is not there for a while, a worker dies meanwhile, and the ERP goes on taking files. */
export function archiveAway(lab: Laboratory, times: number): Promise<Outcome> {
  return tellEach(lab, 'archive away', times, async (story) => {
    const untrue = await story.tell(`${START}\n${SALES.map((id) => `approve ${id} ben`).join('\n')}`);
    const [archive, away] = [join(story.folder, 'archive'), join(story.folder, 'away')];
    let left = 3 + Math.floor(Math.random() * 30);
    const dies: CrashPoint = () => {
      left -= 1;
      if (left === 0) throw new Error('killed');
    };
    const first = half();
    if (first) renameSync(archive, away);
    await sendWith(story, { crashPoint: dies }).catch(() => undefined);
    if (first) {
      await story.db.pool.query('update tieout.posting set due_at = now()');
      renameSync(away, archive);
      await sendWith(story, { crashPoint: dies }).catch(() => undefined);
    }
    untrue.push(...(await story.tell('erp takes')));
    // An empty folder stands where the share was: it proves nothing.
    renameSync(archive, away);
    if (half()) mkdirSync(archive);
    for (let looks = 0; looks < 3; looks += 1) {
      await story.db.pool.query('update tieout.posting set due_at = now(), lease_until = null');
      await sendWith(story, {});
    }
    if (readdirSync(join(story.folder, 'out')).some((name) => name.endsWith('.csv')))
      untrue.push('sent while the archive was away');
    renameSync(away, archive);
    for (const by of ['ben', 'cid'])
      untrue.push(
        ...(await story.tell(
          (await each(story, 'resolve', 'NEEDS_HUMAN', `${by} absent: the share was away`)).join('\n'),
        )),
      );
    await story.db.pool.query('update tieout.posting set due_at = now()');
    await sendWith(story, { until: 'settled' });
    if (filesOf(story).size !== SALES.length)
      untrue.push(`${filesOf(story).size} of ${SALES.length} arrived`);
    return untrue;
  });
}

/** Somebody changes, moves or reverses our document in the ERP after it was confirmed: noticed, and not sent again by itself. */
export function editedInErp(lab: Laboratory, times: number): Promise<Outcome> {
  return tellEach(lab, 'our document edited by a person', times, async (story, n) => {
    const untrue = await story.tell(
      `${START}\napprove SO-1 ben\npost\nerp takes\nextract\nreconcile\nexpect journal SO-1 CONFIRMED`,
    );
    const ours = await story.reference('SO-1');
    const document = (
      name: string,
      amount: string,
      place: string,
      reference: string,
      reverses = '',
    ): string =>
      [
        `1,2026-10-05,1200,${place},USD,${amount}`,
        `2,2026-10-05,4000,${place},USD,${amount.startsWith('-') ? amount.slice(1) : `-${amount}`}`,
      ]
        .map((line) => `JN01,${name},${line},SO-1,RV,${reference},${reverses}`)
        .join('\n');
    const [edit, state] = [
      [document('9001', '9.00', 'S1', ours), 'CONFLICT'],
      [document('9001', '10.00', 'S2', ours), 'CONFLICT'],
      [document('9002', '-10.00', 'S1', '', '9001'), 'REVERSED_IN_ERP AWAITING_APPROVAL'],
    ][n % 3] as [string, string];
    story.delivers(edit);
    return [...untrue, ...(await story.tell(`extract\nreconcile\nexpect journal SO-1 ${state}\npost\npost`))];
  });
}

/** The period is closed between the second word and the call; reopened, the entry is proposed anew and sent once. */
export function periodClosed(lab: Laboratory, times: number): Promise<Outcome> {
  return tellEach(lab, 'period closed after approval', times, async (story) => {
    const untrue = await story.tell(`${START}\n${SALES.map((id) => `approve ${id} ben`).join('\n')}`);
    let left = Math.floor(Math.random() * 40);
    const dies: CrashPoint = () => {
      left -= 1;
      if (left === 0) throw new Error('killed');
    };
    if (half()) await sendWith(story, { crashPoint: dies }).catch(() => undefined);
    const tried = await story.db.pool.query(`select from tieout.attempt where kind = 'post'`);
    untrue.push(...(await story.tell('periods 2026-10=closed')));
    await story.db.pool.query('update tieout.posting set due_at = now(), lease_until = null');
    await sendWith(story, { until: 'settled' });
    // What was cut off before may be found; nothing that had not left leaves.
    if (filesOf(story).size > (tried.rowCount ?? 0)) untrue.push('sent into a closed period');
    untrue.push(...(await story.tell('periods 2026-10=open\nextract\nreconcile')));
    untrue.push(...(await story.tell((await each(story, 'approve', 'AWAITING_APPROVAL', 'ben')).join('\n'))));
    await sendWith(story, { until: 'settled' });
    if (filesOf(story).size !== SALES.length)
      untrue.push(`${filesOf(story).size} of ${SALES.length} arrived`);
    return untrue;
  });
}

/** An extract whose control file says that it was made in a year's time: refused, and nothing is lost or found by it. */
export function extractFromTheFuture(lab: Laboratory, times: number): Promise<Outcome> {
  return tellEach(lab, 'extract from the future', times, async (story) => {
    const untrue = await story.tell(`${START}\napprove SO-1 ben\npost\nerp takes`);
    const file = join(story.folder, 'in', 'future.csv');
    writeFileSync(file, 'company,document,line,posting_date,account,location,currency,amount,reference\n');
    const control = {
      mode: 'full',
      complete: true,
      companies: ['JN01'],
      from: '2026-10-01',
      to: '2026-12-31',
      rows: 0,
      debit: '0.00',
      credit: '0.00',
    };
    const years = 1 + Math.floor(Math.random() * 40);
    const extractedAt = new Date(Date.now() + years * 366 * 86_400_000).toISOString();
    writeFileSync(file.replace('.csv', '.control.json'), JSON.stringify({ ...control, extractedAt }));
    const clock = (): number => Date.now() + 48 * 3_600_000;
    const { db, config, rulebook } = story;
    if (!(await refuses(() => ingestFiles(db, config, rulebook, 'ledger', [file], { clock }))))
      untrue.push('an extract from the future was taken');
    return [
      ...untrue,
      ...(await story.tell(
        'reconcile\nexpect journal SO-1 POSTED\nextract\nreconcile\nexpect journal SO-1 CONFIRMED',
      )),
    ];
  });
}

/** Two projects open one database at the same moment: one of them has it, and the other one's worker sends nothing. */
export function twoProjects(lab: Laboratory, times: number): Promise<Outcome> {
  return tellEach(lab, 'two projects on one database', times, async (story) => {
    const untrue = await story.tell(`${START}\napprove SO-1 ben`);
    const names = ['north', 'south'];
    const in_ = await Promise.all(
      names.map(async (name) => !(await refuses(() => requireProject(story.db, name)))),
    );
    if (in_.filter(Boolean).length !== 1) untrue.push(`${in_.filter(Boolean).length} projects got in`);
    if (!(await refuses(() => requireProject(story.db, '')))) untrue.push('one without a name got in');
    const { epoch } = await readProject(story.db.pool);
    if (!(await refuses(() => sendWith(story, { project: { id: 'south', epoch } }))))
      untrue.push('a worker of another project went on');
    if (filesOf(story).size !== 0) untrue.push('another project sent');
    return [...untrue, ...(await story.tell('post\nexpect journal SO-1 POSTED'))];
  });
}
