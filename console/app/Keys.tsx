// What the keyboard does everywhere. In a field keys are letters; Escape leaves it.
import { useEffect } from 'preact/hooks';

import { PAGES } from '../pages/registry.ts';
import { dialog } from '../parts/dialog.ts';
import { go } from './route.ts';

export function useShortcuts(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target as HTMLElement;
      if (target.closest('input, textarea, select, dialog') !== null) {
        if (event.key === 'Escape' && target.closest('dialog') === null) target.blur();
        return;
      }
      if (event.key === '/') {
        event.preventDefault();
        document.querySelector<HTMLInputElement>('#search')?.focus();
      } else if (event.key === '?') dialog('Keys', <Keys />);
      else {
        const page = PAGES.find(({ key }) => key === event.key);
        if (page !== undefined) go(page.name);
      }
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, []);
}

export function Keys() {
  const rows: [string, string][] = [
    ...PAGES.map(({ key, title }): [string, string] => [key, title]),
    ['/', 'search for any id'],
    ['↑ ↓', 'along a list; Page and Home keys too'],
    ['Enter', 'open what is marked'],
    ['Space', 'choose it for a decision on several'],
    ['Esc', 'close, or leave a field'],
    ['?', 'this list'],
  ];
  return (
    <table class="keys">
      <tbody>
        {rows.map(([key, does]) => (
          <tr key={key}>
            <th scope="row">
              <kbd>{key}</kbd>
            </th>
            <td>{does}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
