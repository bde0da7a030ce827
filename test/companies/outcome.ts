// An outcome as text that two ways to live the same company are compared by: what is open, why, and in which words; names of
// things that nobody can tell apart are one name.
import type { Item, Outcome } from './live.ts';
import { likeness } from './truth.ts';
import type { Company, Document } from './world.ts';

/** Items, sorted. */
export function asText({ items }: Outcome, company: Company): string[] {
  const names = twinNames(company);
  return items.map((item) => textOf(item, names)).sort();
}

function textOf({ reason, also, why, lines }: Item, names: ReadonlyMap<string, string>): string {
  const shared = (text: string): string =>
    text.replace(/[A-Z]+(?:-\w+)+|\b\d{3,5}(?=\/|\b)/g, (name) => names.get(name) ?? name);
  const amounts = lines.map((line) =>
    shared([line.label, line.account, line.location, line.dimension, line.cents].join(' ')),
  );
  return [reason, also.join(' '), inOrder(shared(why)), ...amounts.sort()].join(' | ');
}

/** Lists of names are in the order of the names, which twins exchange. */
const inOrder = (why: string): string =>
  why
    .split(/(?:, | \+ )/)
    .sort()
    .join(', ');

/** A common name for facts, and for documents, that are alike in everything but their own. */
function twinNames({ facts, documents }: Company): Map<string, string> {
  const names = new Map<string, string>();
  const firsts = new Map<string, string>();
  const share = (name: string, like: string): void => {
    const first = firsts.get(like) ?? name;
    firsts.set(like, first);
    names.set(name, first);
  };
  for (const fact of facts)
    if (fact.till !== undefined) share(fact.reference, `${fact.till} ${fact.arrives} ${likeness(fact)}`);
  for (const document of documents) share(document.number, alike(document));
  return names;
}

const alike = ({ company, posted, made, status, lines, reversalOf }: Document): string =>
  JSON.stringify([
    company,
    posted,
    made,
    status ?? '',
    reversalOf?.number ?? '',
    lines.map((line) => [
      line.account,
      line.location,
      line.dimension,
      line.currency,
      line.cents,
      line.reference,
    ]),
  ]);
