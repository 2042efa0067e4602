/** Bodies of requests that are in order. */
let numbers = 0;

/** A receipt that was never used. */
export const receipt = (brand = "mvideo") => ({
  brand,
  storeId: brand === "mvideo" ? "M-1" : "E-1",
  terminalId: "1",
  shift: "1",
  number: `${(numbers += 1)}`,
});

export const OCCURRED_AT = "2026-03-02T12:00:00+03:00";

/** Two units of 500.00: earns 30.00 for a member. */
export const sale = (fields: object = {}) => ({
  receipt: receipt(),
  channel: "pos",
  lines: [{ lineId: "1", sku: "s", category: "tv", quantity: "2", unitPrice: "500.00" }],
  spend: "0.00",
  occurredAt: OCCURRED_AT,
  ...fields,
});

export const goodsBack = (fields: object = {}) => ({
  receipt: receipt(),
  lines: [{ lineId: "1", quantity: "1" }],
  occurredAt: OCCURRED_AT,
  ...fields,
});
