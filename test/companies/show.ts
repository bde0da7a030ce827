// A random company as text: what happened, what the ERP holds, and what came in before each run.
import { money } from './events.ts';
import { type Company, dayText } from './world.ts';

export function show({ seed, assessed, facts, documents, steps }: Company): string {
  const lines = [`company ${seed}${assessed ? ', with a tax engine' : ''}`];
  for (const { reference, kind, day, arrives, till, id, entries } of facts) {
    const late = arrives === day ? '' : `, comes ${dayText(arrives)}`;
    const amounts = entries.map(
      ({ account, location, dimension, cents }) => `${account} ${location}${dimension} ${money(cents)}`,
    );
    lines.push(
      `${dayText(day)} ${reference} ${kind} (${id})${till === undefined ? '' : ' at the till'}${late}: ${amounts.join(', ')}`,
    );
  }
  for (const document of documents) {
    const { number, company, posted, made, reversalOf, saysReversal, status, journalSource } = document;
    const notes = [
      company === 'US01' ? '' : company,
      made === posted ? '' : `keyed in ${dayText(made)}`,
      reversalOf === undefined
        ? ''
        : `reverses ${reversalOf.number}${saysReversal === true ? '' : ', which it does not say'}`,
      status ?? '',
      journalSource ?? '',
    ].filter((note) => note !== '');
    lines.push(`${dayText(posted)} document ${number}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`);
    for (const line of document.lines) {
      const of = line.holds.map(({ fact }) => fact.reference).join(' ');
      lines.push(
        `    ${line.account} ${line.location}${line.dimension} ${money(line.cents)} ${line.currency} ${line.reference || '-'}   ${of}`,
      );
    }
  }
  for (const { eventsUntil, extracts, asOf } of steps) {
    const came = extracts.map(({ to }) => dayText(to)).join(', ');
    lines.push(
      `events until ${dayText(eventsUntil)}; extracts to ${came || 'none'}; run as of ${dayText(asOf)}`,
    );
  }
  return lines.join('\n');
}
