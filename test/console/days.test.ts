// Days in a real browser, from start to end: a reviewer's, an auditor's, and those of people who try what they should not.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { CHROMIUM, fromPage, House, MARKUP, type Visit } from './house.ts';

/** What a script in the page would try; runs in the browser. */
const TRIES = `(async () => {
  const found = [];
  document.addEventListener('securitypolicyviolation', (event) => found.push(event.effectiveDirective));
  const script = document.createElement('script');
  try { script.textContent = 'window.ran = true'; document.body.append(script); } catch { found.push('script'); }
  try { document.body.innerHTML = '<b>x</b>'; } catch { found.push('innerHTML'); }
  const style = document.createElement('style');
  style.textContent = 'body { display: none }';
  document.head.append(style);
  await fetch('https://elsewhere.example/').catch(() => found.push('elsewhere'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  return { found, ran: 'ran' in window };
})()`;

if (CHROMIUM === '')
  console.error(
    'SKIPPED: the console’s days in a browser; Debian’s chromium is not installed (apt-get install chromium)',
  );

describe.skipIf(CHROMIUM === '')('the console', () => {
  let house: House;
  const visits: Visit[] = [];
  const keep = (visit: Visit): Visit => {
    visits.push(visit);
    return visit;
  };
  beforeAll(async () => {
    house = await House.open();
  });
  afterAll(async () => {
    await house.close();
  });

  const listed = (page: Page): Promise<void> => page.locator('.windowed .title').first().waitFor();
  const beside = (page: Page) => page.getByRole('complementary', { name: 'The case that is open' });

  test('a reviewer’s day', async () => {
    const { page, complaints } = keep(await house.visitAs('rita'));
    // How does it stand? Each company in one word.
    await page.getByText('As of 31 Oct 2026').waitFor();
    expect(await page.locator('.company h2').allTextContents()).toEqual(['US01', 'DE01']);
    expect(await page.locator('.company .badge').first().textContent()).toMatch(/^(tied|incomplete|breaks)/);
    // From there to the open cases of one company; the address says what is shown.
    await page.locator('.company').first().getByRole('link', { name: 'open' }).click();
    await listed(page);
    expect(new URL(page.url()).search).toBe('?company=US01&status=open');
    const many = Number((await page.locator('.sums strong').textContent())!.split(' ')[0]);
    await page.getByLabel('Words in title').fill('tents SHP-10');
    await page.getByText('No case fits.').waitFor();
    await page.getByLabel('Words in title').fill('SHP-10');
    await page.getByText('1 case', { exact: true }).waitFor();
    expect(many).toBeGreaterThan(1);
    // By the keyboard into the case: nothing in the ledger where the facts expect an entry.
    await page.getByRole('grid').focus();
    await page.keyboard.press('Enter');
    await beside(page).getByText('nothing in the ledger').first().waitFor();
    // She says something on it, and it stands in its history.
    await beside(page).getByRole('button', { name: 'Comment' }).click();
    await page.getByRole('textbox', { name: 'Comment' }).fill('asked the web shop');
    await page.getByRole('dialog').getByRole('button', { name: 'Comment' }).click();
    await page.getByText('1 done').waitFor();
    await page.keyboard.press('Escape');
    await beside(page).getByText('asked the web shop').waitFor();
    // To book is to agree with who proposed it: her key, and a wrong one does nothing.
    await beside(page).getByRole('button', { name: 'Book' }).click();
    await page.getByLabel('The key of rita').fill('tieout_wrong');
    await page.getByRole('dialog').getByRole('button', { name: 'Book' }).click();
    await page.getByText('Nothing was done.').waitFor();
    await page.getByLabel('The key of rita').fill(house.keys.get('rita')!);
    await page.getByRole('dialog').getByRole('button', { name: 'Book' }).click();
    await page.getByText('1 done').waitFor();
    await page.keyboard.press('Escape');
    // Two others at once, with their sum.
    await page.goto(house.address('/cases?company=US01&status=open'));
    await listed(page);
    await page.locator('.windowed .all input').nth(0).check();
    await page.locator('.windowed .all input').nth(1).check();
    expect(await page.locator('.bulk strong').textContent()).toMatch(/^2 cases, [\d,]+\.\d\d USD$/);
    await page.getByRole('region', { name: 'Chosen cases' }).getByRole('button', { name: 'Assign' }).click();
    await page.getByLabel('To whom').fill('mia');
    await page.getByRole('dialog').getByRole('button', { name: 'Assign' }).click();
    await page.getByText('2 done').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.windowed .c2', { hasText: 'mia' }).first().waitFor();
    // What waits for a second person: the other journal, its lines, its life; approved by her key.
    await page.keyboard.press('j');
    await page.getByRole('row', { name: /DE01/ }).getByRole('button').click();
    await page.getByRole('complementary').getByText('DE01/GL').waitFor();
    await page.getByRole('complementary').getByRole('button', { name: 'Approve' }).click();
    await page.getByLabel('The key of rita').fill(house.keys.get('rita')!);
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await page.getByText('tieout post sends it').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('complementary').getByText('approved by rita').first().waitFor();
    // Any id, its story, one step on, and back.
    await page.keyboard.press('/');
    await page.keyboard.type('SHP-10');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Reference SHP-10' }).waitFor();
    await page.getByRole('navigation', { name: 'Where it comes from' }).getByRole('link').first().click();
    await page.getByRole('heading', { name: /^Event / }).waitFor();
    await page
      .getByRole('navigation', { name: 'What became of it' })
      .getByText(/journal \d+, approved/)
      .waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Reference SHP-10' }).waitFor();
    // Home.
    await page.getByRole('button', { name: /^rita/ }).click();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect((await fromPage(page, 'cases')).status).toBe(401);
    expect(complaints).toEqual([]);
  });

  test('an auditor’s day: sees everything, changes nothing, and axe finds nothing on any page', async () => {
    const { page, complaints } = keep(await house.visitOnce());
    expect(page.url()).toBe(house.address('/')); // the link's secret has left the address
    const pages = await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').count();
    for (let index = 0; index < pages; index += 1) {
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').nth(index).click();
      await page.locator('.reading').waitFor({ state: 'detached' });
      expect(await faults(page)).toEqual([]);
    }
    await page.goto(house.address('/cases'));
    await listed(page);
    await page.locator('.windowed .all .line').first().click();
    await beside(page)
      .getByText('The fact and the ledger')
      .or(beside(page).getByText('Effect on the books'))
      .first()
      .waitFor();
    for (const scheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      expect(await faults(page)).toEqual([]);
    }
    expect(await beside(page).getByRole('button').allTextContents()).toEqual(['Close']);
    await page.goto(house.address('/journals?state=all'));
    await page.locator('button.link').first().click();
    await page.getByText('Its life').waitFor();
    expect(await faults(page)).toEqual([]);
    expect(await page.getByRole('button', { name: /Approve|Reject|Agree/ }).count()).toBe(0);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    expect(await faults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 360, height: 740 });
    for (const path of ['/', '/cases', '/journals?state=all', '/follow?id=SHP-10']) {
      await page.goto(house.address(path));
      await page.locator('.reading').waitFor({ state: 'detached' });
      const wider = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect([path, wider]).toEqual([path, 0]);
    }
    // What the page does not offer the server does not do either.
    const { csrf } = JSON.parse((await fromPage(page, 'session')).text) as { csrf: string };
    const first = JSON.parse((await fromPage(page, 'cases?limit=1')).text) as { rows: { case: string }[] };
    for (const action of ['comment', 'assign', 'accept', 'wait']) {
      const decision = { case: first.rows[0]!.case, action, why: 'x', assignee: 'mia', until: '2027-01-01' };
      const answer = await fromPage(page, 'cases/decide', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-tieout-csrf': csrf },
        body: JSON.stringify({ decisions: [decision] }),
      });
      expect([action, answer.text]).toEqual([action, expect.not.stringContaining('"ok":true')]);
    }
    expect(complaints).toEqual([]);
  });

  test('nothing that an event says is ever markup', async () => {
    const { page, complaints } = keep(await house.visitAs('mia', '/cases?words=evil'));
    await listed(page);
    await page.locator('.windowed .all .line').first().click();
    await beside(page).getByText(`evil${MARKUP}`).first().waitFor();
    await page.goto(house.address(`/follow?id=${encodeURIComponent(`SHP${MARKUP}`)}`));
    await page.getByRole('heading', { name: `SHP${MARKUP}` }).waitFor();
    await page.getByRole('navigation', { name: 'Where it comes from' }).getByRole('link').first().click();
    await page.getByRole('heading', { name: `evil${MARKUP}` }).waitFor();
    await page.goto(house.address(`/follow?id=${encodeURIComponent(MARKUP)}`));
    await page.getByText(`Nothing here is called ${MARKUP}`).waitFor();
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('the policy holds: nothing inline runs, no markup from text, no frame', async () => {
    const { page } = keep(await house.visitAs('mia'));
    const broken = await page.evaluate<{ found: string[]; ran: boolean }>(TRIES);
    expect(broken.ran).toBe(false);
    for (const what of ['innerHTML', 'style-src-elem', 'connect-src', 'elsewhere'])
      expect(broken.found).toContain(what);
    const frame = await page.context().newPage();
    await frame.setContent(`<iframe src="${house.address('/')}"></iframe>`);
    await frame.waitForTimeout(300);
    const inside = frame.frames()[1]?.evaluate<boolean>(`document.querySelector('#console') !== null`);
    expect(await inside?.catch(() => false)).not.toBe(true);
  });

  test('a session that is over asks for the key, and what was asked for is shown afterwards', async () => {
    const { page } = keep(await house.visitAs('mia', '/cases?company=DE01'));
    await listed(page);
    await house.at.db.pool.query(`update tieout.user_session set ended_at = now() where user_name = 'mia'`);
    await page.getByLabel('With anyone').selectOption({ index: 1 });
    await page.getByText('The session is over').waitFor();
    await page.getByLabel('Your key').fill(house.keys.get('mia')!);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await listed(page);
    expect(new URL(page.url()).searchParams.get('company')).toBe('DE01');
  });

  test('a hundred thousand cases scroll: what is seen is there, what is not is nowhere', async () => {
    const { page, context, complaints } = keep(await house.visitAs('mia'));
    const real = JSON.parse((await fromPage(page, 'cases?limit=1')).text) as { rows: object[] };
    await context.route('**/v1/console/cases?*', (route) => {
      const params = new URL(route.request().url()).searchParams;
      const offset = Number(params.get('offset'));
      const rows = Array.from({ length: 100 }, (_, at) => ({
        ...real.rows[0],
        case: `case ${offset + at}`,
        title: `Number ${offset + at}`,
      }));
      return route.fulfill({ json: { ...real, total: 100_000, offset, rows } });
    });
    await page.goto(house.address('/cases'));
    await page.getByText('100,000 cases').waitFor();
    const list = page.getByRole('grid');
    expect(await list.getAttribute('aria-rowcount')).toBe('100001');
    for (const index of [0, 99_000, 50_000, 12_345, 99_990]) {
      await list.evaluate((element, top) => (element.scrollTop = top), index * 36);
      await page.getByText(`Number ${index}`, { exact: true }).waitFor();
      expect(await page.locator('.windowed *').count()).toBeLessThan(900);
    }
    await list.focus();
    await page.keyboard.press('End');
    await page.getByText('Number 99999', { exact: true }).waitFor();
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).searchParams.get('case')).toBe('case 99999');
    expect(complaints).toEqual([]);
  });

  test('the network is cut: it says so, and goes on when it is back; a view saved by name comes back', async () => {
    const { page, context } = keep(await house.visitAs('mia', '/cases?company=DE01'));
    await listed(page);
    await page.getByLabel('Save this view as').fill('Germany');
    await page.keyboard.press('Enter');
    await context.setOffline(true);
    await page.getByLabel('Any status').selectOption('open');
    await page.getByText('Tieout does not answer').waitFor();
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await listed(page);
    await page.goto(house.address('/cases'));
    await page.getByRole('button', { name: 'Germany' }).click();
    await listed(page);
    expect(new URL(page.url()).search).toBe('?company=DE01');
    // On paper there is what is asked about, not the ways to ask.
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('navigation', { name: 'Pages' }).isVisible()).toBe(false);
    expect(await page.locator('.windowed .title').first().isVisible()).toBe(true);
  });

  test('two at one case: the second is told that it is another one now', async () => {
    const one = keep(await house.visitAs('mia', '/cases?company=DE01&status=open'));
    const two = keep(await house.visitAs('rita', '/cases?company=DE01&status=open'));
    for (const { page } of [one, two]) {
      await listed(page);
      await page.locator('.windowed .all .line').last().click();
      await beside(page).getByRole('button', { name: 'Accept' }).click();
      await page.getByRole('textbox', { name: 'Why' }).fill('small');
    }
    await one.page.getByRole('dialog').getByRole('button', { name: 'Accept' }).click();
    await one.page.getByText('1 done').waitFor();
    await two.page.getByRole('dialog').getByRole('button', { name: 'Accept' }).click();
    await two.page.getByText('1 refused').waitFor();
    expect(await two.page.locator('.outcomes .refused').textContent()).toMatch(/refused: /);
  });

  test('what is of another company is not there', async () => {
    const all = keep(await house.visitAs('rita'));
    const { page } = keep(await house.visitAs('dan', '/cases'));
    const read = async <T>(from: Page, path: string): Promise<T> =>
      JSON.parse((await fromPage(from, path)).text) as T;
    interface Cases {
      total: number;
      rows: { case: string; company: string; eventIds: { source: string; id: string }[] }[];
      facets: { company: [string, number][] };
    }
    const every = await read<Cases>(all.page, 'cases');
    const own = await read<Cases>(page, 'cases');
    expect(own.rows.map(({ company }) => company)).toEqual(own.rows.map(() => 'DE01'));
    expect(own.facets.company.map(([company]) => company)).toEqual(['DE01']);
    expect([own.total, own.total < every.total]).toEqual([own.rows.length, true]);
    interface Close {
      company: string;
      periods: { company: string }[];
    }
    const closes = await read<Close>(page, 'close?company=US01&period=2026-10');
    expect([...new Set(closes.periods.map(({ company }) => company)), closes.company]).toEqual([
      'DE01',
      'DE01',
    ]);
    expect((await read<Close>(all.page, 'close?company=US01&period=2026-10')).company).toBe('US01');
    const feeds = await read<{ batches: unknown[]; records: { company: string }[] }>(page, 'feeds');
    expect([feeds.batches, feeds.records.filter(({ company }) => company !== 'DE01')]).toEqual([[], []]);
    const foreign = every.rows.filter(({ company }) => company === 'US01');
    for (const row of foreign) {
      expect((await fromPage(page, `cases/case?id=${row.case}`)).status).toBe(422);
      const follow = await fromPage(page, `follow?id=${row.case}`);
      expect(JSON.parse(follow.text)).toMatchObject({ story: null, several: [] });
      for (const { source, id } of row.eventIds) {
        const story = await fromPage(
          page,
          `follow?${new URLSearchParams({ id: `${source} ${id}` }).toString()}`,
        );
        expect(JSON.parse(story.text)).toMatchObject({ story: null, several: [] });
      }
    }
    interface Journals {
      journals: { journal: string; company: string }[];
    }
    const journals = (await read<Journals>(page, 'journals')).journals;
    expect(journals.map(({ company }) => company)).toEqual(['DE01']);
    for (const { journal, company } of (await read<Journals>(all.page, 'journals')).journals)
      expect([company, (await fromPage(page, `journals/journal?id=${journal}`)).status]).toEqual([
        company,
        company === 'DE01' ? 200 : 422,
      ]);
    const today = (await fromPage(page, 'today')).text;
    expect(today).not.toContain('US01');
  });

  async function faults(page: Page): Promise<string[]> {
    const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    await page.evaluate(source);
    const found = await page.evaluate<{ id: string; nodes: { html: string; failureSummary?: string }[] }[]>(
      'axe.run().then(({ violations }) => violations)',
    );
    return found.flatMap(({ id, nodes }) =>
      nodes.map(
        ({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 200)} ${failureSummary.slice(0, 300)}`,
      ),
    );
  }
});
