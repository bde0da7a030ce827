// What stands where an answer will be: that it is asked for, what went wrong, or the answer.
import type { ComponentChildren } from 'preact';

import { changes } from '../app/api.ts';
import type { Answer } from '../app/useAnswer.ts';

export interface ShownProps<T> {
  answer: Answer<T>;
  /** What is being read, to complete "Reading ...". */
  what: string;
  children: (data: T) => ComponentChildren;
}

export function Shown<T>({ answer, what, children }: ShownProps<T>) {
  if (answer.wrong !== '')
    return (
      <div class="wrong" role="alert">
        <p>{answer.wrong}</p>
        <button onClick={() => (changes.value += 1)}>Try again</button>
      </div>
    );
  if (answer.data === undefined)
    return (
      <p class="reading" role="status">
        Reading {what} …
      </p>
    );
  return <>{children(answer.data)}</>;
}
