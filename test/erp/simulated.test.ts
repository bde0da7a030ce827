// Adapters with an HTTP interface against simulators of their protocols, each in a process of its own. One file, because
// the simulators are compiled once. What a simulator cannot prove about the live product is said in docs/erp.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { businessCentralAdapter, businessCentralSettings } from '../../src/erp/businessCentral.ts';
import { netsuiteAdapter, netsuiteSettings } from '../../src/erp/netsuite.ts';
import { odooAdapter, odooSettings } from '../../src/erp/odoo.ts';
import { s4hanaAdapter, s4hanaSettings } from '../../src/erp/s4hana.ts';
import { contractJournal, describeContract } from './contract/contract.ts';
import type { Rig } from './contract/rig.ts';
import { simulated } from './contract/simulated.ts';

const CALL = { attempt: 1, signal: AbortSignal.timeout(60_000) };
const s4hana = (url: string, mode: string) =>
  s4hanaAdapter(
    s4hanaSettings({
      name: 'sap',
      folders: {},
      settings: { url, mode, user: 'TIEOUT', password: 'simulated', lookLagSeconds: '0' },
    }),
  );

describeContract('SAP S/4HANA, synchronous', () =>
  simulated('s4hana', (url) => s4hana(url, 'sync'), { periods: false }),
);

describeContract('NetSuite', () =>
  simulated('netsuite', (url) =>
    netsuiteAdapter(
      netsuiteSettings({
        name: 'ns',
        folders: {},
        settings: {
          url,
          auth: 'bearer',
          token: 'simulated-token',
          companies: 'US01=1',
          locationField: 'location',
          lookLagSeconds: '0',
        },
      }),
    ),
  ),
);

describeContract('Odoo', () =>
  simulated('odoo', (url) =>
    odooAdapter(
      odooSettings({
        name: 'odoo',
        folders: {},
        settings: {
          url,
          database: 'odoo',
          user: 'tieout',
          apiKey: 'simulated-key',
          companies: 'US01=1',
          locationPlan: 'Stores',
        },
      }),
    ),
  ),
);

describeContract('Business Central', () =>
  simulated(
    'businessCentral',
    (url) =>
      businessCentralAdapter(
        businessCentralSettings({
          name: 'bc',
          folders: {},
          settings: {
            url,
            auth: 'bearer',
            token: 'simulated-token',
            locationDimension: 'STORE',
            lookLagSeconds: '0',
          },
        }),
      ),
    { currencies: false },
  ),
);

describe('SAP S/4HANA, asynchronous', () => {
  let rig: Rig;
  beforeAll(async () => void (rig = await simulated('s4hana', (url) => s4hana(url, 'async'))));
  afterAll(async () => rig?.stop());

  it('is told nothing but that the message was taken, and the document itself is the answer', async () => {
    const journal = contractJournal(rig);
    expect(await rig.erp.post(journal, CALL)).toEqual({ kind: 'accepted', jobId: journal.postingReference });
    expect(await rig.erp.poll!(journal.postingReference, journal, CALL)).toMatchObject({ kind: 'posted' });
    expect(await rig.count(journal.postingReference)).toBe(1);
  });

  it('never hears of a refusal: the job stays open until a person looks into SAP', async () => {
    const closed = contractJournal(rig, { postingDate: rig.closedDay as never });
    expect((await rig.erp.post(closed, CALL)).kind).toBe('accepted');
    expect((await rig.erp.poll!(closed.postingReference, closed, CALL)).kind).toBe('accepted');
    expect(await rig.count(closed.postingReference)).toBe(0);
  });
});
