// The frame of every page: where one can go, one search for any id, who is there.
import { useEffect } from 'preact/hooks';

import { PAGES } from '../pages/registry.ts';
import { dialog } from '../parts/dialog.ts';
import { Dialogs } from '../parts/Dialogs.tsx';
import { Link } from '../parts/Link.tsx';
import { Keys, useShortcuts } from './Keys.tsx';
import { route } from './route.ts';
import { Search } from './Search.tsx';
import { type Person, signOut } from './session.ts';
import { nextTheme, theme } from './theme.ts';

export function Shell({ person }: { person: Person }) {
  useShortcuts();
  const { page } = route.value;
  const shown = PAGES.find(({ name }) => name === page);
  const title = shown?.title ?? 'Not here';
  useEffect(() => {
    document.title = `${title} · ${person.project || 'Tieout'}`;
  }, [title, person.project]);
  const Page = shown?.view;
  return (
    <div class="shell">
      <a class="skip" href="#page">
        To the page
      </a>
      <header class="top">
        <Link page="today" class="brand">
          <span class="mark" aria-hidden="true" />
          Tieout
        </Link>
        <Search />
        <PersonMenu person={person} />
      </header>
      <nav class="rail" aria-label="Pages">
        <ul>
          {PAGES.map(({ name, title: words, key }) => (
            <li key={name}>
              <Link page={name} current={name === page}>
                {words}
                <kbd aria-hidden="true">{key}</kbd>
              </Link>
            </li>
          ))}
        </ul>
        <p class="project">
          {person.project === '' ? null : <span>{person.project}</span>}
          <button class="quiet" onClick={() => dialog('Keys', <Keys />)}>
            Keys <kbd>?</kbd>
          </button>
        </p>
      </nav>
      <main id="page" tabIndex={-1}>
        <h1 class="sr">{title}</h1>
        {Page === undefined ? (
          <p class="empty">
            There is no page <code>{page}</code>. <Link page="today">To the start</Link>
          </p>
        ) : (
          <Page />
        )}
      </main>
      <Dialogs />
    </div>
  );
}

function PersonMenu({ person }: { person: Person }) {
  return (
    <div class="person">
      <button class="quiet" title="Light, dark, or as the system" onClick={nextTheme}>
        {theme.value === 'system' ? '◐ Auto' : theme.value === 'dark' ? '● Dark' : '○ Light'}
      </button>
      <button
        class="quiet"
        onClick={() =>
          dialog(
            person.name,
            <div class="stack">
              <p>
                Signed in as <strong>{person.name}</strong>, {person.role}
                {person.role === 'auditor' ? ': sees everything, changes nothing.' : '.'}
              </p>
              <p class="buttons">
                <button onClick={() => void signOut(false)}>Sign out</button>
                <button onClick={() => void signOut(true)}>Sign out everywhere</button>
              </p>
            </div>,
          )
        }
      >
        {person.name} <span class="role">{person.role}</span>
      </button>
    </div>
  );
}
