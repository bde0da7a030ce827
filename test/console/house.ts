// The small retailer of the examples, lived up to its first run, with people of every role, a server over it and a browser before
// it. One event is made of everything that a browser might run.
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

import { makeOnceLink } from '../../jobs/administration/sessions.ts';
import { type Actor, authenticate } from '../../jobs/administration/userKeys.ts';
import { addUser } from '../../jobs/administration/users.ts';
import { runProgram } from '../../src/cli/program.ts';
import { loadConfig } from '../../src/config/load.ts';
import { openDatabase } from '../../src/db/connection.ts';
import { openLog } from '../../src/log/logger.ts';
import { type Server, startServer } from '../../src/server/server.ts';
import { appUrl } from '../support/appLogin.ts';
import { copyExample } from '../support/copyExample.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

/** Debian's; '' where none is installed. */
export const CHROMIUM = ['/usr/bin/chromium'].find((path) => existsSync(path)) ?? '';

/** What a browser would run if a page wrote it as it came. */
export const MARKUP = `<img src=x onerror=alert(1)>'"&lt;script>`;

const PEOPLE = [
  { name: 'rita', role: 'reviewer' },
  { name: 'mia', role: 'preparer' },
  { name: 'eve', role: 'auditor' },
  { name: 'dan', role: 'reviewer', companies: ['DE01'] },
] as const;

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** What the browser complained of: policies broken, errors thrown. */
  complaints: string[];
}

export class House {
  readonly at: TestDatabase;
  readonly folder: string;
  readonly keys = new Map<string, string>();
  server: Server | undefined;
  browser: Browser | undefined;

  constructor(at: TestDatabase, folder: string) {
    this.at = at;
    this.folder = folder;
  }

  /** @param month lived up to its first run; @param browser with a server to look at */
  static async open({ month = true, browser = true } = {}): Promise<House> {
    const folder = mkdtempSync(join(tmpdir(), 'tieout-console-'));
    copyExample('retail', folder);
    const config = join(folder, 'tieout.yaml');
    writeFileSync(config, `demo: true\n${readFileSync(config, 'utf8')}`);
    appendFileSync(join(folder, 'data/events.ndjson'), `${hostileEvent(folder)}\n`);
    const house = new House(await testDatabase(), folder);
    if (month) await house.#live();
    await house.#invite();
    if (!browser) return house;
    await house.#serve();
    house.browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    return house;
  }

  async #live(): Promise<void> {
    const url = await appUrl(this.at.db);
    const data = (name: string): string => join(this.folder, 'data', name);
    for (const words of [
      ['ingest', 'periods', data('periods.csv')],
      ['ingest', 'opening', data('opening.csv')],
      ['ingest', 'events', data('events.ndjson')],
      ['ingest', 'ledger', data('ledger.csv')],
      ['ingest', 'balances', data('balances.csv')],
      ['reconcile', '--as-of', '2026-10-31'],
    ]) {
      const said: string[] = [];
      const code = await runProgram([...words, '--config', join(this.folder, 'tieout.yaml')], {
        env: { DATABASE_URL: url },
        clock: () => Date.now(),
        print: () => undefined,
        note: (line) => void said.push(line),
        terminal: false,
      });
      if (code > 1) throw new Error(said.join('\n'));
    }
  }

  async #invite(): Promise<void> {
    const now = Date.now();
    const { db } = this.at;
    const { key } = await addUser(db, { name: 'ada', role: 'admin', osUser: 'test', now });
    const proof = await authenticate(db, {
      name: 'ada',
      key,
      osUser: 'test',
      now: new Date(now).toISOString(),
    });
    if (!proof.ok) throw new Error('the admin is nobody');
    const by: Actor = proof.actor;
    for (const person of PEOPLE)
      this.keys.set(person.name, (await addUser(db, { ...person, by, osUser: 'test', now })).key);
  }

  async #serve(): Promise<void> {
    const url = await appUrl(this.at.db);
    this.server = await startServer({
      config: loadConfig(join(this.folder, 'tieout.yaml'), {}),
      port: 0,
      name: 'test',
      log: openLog({
        level: 'warn',
        scrub: (one) => one,
        runLog: join(this.folder, 'runs.ndjson'),
        write: (line) => console.error(line),
      }),
      clock: () => Date.now(),
      open: (applicationName, statementTimeoutMs = 0) =>
        openDatabase({ dataDir: '', url, applicationName, statementTimeoutMs }),
      failing: () => [],
      failingParts: () => [],
      lastTick: () => Date.now(),
    });
    this.server.begin();
    while ((await fetch(this.address('/readyz'))).status === 503) await sleep(20);
  }

  address(path = '/'): string {
    return `http://127.0.0.1:${this.server!.port}${path}`;
  }

  /** A browser of one's own, with nobody signed in. */
  async visit(path = '/'): Promise<Visit> {
    const context = await this.browser!.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`));
    page.on('dialog', (dialog) => {
      complaints.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('console', (message) => {
      // An answer that refuses is told by the browser too; that it was refused is what the test says.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        complaints.push(message.text());
    });
    await page.goto(this.address(path));
    return { page, context, complaints };
  }

  /** By the form, as a person does. */
  async visitAs(name: string, path = '/'): Promise<Visit> {
    const visit = await this.visit(path);
    await visit.page.getByLabel('Your key').fill(this.keys.get(name)!);
    await visit.page.getByRole('button', { name: 'Sign in' }).click();
    await visit.page.getByRole('navigation', { name: 'Pages' }).waitFor();
    return visit;
  }

  /** By the link of a demonstration: an auditor. */
  async visitOnce(): Promise<Visit> {
    const visit = await this.visit(`/#once=${await makeOnceLink(this.at.db)}`);
    await visit.page.getByRole('navigation', { name: 'Pages' }).waitFor();
    return visit;
  }

  async close(): Promise<void> {
    await this.browser?.close();
    await this.server?.close();
    rmSync(this.folder, { recursive: true, force: true });
    await this.at.drop();
  }
}

/** A sale that no ledger line answers, all of whose free texts are markup. */
function hostileEvent(folder: string): string {
  const lines = readFileSync(join(folder, 'data/events.ndjson'), 'utf8').split('\n');
  const sale = lines.findLast(
    (line) => line.includes('"retail.shipment.confirmed.v1"') && line.includes('"US01"'),
  );
  const event = JSON.parse(sale!) as { id: string; data: Record<string, unknown> };
  return JSON.stringify({
    ...event,
    time: '2026-10-06T14:00:00-05:00',
    id: `evil${MARKUP}`,
    data: { ...event.data, shipmentId: `SHP${MARKUP}`, orderId: `SO${MARKUP}`, note: MARKUP },
  });
}

/** Asks the server as a script in the page would, with its cookies. */
export function fromPage(
  page: Page,
  path: string,
  init: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; text: string }> {
  return page.evaluate<{ status: number; text: string }>(
    `fetch(${JSON.stringify(`/v1/console/${path}`)}, ${JSON.stringify(init)}).then(async (answer) => ({ status: answer.status, text: await answer.text() }))`,
  );
}
