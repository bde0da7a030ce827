// POST /v1/webhooks/NAME: a source that signs what it sends, instead of having a key. It may bring events of the one source that
// tieout.yaml names for it, as events; a body in the source's own words needs a feed, which such a door does not have yet.
import { readFileSync } from 'node:fs';

import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { Webhook } from '../config/model.ts';
import { modeOf, textsOf } from './binding.ts';
import { takeEvents } from './events.ts';
import { Problem } from './problem.ts';
import type { Shared } from './shared.ts';
import { SCHEMES } from './signatures.ts';

export function webhookRoutes(app: FastifyInstance, shared: Shared): void {
  const { webhooks } = shared.options.config;
  const named = (request: FastifyRequest): Webhook => {
    const { name } = request.params as { name: string };
    const webhook = webhooks.get(name);
    if (webhook === undefined)
      throw new Problem(404, { detail: `tieout.yaml names no webhook ${JSON.stringify(name)}` });
    return webhook;
  };
  const before = (request: FastifyRequest): void => {
    named(request);
    modeOf(request.raw);
  };
  app.post('/v1/webhooks/:name', { config: { scope: 'signed', before } }, async (request, reply) => {
    const webhook = named(request);
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const { raw } = request;
    const checked = SCHEMES[webhook.scheme]({
      headers: raw.headers,
      body,
      secrets: secretsOf(webhook),
      now: shared.options.clock(),
    });
    if (!('delivery' in checked)) {
      const { path, expected, found } = checked;
      throw new Problem(401, {
        detail: `${path}: expected ${expected}, found ${found}`,
        path,
        expected,
        found,
      });
    }
    const actor = `webhook ${webhook.name}`;
    const scopes = { events: { sources: [webhook.source], types: [] }, companies: [] };
    const answer = await takeEvents(shared, { scopes, actor }, textsOf(raw, modeOf(raw), body));
    return reply
      .code(answer.forbidden === answer.items.length && answer.items.length > 0 ? 403 : 202)
      .send(answer);
  });
}

/** Read at each request: a secret is changed by writing the file. */
function secretsOf({ name, secretFile }: Webhook): string[] {
  let text: string;
  try {
    text = readFileSync(secretFile, 'utf8');
  } catch {
    throw new Problem(
      503,
      { detail: `the secret of webhook ${name} cannot be read; a person has to look` },
      { 'retry-after': '60' },
    );
  }
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
