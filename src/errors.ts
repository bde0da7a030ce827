// What the whole program throws. A `UserError` is the person's to fix (exit 2); a `Fault` is ours or the machine's (exit 3).

/** Where, what, expected, found and what to do about it: the parts of a good error message. */
export interface ErrorParts {
  /** File with line, command-line option, or column: where it went wrong. */
  where?: string;
  what: string;
  expected?: string;
  found?: string;
  /** What the person should do now. */
  todo?: string;
}

/** One line per part, in a fixed order, so that messages read alike everywhere. */
export function explainError(parts: ErrorParts): string {
  const lines = [parts.where === undefined ? parts.what : `${parts.where}: ${parts.what}`];
  if (parts.expected !== undefined) lines.push(`  expected: ${parts.expected}`);
  if (parts.found !== undefined) lines.push(`  found:    ${parts.found}`);
  if (parts.todo !== undefined) lines.push(`  to do:    ${parts.todo}`);
  return lines.join('\n');
}

/** Wrong usage, configuration or input: exit code 2, printed without a stack trace. */
export class UserError extends Error {
  readonly parts: ErrorParts;
  constructor(parts: ErrorParts | string) {
    const whole = typeof parts === 'string' ? { what: parts } : parts;
    super(explainError(whole));
    this.name = 'UserError';
    this.parts = whole;
  }
}

/**
 * A person's decision that was understood and is not allowed: by role, by the state of what it is about, by what stands on
 * it. Exit code 1, as the other things that need a person; nothing was changed.
 */
export class DecisionRefused extends UserError {}

/** Database, disk or ERP out of reach, or a law broken: exit code 3, nothing was committed. */
export class Fault extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Fault';
  }
}
