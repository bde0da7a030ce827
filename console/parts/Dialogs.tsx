// The window over the page: the browser's own, which holds the keyboard inside and gives it back afterwards.
import { useEffect, useRef } from 'preact/hooks';

import { closeDialog, shownDialog } from './dialog.ts';

export function Dialogs() {
  const shown = shownDialog.value;
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (shown !== null && element.current?.open === false) element.current.showModal();
  }, [shown]);
  if (shown === null) return null;
  return (
    <dialog ref={element} aria-labelledby="dialog-title" onClose={closeDialog}>
      <header>
        <h2 id="dialog-title">{shown.title}</h2>
        <button class="quiet" onClick={closeDialog}>
          Close
        </button>
      </header>
      {shown.body}
    </dialog>
  );
}
