// Tryton's rig: the real server behind a way that can go wrong, counted by a client without our code.
import { trytonAdapter, trytonSettings } from '../../../src/erp/tryton.ts';
import type { ErpAdapter } from '../../../src/erp/contract.ts';
import type { Rig } from '../contract/rig.ts';
import type { BareClient } from './bare.ts';
import { bareClient } from './bare.ts';
import { faultyWay } from './faultyWay.ts';
import type { TrytonServer } from './server.ts';

export interface TrytonRig extends Rig {
  bare: BareClient;
}

export function trytonErp(server: TrytonServer, url: string, unique: 'module' | 'none'): ErpAdapter {
  return trytonAdapter(
    trytonSettings({
      name: 'books',
      folders: {},
      settings: {
        url,
        database: unique === 'module' ? server.databases.keyed : server.databases.stock,
        user: server.user,
        password: server.password,
        companies: 'US01=1, EU01=2',
        locationRoot: 'CC',
        dimensionRoot: 'TJ',
        unique,
      },
    }),
  );
}

export async function trytonRig(server: TrytonServer, unique: 'module' | 'none'): Promise<TrytonRig> {
  const way = await faultyWay(server.url, (body) => body.includes('"model.account.move.post"'));
  const erp = trytonErp(server, way.url, unique);
  const database = unique === 'module' ? server.databases.keyed : server.databases.stock;
  const bare = await bareClient({ ...server, database, company: 1 });
  return {
    erp,
    bare,
    accounts: ['1200', '4000'],
    company: 'US01',
    location: 'S001',
    periods: true,
    references: true,
    currencies: true,
    openDay: '2026-10-15',
    closedDay: '2026-02-15',
    fault: (kind) => Promise.resolve(way.next(kind)),
    count: async (reference) => {
      const domain = [
        ['number', '=', reference],
        ['state', '=', 'posted'],
      ];
      return (await bare.search('account.move', domain, ['state'])).length;
    },
    crash: () => {
      server.kill();
      server.start();
      return Promise.resolve();
    },
    stop: async () => {
      await erp.close?.();
      await way.close();
    },
  };
}
