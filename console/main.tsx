// The console begins here: who is there is asked first, then the page that the address names is shown.
import { render } from 'preact';

import { App } from './app/App.tsx';
import { enter } from './app/session.ts';
import { followAddress } from './app/route.ts';
import { applyTheme } from './app/theme.ts';

applyTheme();
followAddress();
void enter();
render(<App />, document.querySelector('#console')!);
