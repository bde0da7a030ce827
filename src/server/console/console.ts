// The console: its files, sessions, and what its pages ask.
import type { FastifyInstance } from 'fastify';

import { KeptStatement } from '../../../jobs/reports/keptStatement.ts';
import { KeptCases } from '../../../jobs/reports/keptCases.ts';
import type { KeptRulebook } from '../../../jobs/reports/keptRulebook.ts';
import type { Shared } from '../shared.ts';
import { fileRoutes } from './files.ts';
import { consoleRoutesOf } from './page.ts';
import { PAGES } from './registry.ts';
import { sessionRoutes } from './session.ts';

export function consoleRoutes(app: FastifyInstance, shared: Shared, rulebook: KeptRulebook): void {
  const routes = consoleRoutesOf(app, shared, {
    rulebook,
    cases: new KeptCases(shared.options.config),
    statement: new KeptStatement(),
  });
  fileRoutes(app, [...PAGES.keys()]);
  sessionRoutes(app, shared, routes);
  for (const page of PAGES.values()) page(routes);
}
