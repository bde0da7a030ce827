import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DEAD_STATES, mayMove, POSTING_STATES, TRANSITIONS } from '../../src/posting/states.ts';
import type { Mover } from '../../src/posting/states.ts';
import type { TestDatabase } from '../support/database.ts';
import { testDatabase } from '../support/database.ts';

describe('the states of a posting', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await testDatabase();
  });
  afterAll(() => test.drop());

  it('are the same in the code and in the database', async () => {
    const rows = await test.db.pool.query<{ from_state: string; to_state: string; moved_by: string }>(
      'select from_state, to_state, moved_by from posting_transition',
    );
    const database = rows.rows
      .map((row) => `${row.from_state} -> ${row.to_state} by ${row.moved_by}`)
      .toSorted();
    const code = Object.entries(TRANSITIONS)
      .flatMap(([from, moves]) =>
        Object.entries(moves).flatMap(([to, movers]) => movers.map((by) => `${from} -> ${to} by ${by}`)),
      )
      .toSorted();
    expect(database).toEqual(code);
  });

  it('leave UNKNOWN by evidence only: never straight back to sending', () => {
    for (const by of ['machine', 'run', 'person'] as Mover[]) {
      expect(mayMove('UNKNOWN', 'SENDING', by)).toBe(false);
      expect(mayMove('UNKNOWN', 'CLAIMED', by)).toBe(false);
      expect(mayMove('POSTED_NOT_SEEN', 'RETRY_WAIT', by)).toBe(false);
    }
  });

  it('belong to whoever may make the move: no machine approves, no person sends', () => {
    expect(mayMove('AWAITING_APPROVAL', 'APPROVED', 'person')).toBe(true);
    expect(mayMove('AWAITING_APPROVAL', 'APPROVED', 'machine')).toBe(false);
    expect(mayMove('AWAITING_APPROVAL', 'APPROVED', 'run')).toBe(false);
    expect(mayMove('CLAIMED', 'SENDING', 'person')).toBe(false);
    expect(mayMove('POSTED', 'CONFIRMED', 'machine')).toBe(false);
  });

  it('free the lines of what was given up, never sent or refused, and of nothing else', () => {
    expect([...DEAD_STATES].sort()).toEqual(['CANCELLED', 'INVALID', 'REJECTED', 'REVERSED_IN_ERP']);
  });

  it('end in dead states only: what is confirmed may still be undone in the ERP', () => {
    for (const state of POSTING_STATES) {
      expect(TRANSITIONS[state] === undefined, state).toBe(DEAD_STATES.has(state));
    }
  });
});
