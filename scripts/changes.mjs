// `npm run changes`: the promise of ARCHITECTURE.md's "Where do I add ...?", kept for six changes that have registries. Each is made
// in a copy of the sources: new files, and edits of at most two existing ones; then types, walls and a test that uses what was
// added. Takes about two minutes; not part of `npm test`.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MOST_EXISTING_FILES = 2;

const testOf = (imports, body) => `// Tries what was added.
import { expect, test } from 'vitest';
${imports}
test('it is there and works', async () => {
${body}
});
`;

/** @type {{ name: string, files: Record<string, string>, edits: [path: string, find: string, put: string][], test: string }[]} */
const CHANGES = [
  {
    name: 'event type',
    files: {
      'src/events/donation.ts': `// Money given at the till for a good cause: held for somebody else.
import { defineEvent } from './definition.ts';
import { amount } from './decimalFields.ts';
import { text } from './fields.ts';

export const DONATION = defineEvent({
  type: 'retail.donation.given.v1',
  noun: 'Donation',
  key: ['donationId'],
  needs: ['currency', 'location'],
  dayAt: 'location',
  reference: 'donationId',
  ids: ['donationId'],
  rules: {
    happens: 'a customer gives to a good cause',
    measures: { given: { text: 'what was given' } },
    places: ['location'],
    conditions: [],
  },
  example: { company: 'US01', currency: 'USD', location: 'S001', donationId: 'D-1', total: '1.00' },
  fields: { donationId: text(), total: amount() },
  figures: () => undefined,
  measures: ({ total }, _figures, sheet) => sheet.amount('given', total),
});
`,
    },
    edits: [
      [
        'src/events/registry.ts',
        'import { INVENTORY_ADJUSTED }',
        "import { DONATION } from './donation.ts';\nimport { INVENTORY_ADJUSTED }",
      ],
      ['src/events/registry.ts', '    SHIPMENT,\n', '    SHIPMENT,\n    DONATION,\n'],
    ],
    // Every registered type is read, measured, and missed where it has no rule: one test for all of them.
    test: readFileSync(join(ROOT, 'test/events/vocabulary.test.ts'), 'utf8').replaceAll(
      "'./context",
      "'../events/context",
    ),
  },
  {
    name: 'field of an event',
    files: {},
    edits: [
      [
        'src/events/shipment.ts',
        '    orderId: text(),\n',
        '    orderId: text(),\n    giftMessage: optional(text()),\n',
      ],
    ],
    test: testOf(
      `import { eventOf, read, refusal, SHIPMENT } from '../events/context.ts';
import { schemaOfType } from '../../src/server/contract.ts';`,
      `  expect(read(eventOf(SHIPMENT, { giftMessage: 'C7' })).data['giftMessage']).toBe('C7');
  expect(refusal(eventOf(SHIPMENT, { giftMessage: 7 })).path).toBe('data.giftMessage');
  expect(JSON.stringify(schemaOfType(SHIPMENT))).toContain('giftMessage');`,
    ),
  },
  {
    name: 'command',
    files: {
      'src/cli/hello.ts': `// \`hello\`: says that the program is there.
import type { Command } from './command.ts';

export const hello: Command = {
  name: 'hello',
  words: '',
  summary: 'say that the program is there',
  run: async (context) => {
    context.print('here');
    return 0;
  },
};
`,
    },
    edits: [
      [
        'src/cli/registry.ts',
        "  ['verify', ",
        "  ['hello', async () => (await import('./hello.ts')).hello],\n  ['verify', ",
      ],
    ],
    test: testOf(
      `import { parse } from '../../src/cli/parse.ts';
import { commandDocs, commandHelp } from '../../src/cli/help.ts';
import { allCommands } from '../../src/cli/registry.ts';`,
      `  const commands = await allCommands();
  expect(parse(['hello'], commands)).toMatchObject({ is: 'command', command: { name: 'hello' } });
  expect(commandDocs(commands)).toContain('Say that the program is there');
  expect(commandHelp).toBeTypeOf('function');`,
    ),
  },
  {
    name: 'column of a sheet',
    files: {},
    edits: [
      [
        'reports/quarantine.ts',
        "  { key: 'reason', title: 'Reason'",
        "  { key: 'place', title: 'File and line', kind: 'text', width: 30 },\n  { key: 'reason', title: 'Reason'",
      ],
      [
        'reports/quarantine.ts',
        '    reason: record.reason,\n    message',
        '    place: `${record.path}:${record.position}`,\n    reason: record.reason,\n    message',
      ],
    ],
    test: testOf(
      `import { quarantineSheet } from '../../reports/quarantine.ts';
import { QuarantineTotals } from '../../reports/totals.ts';`,
      `  const record = { path: 'a.csv', position: 3, accounts: [], reason: 'SCHEMA' };
  const sheet = quarantineSheet(
    { quarantine: [record], statement: { waitingCorrections: 0 } } as never,
    new QuarantineTotals(),
  );
  const [section] = sheet.sections;
  expect(section!.columns.map(({ title }) => title)).toContain('File and line');
  for await (const row of section!.rows) expect(row['place']).toBe('a.csv:3');`,
    ),
  },
  {
    name: 'permission',
    files: {
      'jobs/decisions/pause.ts': `// Stops sending for a while: a poster's decision, with its reason.
import type { Actor } from '../administration/userKeys.ts';
import { permit } from './permissions.ts';

/** @throws DecisionRefused where the person may not */
export function mayPause(by: Actor, why: string): void {
  permit(by, 'pause', why);
}
`,
    },
    edits: [
      [
        'jobs/decisions/permissions.ts',
        '  certify: { act:',
        "  pause: { act: 'pause sending', roles: DESK_AND_POSTER, reason: true, second: 'never' },\n  certify: { act:",
      ],
    ],
    test: testOf(
      `import { mayPause } from '../../jobs/decisions/pause.ts';
import { decisionsOf } from '../../jobs/decisions/permissions.ts';`,
      `  const person = (role: 'auditor' | 'poster') => ({ name: 'kim', role, companies: undefined }) as never;
  expect(() => mayPause(person('auditor'), 'because')).toThrow('may not pause sending');
  expect(() => mayPause(person('poster'), '')).toThrow('reason');
  expect(() => mayPause(person('poster'), 'the bank is closed')).not.toThrow();
  expect(decisionsOf(person('poster'))).toContain('pause');`,
    ),
  },
  {
    name: 'control',
    files: {
      'src/db/run/controls/largeRefunds.ts': `// Refunds so large that a person should look at each.
import type pg from 'pg';
import { REFUND } from '../../../events/refund.ts';
import type { ControlItem } from '../../../exceptions/control.ts';
import { typeSql } from '../../eventTypes.ts';
import { type ControlScope, type Row, toItem } from './scope.ts';

const LARGE = 1000;

export async function largeRefunds(client: pg.ClientBase, { from, to }: ControlScope): Promise<ControlItem[]> {
  const found = await client.query<Row>(
    \`select 'LARGE_REFUND' as reason, source || E'\\\\x1f' || id as subject, company, business_date,
            format('refund %s is of more than \${LARGE}', business_key) as why, payload->'data'->>'total' as exposure,
            payload->'data'->>'currency' as currency, json_build_object('references', json_build_array(business_key))::text as detail
       from tieout.event where type = \${typeSql(REFUND)} and batch_id > $1 and batch_id <= $2
        and (payload->'data'->>'total')::numeric > \${LARGE}\`,
    [from, to],
  );
  return found.rows.map(toItem);
}
`,
    },
    edits: [
      ['src/rulebook/reasons.ts', "  'OVER_REFUND',\n", "  'OVER_REFUND',\n  'LARGE_REFUND',\n"],
      [
        'jobs/run/factControls.ts',
        'import { REFUND }',
        "import { largeRefunds } from '../../src/db/run/controls/largeRefunds.ts';\nimport { REFUND }",
      ],
      [
        'jobs/run/factControls.ts',
        '    ...(await refusedExtracts(client, scope)),\n',
        '    ...(await refusedExtracts(client, scope)),\n    ...(await largeRefunds(client, scope)),\n',
      ],
    ],
    test: testOf(
      `import { testDatabase } from '../support/database.ts';
import { controlCompany } from '../scenarios/controlCompany.ts';
import { runControlScenario } from '../scenarios/controlScenario.ts';`,
      `  const at = await testDatabase();
  const company = controlCompany();
  const { found, expected } = await runControlScenario(at.db, company, \`
      refund R1 2026-03-05 40.00 without-receipt
      refund R2 2026-03-05 4000.00 without-receipt
      as-of  2026-03-06
      expect LARGE_REFUND R2 4000.00\`);
  expect(found).toEqual(expected);
  await at.drop();
  company.remove();`,
    ),
  },
];

function copyOf(root) {
  const copy = mkdtempSync(join(tmpdir(), 'tieout-changes-'));
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter(Boolean);
  for (const file of files) cpSync(join(root, file), join(copy, file), { recursive: true });
  for (const folder of ['node_modules', 'dist']) symlinkSync(join(root, folder), join(copy, folder));
  return copy;
}

function put(copy, path, text) {
  mkdirSync(dirname(join(copy, path)), { recursive: true });
  writeFileSync(join(copy, path), text);
}

function make(copy, { name, files, edits, test }) {
  for (const [path, text] of Object.entries(files)) put(copy, path, text);
  for (const [path, find, replacement] of edits) {
    const before = readFileSync(join(copy, path), 'utf8');
    if (before.split(find).length !== 2)
      throw new Error(
        `${name}: ${path} does not hold this exactly once; change it in scripts/changes.mjs: ${find}`,
      );
    put(
      copy,
      path,
      before.replace(find, () => replacement),
    );
  }
  put(copy, `test/changes/${name.replaceAll(' ', '-')}.test.ts`, test);
  return new Set(edits.map(([path]) => path)).size;
}

const copy = copyOf(ROOT);
let failed = false;
const run = (what, program, args) => {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: copy, encoding: 'utf8' });
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${what}`);
  if (status === 0) return;
  failed = true;
  console.log(`${stdout}${stderr}`);
};
try {
  for (const change of CHANGES) {
    const existing = make(copy, change);
    const isFew = existing <= MOST_EXISTING_FILES;
    failed ||= !isFew;
    console.log(
      `${isFew ? 'ok    ' : 'FAILED'} ${change.name}: ${existing} existing file${existing === 1 ? '' : 's'} changed`,
    );
  }
  run('types', 'npx', ['tsc', '-p', 'tsconfig.json', '--noEmit']);
  run('walls', process.execPath, ['scripts/walls.mjs']);
  run('each does what it should', 'npx', ['vitest', 'run', 'test/changes']);
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
