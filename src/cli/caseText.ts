// A case as text: in a list, whole with its evidence and history, and what became of a decision on it.
import type { CaseOutcome } from '../../jobs/decisions/decideCases.ts';
import type { CaseStory } from '../../jobs/reports/findCases.ts';
import type { CaseRow } from '../../reports/caseModel.ts';
import { fewOf } from '../fewOf.ts';
import { grouped } from './tieOutText.ts';

/** `exceptions` are told by their ids: `tieout exceptions --json` has them whole. */
export function plain({ exceptions: _, ...row }: CaseRow): Omit<CaseRow, 'exceptions'> {
  return row;
}

const short = (id: string): string => id.slice(0, 12);

/** A case in three lines. */
export function caseLines(row: CaseRow): string[] {
  const { actions, owner, assignee, dueDate, ageDays, status, changed, rootCause } = row;
  const state =
    status === 'open' ? '' : status === 'accepted' ? ' (accepted)' : ` (waits until ${row.until})`;
  const who = assignee === '' ? (owner === '' ? 'nobody yet' : owner) : assignee;
  const effect =
    row.profitEffect === null || /^-?0(\.0+)?$/.test(row.profitEffect)
      ? ''
      : `profit ${row.profitEffect.startsWith('-') ? 'too low' : 'too high'} by ${grouped(row.profitEffect.replace('-', ''))}`;
  const facts = [who, `due ${dueDate}`, `age ${ageDays} days`, effect, changed].filter((part) => part !== '');
  return [
    `${short(row.case)}  ${row.title}${state}`,
    `    ${facts.join('; ')}; importance ${row.importance.total}`,
    ...(rootCause === '' || rootCause.startsWith('one ') ? [] : [`    shares: ${rootCause}`]),
    `    ${actions.map(({ action }) => action).join(', ')}`,
  ];
}

export function storyLines({ row, steps, changes }: CaseStory): string[] {
  const [first = '', facts = ''] = caseLines(row);
  const { importance } = row;
  return [
    first,
    facts,
    `    importance ${importance.total} = amount ${importance.amount} + profit ${importance.profit} + overdue ${importance.overdue} + close ${importance.close} + person ${importance.person}`,
    `    ${row.why}`,
    ...section(
      'Effect on the books (ledger minus expected)',
      row.effects.map(
        ({ account, title, amount, currency, statement }) =>
          `${account} ${title}  ${grouped(amount)} ${currency}${statement === 'income' ? '  (profit and loss)' : ''}`,
      ),
    ),
    ...section(
      'Evidence',
      row.exceptions.map(
        ({ id, reason, why, status }) =>
          `${short(id)} ${reason}${status === 'accepted' ? ' (accepted)' : ''}: ${why}`,
      ),
    ),
    ...section('Named', [
      ...(row.references.length === 0 ? [] : [`references ${fewOf(row.references, 6)}`]),
      ...(row.documents.length === 0 ? [] : [`ledger documents ${fewOf(row.documents, 6)}`]),
      ...(row.eventIds.length === 0
        ? []
        : [
            `events ${fewOf(
              row.eventIds.map(({ source, id }) => `${source} ${id}`),
              4,
            )}`,
          ]),
      ...(row.rootCause === '' ? [] : [`shares: ${row.rootCause}`]),
    ]),
    ...section(
      'What can be done',
      row.actions.map(
        ({ action, does, needs }) =>
          `${action}: ${does}${needs.length === 0 ? '' : ` (needs ${needs.map((what) => `--${what}`).join(' ')})`}`,
      ),
    ),
    ...section(
      'What was said',
      steps.map(
        ({ at, by, action, assignee, until, why }) =>
          `${at} ${by}: ${action}${assignee === '' ? '' : ` ${assignee}`}${until === null ? '' : ` until ${until}`}${why === '' ? '' : `: ${why}`}`,
      ),
    ),
    ...section(
      'How it went',
      changes.map(
        ({ run, asOf, exception, reason, status, other }) =>
          `run ${run} (${asOf}) ${short(exception)} ${reason} ${status}${other === '' ? '' : `, now in case ${short(other)}`}`,
      ),
    ),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `    ${line}`)];
}

/** One answer in words. */
export function outcomeLine(outcome: CaseOutcome): string {
  const about = `case ${short(outcome.case)}: ${outcome.action}`;
  if (!outcome.ok) return `${about} refused (${outcome.reason}): ${outcome.why}`;
  const next = outcome.waits === undefined ? '' : ` (tieout approve ${outcome.waits} --as USER)`;
  return `${about}: ${outcome.did}${next}`;
}
