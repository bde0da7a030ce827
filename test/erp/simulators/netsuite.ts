// NetSuite as far as we use it: a journal entry record created by POST, whose external id NetSuite keeps unique, and the
// SuiteQL queries of our adapter, told apart by what they select. Everything SuiteQL answers is text.
import { decimal } from '../../../src/money/decimal.ts';
import { ACCOUNTS, CLOSED, CURRENCIES, CURRENCY, isBalanced, LOCATIONS, totals } from './books.ts';
import { answer, json, runSimulator, type Erp, type Plan, type SimRequest } from './core.ts';
import type { Reply } from './faults.ts';
import type { StoredDocument, StoredLine } from './store.ts';

interface Ref {
  id: string;
}
interface Item {
  account: Ref;
  debit?: number;
  credit?: number;
  memo?: string;
  location?: Ref;
}
interface RecordBody {
  externalId: string;
  currency: Ref;
  exchangeRate?: number;
  trandate: string;
  memo: string;
  line: { items: Item[] };
}
type Row = Record<string, string>;

runSimulator({ handle }, CLOSED);

const accountIds = Object.keys(ACCOUNTS);
const idOf = (list: readonly string[], name: string): string => String(list.indexOf(name) + 1);
const nameOf = (list: readonly string[], ref: Ref | undefined): string =>
  list[Number(ref?.id ?? 0) - 1] ?? '';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function handle(asked: SimRequest, erp: Erp): Plan {
  if (asked.headers.authorization !== 'Bearer simulated-token') return answer({ status: 401, body: '' });
  if (asked.path.endsWith('/journalentry') && asked.method === 'POST')
    return create(JSON.parse(asked.body) as RecordBody, erp);
  if (asked.path.endsWith('/suiteql')) {
    const rows = select((JSON.parse(asked.body) as { q: string }).q, erp);
    const offset = Number(asked.query.get('offset') ?? '0');
    const items = rows.slice(offset, offset + 1000);
    return answer(json(200, { items, hasMore: offset + 1000 < rows.length, totalResults: rows.length }));
  }
  return answer(json(404, {}));
}

function wrong(detail: string, code = 'USER_ERROR'): Reply {
  return json(400, {
    type: 'https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#sec10.4.1',
    title: 'Bad Request',
    status: 400,
    'o:errorDetails': [{ detail, 'o:errorCode': code }],
  });
}

const duplicate = (): Reply => wrong('This record already exists', 'DUP_RCRD');

function create(body: RecordBody, erp: Erp): Plan {
  const rate = body.exchangeRate === undefined ? decimal('1') : decimal(String(body.exchangeRate));
  const currency = nameOf(CURRENCIES, body.currency);
  const lines = body.line.items.map((item): StoredLine => {
    const amount = decimal(String(item.debit ?? 0)).minus(decimal(String(item.credit ?? 0)));
    return {
      account: nameOf(accountIds, item.account),
      location: nameOf(LOCATIONS, item.location),
      dimension: '',
      currency,
      amount: amount.toFixed(2),
      companyAmount: amount.times(rate).toFixed(2),
      text: item.memo ?? '',
      assignment: '',
    };
  });
  if (erp.isClosed(body.trandate))
    return answer(wrong('The posting period for this date is closed or locked.'));
  if (!isBalanced(lines)) return answer(wrong('Debits must equal credits: the entry is out of balance.'));
  let id = 0;
  return {
    commit: () => {
      if ([...erp.store.documents.values()].some((one) => one.reference === body.externalId))
        return duplicate();
      id = erp.store.nextId();
      erp.store.save({
        id,
        number: `JE${id}`,
        reference: body.externalId,
        company: 'US01',
        postingDate: body.trandate,
        documentDate: body.trandate,
        posted: true,
        postedAt: Date.now(),
        header: body.memo,
        lines,
      });
      return undefined;
    },
    reply: (other) => ({
      status: 204,
      headers: { location: `http://x/services/rest/record/v1/journalentry/${other ? 999_999 : id}` },
      body: '',
    }),
    duplicate,
    refusal: () => wrong('The posting period for this date is closed or locked.'),
  };
}

function select(q: string, erp: Erp): Row[] {
  if (q.includes('SUM(p.debit)')) return balances(q, erp);
  if (q.includes('FROM transactionaccountingline')) return lines(q, erp);
  if (q.includes('FROM accountingperiod')) return periods(erp);
  if (q.includes('FROM subsidiary')) return [{ name: CURRENCY, id: '1' }];
  if (q.includes('FROM currency')) return CURRENCIES.map((name) => ({ id: idOf(CURRENCIES, name), name }));
  if (q.includes('FROM location')) return LOCATIONS.map((name) => ({ id: idOf(LOCATIONS, name), name }));
  if (q.includes('accountsearchdisplayname'))
    return Object.entries(ACCOUNTS).map(([acctnumber, name]) => ({
      acctnumber,
      name,
      isinactive: 'F',
      issummary: 'F',
    }));
  if (q.includes('FROM account ')) return accountIds.map((name) => ({ id: idOf(accountIds, name), name }));
  throw new Error(`a query that this simulator does not know: ${q}`);
}

function lines(q: string, erp: Erp): Row[] {
  const reference = /t\.externalid = '([^']*)'/.exec(q)?.[1];
  const day = /t\.trandate = TO_DATE\('([\d-]+)'/.exec(q)?.[1];
  return erp
    .visible()
    .filter((document) => reference === undefined || document.reference === reference)
    .filter((document) => day === undefined || document.postingDate === day)
    .flatMap((document) => document.lines.map((line, at) => suiteRow(document, line, at)));
}

/** Columns without a value are left out, as SuiteQL does. */
function suiteRow(document: StoredDocument, line: StoredLine, at: number): Row {
  const [year = '', month = ''] = document.postingDate.split('-');
  const row: Row = {
    id: String(document.id),
    tranid: document.number,
    externalid: document.reference,
    type: 'Journal',
    trandate: document.postingDate,
    createddate: document.documentDate,
    createdby: 'Tieout',
    period: `${MONTHS[Number(month) - 1]} ${year}`,
    transactionline: String(at),
    acctnumber: line.account,
    currency: line.currency,
    amount: line.companyAmount,
    foreignamount: line.amount,
    memo: line.text,
    atlocation: line.location,
  };
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== ''));
}

function periods(erp: Erp): Row[] {
  return MONTHS.map((name, at) => {
    const month = `2026-${String(at + 1).padStart(2, '0')}`;
    const end = new Date(Date.UTC(2026, at + 1, 0)).toISOString().slice(0, 10);
    const closed = erp.isClosed(`${month}-01`) ? 'T' : 'F';
    return { periodname: `${name} 2026`, startdate: `${month}-01`, enddate: end, closed, alllocked: closed };
  });
}

function balances(q: string, erp: Erp): Row[] {
  const months = [...new Set([...q.matchAll(/'(\d{4}-\d{2})' AS period/g)].map(([, month = '']) => month))];
  return months.flatMap((month) => {
    const before = totals(erp.visible(), (day) => day.slice(0, 7) < month);
    const within = totals(erp.visible(), (day) => day.startsWith(month));
    return [...new Set([...before.keys(), ...within.keys()])].map((account) => {
      const zero = { debit: decimal('0'), credit: decimal('0') };
      const [was, moved] = [before.get(account) ?? zero, within.get(account) ?? zero];
      const opening = was.debit.minus(was.credit);
      return {
        acctnumber: account,
        period: month,
        debit: moved.debit.toFixed(2),
        credit: moved.credit.toFixed(2),
        opening: opening.toFixed(2),
        closing: opening.plus(moved.debit).minus(moved.credit).toFixed(2),
      };
    });
  });
}
