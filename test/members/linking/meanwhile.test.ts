import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Judged } from "../../../src/engine/outcome.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { unmerge } from "../../../src/members/joining/parting/unmerge.ts";
import { openService } from "../../../src/service.ts";
import { TEST_KEYS } from "../../support/keys.ts";
import { answerOf, ask, testLedger, type TestLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { type Customer, Customers } from "./customers.ts";

let ledger: TestLedger;
let people: Customers;
beforeAll(async () => {
  ledger = await testLedger({ codeSecret: "s".repeat(32) });
  people = new Customers(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

interface Linked {
  readonly merge: { readonly moved: { readonly members: readonly string[] } };
}
const refused = { kind: "refused", code: "link_refused" };
const three = async (): Promise<[Customer, Customer, Customer]> => {
  const all: Customer[] = [];
  for (const brand of ["mvideo", "eldorado", "mvideo"]) {
    all.push(await people.register(brand));
    ledger.clock.moveTo(ledger.clock.now() + 1_000);
  }
  return all as [Customer, Customer, Customer];
};
const join = async (one: Customer, other: Customer) =>
  answerOf(await ledger.ask(merge, { memberIds: [one.memberId, other.memberId], reason: "the same" })) as {
    mergeId: string;
    survivorId: string;
  };

/** Who has come, or why nobody has. */
const toldOf = (outcome: Judged): unknown =>
  outcome.kind === "refused" ? outcome.code : (answerOf(outcome) as Linked).merge.moved.members;

describe("a link is of the two as they were when it was started", () => {
  it("and is refused where a third has become part of one of them meanwhile", async () => {
    for (const side of [0, 1]) {
      const [anna, other, third] = await three();
      const started = await people.started(anna.memberId, other.phone);
      const { survivorId } = await join([anna, other][side]!, third);
      expect(survivorId).toBe([anna, other][side]!.memberId);
      expect(await people.confirm(started, people.codes(anna, other))).toMatchObject(refused);
      // Whoever starts anew has all of them linked. Of several phones the one that was brought last is sent the code.
      const again = await people.started(anna.memberId, other.phone);
      answerOf(await people.confirm(again, people.codes(side === 0 ? third : anna, other)));
    }
  });

  it("and where one has parted from one of them", async () => {
    for (const side of [0, 1]) {
      const [anna, other, third] = await three();
      const { mergeId } = await join([anna, other][side]!, third);
      const started = await people.started(anna.memberId, other.phone);
      answerOf(await ledger.ask(unmerge, { reason: "two people" }, { params: { mergeId } }));
      expect(await people.confirm(started, people.codes(side === 0 ? third : anna, other))).toMatchObject(refused);
    }
  });

  it("also where the third comes at the same moment on another service", async () => {
    const second = await openService({
      personal: TEST_KEYS,
      target: ledger.database,
      clock: ledger.clock,
      readers: 2,
      codeSecret: "s".repeat(32),
    });
    for (let round = 0; round < 8; round += 1) {
      const [anna, other, third] = await three();
      const started = await people.started(anna.memberId, other.phone);
      const memberIds = [other.memberId, third.memberId];
      const [confirmed] = await Promise.all([
        people.confirm(started, people.codes(anna, other)),
        ask(second, merge, { memberIds, reason: "the same" }),
      ]);
      expect([[other.memberId], "link_refused"]).toContainEqual(toldOf(confirmed));
    }
    await second.close();
  });

  it("and where the signed-in member's own phone is somebody else's by now", async () => {
    const [anna, other] = await three();
    const started = await people.started(anna.memberId, other.phone);
    const codes = people.codes(anna, other);
    await people.register("mvideo", { identifiers: [{ kind: "phone", value: anna.phone, verified: true }] });
    expect(await people.confirm(started, codes)).toMatchObject(refused);
  });
});
