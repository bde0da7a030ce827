// The accounts that an event of a type may post to in a company, over all rules of the type: where a refused event would
// have belonged, though nobody can say which rule would have taken it.
import { numberIn } from './accounts.ts';
import { accountNames } from './consistency.ts';
import type { Rulebook } from './model.ts';

const known = new WeakMap<Rulebook, Map<string, readonly string[]>>();

/** Numbers, sorted; none where the type or its rules are unknown. */
export function postedAccounts(rulebook: Rulebook, type: string, company: string): readonly string[] {
  let byKey = known.get(rulebook);
  if (byKey === undefined) known.set(rulebook, (byKey = new Map()));
  const key = `${company}\u001f${type}`;
  let numbers = byKey.get(key);
  if (numbers === undefined) {
    numbers = numbersOf(rulebook, type, company);
    // Refused events may name any company; those that no rule knows are not worth remembering.
    if (numbers.length > 0 && byKey.size < 10_000) byKey.set(key, numbers);
  }
  return numbers;
}

function numbersOf(rulebook: Rulebook, type: string, company: string): readonly string[] {
  const rules = rulebook.postings.filter((rule) => rule.event === type);
  const accounts = rules.flatMap((rule) => rule.lines.flatMap(accountNames));
  const numbers = accounts.flatMap((name) => {
    const account = rulebook.accounts.get(name);
    return account === undefined ? [] : [numberIn(account, company)];
  });
  return [...new Set(numbers)].toSorted();
}
