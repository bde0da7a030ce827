// What the server answers when it does not do what was asked: RFC 9457 problem details, always with a reason in words.

/** An answer that is no success. */
export class Problem extends Error {
  readonly status: number;
  readonly parts: ProblemParts;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, parts: ProblemParts, headers: Readonly<Record<string, string>> = {}) {
    super(parts.detail);
    this.status = status;
    this.parts = parts;
    this.headers = headers;
  }
}

export interface ProblemParts {
  /** The whole sentence for people. */
  detail: string;
  /** Header, parameter or path in the body. */
  path?: string;
  expected?: string;
  found?: string;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** The body of such an answer. */
export function problemText(status: number, parts: ProblemParts): string {
  return JSON.stringify({ title: TITLES[status] ?? 'Error', status, ...parts });
}

/** A 503 that says when to come back. */
export function away(detail: string): Problem {
  return new Problem(503, { detail }, { 'retry-after': '5' });
}
