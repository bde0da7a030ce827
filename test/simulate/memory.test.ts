// Nothing of an order is kept: ten times the orders may not need ten times the memory.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { simulate } from '../../simulate/simulate.ts';

/** Files whose text is thrown away. */
class NoFiles {
  characters = 0;
  append(_path: string, text: string): void {
    this.characters += text.length;
  }
}

/** A full collection, so that what is counted is held and not garbage. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

it('holds less than 20 MB after 30,000 orders, whatever they write', () => {
  const files = new NoFiles();
  collect();
  const before = process.memoryUsage().heapUsed;
  const simulation = simulate({ seed: 2, orders: 30_000 }, files);
  collect();
  const held = process.memoryUsage().heapUsed - before;
  expect(files.characters).toBeGreaterThan(80_000_000);
  expect(simulation.ledgerLines).toBeGreaterThan(150_000);
  // Kept orders would be 200 MB.
  expect(held).toBeLessThan(20_000_000);
});

it('refuses numbers that make no month, in words', () => {
  expect(() => simulate({ seed: 1.5, orders: 1 }, new NoFiles())).toThrow(/seed/);
  expect(() => simulate({ seed: 1, orders: -1 }, new NoFiles())).toThrow(/orders/);
  expect(() => simulate({ seed: 1, orders: 1, month: '2026-13' }, new NoFiles())).toThrow(/month/);
  expect(() => simulate({ seed: 1, orders: 1, mistakesPerKind: 3 }, new NoFiles())).toThrow(/0 to 2/);
});
