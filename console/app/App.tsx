// What fills the window: the question who is there, signing in, or the shell around a page.
import { person } from './session.ts';
import { Shell } from './Shell.tsx';
import { SignIn } from './SignIn.tsx';

export function App() {
  if (person.value === 'asking') return <p class="opening">Asking who is there …</p>;
  return person.value === null ? <SignIn /> : <Shell person={person.value} />;
}
