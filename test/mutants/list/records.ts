// The audit chain, backups, and who may say the second word.
import type { Mutant } from '../mutant.ts';
import { room } from '../mutant.ts';

export const RECORDS: readonly Mutant[] = [
  ...room(
    ['test/db/audit.test.ts'],
    [
      {
        name: 'the hash of an audit row leaves out the one before it',
        find: '${row.seq}\\n${row.previous}\\n',
        put: '${row.seq}\\n',
        short: 'test/db/audit.test.ts',
      },
      {
        name: 'a missing audit row is not noticed',
        find: 'if (row.seq !== head.seq + 1) return',
        put: 'if (row.seq <= head.seq) return',
      },
      {
        name: 'an audit row that names another predecessor fits',
        find: 'if (row.previous !== head.hash) return',
        put: 'if (row.previous === undefined) return',
      },
      {
        name: 'a changed audit row is not noticed',
        find: 'if (row.hash !== auditHash(row)) return',
        put: 'if (row.hash === undefined) return',
      },
      {
        name: 'appenders of one stream do not wait for each other',
        find: `await lock(client, 'AUDIT', stream);`,
        put: '',
      },
      {
        name: 'a head that was written down is found whatever its hash',
        find: 'where stream = $1 and seq = $2 and hash = $3',
        put: 'where stream = $1 and seq = $2 and $3::text is not null',
      },
    ],
  ),
  ...room(
    ['test/jobs/backup.test.ts'],
    [
      {
        name: 'a changed file of a backup is restored',
        find: 'if (found === table.sha256) return;',
        put: 'if (found !== "") return;',
      },
    ],
  ),
  ...room(
    ['test/posting/post.test.ts'],
    [
      {
        name: 'who made a journal may approve it',
        find: `check (verdict = 'rejected' or not tieout.same_person(approver, makers))`,
        put: `check (verdict = 'rejected' or approver <> '')`,
      },
      {
        name: 'an approval of another content counts',
        find: 'if new.payload_hash <> j.payload_hash then',
        put: 'if false then',
      },
    ],
  ),
  ...room(
    ['test/db/constraints.test.ts'],
    [
      {
        name: 'a line may be in two live matches',
        find: 'create unique index match_member_live on',
        put: 'create index match_member_live on',
      },
      {
        name: 'the counts of a batch need not add up',
        find: 'check (received = accepted + duplicates + skipped + quarantined)',
        put: 'check (received >= 0)',
      },
      {
        name: 'a match may state any variance',
        find: 'check (variance = ledger - expected)',
        put: 'check (variance is not null)',
      },
      {
        name: 'a journal need not balance',
        find: 'if bad.off <> 0 or bad.company_off <> 0 then',
        put: 'if false then',
      },
    ],
  ),
];
