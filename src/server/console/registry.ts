// The pages of the console: their questions and changes, a file and a line each (console/pages/registry.ts shows them).
import { casesPage } from './cases.ts';
import { closePage } from './close.ts';
import { feedsPage } from './feeds.ts';
import { followPage } from './follow.ts';
import { journalsPage } from './journals.ts';
import type { ConsolePage } from './page.ts';
import { rulesPage } from './rules.ts';
import { systemPage } from './system.ts';
import { todayPage } from './today.ts';

export const PAGES: ReadonlyMap<string, ConsolePage> = new Map([
  ['today', todayPage],
  ['cases', casesPage],
  ['journals', journalsPage],
  ['follow', followPage],
  ['feeds', feedsPage],
  ['close', closePage],
  ['rules', rulesPage],
  ['system', systemPage],
]);
