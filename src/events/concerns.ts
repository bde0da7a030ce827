// The other fact that an event is about: a shipment's order, a refund's shipment, the document that a tax engine assessed.
// It is stored beside the event and indexed, so that the control reconciliations find a sale's refunds without reading
// history.
import type { BusinessEvent } from './model.ts';

const SEPARATOR = '\u001f';

/**
 * `order`, `shipment`, `document` or `refund` and its id, joined by U+001F; '' where the event is about nothing else. A
 * refund that names no sale is about itself, so that it is found like the others.
 */
export function concernsOf({ type, further, businessKey }: BusinessEvent): string {
  const about = (kind: string, id: string | undefined): string =>
    id === undefined || id === '' ? '' : `${kind}${SEPARATOR}${id}`;
  switch (type) {
    case 'retail.shipment.confirmed.v1':
      return about('order', further.orderId);
    case 'retail.refund.issued.v1':
      return (
        about('shipment', further.shipmentId) ||
        about('order', further.orderId) ||
        about('refund', businessKey)
      );
    case 'retail.tax.assessed.v1':
      return about('document', further.documentId);
    default:
      return '';
  }
}
