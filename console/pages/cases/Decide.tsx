// One decision on one case or several: what it would do, what has to be said with it, and what became of each. What a case was when
// it was looked at goes with it, so that nobody decides on what has changed since.
import { useSignal } from '@preact/signals';

import type { CaseAction } from '../../../reports/caseModel.ts';
import type { DecidedAnswer, CaseAnswer } from '../../../src/server/console/cases.ts';
import { change } from '../../app/api.ts';
import { closeDialog } from '../../parts/dialog.ts';
import { KeyField } from '../../parts/KeyField.tsx';
import { count } from '../../parts/Money.tsx';
import { actionWords } from '../../parts/words.ts';

export interface DecideProps {
  action: Pick<CaseAction, 'does' | 'needs'> & { action: string };
  cases: readonly { case: string; title: string; seen: string }[];
  accounts: CaseAnswer['accounts'];
  onDone?: () => void;
}

export function Decide({ action: { action, does, needs }, cases, accounts, onDone }: DecideProps) {
  const said = useSignal<Readonly<Record<string, string>>>({});
  const wrong = useSignal('');
  const busy = useSignal(false);
  const outcomes = useSignal<DecidedAnswer['outcomes'] | null>(null);
  const say = (name: string) => (event: { currentTarget: { value: string } }) =>
    (said.value = { ...said.value, [name]: event.currentTarget.value });
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    busy.value = true;
    wrong.value = '';
    const { key, ...words } = said.value;
    try {
      const decisions = cases.map((one) => ({ case: one.case, action, seen: one.seen, ...words }));
      outcomes.value = (await change<DecidedAnswer>('cases/decide', { decisions, key })).outcomes;
      onDone?.();
    } catch (error) {
      wrong.value = (error as Error).message;
    }
    busy.value = false;
  };
  if (outcomes.value !== null) return <Outcomes outcomes={outcomes.value} cases={cases} />;
  return (
    <form class="decide stack" onSubmit={(event) => void submit(event)}>
      <p>
        {actionWords(action)} {does}
        {cases.length > 1 ? `, ${count(cases.length)} times` : ''}.
      </p>
      {needs.includes('until') ? (
        <label>
          Until
          <input type="date" required onInput={say('until')} />
        </label>
      ) : null}
      {needs.includes('account') ? <AccountField accounts={accounts} onInput={say('account')} /> : null}
      {needs.includes('assignee') ? (
        <label>
          To whom
          <input required placeholder="mia" spellcheck={false} onInput={say('assignee')} />
        </label>
      ) : null}
      <label>
        {action === 'comment' ? 'Comment' : needs.includes('why') ? 'Why' : 'Why (may be left out)'}
        <textarea rows={3} maxLength={2000} required={needs.includes('why')} onInput={say('why')} />
      </label>
      {action === 'book' ? <KeyField onInput={say('key')} /> : null}
      <p class="refused" role="alert">
        {wrong.value}
      </p>
      <p class="buttons">
        <button class="primary" disabled={busy.value}>
          {busy.value ? 'Deciding …' : actionWords(action)}
        </button>
        <button type="button" onClick={closeDialog}>
          Not now
        </button>
      </p>
    </form>
  );
}

interface AccountFieldProps {
  accounts: CaseAnswer['accounts'];
  onInput: (event: { currentTarget: { value: string } }) => void;
}

function AccountField({ accounts, onInput }: AccountFieldProps) {
  return (
    <label>
      The remainder goes to
      <select required onChange={onInput}>
        <option value="">an account …</option>
        {accounts.map(({ name, number, title }) => (
          <option key={name} value={name}>
            {number} {title || name}
          </option>
        ))}
      </select>
    </label>
  );
}

function Outcomes({ outcomes, cases }: { outcomes: DecidedAnswer['outcomes']; cases: DecideProps['cases'] }) {
  const refused = outcomes.filter(({ ok }) => !ok);
  const titleOf = (id: string): string => cases.find((one) => one.case === id)?.title ?? id;
  return (
    <div class="stack">
      <p role="status">
        <span class="done">{count(outcomes.length - refused.length)} done</span>
        {refused.length === 0 ? '' : <span class="refused">, {count(refused.length)} refused</span>}
      </p>
      <ul class="outcomes">
        {outcomes.map((one) => (
          <li key={one.case} class={one.ok ? 'done' : 'refused'}>
            <strong>{titleOf(one.case)}</strong>: {one.ok ? one.did : `refused: ${one.why}`}
          </li>
        ))}
      </ul>
      <p class="buttons">
        <button class="primary" onClick={closeDialog}>
          Close
        </button>
      </p>
    </div>
  );
}
