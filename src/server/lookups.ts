// What became of it: one event, one batch, what waits in quarantine. A key that is cut to companies sees theirs only; what is
// another's is not found.
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { waitingRecords } from '../db/intake/quarantine.ts';
import { refusedRows } from '../db/intake/refusedRows.ts';
import { batchState, refusedEvents, storedEvent } from '../db/read/whatBecame.ts';
import { actorOf } from './events.ts';
import { Problem } from './problem.ts';
import type { Shared } from './shared.ts';

const LARGEST_PAGE = 1_000;
const PAGE = 100;
const BIGINT = /^[1-9]\d{0,17}$/;

export function lookupRoutes(app: FastifyInstance, { database }: Shared): void {
  const config = { scope: 'read' as const };
  app.get('/v1/events', { config }, async (request) => {
    const source = parameter(request, 'source');
    const id = parameter(request, 'id');
    const { pool } = database();
    const stored = await storedEvent(pool, source, id);
    const refused = await refusedEvents(pool, source, id);
    const may = mayAsk(request);
    const state = stored !== undefined && may(stored.company) ? stored : undefined;
    const refusals = refused.filter(({ company }) => may(company));
    if (state === undefined && refusals.length === 0)
      throw new Problem(404, { detail: `no event ${id} of ${source} came in` });
    return { source, id, stored: state ?? null, refused: refusals };
  });
  app.get<{ Params: { id: string } }>('/v1/batches/:id', { config }, async (request) => {
    const { id } = request.params;
    const { pool } = database();
    const batch = BIGINT.test(id) ? await batchState(pool, id) : undefined;
    const may = mayAsk(request);
    const isOwn = batch?.receivedBy === actorOf(request.sender!);
    if (
      batch === undefined ||
      !(isOwn || (batch.companies.length > 0 ? batch.companies.every(may) : may('')))
    )
      throw new Problem(404, { detail: `there is no batch ${id}` });
    return { ...batch, ...(await refusedRows(pool, id)) };
  });
  app.get('/v1/quarantine', { config }, async (request) => {
    const {
      reason,
      company,
      after = '0',
      limit = String(PAGE),
    } = request.query as Record<string, string | undefined>;
    if (after !== '0' && !BIGINT.test(after)) throw wrong('after', 'the id of the last record seen', after);
    if (!/^[1-9]\d{0,3}$/.test(limit) || Number(limit) > LARGEST_PAGE)
      throw wrong('limit', `1 to ${LARGEST_PAGE}`, limit);
    const { companies } = request.sender!.scopes;
    const records = await waitingRecords(
      database().pool,
      {
        ...(reason === undefined ? {} : { reason }),
        ...(company === undefined ? {} : { company }),
        ...(companies.length === 0 ? {} : { companies }),
      },
      after,
      Number(limit),
    );
    const next = records.length === Number(limit) ? (records.at(-1)?.id ?? null) : null;
    return { records: records.map(({ raw: _, ...record }) => record), next };
  });
}

/** Whether a record of that company may be shown; what tells no company belongs to none. */
function mayAsk({ sender }: FastifyRequest): (company: string) => boolean {
  const companies = sender?.scopes.companies ?? [];
  return (company) => companies.length === 0 || companies.includes(company);
}

function parameter(request: FastifyRequest, name: string): string {
  const value = (request.query as Record<string, unknown>)[name];
  if (typeof value === 'string' && value !== '' && value.length <= 200 && !value.includes('\0')) return value;
  throw wrong(name, 'one text of 1 to 200 characters', value === undefined ? 'nothing' : 'another value');
}

function wrong(path: string, expected: string, found: string): Problem {
  return new Problem(400, { detail: `${path}: expected ${expected}, found ${found}`, path, expected, found });
}
