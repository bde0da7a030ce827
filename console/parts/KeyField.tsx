// The personal key, asked for each time a word agrees to another person's. It goes with that one word and is kept nowhere.
import { who } from '../app/session.ts';

export function KeyField({ onInput }: { onInput: (event: { currentTarget: { value: string } }) => void }) {
  return (
    <label>
      The key of {who().name}
      <input type="password" required autocomplete="off" spellcheck={false} onInput={onInput} />
      <span class="soft">A second person's word is said with the key itself, every time.</span>
    </label>
  );
}
