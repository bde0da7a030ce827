// GET /openapi.json, /asyncapi.json, /schemas/TYPE.json and /docs: the contract, generated once when it is first asked for. On this
// machine they need no key.
import type { FastifyInstance } from 'fastify';

import { asyncApi, openApi, schemaOfType } from './contract.ts';
import { docsPage } from './docsPage.ts';
import { Problem } from './problem.ts';

const config = { scope: 'read unless local' as const };
const JSON_TYPE = 'application/json; charset=utf-8';

export function contractRoutes(app: FastifyInstance): void {
  const once = <T>(make: () => T): (() => T) => {
    let made: { is: T } | undefined;
    return () => (made ??= { is: make() }).is;
  };
  const open = once(() => JSON.stringify(openApi()));
  const async = once(() => JSON.stringify(asyncApi()));
  const page = once(docsPage);
  app.get('/openapi.json', { config }, (_request, reply) => reply.type(JSON_TYPE).send(open()));
  app.get('/asyncapi.json', { config }, (_request, reply) => reply.type(JSON_TYPE).send(async()));
  app.get<{ Params: { file: string } }>('/schemas/:file', { config }, (request, reply) => {
    const type = /^([a-z0-9.]{1,100})\.json$/i.exec(request.params.file)?.[1];
    const schema = type === undefined ? undefined : schemaOfType(type);
    if (schema === undefined) throw new Problem(404, { detail: `there is no schema ${request.params.file}` });
    return reply.type('application/schema+json; charset=utf-8').send(JSON.stringify(schema));
  });
  app.get('/docs', { config }, (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header(
        'content-security-policy',
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      )
      .header('x-content-type-options', 'nosniff')
      .send(page()),
  );
}
