/** Whatever a request must state can be found again: each operation keeps the facts that its body has a place for. */
import { expect, it } from "vitest";
import { FACTS } from "../../src/engine/definition/invariant.ts";
import { type AnyOperation, FACT_NAMES, type Facts } from "../../src/engine/definition/operation.ts";
import { LINK_REASON } from "../../src/members/linking/terms.ts";
import { OperationFacts } from "../../src/members/reads/operation-facts.ts";
import { modules } from "../../src/modules.ts";
import { columnOf, factsOf, KEPT_AS } from "../support/facts.ts";

/** A till's number alone means nothing: it is kept where a receipt has it. */
const KEPT = FACT_NAMES.filter((name) => name !== "terminalId");
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
  const renamed = Object.entries(KEPT_AS).filter(([field]) => field in fields);
  return Object.fromEntries([
    ...[...own, ...ofReceipt].map((name) => [name, name]),
    ...renamed.map(([field, name]) => [name, field]),
  ]) as Facts;
}

/** What an operation says by itself, where nobody states it. */
const OWN: Readonly<Record<string, Facts>> = { "link-confirmation": { reason: LINK_REASON } };

it.each(operations.map((operation) => [operation.name, operation] as const))(
  "%s keeps what is stated",
  (_, operation) => {
    // Strictly: a fact that nobody knows is not in `SAID`, so it is undefined here.
    expect(factsOf(operation)).toStrictEqual({ ...stated(operation), ...OWN[operation.name] });
  },
);

/** Bodies that name somebody in another way than `memberFields`: by what the operation is about, and not by what is presented. */
const NOBODY_PRESENTED: Readonly<Record<string, string>> = {
  "identifier-adding": "the identifier is what is added",
  "identifier-end": "the identifier is what is ended",
  "staff-registration": "the member is who somebody of the staff is",
  "link-start": "a member who is signed in names an address of another account",
};
const namesMember = (operation: AnyOperation): boolean => {
  const fields = fieldsOf(operation);
  return "memberId" in fields || "identifier" in fields;
};

it("keeps whose identifier was presented, where the body names its member, but for those that are named here", () => {
  const without = operations.filter((operation) => namesMember(operation) && operation.presented === undefined);
  expect(without.map(({ name }) => name).toSorted()).toEqual(Object.keys(NOBODY_PRESENTED).toSorted());
  const keeping = operations.filter((operation) => namesMember(operation) && operation.presented !== undefined);
  expect(keeping.length).toBeGreaterThan(4);
});

it("has seen fields of bodies, and facts of all kinds", () => {
  const all = new Set(operations.flatMap((operation) => Object.keys(stated(operation))));
  expect([...all].toSorted()).toEqual([...FACT_NAMES].toSorted());
});

it("is known to the proof, which asks of each operation that it has no others", () => {
  expect(FACTS).toEqual(["brand", ...FACT_NAMES.map(columnOf), "subject_hash"]);
});

it("is shown with what the operation has moved", () => {
  expect(Object.keys(OperationFacts.shape)).toEqual(expect.arrayContaining([...FACT_NAMES]));
});
