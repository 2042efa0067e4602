/** Customers who link their accounts by themselves: one does, one mistypes a code, one starts again, one may not be joined, one waits. */
import type { MemberId } from "../../src/kernel/ids.ts";
import { linkConfirmation } from "../../src/members/linking/confirm.ts";
import { linkStart } from "../../src/members/linking/start.ts";
import { unmerge } from "../../src/members/joining/parting/unmerge.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { answerOf, newTestKey, type TestLedger } from "./ledger.ts";
import { delivered } from "./letters.ts";

interface Customer {
  readonly memberId: MemberId;
  readonly phone: string;
}

let numbers = 0;

async function registered(ledger: TestLedger, brand: string): Promise<Customer> {
  const phone = `+7914${String((numbers += 1)).padStart(7, "0")}`;
  const identifiers = [{ kind: "phone", value: phone, verified: true }];
  const body = { brand, externalId: newTestKey(), identifiers, person: {} };
  const { memberId } = answerOf(await ledger.ask(registration, body)) as { memberId: MemberId };
  return { memberId, phone };
}

async function start(ledger: TestLedger, own: Customer, other: Customer): Promise<string> {
  const identifier = { kind: "phone", value: other.phone };
  const started = answerOf(await ledger.ask(linkStart, { memberId: own.memberId, identifier }));
  await delivered(ledger.service);
  return (started as { linkId: string }).linkId;
}

function confirm(ledger: TestLedger, linkId: string, own: Customer, other: Customer, isRight = true) {
  const { letters } = ledger;
  const right = { own: letters.last(own.phone) ?? "", other: letters.last(other.phone) ?? "" };
  const codes = isRight ? right : { ...right, own: right.own === "111111" ? "222222" : "111111" };
  return ledger.ask(linkConfirmation, { codes }, { params: { linkId } });
}

export async function liveLinking(ledger: TestLedger): Promise<void> {
  const pair = async () => [await registered(ledger, "mvideo"), await registered(ledger, "eldorado")] as const;
  // Born apart from each other, mostly: of three such pairs one at least lies in two buckets.
  for (const [anna, other] of [await pair(), await pair(), await pair()]) {
    // Much, which cools off.
    await ledger.give(other.memberId, 4_000_00n);
    await start(ledger, anna, other);
    const linkId = await start(ledger, anna, other);
    await confirm(ledger, linkId, anna, other, false);
    answerOf(await confirm(ledger, linkId, anna, other));
  }
  // Of an account that is older, and stands for both, what it has had cools off where it is.
  const [elder, younger] = await pair();
  await ledger.give(elder.memberId, 4_000_00n);
  answerOf(await confirm(ledger, await start(ledger, younger, elder), younger, elder));
  const [boris, other] = await pair();
  const linked = answerOf(await confirm(ledger, await start(ledger, boris, other), boris, other));
  const { mergeId } = (linked as { merge: { mergeId: string } }).merge;
  answerOf(await ledger.ask(unmerge, { reason: "two people" }, { params: { mergeId } }));
  await confirm(ledger, await start(ledger, boris, other), boris, other);
  const [vera, waiting] = await pair();
  await start(ledger, vera, waiting);
}
