// A client of Tryton without any of our code: what tests count and measure with. It logs in once and throws on every error.
export interface BareClient {
  call(method: string, ...params: unknown[]): Promise<unknown>;
  /** Moves by a domain, with the fields named. */
  search(model: string, domain: unknown[], fields: string[]): Promise<Record<string, unknown>[]>;
  company: number;
}

export interface BareLogin {
  url: string;
  database: string;
  user: string;
  password: string;
  company: number;
}

export async function bareClient(login: BareLogin): Promise<BareClient> {
  let id = 0;
  const send = async (method: string, params: unknown[], authorization?: string): Promise<unknown> => {
    const answer = await fetch(`${login.url}/${login.database}/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(authorization === undefined ? {} : { authorization }),
      },
      body: JSON.stringify({ id: (id += 1), method, params }),
    });
    const body = (await answer.json()) as { result?: unknown; error?: unknown };
    if (body.error !== undefined) throw new Error(`${method}: ${JSON.stringify(body.error).slice(0, 300)}`);
    return body.result;
  };
  const session = await send('common.db.login', [login.user, { password: login.password }, 'en']);
  const [user, key] = session as [number, string];
  const authorization = `Session ${Buffer.from(`${login.user}:${user}:${key}`).toString('base64')}`;
  const preferences = (await send('model.res.user.get_preferences', [true, {}], authorization)) as object;
  const context = { ...preferences, company: login.company };
  const call: BareClient['call'] = (method, ...params) => send(method, [...params, context], authorization);
  return {
    call,
    search: (model, domain, fields) =>
      call(`model.${model}.search_read`, domain, 0, null, [['id', 'ASC']], fields) as Promise<
        Record<string, unknown>[]
      >,
    company: login.company,
  };
}

export const decimalOf = (amount: string) => ({ __class__: 'Decimal', decimal: amount });
export const dateOf = (day: string) => ({
  __class__: 'date',
  year: Number(day.slice(0, 4)),
  month: Number(day.slice(5, 7)),
  day: Number(day.slice(8)),
});
