// Every tie-out row gets a short number, T1, T2, ..., and every exception's leg carries the number of its row. Formulas look
// for that number alone: SUMIFS over the names themselves would take account 0040 for 40, a for A, and * for anything.
import { Fault } from '../src/errors.ts';
import type { Statement } from './model.ts';
import type { ExceptionLeg } from './exceptionRow.ts';

const SEPARATOR = '\u001f';

/** The numbers of a statement's rows. */
export class TieOutRows {
  readonly #numbers = new Map<string, string>();

  constructor(statement: Statement) {
    for (const [index, row] of statement.reconciliations.entries()) {
      const key = [row.name, row.company, row.ledger, row.account, row.currency].join(SEPARATOR);
      if (this.#numbers.has(key))
        throw new Fault(`the tie-out has two rows for ${key.replaceAll(SEPARATOR, ', ')}`);
      this.#numbers.set(key, `T${index + 1}`);
    }
  }

  /** @throws Fault for a leg that no row of the tie-out contains: then the tie-out is not of this run. */
  of(leg: ExceptionLeg): string {
    const parts = [leg.reconciliation, leg.unit.company ?? '', leg.ledger, leg.account, leg.currency];
    const number = this.#numbers.get(parts.join(SEPARATOR));
    if (number === undefined) throw new Fault(`no tie-out row for an exception's leg in ${parts.join(', ')}`);
    return number;
  }
}
