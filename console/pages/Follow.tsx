// Follow: any id, its whole story in sentences, and the ways on: where it came from and what became of it. The page an auditor is
// shown.
import type { Followed, Step } from '../../jobs/reports/follow.ts';
import { route } from '../app/route.ts';
import { useAnswer } from '../app/useAnswer.ts';
import { Link } from '../parts/Link.tsx';
import { Shown } from '../parts/Shown.tsx';

export function Follow() {
  const { id = '', kind = '' } = route.value.params;
  const query = new URLSearchParams({ id, kind }).toString();
  const answer = useAnswer<Followed>(id === '' ? null : `follow?${query}`);
  if (id === '')
    return (
      <div class="empty">
        <strong>Follow anything</strong>
        <p>
          Type an id into the search above: an event, order or shipment number, a document of the ERP, a
          posting reference, the number of a journal, match or line, an exception or a case; the beginning of
          it is enough.
        </p>
      </div>
    );
  return (
    <Shown answer={answer} what={`what is known of ${id}`}>
      {(found) =>
        found.story === null ? <Several found={found} id={id} /> : <Path found={found} story={found.story} />
      }
    </Shown>
  );
}

function Several({ found: { several }, id }: { found: Followed; id: string }) {
  if (several.length === 0)
    return (
      <p class="empty">
        <strong>Nothing here is called {id}.</strong>
        Ids are as their systems write them; look for a blank too many, or type less of it: ids that begin so
        are found.
      </p>
    );
  return (
    <section class="card">
      <header>
        <h2>
          {several.length === 1 ? 'This is called so' : 'Several things are called so'}: {id}
        </h2>
      </header>
      <ul class="steps-list">
        {several.map((step) => (
          <li key={`${step.kind} ${step.id}`}>
            <StepLink step={step} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Path({
  found: { before, after },
  story,
}: {
  found: Followed;
  story: NonNullable<Followed['story']>;
}) {
  return (
    <div class="path">
      <Steps title="Where it comes from" steps={before} nothing="Nothing before it is known." />
      <article class="card story">
        <header>
          <h2>{story.title}</h2>
          <p>{story.kind}</p>
        </header>
        {story.told.map(({ heading, lines }) => (
          <section key={heading}>
            <h3>{heading}</h3>
            <ul>
              {lines.map((line, index) => (
                <li key={index} class={/^\s{2,}/.test(line) ? 'inner' : ''}>
                  {line}
                </li>
              ))}
            </ul>
          </section>
        ))}
      </article>
      <Steps title="What became of it" steps={after} nothing="Nothing came of it yet." />
    </div>
  );
}

function Steps({ title, steps, nothing }: { title: string; steps: readonly Step[]; nothing: string }) {
  return (
    <nav class="ways-on" aria-label={title}>
      <h3>{title}</h3>
      {steps.length === 0 ? <p class="soft">{nothing}</p> : null}
      <ul class="steps-list">
        {steps.map((step) => (
          <li key={`${step.kind} ${step.id}`}>
            <StepLink step={step} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function StepLink({ step: { kind, id, words } }: { step: Step }) {
  const [page, params] = kind === 'case' ? ['cases', { case: id }] : ['follow', { kind, id }];
  return (
    <Link page={page as string} params={params as Record<string, string>} class={`step ${kind}`}>
      <span class="kind">{kind}</span> {words.startsWith(`${kind} `) ? words.slice(kind.length + 1) : words}
    </Link>
  );
}
