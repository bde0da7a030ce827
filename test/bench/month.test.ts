// The benchmark's inputs: as many lines a side as asked for, with the shares that the figures are quoted for.
import { expect, it } from 'vitest';
import { benchFiles, LINES_PER_EVENT } from '../../bench/month.ts';
import { readCsv } from '../../simulate/csv.ts';
import { FilesInMemory } from '../../simulate/files.ts';

it('writes as many ledger lines as the events derive, 1 KB an event, and a next day of 1%', () => {
  const files = new FilesInMemory();
  const made = benchFiles(12_000, 3, files);
  const events = files.text(made.events).trimEnd().split('\n');
  const ledger = readCsv(files.text(made.ledger));
  expect(made.lines).toBe(12_000);
  expect(events).toHaveLength(made.lines / LINES_PER_EVENT);
  expect(Math.abs(ledger.length - made.lines)).toBeLessThan(made.lines / 200);
  const bytes = events.reduce((sum, line) => sum + line.length, 0) / events.length;
  expect(bytes).toBeGreaterThan(950);
  expect(bytes).toBeLessThan(1_150);
  expect(files.text(made.nextDay.events).trimEnd().split('\n')).toHaveLength(
    made.nextDayLines / LINES_PER_EVENT,
  );
});

it('the redelivery is the first extract and the next day, line by line', () => {
  const files = new FilesInMemory();
  const made = benchFiles(6_000, 4, files);
  const keys = (path: string): string[] => readCsv(files.text(path)).map((row) => JSON.stringify(row));
  expect(new Set(keys(made.redelivery))).toEqual(
    new Set([...keys(made.ledger), ...keys(made.nextDay.ledger)]),
  );
});

it('97% of the lines have an exact counterpart by reference and amount', () => {
  const files = new FilesInMemory();
  const made = benchFiles(60_000, 5, files);
  const shipments = new Set(
    files
      .text(made.events)
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { subject: string }).subject),
  );
  const posted = new Map<string, number>();
  for (const row of readCsv(files.text(made.ledger))) {
    posted.set(row.reference ?? '', (posted.get(row.reference ?? '') ?? 0) + 1);
  }
  const once = [...shipments].filter((id) => posted.get(id) === LINES_PER_EVENT).length;
  // Of those posted once, one in a hundred differs in amount, day or place.
  expect(once / shipments.size).toBeGreaterThan(0.97);
  expect(once / shipments.size).toBeLessThan(0.995);
});
