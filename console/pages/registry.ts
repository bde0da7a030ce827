// The pages: one file and one line each, in the order in which they are shown.
import type { ComponentType } from 'preact';

import { Cases } from './Cases.tsx';
import { Close } from './Close.tsx';
import { Feeds } from './Feeds.tsx';
import { Follow } from './Follow.tsx';
import { Journals } from './Journals.tsx';
import { Rules } from './Rules.tsx';
import { System } from './System.tsx';
import { Today } from './Today.tsx';

export interface Page {
  /** In the address; '' is `today`. */
  name: string;
  title: string;
  /** The key that opens it. */
  key: string;
  view: ComponentType;
}

export const PAGES: readonly Page[] = [
  { name: 'today', title: 'Today', key: 't', view: Today },
  { name: 'cases', title: 'Cases', key: 'c', view: Cases },
  { name: 'journals', title: 'Journals', key: 'j', view: Journals },
  { name: 'follow', title: 'Follow', key: 'f', view: Follow },
  { name: 'feeds', title: 'Feeds', key: 'e', view: Feeds },
  { name: 'close', title: 'Close', key: 'l', view: Close },
  { name: 'rules', title: 'Rules', key: 'r', view: Rules },
  { name: 'system', title: 'System', key: 's', view: System },
];
