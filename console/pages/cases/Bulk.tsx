// A decision on several cases at once: what can be done with all of them, and what it adds up to.
import type { ListedCase } from '../../../jobs/reports/keptCases.ts';
import { may } from '../../app/session.ts';
import { dialog } from '../../parts/dialog.ts';
import { count, moneyText } from '../../parts/Money.tsx';
import { actionWords } from '../../parts/words.ts';
import { addTexts } from '../../parts/addTexts.ts';
import { Decide } from './Decide.tsx';

/** The permission that an action asks for. */
const PERMISSION: Readonly<Record<string, string>> = {
  book: 'approve journal',
  match: 'match',
  reclass: 'close',
  reverse: 'close',
  writeOff: 'close',
  accept: 'accept',
  reopen: 'reopen',
  comment: 'comment',
  assign: 'assign',
};

export const mayAct = (action: string): boolean => may(PERMISSION[action] ?? 'put aside');

export function Bulk({ chosen, clear }: { chosen: readonly ListedCase[]; clear: () => void }) {
  const [first, ...others] = chosen;
  if (first === undefined) return null;
  const shared = first.actions.filter(({ action }) =>
    others.every((row) => row.actions.some((one) => one.action === action)),
  );
  const all = [
    ...shared,
    { action: 'assign' as const, does: 'says who looks after them', needs: ['assignee' as const] },
    { action: 'comment' as const, does: 'writes something on them', needs: ['why' as const] },
  ];
  const sums = [...new Set(chosen.map(({ currency }) => currency))].map((currency) =>
    moneyText(
      addTexts(chosen.flatMap((row) => (row.currency === currency ? (row.amount ?? []) : []))),
      currency,
    ),
  );
  const words = `${count(chosen.length)} ${chosen.length === 1 ? 'case' : 'cases'}, ${sums.join(' and ')}`;
  return (
    <section class="bulk" aria-label="Chosen cases">
      <strong>{words}</strong>
      <span class="buttons">
        {all
          .filter(({ action }) => mayAct(action))
          .map((action) => (
            <button
              key={action.action}
              onClick={() =>
                dialog(
                  `${actionWords(action.action)}: ${words}`,
                  <Decide action={action} cases={chosen} accounts={[]} onDone={clear} />,
                )
              }
            >
              {actionWords(action.action)}
            </button>
          ))}
        <button class="quiet" onClick={clear}>
          None
        </button>
      </span>
    </section>
  );
}
