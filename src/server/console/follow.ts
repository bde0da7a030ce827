// Follow: one search for any id, its story, and the ways on from it to what came before and after.
import { follow, type Followed } from '../../../jobs/reports/follow.ts';
import type { ConsolePage } from './page.ts';

export type FollowAnswer = Followed;

export const followPage: ConsolePage = (routes) => {
  routes.get('follow', ({ db, config, rulebook, by, param }) =>
    follow({ db, config, rulebook, by, kind: param('kind'), id: param('id').trim() }),
  );
};
