import { describe, expect, it } from "vitest";
import { ProfileBody } from "../../src/members/registration/registration-body.ts";
import { PurchaseBody } from "../../src/sales/purchase/purchase-body.ts";
import { ReturnBody } from "../../src/sales/return/return-body.ts";

const receipt = { brand: "mvideo", storeId: "M-1", terminalId: "1", shift: "1", number: "1" };
const occurredAt = "2026-03-02T12:00:00+03:00";
const sale = { receipt, channel: "pos", spend: "0.00", occurredAt };
const line = { sku: "s", category: "tv", quantity: "1", unitPrice: "1.00" };
const lines = (count: number) => Array.from({ length: count }, (_, index) => ({ lineId: `${index}`, ...line }));
const profile = { brand: "mvideo", externalId: "C-1", person: {} };

/** What is wrong with a body: where, and how it is said. */
function faults(schema: typeof PurchaseBody | typeof ReturnBody | typeof ProfileBody, body: unknown): string[] {
  const { error } = schema.safeParse(body);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("lengths are checked before anything inside is", () => {
  const wrong = Array.from({ length: 345_000 }, () => ({}));
  const many = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`${index}`, "no"]));
  it.each([
    ["lines of a sale", PurchaseBody, { ...sale, lines: wrong }, "lines: at most 500 lines"],
    ["lines of a return", ReturnBody, { receipt, occurredAt, lines: wrong }, "lines: at most 500 lines"],
    ["identifiers", ProfileBody, { ...profile, identifiers: wrong }, "identifiers: at most 50 identifiers"],
    ["consents", ProfileBody, { ...profile, identifiers: [], consents: many }, "consents: at most 50 consents"],
  ] as const)("of %s: one fault, not one for each", (_, schema, body, fault) => {
    expect(faults(schema, body)).toEqual([fault]);
  });

  it("a sale has at least one line, and 500 are taken", () => {
    expect(faults(PurchaseBody, { ...sale, lines: [] })).toEqual(["lines: at least 1 lines"]);
    expect(faults(PurchaseBody, { ...sale, lines: lines(500) })).toEqual([]);
  });

  it("a line stands once, and all together are no larger than an amount may be", () => {
    expect(faults(PurchaseBody, { ...sale, lines: [...lines(1), ...lines(1)] })).toEqual(["lines: each lineId once"]);
    const dear = lines(2).map((each) => ({ ...each, unitPrice: "99999999999.99" }));
    expect(faults(PurchaseBody, { ...sale, lines: dear })).toEqual([
      "lines: the receipt's total is larger than any amount may be",
    ]);
  });
});
