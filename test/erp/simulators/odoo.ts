// Odoo 19 as far as we use it: JSON-2, one address a method, one transaction a call. `ref` is not unique, an entry is posted
// by id and once only, an unbalanced one is refused when it is created. Amounts are JSON floats, empty is `false`.
import { decimal } from '../../../src/money/decimal.ts';
import { ACCOUNTS, CLOSED, CURRENCIES, CURRENCY, DIMENSIONS, isBalanced, LOCATIONS } from './books.ts';
import { answer, json, runSimulator, type Erp, type Plan, type SimRequest } from './core.ts';
import type { Reply } from './faults.ts';
import type { StoredDocument, StoredLine } from './store.ts';

type Row = Record<string, unknown>;
type Named = { domain?: unknown[]; ids?: number[]; limit?: number; vals_list?: Row[] };

runSimulator({ handle }, CLOSED);

const accountIds = new Map(Object.keys(ACCOUNTS).map((code, at) => [code, 101 + at]));
const accountCodes = new Map([...accountIds].map(([code, id]) => [id, code]));
const centres = [...LOCATIONS, ...DIMENSIONS].map((code, at) => ({ code, id: 501 + at }));

function handle(asked: SimRequest, erp: Erp): Plan {
  if (asked.headers.authorization !== 'bearer simulated-key')
    return answer(json(401, { name: 'AccessDenied' }));
  const [, model = '', method = ''] = /^\/json\/2\/([\w.]+)\/(\w+)$/.exec(asked.path) ?? [];
  const named = JSON.parse(asked.body) as Named;
  if (model === 'account.move' && method === 'action_post') return post(named.ids?.[0] ?? 0, erp);
  if (model === 'account.move' && method === 'create') return answer(create(named.vals_list?.[0] ?? {}, erp));
  if (model === 'account.move' && method === 'unlink') {
    const held = erp.store.documents.get(named.ids?.[0] ?? 0);
    if (held?.posted === true) return answer(refuse('You cannot delete a posted journal entry.'));
    if (held !== undefined) erp.store.remove(held.id);
    return answer(json(200, true));
  }
  const rows = tableOf(model, erp).filter((row) => fits(row, named.domain ?? []));
  if (method === 'search')
    return answer(
      json(
        200,
        rows.map((row) => row.id),
      ),
    );
  if (method === 'read_group') return answer(json(200, grouped(rows)));
  if (method !== 'search_read')
    return answer(json(404, { name: 'werkzeug.exceptions.NotFound', message: method }));
  return answer(json(200, rows.slice(0, named.limit ?? rows.length)));
}

const refuse = (message: string): Reply =>
  json(422, { name: 'odoo.exceptions.UserError', message, arguments: [message], context: {}, debug: '' });

function post(id: number, erp: Erp): Plan {
  const held = erp.store.documents.get(id);
  if (held === undefined)
    return answer(refuse(`Record does not exist or has been deleted. account.move(${id},)`));
  if (held.posted) return answer(refuse(`The entry ${held.number} (id ${id}) must be in draft.`));
  const locked = 'The date is prior to and inclusive of the lock date.';
  return {
    commit: () => {
      const now = erp.store.documents.get(id);
      if (now?.posted === true) return refuse(`The entry ${now.number} (id ${id}) must be in draft.`);
      const month = held.postingDate.slice(0, 7).replace('-', '/');
      const number = `MISC/${month}/${String(id).padStart(4, '0')}`;
      erp.store.save({ ...held, number, posted: true, postedAt: Date.now() });
      return undefined;
    },
    reply: () => json(200, false),
    refusal: () => refuse(locked),
  };
}

function create(values: Row, erp: Erp): Reply {
  const lines = (values.line_ids as [number, number, Row][]).map(([, , line]) => lineOf(line));
  if (lines.some((line) => line.account === '')) return refuse('Record does not exist: account.account');
  if (!isBalanced(lines)) return refuse('The entry is not balanced.');
  const id = erp.store.nextId();
  erp.store.save({
    id,
    number: '',
    reference: String(values.ref),
    company: 'US01',
    postingDate: String(values.date),
    documentDate: String(values.date),
    posted: false,
    postedAt: 0,
    header: '',
    lines,
  });
  return json(200, [id]);
}

function lineOf(line: Row): StoredLine {
  const text = (field: string): string =>
    decimal(String((line[field] as number | undefined) ?? 0)).toFixed(2);
  const [shares = ''] = Object.keys((line.analytic_distribution ?? {}) as Row);
  const codes = centres.filter(({ id }) => shares.split(',').includes(String(id))).map(({ code }) => code);
  return {
    account: accountCodes.get(Number(line.account_id)) ?? '',
    location: codes.find((code) => LOCATIONS.includes(code)) ?? '',
    dimension: codes.find((code) => DIMENSIONS.includes(code)) ?? '',
    currency: CURRENCIES[Number(line.currency_id) - 1] ?? CURRENCY,
    amount: text('amount_currency'),
    companyAmount: decimal(text('debit'))
      .minus(decimal(text('credit')))
      .toFixed(2),
    text: String(line.name),
    assignment: '',
  };
}

function tableOf(model: string, erp: Erp): Row[] {
  switch (model) {
    case 'res.company': {
      const closed = [...erp.periods].filter(([, state]) => state === 'closed').map(([period]) => period);
      const last = closed.toSorted().at(-1);
      return [
        {
          id: 1,
          currency_id: [1, CURRENCY],
          fiscalyear_lock_date: last === undefined ? false : `${last}-28`,
        },
      ];
    }
    case 'res.currency':
      return CURRENCIES.map((name, at) => ({
        id: at + 1,
        name,
        active: true,
        decimal_places: name === 'JPY' ? 0 : 2,
      }));
    case 'account.account':
      return [...accountIds].map(([code, id]) => ({ id, code, name: ACCOUNTS[code], deprecated: false }));
    case 'account.journal':
      return [{ id: 3, code: 'MISC', company_id: [1, 'US01'] }];
    case 'account.analytic.account':
      return centres.map(({ id, code }) => ({
        id,
        code,
        'plan_id.name': LOCATIONS.includes(code) ? 'Stores' : 'Taxes',
      }));
    case 'account.move':
      return [...erp.store.documents.values()].map((document) => ({
        id: document.id,
        ref: document.reference,
        company_id: [1, 'US01'],
        state: document.posted ? 'posted' : 'draft',
        date: document.postingDate,
      }));
    case 'account.move.line': {
      const seen = new Set(erp.visible().map((document) => document.id));
      return [...erp.store.documents.values()]
        .filter((document) => !document.posted || seen.has(document.id))
        .flatMap((document) => document.lines.map((line, at) => moveLine(document, line, at)));
    }
    default:
      return [];
  }
}

function moveLine(document: StoredDocument, line: StoredLine, at: number): Row {
  const balance = Number(line.companyAmount);
  const shares = centres.filter(({ code }) => code === line.location || code === line.dimension);
  return {
    id: document.id * 100 + at,
    move_id: [document.id, document.number],
    move_name: document.number || '/',
    parent_state: document.posted ? 'posted' : 'draft',
    company_id: [1, 'US01'],
    date: document.postingDate,
    account_id: [accountIds.get(line.account), line.account],
    name: line.text,
    ref: document.reference,
    debit: Math.max(0, balance),
    credit: Math.max(0, -balance),
    balance,
    amount_currency: Number(line.amount),
    currency_id: [CURRENCIES.indexOf(line.currency) + 1, line.currency],
    analytic_distribution: shares.length === 0 ? false : { [shares.map(({ id }) => id).join(',')]: 100 },
    create_date: `${document.documentDate} 10:00:00`,
  };
}

/** Conditions joined by "and", as we write them; a related record is compared by its id. */
function fits(row: Row, domain: readonly unknown[]): boolean {
  return (domain as [string, string, unknown][]).every(([field, operator, wanted]) => {
    const value = row[field];
    const found = (Array.isArray(value) ? value[0] : value) as string | number;
    const than = wanted as string | number;
    switch (operator) {
      case '=':
        return found === than;
      case '!=':
        return found !== than;
      case 'in':
        return (wanted as unknown[]).includes(found);
      case '>=':
        return found >= than;
      case '<=':
        return found <= than;
      case '<':
        return found < than;
      case '>':
        return found > than;
      default:
        throw new Error(`operator ${operator}`);
    }
  });
}

function grouped(rows: readonly Row[]): Row[] {
  const groups = new Map<number, Row & { debit: number; credit: number; balance: number }>();
  for (const row of rows) {
    const account = row.account_id as [number, string];
    const held = groups.get(account[0]) ?? { account_id: account, debit: 0, credit: 0, balance: 0 };
    for (const field of ['debit', 'credit', 'balance'] as const) held[field] += row[field] as number;
    groups.set(account[0], held);
  }
  return [...groups.values()];
}
