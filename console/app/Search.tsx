// One search for any id: whatever is typed is followed to its story.
import { useSignal, useSignalEffect } from '@preact/signals';

import { go, route } from './route.ts';

export function Search() {
  const text = useSignal('');
  useSignalEffect(() => {
    if (route.value.page === 'follow') text.value = route.value.params['id'] ?? '';
  });
  const submit = (event: Event): void => {
    event.preventDefault();
    const id = text.value.trim();
    if (id !== '') go('follow', { id });
  };
  return (
    <form class="search" role="search" onSubmit={submit}>
      <input
        id="search"
        type="search"
        aria-label="Any id: event, order, document, journal, case"
        placeholder="Any id: event, order, document, journal, case"
        spellcheck={false}
        autocomplete="off"
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}
