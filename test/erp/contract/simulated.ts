// The rig of a simulated ERP: a process of its own with a durable store.
import type { ErpAdapter } from '../../../src/erp/contract.ts';
import { startSimulator, type SimulatorName } from '../simulators/start.ts';
import type { Rig } from './rig.ts';

/** @param changes what differs from the common rig */
export async function simulated(
  name: SimulatorName,
  adapter: (url: string) => ErpAdapter,
  changes: Partial<Rig> = {},
): Promise<Rig> {
  const simulator = await startSimulator(name);
  const erp = adapter(simulator.url);
  return {
    erp,
    accounts: ['1200', '4000'],
    company: 'US01',
    location: 'S001',
    periods: true,
    references: true,
    currencies: true,
    openDay: '2026-10-15',
    closedDay: '2026-02-15',
    fault: (kind) => simulator.setFaults({ next: [kind], hangMs: 1_500 }),
    count: async (reference) =>
      (await simulator.documents()).filter((one) => one.posted && one.reference === reference).length,
    crash: () => simulator.crash(),
    stop: async () => {
      await erp.close?.();
      await simulator.stop();
    },
    ...changes,
  };
}
