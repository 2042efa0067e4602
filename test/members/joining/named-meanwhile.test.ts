/**
 * Every operation whose path names a member: whoever parts from another after it was prepared, and before it is judged, is whom
 * it acts upon, and not whoever stood for him then.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { modules } from "../../../src/modules.ts";
import type { AnyOperation } from "../../../src/engine/definition/operation.ts";
import { type TestLedger, testLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { Security } from "../blocking/security.ts";
import { after, type Person } from "./people.ts";

let ledger: TestLedger;
let people: Security;
beforeAll(async () => {
  ledger = await testLedger();
  people = new Security(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

interface Case {
  readonly body: (younger: Person, third: Person) => object;
  /** What goes before, of the two while they are one. */
  readonly before?: (elder: Person) => Promise<unknown>;
}

const REASON = { reason: "r" };
const CASES: Readonly<Record<string, Case>> = {
  "member-block": { body: () => REASON },
  "member-unblock": { body: () => REASON, before: (elder) => people.block(elder) },
  "member-erase": { body: () => ({ ...REASON, reference: "PD-1" }) },
  "identifier-adding": {
    body: ({ memberId }) => ({
      ...REASON,
      identifier: { kind: "phone", value: "+79120000777" },
      profileId: `prf_${memberId.slice(4)}`,
      verified: true,
    }),
  },
  "identifier-end": { body: ({ card }) => ({ ...REASON, identifier: card }) },
  "representative-grant": {
    body: (_, { memberId }) => ({ ...REASON, reference: "r", representativeId: memberId, rights: { see: true } }),
  },
};
/** Two of whom one is to be erased do not part. */
const NEVER = ["member-erase-cancel"];

const named = modules.flatMap(({ operations }) => operations).filter(({ http }) => http.path.includes("{memberId}"));

it("has a case for each of them", () => {
  expect(named.map(({ name }) => name).toSorted()).toEqual([...Object.keys(CASES), ...NEVER].toSorted());
});

it.each(Object.entries(CASES))("%s acts upon who was named", async (name, { body, before }) => {
  const operation = named.find((each) => each.name === name) as AnyOperation;
  const [elder, younger, third] = [await people.person(), await people.person(), await people.person()];
  const { mergeId } = await people.join(elder, younger);
  await before?.(elder);
  const parting = after(operation, () => people.part(mergeId));
  const { memberId } = younger;
  const told = await ledger.ask(parting, body(younger, third), { params: { memberId } });
  expect(told).toMatchObject({ kind: "accepted" });
  const { operationId } = told as { operationId: string };
  const [kept] = await ledger.database.sql<{ member: string }[]>`
    select 'mbr_' || replace(member_id::text, '-', '') as member from operations where operation_id = ${operationId.slice(4)}::uuid`;
  expect(kept?.member).toBe(memberId);
});
