// What Tieout takes as events, for those who send them from TypeScript. Generated: npm run contract -- --write.
// Amounts, quantities and rates are texts here, though whole numbers are taken too: a JavaScript number loses cents.
// Fields that are not named are taken and kept as they are; the types leave them out, so that a mistyped name is seen.

/**
 * Business key: shipmentId. It causes accounting: totals must be the sum of their parts, and amounts have at most the minor units of their currency.
 */
export interface ShipmentConfirmedV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.shipment.confirmed.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    shipmentId: string;
    orderId?: string;
    sellingLocation?: string;
    fulfilment?: "ship" | "pickup" | "store";
    /**
     * @minItems 1
     */
    lines?: [
      {
        lineId: string;
        sku: string;
        /**
         * A decimal, at most 6 decimals.
         */
        quantity: string;
        kind?: "goods" | "service" | "giftCard" | "fee" | "deposit" | "tip" | "pass";
        category?: string;
        /**
         * A decimal, at most 6 decimals.
         */
        unitPrice?: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        net?: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        gross?: string;
        /**
         * A decimal, at most 6 decimals.
         */
        taxRate?: string;
        discounts?: {
          code: string;
          /**
           * A decimal, at most the minor units of currency.
           */
          amount: string;
          funder: "self" | "vendor" | "marketplace";
        }[];
        /**
         * A decimal, at most the minor units of costCurrency.
         */
        cost?: string;
        taxes?: {
          jurisdiction: string;
          code?: string;
          /**
           * A decimal, at most 6 decimals.
           */
          rate?: string;
          /**
           * A decimal, at most the minor units of currency.
           */
          taxable?: string;
          /**
           * A decimal, at most the minor units of currency.
           */
          amount: string;
          remittedBy?: "seller" | "marketplace";
        }[];
      },
      ...{
        lineId: string;
        sku: string;
        /**
         * A decimal, at most 6 decimals.
         */
        quantity: string;
        kind?: "goods" | "service" | "giftCard" | "fee" | "deposit" | "tip" | "pass";
        category?: string;
        /**
         * A decimal, at most 6 decimals.
         */
        unitPrice?: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        net?: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        gross?: string;
        /**
         * A decimal, at most 6 decimals.
         */
        taxRate?: string;
        discounts?: {
          code: string;
          /**
           * A decimal, at most the minor units of currency.
           */
          amount: string;
          funder: "self" | "vendor" | "marketplace";
        }[];
        /**
         * A decimal, at most the minor units of costCurrency.
         */
        cost?: string;
        taxes?: {
          jurisdiction: string;
          code?: string;
          /**
           * A decimal, at most 6 decimals.
           */
          rate?: string;
          /**
           * A decimal, at most the minor units of currency.
           */
          taxable?: string;
          /**
           * A decimal, at most the minor units of currency.
           */
          amount: string;
          remittedBy?: "seller" | "marketplace";
        }[];
      }[]
    ];
    shipping?: {
      /**
       * A decimal, at most the minor units of currency.
       */
      net: string;
      taxes?: {
        jurisdiction: string;
        code?: string;
        /**
         * A decimal, at most 6 decimals.
         */
        rate?: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        taxable?: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        amount: string;
        remittedBy?: "seller" | "marketplace";
      }[];
    };
    tenders?: {
      type:
        | "card"
        | "cash"
        | "wallet"
        | "bnpl"
        | "bankTransfer"
        | "cod"
        | "giftCard"
        | "storeCredit"
        | "loyalty"
        | "deposit"
        | "exchange"
        | "marketplace"
        | "account"
        | "other";
      /**
       * A decimal, at most the minor units of currency.
       */
      amount: string;
      reference?: string;
      scheme?: string;
      processor?: string;
      currency?: string;
    }[];
    exchangeId?: string;
    session?: string;
    payout?: string;
    till?: string;
    cashier?: string;
    receiptNo?: string;
    taxes?: {
      jurisdiction: string;
      code?: string;
      /**
       * A decimal, at most 6 decimals.
       */
      rate?: string;
      /**
       * A decimal, at most the minor units of currency.
       */
      taxable?: string;
      /**
       * A decimal, at most the minor units of currency.
       */
      amount: string;
      remittedBy?: "seller" | "marketplace";
    }[];
    /**
     * A decimal, at most the minor units of currency.
     */
    rounding?: string;
    /**
     * A decimal, at most the minor units of currency.
     */
    total?: string;
  };
}

/**
 * Business key: refundId. It causes accounting: totals must be the sum of their parts, and amounts have at most the minor units of their currency.
 */
export interface RefundIssuedV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.refund.issued.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    refundId: string;
    orderId?: string;
    shipmentId?: string;
    sellingLocation?: string;
    returnId?: string;
    originalSaleDate?: string;
    noReceipt?: boolean;
    lines?: {
      lineId: string;
      sku: string;
      /**
       * A decimal, at most 6 decimals.
       */
      quantity: string;
      kind?: "goods" | "service" | "giftCard" | "fee" | "deposit" | "tip" | "pass";
      category?: string;
      /**
       * A decimal, at most 6 decimals.
       */
      unitPrice?: string;
      /**
       * A decimal, at most the minor units of currency.
       */
      net?: string;
      /**
       * A decimal, at most the minor units of currency.
       */
      gross?: string;
      /**
       * A decimal, at most 6 decimals.
       */
      taxRate?: string;
      discounts?: {
        code: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        amount: string;
        funder: "self" | "vendor" | "marketplace";
      }[];
      /**
       * A decimal, at most the minor units of costCurrency.
       */
      cost?: string;
      taxes?: {
        jurisdiction: string;
        code?: string;
        /**
         * A decimal, at most 6 decimals.
         */
        rate?: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        taxable?: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        amount: string;
        remittedBy?: "seller" | "marketplace";
      }[];
      restocked: boolean;
      originalLineId?: string;
    }[];
    shipping?: {
      /**
       * A decimal, at most the minor units of currency.
       */
      net: string;
      taxes?: {
        jurisdiction: string;
        code?: string;
        /**
         * A decimal, at most 6 decimals.
         */
        rate?: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        taxable?: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        amount: string;
        remittedBy?: "seller" | "marketplace";
      }[];
    };
    fees?: {
      code: string;
      /**
       * A decimal, at most the minor units of currency.
       */
      net: string;
      taxes?: {
        jurisdiction: string;
        code?: string;
        /**
         * A decimal, at most 6 decimals.
         */
        rate?: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        taxable?: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        amount: string;
        remittedBy?: "seller" | "marketplace";
      }[];
    }[];
    amount?: {
      /**
       * A decimal, at most the minor units of currency.
       */
      net: string;
      taxes?: {
        jurisdiction: string;
        code?: string;
        /**
         * A decimal, at most 6 decimals.
         */
        rate?: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        taxable?: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        amount: string;
        remittedBy?: "seller" | "marketplace";
      }[];
    };
    tenders?: {
      type:
        | "card"
        | "cash"
        | "wallet"
        | "bnpl"
        | "bankTransfer"
        | "cod"
        | "giftCard"
        | "storeCredit"
        | "loyalty"
        | "deposit"
        | "exchange"
        | "marketplace"
        | "account"
        | "other";
      /**
       * A decimal, at most the minor units of currency.
       */
      amount: string;
      reference?: string;
      scheme?: string;
      processor?: string;
      currency?: string;
    }[];
    exchangeId?: string;
    session?: string;
    payout?: string;
    till?: string;
    cashier?: string;
    receiptNo?: string;
    taxes?: {
      jurisdiction: string;
      code?: string;
      /**
       * A decimal, at most 6 decimals.
       */
      rate?: string;
      /**
       * A decimal, at most the minor units of currency.
       */
      taxable?: string;
      /**
       * A decimal, at most the minor units of currency.
       */
      amount: string;
      remittedBy?: "seller" | "marketplace";
    }[];
    /**
     * A decimal, at most the minor units of currency.
     */
    rounding?: string;
    /**
     * A decimal, at most the minor units of currency.
     */
    total?: string;
  };
}

/**
 * Business key: assessmentId, revision. It causes accounting: totals must be the sum of their parts, and amounts have at most the minor units of their currency.
 */
export interface TaxAssessedV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.tax.assessed.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    assessmentId: string;
    revision: number;
    documentType?: "shipment" | "refund";
    documentId?: string;
    taxes?: {
      jurisdiction: string;
      /**
       * A decimal, at most the minor units of currency.
       */
      taxable: string;
      /**
       * A decimal, at most the minor units of currency.
       */
      amount: string;
    }[];
    /**
     * A decimal, at most the minor units of currency.
     */
    total?: string;
  };
}

/**
 * Business key: transferId. It causes accounting: totals must be the sum of their parts, and amounts have at most the minor units of their currency.
 */
export interface TransferShippedV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.transfer.shipped.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    transferId: string;
    fromLocation?: string;
    toLocation?: string;
    /**
     * A decimal, at most the minor units of currency.
     */
    transferPrice?: string;
    /**
     * @minItems 1
     */
    lines?: [
      {
        sku: string;
        /**
         * A decimal, at most 6 decimals.
         */
        quantity: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        cost: string;
      },
      ...{
        sku: string;
        /**
         * A decimal, at most 6 decimals.
         */
        quantity: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        cost: string;
      }[]
    ];
    /**
     * A decimal, at most the minor units of currency.
     */
    total?: string;
    toCompany?: string;
  };
}

/**
 * Business key: transferId, receiptId. It causes accounting: totals must be the sum of their parts, and amounts have at most the minor units of their currency.
 */
export interface TransferReceivedV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.transfer.received.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    transferId: string;
    fromLocation?: string;
    toLocation?: string;
    /**
     * A decimal, at most the minor units of currency.
     */
    transferPrice?: string;
    /**
     * @minItems 1
     */
    lines?: [
      {
        sku: string;
        /**
         * A decimal, at most 6 decimals.
         */
        quantity: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        cost: string;
      },
      ...{
        sku: string;
        /**
         * A decimal, at most 6 decimals.
         */
        quantity: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        cost: string;
      }[]
    ];
    /**
     * A decimal, at most the minor units of currency.
     */
    total?: string;
    receiptId: string;
    final?: boolean;
    fromCompany?: string;
  };
}

/**
 * Business key: adjustmentId. It causes accounting: totals must be the sum of their parts, and amounts have at most the minor units of their currency.
 */
export interface InventoryAdjustedV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.inventory.adjusted.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    adjustmentId: string;
    reason?: "shrink" | "damage" | "count" | "found" | "issue" | "initial";
    /**
     * @minItems 1
     */
    lines?: [
      {
        sku: string;
        /**
         * A decimal, at most 6 decimals.
         */
        quantity: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        cost: string;
      },
      ...{
        sku: string;
        /**
         * A decimal, at most 6 decimals.
         */
        quantity: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        cost: string;
      }[]
    ];
    /**
     * A decimal, at most the minor units of currency.
     */
    total?: string;
  };
}

/**
 * Business key: markdownId. It causes accounting: totals must be the sum of their parts, and amounts have at most the minor units of their currency.
 */
export interface PriceMarkdownV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.price.markdown.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    markdownId: string;
    kind?: "permanent" | "cancel";
    /**
     * @minItems 1
     */
    lines?: [
      {
        sku: string;
        /**
         * A decimal, at most 6 decimals.
         */
        quantity: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        retailAmount: string;
        /**
         * A decimal, at most the minor units of costCurrency.
         */
        costAmount?: string;
      },
      ...{
        sku: string;
        /**
         * A decimal, at most 6 decimals.
         */
        quantity: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        retailAmount: string;
        /**
         * A decimal, at most the minor units of costCurrency.
         */
        costAmount?: string;
      }[]
    ];
    /**
     * A decimal, at most the minor units of currency.
     */
    total?: string;
  };
}

/**
 * Business key: receiptId. It causes accounting: totals must be the sum of their parts, and amounts have at most the minor units of their currency.
 */
export interface GoodsReceivedV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.goods.received.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    receiptId: string;
    vendorId?: string;
    purchaseOrderId?: string;
    reversed?: boolean;
    /**
     * @minItems 1
     */
    lines?: [
      {
        sku: string;
        /**
         * A decimal, at most 6 decimals.
         */
        quantity: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        cost: string;
      },
      ...{
        sku: string;
        /**
         * A decimal, at most 6 decimals.
         */
        quantity: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        cost: string;
      }[]
    ];
    /**
     * A decimal, at most the minor units of currency.
     */
    total?: string;
  };
}

/**
 * Business key: vendorReturnId. It causes accounting: totals must be the sum of their parts, and amounts have at most the minor units of their currency.
 */
export interface VendorReturnedV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.vendor.returned.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    vendorReturnId: string;
    vendorId?: string;
    /**
     * @minItems 1
     */
    lines?: [
      {
        sku: string;
        /**
         * A decimal, at most 6 decimals.
         */
        quantity: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        cost: string;
      },
      ...{
        sku: string;
        /**
         * A decimal, at most 6 decimals.
         */
        quantity: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        cost: string;
      }[]
    ];
    /**
     * A decimal, at most the minor units of currency.
     */
    creditExpected?: string;
    taxes?: {
      jurisdiction: string;
      code?: string;
      /**
       * A decimal, at most 6 decimals.
       */
      rate?: string;
      /**
       * A decimal, at most the minor units of currency.
       */
      taxable?: string;
      /**
       * A decimal, at most the minor units of currency.
       */
      amount: string;
      remittedBy?: "seller" | "marketplace";
    }[];
    fees?: {
      code: string;
      /**
       * A decimal, at most the minor units of currency.
       */
      net: string;
      taxes?: {
        jurisdiction: string;
        code?: string;
        /**
         * A decimal, at most 6 decimals.
         */
        rate?: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        taxable?: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        amount: string;
        remittedBy?: "seller" | "marketplace";
      }[];
    }[];
    /**
     * A decimal, at most the minor units of currency.
     */
    total?: string;
  };
}

/**
 * Business key: processor, movementId. It causes accounting: totals must be the sum of their parts, and amounts have at most the minor units of their currency.
 */
export interface PaymentSettledV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.payment.settled.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    processor: string;
    movementId: string;
    kind?:
      "capture" | "refund" | "chargeback" | "chargebackReversed" | "conversion" | "reserve" | "release" | "adjustment";
    paymentId?: string;
    orderReference?: string;
    payoutId?: string;
    method?: string;
    /**
     * A decimal, at most the minor units of currency.
     */
    gross?: string;
    fees?: {
      code: string;
      /**
       * A decimal, at most the minor units of currency.
       */
      amount: string;
      taxes?: {
        jurisdiction: string;
        code?: string;
        /**
         * A decimal, at most 6 decimals.
         */
        rate?: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        taxable?: string;
        /**
         * A decimal, at most the minor units of currency.
         */
        amount: string;
        remittedBy?: "seller" | "marketplace";
      }[];
    }[];
    /**
     * A decimal, at most the minor units of currency.
     */
    withheldTax?: string;
    /**
     * A decimal, at most the minor units of currency.
     */
    net?: string;
  };
}

/**
 * Business key: processor, chargeId. It causes accounting: totals must be the sum of their parts, and amounts have at most the minor units of their currency.
 */
export interface PaymentChargedV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.payment.charged.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    processor: string;
    chargeId: string;
    code?: string;
    /**
     * A decimal, at most the minor units of currency.
     */
    amount?: string;
    payoutId?: string;
  };
}

/**
 * Business key: processor, payoutId. It causes accounting: totals must be the sum of their parts, and amounts have at most the minor units of their currency.
 */
export interface PayoutPaidV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.payout.paid.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    processor: string;
    payoutId: string;
    /**
     * A decimal, at most the minor units of currency.
     */
    amount?: string;
    /**
     * A decimal, at most the minor units of currency.
     */
    opening?: string;
    /**
     * A decimal, at most the minor units of currency.
     */
    closing?: string;
    bankReference?: string;
    movements?: number;
  };
}

/**
 * Business key: bankAccount, entryId. It causes accounting: totals must be the sum of their parts, and amounts have at most the minor units of their currency.
 */
export interface BankEntryBookedV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.bank.entry.booked.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    bankAccount: string;
    entryId: string;
    /**
     * A decimal, at most the minor units of currency.
     */
    amount?: string;
    valueDate?: string;
    references?: string[];
  };
}

/**
 * Business key: location, businessDate. It causes no accounting; it is kept for timing and process measures.
 */
export interface StoreDayClosedV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.store.dayClosed.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate: string;
    channel?: string;
    brand?: string;
    region?: string;
    location: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    receipts?: {
      till: string;
      first: number;
      last: number;
      count: number;
      gaps?: number[];
    }[];
  };
}

/**
 * Business key: orderId. It causes no accounting; it is kept for timing and process measures.
 */
export interface OrderCreatedV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.order.created.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    orderId: string;
  };
}

/**
 * Business key: orderId, cancellationId. It causes no accounting; it is kept for timing and process measures.
 */
export interface OrderCancelledV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.order.cancelled.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    orderId: string;
    cancellationId?: string;
  };
}

/**
 * Business key: orderId, reservationId. It causes no accounting; it is kept for timing and process measures.
 */
export interface InventoryReservedV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.inventory.reserved.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    orderId: string;
    reservationId?: string;
  };
}

/**
 * Business key: orderId, fulfillmentId. It causes no accounting; it is kept for timing and process measures.
 */
export interface FulfillmentAssignedV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.fulfillment.assigned.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    orderId: string;
    fulfillmentId?: string;
  };
}

/**
 * Business key: orderId, shipmentId. It causes no accounting; it is kept for timing and process measures.
 */
export interface PickupReadyV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.pickup.ready.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    orderId: string;
    shipmentId?: string;
  };
}

/**
 * Business key: returnId. It causes no accounting; it is kept for timing and process measures.
 */
export interface ReturnInitiatedV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.return.initiated.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    returnId: string;
  };
}

/**
 * Business key: refundId. It causes no accounting; it is kept for timing and process measures.
 */
export interface RefundApprovedV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.refund.approved.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    refundId: string;
  };
}

/**
 * Business key: replenishmentId. It causes no accounting; it is kept for timing and process measures.
 */
export interface ReplenishmentRequestedV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.replenishment.requested.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    replenishmentId: string;
  };
}

/**
 * Business key: replenishmentId, receiptId. It causes no accounting; it is kept for timing and process measures.
 */
export interface ReplenishmentReceivedV1 {
  specversion: "1.0";
  id: string;
  source: string;
  type: "retail.replenishment.received.v1";
  subject?: string;
  time: string;
  datacontenttype?: string;
  data: {
    company: string;
    currency?: string;
    costCurrency?: string;
    fx?: {
      /**
       * A decimal, at most 6 decimals.
       */
      rate: string;
      rateDate: string;
      rateType?: string;
    };
    businessDate?: string;
    channel?: string;
    brand?: string;
    region?: string;
    location?: string;
    corrects?: {
      source: string;
      id: string;
    };
    correction?: "void" | "replace";
    keys?: {
      [k: string]: string;
    };
    replenishmentId: string;
    receiptId?: string;
  };
}

/** Any of them; `type` tells which. */
export type TieoutEvent = ShipmentConfirmedV1 | RefundIssuedV1 | TaxAssessedV1 | TransferShippedV1 | TransferReceivedV1 | InventoryAdjustedV1 | PriceMarkdownV1 | GoodsReceivedV1 | VendorReturnedV1 | PaymentSettledV1 | PaymentChargedV1 | PayoutPaidV1 | BankEntryBookedV1 | StoreDayClosedV1 | OrderCreatedV1 | OrderCancelledV1 | InventoryReservedV1 | FulfillmentAssignedV1 | PickupReadyV1 | ReturnInitiatedV1 | RefundApprovedV1 | ReplenishmentRequestedV1 | ReplenishmentReceivedV1;
