/** Whatever a request must state can be found again: each operation keeps the facts that its body has a place for. */
import { expect, it } from "vitest";
import type { AnyOperation, Facts } from "../../src/engine/definition/operation.ts";
import { LINK_REASON } from "../../src/members/linking/terms.ts";
import { modules } from "../../src/modules.ts";

const KEPT = ["storeId", "channel", "reason", "reference"] as const;
const OF_A_RECEIPT = ["storeId", "terminalId"] as const;

const operations = modules.flatMap(({ operations: own }) => own);
/** The fields of a body; of one that has several forms, those of any. */
function fieldsOf({ body }: AnyOperation): object {
  const { shape, options = [] } = (body ?? {}) as {
    shape?: object;
    options?: readonly { readonly shape: Readonly<Record<string, unknown>> }[];
  };
  return shape ?? Object.fromEntries(options.flatMap((option) => Object.entries(option.shape)));
}

/** The facts of an operation that its body has a place for, each with what stands there in `said`. */
function stated(operation: AnyOperation): Facts {
  const fields = fieldsOf(operation);
  const own = KEPT.filter((name) => name in fields);
  const ofReceipt = "receipt" in fields ? OF_A_RECEIPT : [];
  return Object.fromEntries([...own, ...ofReceipt].map((name) => [name, name]));
}

/** What an operation says by itself, where nobody states it. */
const OWN: Readonly<Record<string, Facts>> = { "link-confirmation": { reason: LINK_REASON } };

const said: object = {
  ...Object.fromEntries(KEPT.map((name) => [name, name])),
  receipt: Object.fromEntries(OF_A_RECEIPT.map((name) => [name, name])),
};

it.each(operations.map((operation) => [operation.name, operation] as const))(
  "%s keeps what is stated",
  (_, operation) => {
    expect(operation.facts?.(said) ?? {}).toEqual({ ...stated(operation), ...OWN[operation.name] });
  },
);

it("has seen fields of bodies, and facts of all kinds", () => {
  const all = new Set(operations.flatMap((operation) => Object.keys(stated(operation))));
  expect([...all].toSorted()).toEqual(["channel", "reason", "reference", "storeId", "terminalId"]);
});
