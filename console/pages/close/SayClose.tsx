// Certifies a period, or asks for it to be opened again: with the personal key, and a reason where something is taken back.
import { useSignal } from '@preact/signals';

import { change } from '../../app/api.ts';
import { closeDialog } from '../../parts/dialog.ts';
import { KeyField } from '../../parts/KeyField.tsx';

export interface SayCloseProps {
  what: 'certify' | 'reopen';
  company: string;
  period: string;
}

export function SayClose({ what, company, period }: SayCloseProps) {
  const why = useSignal('');
  const key = useSignal('');
  const wrong = useSignal('');
  const busy = useSignal(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    busy.value = true;
    wrong.value = '';
    try {
      await change(`close/${what}`, { company, period, why: why.value, key: key.value });
      closeDialog();
    } catch (error) {
      wrong.value = (error as Error).message;
    }
    key.value = '';
    busy.value = false;
  };
  const certifies = what === 'certify';
  return (
    <form class="decide stack" onSubmit={(event) => void submit(event)}>
      <p>
        {certifies
          ? 'The period is locked, whatever the ERP says of it, and prints as it stands now ever after.'
          : 'Another person has to agree; until then it stays locked.'}
      </p>
      <label>
        {certifies ? 'Why (may be left out)' : 'Why'}
        <textarea
          rows={3}
          maxLength={2000}
          required={!certifies}
          onInput={(event) => (why.value = event.currentTarget.value)}
        />
      </label>
      <KeyField onInput={(event) => (key.value = event.currentTarget.value)} />
      <p class="refused" role="alert">
        {wrong.value}
      </p>
      <p class="buttons">
        <button class="primary" disabled={busy.value}>
          {busy.value ? 'Proving the books …' : certifies ? 'Certify' : 'Ask for it'}
        </button>
        <button type="button" onClick={closeDialog}>
          Not now
        </button>
      </p>
    </form>
  );
}
