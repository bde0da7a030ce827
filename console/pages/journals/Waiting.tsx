// Decisions of other kinds that wait for a second person: large acceptances, brakes, deliveries taken back.
import type { JournalsAnswer } from '../../../src/server/console/journals.ts';
import { may } from '../../app/session.ts';
import { dialog } from '../../parts/dialog.ts';
import { count } from '../../parts/Money.tsx';
import { timeWords } from '../../parts/time.ts';
import { SayWord } from './SayWord.tsx';

export function Waiting({ decisions }: { decisions: JournalsAnswer['decisions'] }) {
  if (decisions.length === 0) return null;
  const say = (verdict: 'approve' | 'reject', id: string): void =>
    dialog(
      `${verdict === 'approve' ? 'Agree to' : 'Reject'} ${id}`,
      <SayWord verdict={verdict} ids={[id]} />,
    );
  return (
    <section class="card">
      <header>
        <h2>
          {count(decisions.length)} {decisions.length === 1 ? 'decision waits' : 'decisions wait'} for a
          second person
        </h2>
      </header>
      <table class="rows">
        <caption class="sr">Decisions that wait</caption>
        <tbody>
          {decisions.map(({ decision, kind, actor, subject, why, at }) => (
            <tr key={decision}>
              <td>{decision}</td>
              <td>
                <strong>{actor}</strong> asks to {kind} <span class="id">{subject.slice(0, 40)}</span>
                {why === '' ? null : <span class="soft"> {why}</span>}
              </td>
              <td class="soft">{timeWords(at)}</td>
              <td class="right">
                {may('second word') ? (
                  <span class="buttons end">
                    <button onClick={() => say('approve', decision)}>Agree</button>
                    <button onClick={() => say('reject', decision)}>Reject</button>
                  </span>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
