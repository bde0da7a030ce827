// A second person's word on journals or decisions: with the personal key, and a reason where it is a no.
import { useSignal } from '@preact/signals';

import type { WordAnswer } from '../../../src/server/console/journals.ts';
import { change } from '../../app/api.ts';
import { closeDialog } from '../../parts/dialog.ts';
import { KeyField } from '../../parts/KeyField.tsx';
import { reasonWords } from '../../parts/words.ts';

export interface SayWordProps {
  verdict: 'approve' | 'reject';
  ids: readonly string[];
  onDone?: () => void;
}

export function SayWord({ verdict, ids, onDone }: SayWordProps) {
  const why = useSignal('');
  const key = useSignal('');
  const wrong = useSignal('');
  const busy = useSignal(false);
  const answers = useSignal<WordAnswer['answers'] | null>(null);
  const title = verdict === 'approve' ? 'Approve' : 'Reject';
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    busy.value = true;
    wrong.value = '';
    try {
      const body = { verdict, ids, why: why.value, key: key.value };
      answers.value = (await change<WordAnswer>('journals/word', body)).answers;
      onDone?.();
    } catch (error) {
      wrong.value = (error as Error).message;
    }
    key.value = '';
    busy.value = false;
  };
  if (answers.value !== null)
    return (
      <div class="stack">
        <ul class="outcomes" role="status">
          {answers.value.map((one) => (
            <li key={one.id} class={one.ok ? 'done' : 'refused'}>
              <strong>
                {one.what} {one.id}
              </strong>
              :{' '}
              {one.ok
                ? `${reasonWords(one.state)}${one.next === undefined ? '' : `; ${one.next}`}`
                : `refused: ${one.why}`}
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
  return (
    <form class="decide stack" onSubmit={(event) => void submit(event)}>
      <label>
        {verdict === 'reject' ? 'Why' : 'Why (may be left out)'}
        <textarea
          rows={3}
          maxLength={2000}
          required={verdict === 'reject'}
          onInput={(event) => (why.value = event.currentTarget.value)}
        />
      </label>
      <KeyField onInput={(event) => (key.value = event.currentTarget.value)} />
      <p class="refused" role="alert">
        {wrong.value}
      </p>
      <p class="buttons">
        <button class="primary" disabled={busy.value}>
          {busy.value ? 'Saying so …' : title}
        </button>
        <button type="button" onClick={closeDialog}>
          Not now
        </button>
      </p>
    </form>
  );
}
