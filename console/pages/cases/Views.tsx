// Views that a person saved: a name for what the address says. They stay in this browser; a link to a colleague is the address.
import { signal } from '@preact/signals';

import { go } from '../../app/route.ts';

interface View {
  name: string;
  query: string;
}

const KEPT = 'tieout-views';
const MOST = 12;
const views = signal<readonly View[]>(read());

function read(): View[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '[]');
    return Array.isArray(kept)
      ? (kept as View[]).filter(({ name, query }) => name !== '' && query !== '')
      : [];
  } catch {
    return []; // what somebody else wrote there is no view
  }
}

function keep(next: readonly View[]): void {
  views.value = next.slice(0, MOST);
  localStorage.setItem(KEPT, JSON.stringify(views.value));
}

/** @param query what the list is narrowed to now; '' for nothing */
export function Views({ query }: { query: string }) {
  const known = views.value.find((view) => view.query === query);
  const save = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const name = (new FormData(form).get('name') as string).trim();
    if (name === '') return;
    keep([{ name, query }, ...views.value.filter((view) => view.name !== name)]);
    form.reset();
  };
  return (
    <div class="views">
      {views.value.map((view) => (
        <button
          key={view.name}
          class={view === known ? 'set' : 'quiet'}
          aria-pressed={view === known}
          onClick={() => go('cases', Object.fromEntries(new URLSearchParams(view.query)))}
        >
          {view.name}
        </button>
      ))}
      {query === '' ? null : known === undefined ? (
        <form onSubmit={save}>
          <input
            name="name"
            maxLength={40}
            aria-label="Save this view as"
            placeholder="Save view as …"
            autocomplete="off"
          />
        </form>
      ) : (
        <button class="quiet" onClick={() => keep(views.value.filter((view) => view !== known))}>
          Forget {known.name}
        </button>
      )}
    </div>
  );
}
