// What a control file may say, and what it means where it says nothing.
import { describe, expect, it } from 'vitest';

import { parseControl } from '../../src/feeds/control.ts';

const parsed = (said: object) => parseControl(JSON.stringify(said), 'october.control.json');
const FULL = { mode: 'full', companies: ['US01'], from: '2026-10-01', to: '2026-10-31' };

describe('a control file', () => {
  it('of a full extract says that it is complete, unless it denies it; that of a delta only where it says so', () => {
    expect(parsed(FULL).complete).toBe(true);
    expect(parsed({ ...FULL, complete: false }).complete).toBe(false);
    expect(parsed({ mode: 'delta' }).complete).toBe(false);
    expect(parsed({ ...FULL, mode: 'delta', complete: true }).complete).toBe(true);
  });

  it('with a field that nobody knows is refused: a mistyped total would else be none', () => {
    expect(() => parsed({ ...FULL, debits: '615.40' })).toThrow(
      /october\.control\.json: unknown field debits\n {2}expected: only mode, [\w, ]*debit, credit/,
    );
  });
});
