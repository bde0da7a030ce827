// Asks for a window over the page; there is one at a time.
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

export const shownDialog = signal<{ title: string; body: ComponentChildren } | null>(null);

export function dialog(title: string, body: ComponentChildren): void {
  shownDialog.value = { title, body };
}

export function closeDialog(): void {
  shownDialog.value = null;
}
