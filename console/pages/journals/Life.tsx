// The life of a posting as a line of time: every state, every person's word, every attempt and what the ERP answered.
import type { JournalAnswer } from '../../../src/server/console/journals.ts';
import { timeWords } from '../../parts/time.ts';
import { reasonWords } from '../../parts/words.ts';

type Journal = JournalAnswer['journal'];

interface Moment {
  at: string;
  kind: 'state' | 'word' | 'attempt';
  words: string;
  why: string;
}

function momentsOf({ steps, approvals, resolutions, attempts, proposedAt }: Journal): Moment[] {
  const moments: Moment[] = [
    { at: proposedAt, kind: 'state', words: 'proposed', why: '' },
    // A person's step is told by that person's word.
    ...steps
      .filter(({ by }) => by !== 'person')
      .map(({ at, to, actor, why }): Moment => ({
        at,
        kind: 'state',
        words: reasonWords(to),
        why: [actor === '' ? '' : `by ${actor}`, why === to.toLowerCase() ? '' : why]
          .filter((part) => part !== '')
          .join(': '),
      })),
    ...approvals.map(({ at, verdict, approver, why }): Moment => ({
      at,
      kind: 'word',
      words: `${verdict} by ${approver}`,
      why,
    })),
    ...resolutions.map(({ at, outcome, actor, why, evidence }): Moment => ({
      at,
      kind: 'word',
      words: `${actor} says ${outcome}`,
      why: `${why}; evidence: ${evidence}`,
    })),
    ...attempts.map(({ startedAt, kind, number, worker, outcome }): Moment => ({
      at: startedAt,
      kind: 'attempt',
      words: `${kind === 'post' ? 'sent' : kind === 'look' ? 'looked for' : kind}, attempt ${number}: ${outcome ?? 'no outcome is known'}`,
      why: `by ${worker}`,
    })),
  ];
  return moments.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

export function Life({ journal }: { journal: Journal }) {
  return (
    <section>
      <h3>Its life</h3>
      <ol class="life">
        {momentsOf(journal).map((moment, index) => (
          <li key={index} class={moment.kind}>
            <time>{timeWords(moment.at)}</time>
            <span>
              <strong>{moment.words}</strong>{' '}
              {moment.why === '' ? null : <span class="soft">{moment.why}</span>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
