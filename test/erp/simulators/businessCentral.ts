// Business Central's API v2.0 as far as we use it: journal batches, their lines, Microsoft.NAV.post, which books a whole batch
// and empties it, and the general ledger entries. It remembers no key: the same batch filled and posted again books again.
import { decimal } from '../../../src/money/decimal.ts';
import { ACCOUNTS, CLOSED, COMPANY, CURRENCY, guid, isBalanced, totals } from './books.ts';
import { answer, json, runSimulator, type Erp, type Plan, type SimRequest } from './core.ts';
import type { Reply } from './faults.ts';
import type { StoredDocument, StoredLine } from './store.ts';

const HOME = `/companies(${guid('company', 1)})`;

runSimulator({ handle }, CLOSED);

function handle(asked: SimRequest, erp: Erp): Plan {
  if (asked.headers.authorization !== 'Bearer simulated-token') return answer({ status: 401, body: '' });
  const path = decodeURIComponent(asked.path);
  if (path === '/companies') return answer(list([{ id: guid('company', 1), name: COMPANY }]));
  if (!path.startsWith(HOME)) return answer(refuse('BadRequest_NotFound', 'no such company', 404));
  const rest = path.slice(HOME.length + 1);
  const [, batchId = '', below = ''] = /^journals\(([\w-]+)\)\/(.+)$/.exec(rest) ?? [];
  const [, lineId = ''] = /^journalLines\(([\w-]+)\)/.exec(rest) ?? [];
  if (below === 'Microsoft.NAV.post') return post(batchOf(erp, batchId), erp);
  if (below === 'journalLines') return answer(journalLines(asked, batchOf(erp, batchId), erp));
  if (lineId !== '') return answer(changeLine(asked, lineId, rest.endsWith('dimensionSetLines'), erp));
  if (rest === 'journals') return answer(journals(asked, erp));
  if (rest === 'generalLedgerEntries') return answer(entries(asked, erp));
  if (rest === 'companyInformation') return answer(list([{ currencyCode: CURRENCY }]));
  if (rest === 'accounts')
    return answer(
      list(
        Object.entries(ACCOUNTS).map(([number, displayName]) => ({
          number,
          displayName,
          blocked: false,
          directPosting: true,
          accountType: 'Posting',
        })),
      ),
    );
  if (rest === 'accountingPeriods') return answer(list(periods(erp)));
  return answer(refuse('BadRequest_NotFound', rest, 404));
}

const list = (value: readonly object[]): Reply => json(200, { value });
const refuse = (code: string, message: string, status = 400): Reply =>
  json(status, {
    error: { code, message: `${message}  CorrelationId:  00000000-0000-0000-0000-000000000000.` },
  });

/** A batch is a document that is not posted: its code in the header, its name in the reference. */
function batchOf(erp: Erp, id: string): StoredDocument | undefined {
  return [...erp.store.documents.values()].find((one) => !one.posted && guid('batch', one.id) === id);
}

const shown = (batch: StoredDocument): object => ({
  id: guid('batch', batch.id),
  code: batch.header,
  displayName: batch.reference,
});

function journals(asked: SimRequest, erp: Erp): Reply {
  const batches = [...erp.store.documents.values()].filter((one) => !one.posted);
  if (asked.method === 'GET') {
    const code = /code eq '([^']*)'/.exec(asked.query.get('$filter') ?? '')?.[1];
    return list(batches.filter((batch) => batch.header === code).map(shown));
  }
  const body = JSON.parse(asked.body) as { code: string; displayName: string };
  if (body.code.length > 10) return refuse('Internal_ServerError', 'The length of the string is too long.');
  if (batches.some((batch) => batch.header === body.code))
    return refuse('Internal_EntityWithSameKeyExists', 'The record already exists.');
  const batch: StoredDocument = {
    id: erp.store.nextId(),
    number: '',
    reference: body.displayName,
    company: COMPANY,
    postingDate: '',
    documentDate: '',
    posted: false,
    postedAt: 0,
    header: body.code,
    lines: [],
  };
  erp.store.save(batch);
  return json(201, shown(batch));
}

interface LineBody {
  lineNumber: number;
  accountNumber: string;
  postingDate: string;
  documentNumber: string;
  amount: number;
  description: string;
}

const lineId = (batch: StoredDocument, line: StoredLine): string => guid(`line ${line.assignment}`, batch.id);

function journalLines(asked: SimRequest, batch: StoredDocument | undefined, erp: Erp): Reply {
  if (batch === undefined) return refuse('BadRequest_NotFound', 'no such batch', 404);
  if (asked.method === 'GET') return list(batch.lines.map((line) => lineRow(batch, line)));
  const body = JSON.parse(asked.body) as LineBody;
  if (!(body.accountNumber in ACCOUNTS))
    return refuse(
      'Internal_InvalidTableRelation',
      `The field Account No. of table Gen. Journal Line contains a value (${body.accountNumber}) that cannot be found in the related table (G/L Account).`,
    );
  if (body.documentNumber.length > 20) return refuse('BadRequest', 'documentNumber is longer than 20');
  if (batch.lines.some((line) => line.assignment === String(body.lineNumber)))
    return refuse('Internal_EntityWithSameKeyExists', 'The record already exists.');
  const amount = decimal(String(body.amount)).toFixed(2);
  const line: StoredLine = {
    account: body.accountNumber,
    location: '',
    dimension: '',
    currency: CURRENCY,
    amount,
    companyAmount: amount,
    text: body.description,
    assignment: String(body.lineNumber),
  };
  const { postingDate } = body;
  erp.store.save({
    ...batch,
    number: body.documentNumber,
    postingDate,
    documentDate: postingDate,
    lines: [...batch.lines, line],
  });
  return json(201, lineRow({ ...batch, number: body.documentNumber, postingDate }, line));
}

function lineRow(batch: StoredDocument, line: StoredLine): object {
  return {
    id: lineId(batch, line),
    lineNumber: Number(line.assignment),
    accountNumber: line.account,
    postingDate: batch.postingDate,
    documentNumber: batch.number,
    amount: Number(line.amount),
    description: line.text,
  };
}

function changeLine(asked: SimRequest, id: string, dimension: boolean, erp: Erp): Reply {
  for (const batch of erp.store.documents.values()) {
    const line = batch.posted ? undefined : batch.lines.find((each) => lineId(batch, each) === id);
    if (line === undefined) continue;
    const others = batch.lines.filter((each) => each !== line);
    if (dimension) {
      const { code, valueCode } = JSON.parse(asked.body) as { code: string; valueCode: string };
      const changed = { ...line, [code === 'STORE' ? 'location' : 'dimension']: valueCode };
      erp.store.save({
        ...batch,
        lines: [...others, changed].toSorted((a, b) => Number(a.assignment) - Number(b.assignment)),
      });
      return json(201, { code, valueCode });
    }
    if (asked.method === 'DELETE' && asked.headers['if-match'] === undefined)
      return refuse('BadRequest_InvalidToken', 'If-Match is required', 412);
    erp.store.save({ ...batch, lines: others });
    return { status: 204, body: '' };
  }
  return refuse('Internal_RecordNotFound', 'The record is not found.', 404);
}

const OUTSIDE = 'Posting Date is not within your range of allowed posting dates in Gen. Journal Line.';

function post(batch: StoredDocument | undefined, erp: Erp): Plan {
  if (batch === undefined) return answer(refuse('BadRequest_NotFound', 'no such batch', 404));
  if (batch.lines.length === 0)
    return answer(refuse('Application_DialogException', 'There is nothing to post.'));
  if (erp.isClosed(batch.postingDate)) return answer(refuse('Application_DialogException', OUTSIDE));
  if (!isBalanced(batch.lines))
    return answer(
      refuse('Application_DialogException', `Document ${batch.number} is out of balance by 0.01.`),
    );
  return {
    commit: () => {
      const now = erp.store.documents.get(batch.id);
      if (now === undefined || now.lines.length === 0)
        return refuse('Application_DialogException', 'There is nothing to post.');
      const document = {
        ...now,
        id: erp.store.nextId(),
        reference: now.number,
        posted: true,
        postedAt: Date.now(),
      };
      // One write: booked and emptied, or neither.
      erp.store.commit({ kind: 'document', document }, { kind: 'document', document: { ...now, lines: [] } });
      return undefined;
    },
    reply: () => ({ status: 204, body: '' }),
    refusal: () => refuse('Application_DialogException', OUTSIDE),
  };
}

function entries(asked: SimRequest, erp: Erp): Reply {
  const apply = asked.query.get('$apply');
  if (apply !== null) return list(summed(apply, erp));
  const filter = asked.query.get('$filter') ?? '';
  const number = /documentNumber eq '([^']*)'/.exec(filter)?.[1];
  const after = Number(/entryNumber gt (\d+)/.exec(filter)?.[1] ?? '0');
  const rows = erp
    .visible()
    .filter(
      (document) =>
        (number === undefined || document.number === number) && dayFits(filter, document.postingDate),
    )
    .flatMap((document) => document.lines.map((line, at) => entryRow(document, line, document.id * 100 + at)))
    .filter((row) => row.entryNumber > after);
  return list(rows.slice(0, Number(asked.query.get('$top') ?? '20000')));
}

function entryRow(document: StoredDocument, line: StoredLine, entryNumber: number) {
  const amount = Number(line.amount);
  const dimensions = [
    { code: 'STORE', valueCode: line.location },
    { code: 'TAX', valueCode: line.dimension },
  ];
  return {
    id: guid('entry', entryNumber),
    entryNumber,
    postingDate: document.postingDate,
    documentNumber: document.number,
    documentType: ' ',
    accountNumber: line.account,
    description: line.text,
    debitAmount: Math.max(0, amount),
    creditAmount: Math.max(0, -amount),
    lastModifiedDateTime: '2026-10-31T00:00:00Z',
    dimensionSetLines: dimensions.filter(({ valueCode }) => valueCode !== ''),
  };
}

function dayFits(filter: string, day: string): boolean {
  return [...filter.matchAll(/postingDate (ge|le|lt) ([\d-]+)/g)].every(([, operator, than = '']) =>
    operator === 'ge' ? day >= than : operator === 'le' ? day <= than : day < than,
  );
}

function summed(apply: string, erp: Erp): object[] {
  return [...totals(erp.visible(), (day) => dayFits(apply, day))].map(
    ([accountNumber, { debit, credit }]) => ({
      accountNumber,
      debit: Number(debit.toFixed(2)),
      credit: Number(credit.toFixed(2)),
    }),
  );
}

function periods(erp: Erp): object[] {
  return Array.from({ length: 12 }, (_, at) => {
    const startingDate = `2026-${String(at + 1).padStart(2, '0')}-01`;
    return { startingDate, newFiscalYear: at === 0, closed: erp.isClosed(startingDate), dateLocked: false };
  });
}
