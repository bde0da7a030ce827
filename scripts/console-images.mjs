// Pictures of every page of the console on a demonstration's data, light and dark, wide and narrow: for the docs, and for whoever
// changes how it looks. Takes the address that `tieout serve --open` prints; with TIEOUT_KEY it signs in by that key, and the pictures
// show what that person can do. Needs Debian's chromium.
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [address, out = 'docs/images/console', ...only] = process.argv.slice(2);
if (address === undefined) {
  console.error('usage: node scripts/console-images.mjs ADDRESS [FOLDER] [PAGE...]');
  process.exit(2);
}
const PAGES = {
  today: '/',
  cases: '/cases?status=open',
  case: '/cases?status=open',
  journals: '/journals',
  journal: '/journals?state=all',
  follow: '/follow',
  feeds: '/feeds',
  close: '/close',
  rules: '/rules',
  system: '/system',
};
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
const first = await context.newPage();
const key = process.env.TIEOUT_KEY;
await first.goto(key === undefined ? address : new URL('/', address).href);
if (key !== undefined) {
  await first.getByLabel('Your key').fill(key.trim());
  await first.getByRole('button', { name: 'Sign in' }).click();
}
await first.waitForSelector('.companies');
const { origin } = new URL(address);
for (const [name, path] of Object.entries(PAGES)) {
  if (only.length > 0 && !only.includes(name)) continue;
  for (const scheme of ['light', 'dark'])
    for (const width of [1440, 390]) {
      const page = await context.newPage();
      await page.setViewportSize({ width, height: width === 390 ? 844 : 1000 });
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(`${origin}${path}`);
      await page.waitForSelector('#page');
      await page.waitForFunction(() => document.querySelector('.reading') === null);
      if (name === 'case') await page.locator('.windowed .all .line').nth(2).click();
      if (name === 'journal') await page.locator('button.link').first().click();
      if (name === 'follow') {
        await page.goto(`${origin}/cases?status=open&words=shipment`);
        await page.locator('.windowed .all .line').nth(2).click();
        await page.locator('.ways a').first().click();
      }
      await page.waitForTimeout(400);
      await page.waitForFunction(() => document.querySelector('.reading') === null);
      await page.screenshot({ path: `${out}/${name}-${scheme}-${width}.png` });
      await page.close();
    }
}
await browser.close();
