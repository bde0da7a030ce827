// SAP goods movements, MKPF (headers) and MSEG (lines), as business events: a material document with movement type 601
// (goods issue for delivery) is a shipment at cost. Other movements are passed over by name until their feed comes.
import { refusalOf } from '../events/cursor.ts';
import { SHIPMENT } from '../events/shipment.ts';
import type { EventFeed, EventRecord, FeedFile } from './feed.ts';
import { isoCurrency, openTables, rawTables, sapAmount, sapDate, sapKey } from './sapTable.ts';
import type { SapRow, SapTable } from './sapTable.ts';

const KEY = ['MBLNR', 'MJAHR'];
const TABLES = {
  MKPF: [...KEY, 'BUDAT', 'CPUDT', 'CPUTM'],
  MSEG: [...KEY, 'ZEILE', 'BWART', 'MATNR', 'WERKS', 'MENGE', 'DMBTR', 'WAERS', 'BUKRS'],
};
const GOODS_ISSUE = '601';

export const sapMovements: EventFeed = {
  name: 'sap-movements',
  grouping: 'together',
  async *read(files: readonly FeedFile[]): AsyncGenerator<EventRecord[]> {
    const tables = await openTables(files, TABLES);
    const mkpf = tables.get('MKPF')!;
    const mseg = tables.get('MSEG')!;
    // A shipment is a whole document, so its lines are gathered; the rest passes through.
    const documents = new Map<string, SapRow[]>();
    for await (const rows of mseg.rows) {
      const skipped: EventRecord[] = [];
      for (const item of rows) {
        const movement = item.get('BWART');
        if (movement === GOODS_ISSUE) {
          const key = sapKey(item, KEY);
          documents.set(key, [...(documents.get(key) ?? []), item]);
        } else {
          const { line: position, offset: byteOffset } = item.row;
          const raw = (): Buffer => rawTables([{ head: mseg.head, rows: [item] }]);
          skipped.push({ position, byteOffset, raw, outcome: 'skipped', why: `movement type ${movement}` });
        }
      }
      yield skipped;
    }
    const headers = new Map<string, SapRow>();
    for await (const rows of mkpf.rows) {
      for (const header of rows) {
        const key = sapKey(header, KEY);
        if (documents.has(key)) headers.set(key, header);
      }
    }
    yield [...documents].map(([key, items]) => record(mkpf, headers.get(key), mseg, items));
  },
};

function record(
  mkpf: SapTable,
  header: SapRow | undefined,
  mseg: SapTable,
  items: readonly SapRow[],
): EventRecord {
  const first = items[0]!;
  const delivered = {
    position: first.row.line,
    byteOffset: first.row.offset,
    raw: () =>
      rawTables([
        ...(header === undefined ? [] : [{ head: mkpf.head, rows: [header] }]),
        { head: mseg.head, rows: items },
      ]),
  };
  if (header === undefined) {
    const found = `none for ${KEY.map((column) => first.get(column)).join(' ')}`;
    const refusal = refusalOf('SCHEMA', 'MKPF', 'a row of MKPF with the same MBLNR and MJAHR', found);
    return { ...delivered, outcome: 'refused', refusal };
  }
  return { ...delivered, outcome: 'event', text: JSON.stringify(shipment(header, items)) };
}

/** Sold goods leave at cost; the price is on the bill, which is another document, so net and total are zero here. */
function shipment(header: SapRow, items: readonly SapRow[]): unknown {
  const first = items[0]!;
  const number = first.get('MBLNR') + first.get('MJAHR');
  const currency = isoCurrency(first.get('WAERS'));
  // The day of the business is the document's; the ledger's lines of the same document carry it too.
  const businessDate = sapDate(header.get('BLDAT')) || sapDate(header.get('BUDAT'));
  return {
    specversion: '1.0',
    id: number,
    source: `/sap/${header.get('MANDT') || '000'}/mkpf`,
    type: SHIPMENT.type,
    // SAP writes system time without a zone; the business date is given, so nothing is derived from this instant.
    time: `${sapDate(header.get('CPUDT')) || businessDate}T${header.get('CPUTM') || '00:00:00'}Z`,
    subject: number,
    datacontenttype: 'application/json',
    data: {
      company: first.get('BUKRS'),
      currency,
      channel: 'wholesale',
      location: first.get('WERKS'),
      businessDate,
      shipmentId: number,
      orderId: orderOf(first, number),
      lines: items.map((item) => ({
        lineId: item.get('ZEILE'),
        sku: item.get('MATNR'),
        quantity: sapAmount(item.get('MENGE'), ''),
        net: '0.00',
        // A return to stock inside the document (S) lowers what was issued.
        cost:
          item.get('SHKZG') === 'S'
            ? `-${sapAmount(item.get('DMBTR'), currency)}`
            : sapAmount(item.get('DMBTR'), currency),
      })),
      total: '0.00',
    },
  };
}

/** The sales order; a spreadsheet has made `4.0` of it in some exports, which names no order. */
function orderOf(item: SapRow, fallback: string): string {
  const order = item.get('KDAUF');
  return order === '' || order === '0' || /\.|E/i.test(order) ? fallback : order;
}
