/** Members who become one and part while tills sell to them without a pause. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { matchDecision } from "../../../src/members/review/decision.ts";
import { matchProposal } from "../../../src/members/review/proposal.ts";
import { expectProof } from "../../support/proof.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { People, type Person } from "./people.ts";

let ledger: TestLedger;
let people: People;
beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
});
afterEach(async () => {
  await expectProof(ledger);
});
afterAll(() => ledger.close());

const TILLS = 8;

/** Sells to somebody at several tills, each receipt right after the one before, from before some work begins until it is done. */
async function selling<T>({ card }: Person, work: () => Promise<T>): Promise<T> {
  const state = { done: false };
  const sell = () => people.buy({ identifier: card }, "100.00", "1.00");
  const till = async () => {
    while (!state.done) await sell();
  };
  const tills = Array.from({ length: TILLS }, till);
  await sell();
  try {
    return await work();
  } finally {
    state.done = true;
    await Promise.all(tills);
  }
}

async function two(): Promise<[Person, Person]> {
  const [anna, other] = [await people.person(), await people.person()];
  await people.give(anna, "1000.00");
  for (let count = 0; count < 100; count += 1) await people.give(other, "10.00", "mvideo", 30);
  return [anna, other];
}

it("a member that is sold to all the time is absorbed, and set free again, at the first try", async () => {
  const [anna, other] = await two();
  const { mergeId, absorbedId } = await selling(other, () => people.join(anna, other));
  expect(absorbedId).toBe(other.memberId);
  const { leavingId } = await selling(other, () => people.part(mergeId));
  expect(leavingId).toBe(other.memberId);
});

it("a reviewer links such a member as well", async () => {
  const [anna, other] = await two();
  const memberIds = [anna.memberId, other.memberId];
  const { candidateId } = await people.ask<{ candidateId: string }>(matchProposal, { memberIds, reason: "r" });
  const link = () => people.ask(matchDecision, { decision: "link", reason: "the same" }, { candidateId });
  expect(await selling(other, link)).toMatchObject({ status: "linked", merge: { absorbedId: other.memberId } });
});
