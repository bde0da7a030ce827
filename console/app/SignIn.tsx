// Signing in by one's key. The field is a password's, so that a password manager keeps it and no page history does.
import { useSignal } from '@preact/signals';

import { signIn, signInWords } from './session.ts';

export function SignIn() {
  const busy = useSignal(false);
  const key = useSignal('');
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    busy.value = true;
    await signIn({ key: key.value.trim() });
    key.value = '';
    busy.value = false;
  };
  return (
    <main class="signin">
      <form onSubmit={(event) => void submit(event)}>
        <p class="brand">
          <span class="mark" aria-hidden="true" />
          Tieout
        </p>
        <h1>Sign in</h1>
        <label for="key">Your key</label>
        <input
          id="key"
          type="password"
          autocomplete="current-password"
          spellcheck={false}
          required
          value={key.value}
          onInput={(event) => (key.value = event.currentTarget.value)}
        />
        <button class="primary" disabled={busy.value}>
          {busy.value ? 'Asking …' : 'Sign in'}
        </button>
        <p role="status" class="words">
          {signInWords.value}
        </p>
        <p class="hint">
          The key an admin gave you, <code>tieout_…</code>. It is sent once and not kept; the session ends
          after 30 unused minutes.
        </p>
      </form>
    </main>
  );
}
