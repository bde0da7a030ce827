// Calls to Business Central's API v2.0: what a step answered, what its error means, and lists read to the end. Amounts
// come as JSON numbers and are read as the text they were sent as.
import { Fault } from '../../errors.ts';
import type { ErpCall, PostOutcome, RefusalCode } from '../contract.ts';
import { beforeWriteOutcomeOf, postOutcomeOf, type ErpHttp } from '../exchange.ts';
import type { HttpRequest } from '../http.ts';
import {
  asList,
  asObject,
  asText,
  parseJsonText,
  writeJson,
  type JsonOut,
  type JsonText,
} from '../jsonText.ts';

export type BcRow = { [key: string]: JsonText };

/** What a step of a posting gave: its answer, or the outcome that ends the posting. */
export type Step<T> = { ok: true; value: T } | { ok: false; outcome: PostOutcome };
export const got = <T>(value: T): Step<T> => ({ ok: true, value });
export const failed = (outcome: PostOutcome): { ok: false; outcome: PostOutcome } => ({ ok: false, outcome });

const MEANINGS: readonly { fits: RegExp; code: RefusalCode | 'transient' | 'duplicateKey' }[] = [
  {
    fits: /not within your range of allowed posting dates|posting date .* is not allowed|accounting period .* closed/i,
    code: 'closedPeriod',
  },
  { fits: /out of balance|does not balance/i, code: 'unbalanced' },
  {
    fits: /cannot be found in the related table \(G\/L Account\)|G\/L Account does not exist/i,
    code: 'unknownAccount',
  },
  { fits: /Direct Posting must be equal to|Blocked must be equal to/i, code: 'unknownAccount' },
  { fits: /do not have (the )?(following )?permission/i, code: 'notAllowed' },
  { fits: /Another user has|Request_EntityChanged|deadlock|locked by another user/i, code: 'transient' },
  // The batch was seen full right before: an earlier call of ours that came late has posted it.
  { fits: /There is nothing to post/i, code: 'duplicateKey' },
];

/** What Business Central's refusal of a step means; the whole step is rolled back. */
export function refusalOf(text: string): PostOutcome {
  let error: { [key: string]: JsonText };
  try {
    error = asObject(asObject(parseJsonText(text)).error);
  } catch {
    return { kind: 'unknown', message: 'an error that is no JSON' };
  }
  const said = `${asText(error.code)}: ${asText(error.message)}`
    .replace(/\s+CorrelationId:.*$/s, '')
    .slice(0, 500);
  const meaning = MEANINGS.find(({ fits }) => fits.test(said))?.code ?? 'other';
  if (meaning === 'transient') return { kind: 'notExecuted', message: said };
  if (meaning === 'duplicateKey') return { kind: 'duplicateKey', message: said };
  return { kind: 'refused', code: meaning, message: said };
}

/** A call of a posting; `body` of the answer is empty for 204. */
export async function step(
  http: ErpHttp,
  method: HttpRequest['method'],
  path: string,
  body: JsonOut | undefined,
  call: ErpCall,
): Promise<Step<BcRow>> {
  const headers = {
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    // Our own draft lines: whoever changed them meanwhile, we replace them.
    ...(method === 'DELETE' ? { 'if-match': '*' } : {}),
  };
  const exchange = await http.send(
    { method, path, headers, ...(body === undefined ? {} : { body: writeJson(body) }) },
    call,
  );
  if (exchange.kind !== 'answered') {
    // Reading books nothing, so a lost answer to it leaves nothing unknown.
    return failed(method === 'GET' ? beforeWriteOutcomeOf(exchange) : postOutcomeOf(exchange));
  }
  if (exchange.status >= 400) return failed(refusalOf(exchange.text));
  if (exchange.status === 204) return got({});
  try {
    return got(asObject(parseJsonText(exchange.text)));
  } catch {
    return failed({
      kind: 'unknown',
      message: `${method} ${path.replace(/\?.*/s, '')}: the answer is no JSON`,
    });
  }
}

/** All rows of a list, following the server's next links. */
export async function listed(http: ErpHttp, path: string, call: ErpCall): Promise<Step<BcRow[]>> {
  const rows: BcRow[] = [];
  for (let next = path; next !== '';) {
    const page = await step(http, 'GET', next, undefined, call);
    if (!page.ok) return page;
    if (!Array.isArray(page.value.value))
      return failed({ kind: 'unknown', message: 'a list without "value"' });
    rows.push(...asList(page.value.value).map(asObject));
    next = asText(page.value['@odata.nextLink']);
  }
  return got(rows);
}

/** `listed` for reading. @throws Fault where there is no answer */
export async function listedOrFault(http: ErpHttp, path: string, call: ErpCall): Promise<BcRow[]> {
  const rows = await listed(http, path, call);
  if (rows.ok) return rows.value;
  throw new Fault(
    `Business Central: ${'message' in rows.outcome ? rows.outcome.message : rows.outcome.kind}`,
  );
}

export function query(path: string, parts: Readonly<Record<string, string>>): string {
  return `${path}?${Object.entries(parts)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join('&')}`;
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
