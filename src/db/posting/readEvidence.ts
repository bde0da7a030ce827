// What a ledger's own evidence says before anything is proposed: which accounts complete extracts have covered, and by which
// batch; and which accounts the ERP's balances speak against.
import type pg from 'pg';
import { counts } from '../withdrawn.ts';

/** Complete extracts of one scope; empty lists mean all. */
interface Read {
  companies: string[];
  ledgers: string[];
  accounts: string[];
  refused_accounts: string[];
  last: string;
}

/** Asks whether a complete extract has been read since. */
export class ReadSince {
  readonly #read: readonly (Omit<Read, 'last'> & { last: bigint })[];
  constructor(read: readonly Read[]) {
    this.#read = read.map((each) => ({ ...each, last: BigInt(each.last) }));
  }

  /** Accounts of an entry that no complete extract from a later batch covers. */
  unread(
    { company, ledger, batch }: { company: string; ledger: string; batch: string },
    accounts: readonly string[],
  ): string[] {
    const since = this.#read.filter(
      ({ companies, ledgers, last }) =>
        last > BigInt(batch) &&
        (companies.length === 0 || companies.includes(company)) &&
        (ledgers.length === 0 || ledgers.includes(ledger)),
    );
    return accounts.filter(
      (account) =>
        !since.some(
          ({ accounts: covered, refused_accounts: refused }) =>
            (covered.length === 0 || covered.includes(account)) && !refused.includes(account),
        ),
    );
  }
}

/** All complete extracts that were taken in, by scope. */
export async function readReadSince(client: pg.ClientBase): Promise<ReadSince> {
  const found = await client.query<Read>(
    `select companies, ledgers, accounts, refused_accounts, max(batch_id)::text as last
       from tieout.batch b where kind = 'ledger' and complete and refused = '' and ${counts('b')} group by 1, 2, 3, 4`,
  );
  return new ReadSince(found.rows);
}

/** Accounts whose balance in the ERP disagrees with what stands here, as `company U+001F ledger U+001F account`. */
export async function readDisproven(client: pg.ClientBase | pg.Pool): Promise<ReadonlySet<string>> {
  const found = await client.query<{ account: string }>(
    `select distinct company || E'\\x1f' || ledger || E'\\x1f' || account as account from tieout.balance_proof where difference <> 0`,
  );
  return new Set(found.rows.map(({ account }) => account));
}

/** Completed runs by `company U+001F ledger`; a run that was undone counts not. */
export async function readRunCounts(client: pg.ClientBase): Promise<ReadonlyMap<string, number>> {
  const found = await client.query<{ place: string; runs: number }>(
    `with named as (
       select rr.reconciliation, count(distinct rr.run_id)::int as runs
         from tieout.run_reconciliation rr join tieout.run r on r.run_id = rr.run_id
        where r.kind = 'reconcile' and r.state = 'completed' and r.undone_by is null group by 1)
     select company || E'\\x1f' || ledger as place, max(n.runs) as runs
       from (select distinct reconciliation, company, ledger from tieout.unit) u join named n using (reconciliation) group by 1`,
  );
  return new Map(found.rows.map(({ place, runs }) => [place, runs]));
}
