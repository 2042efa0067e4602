import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimWaiting, FROM_THE_START } from "../../src/sales/claim/claim-waiting.ts";
import { claimAfterRegistration } from "../../src/sales/claim/claim-for-member.ts";
import { type Afterwards, afterwardsByName, type LedgerItself } from "../../src/engine/definition/background.ts";
import { merge } from "../../src/members/joining/merging/merge.ts";
import { ledgerItself } from "../../src/engine/group/submit.ts";
import { formatInstant } from "../../src/kernel/clock.ts";
import { type MemberId, uuidOf } from "../../src/kernel/ids.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { purchase } from "../../src/sales/purchase/purchase.ts";
import { expectProof } from "../support/proof.ts";
import { answerOf, ask, newTestKey, START, testLedger, type TestLedger } from "../support/ledger.ts";

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.close());

let numbers = 0;
const line = { lineId: "1", sku: "s", category: "tv", quantity: "1", unitPrice: "1000.00" };

/** A receipt with a card that nobody has brought yet. */
async function sellUnknown(card: string): Promise<void> {
  const receipt = { brand: "mvideo", storeId: "M-1", terminalId: "1", shift: "1", number: `${(numbers += 1)}` };
  const identifier = { kind: "card", value: card };
  const terms = { channel: "pos", lines: [line], spend: "0.00", occurredAt: formatInstant(START) };
  answerOf(await ledger.ask(purchase, { receipt, identifier, ...terms }));
}

/** Registers a card, and does something else than to claim its receipts. */
async function registerOnly(card: string, afterwards: readonly Afterwards[] = []): Promise<MemberId> {
  const identifiers = [{ kind: "card", value: card, verified: false }];
  const profile = { brand: "mvideo", externalId: newTestKey(), identifiers, person: {} };
  const cutOff = { ...ledger.service, afterwards: afterwardsByName(afterwards) };
  return (answerOf(await ask(cutOff, registration, profile)) as { memberId: MemberId }).memberId;
}

const pendingOf = async (memberId: MemberId): Promise<bigint | undefined> => {
  const rows = await ledger.database.sql<{ pending: bigint }[]>`
    select pending from wallets where member_id = ${uuidOf(memberId)}::uuid`;
  return rows[0]?.pending;
};

describe("the net under registration", () => {
  it("claims receipts whose card came to belong to a member while nobody claimed them", async () => {
    await sellUnknown("7001");
    await sellUnknown("7001");
    await sellUnknown("7002");
    const memberId = await registerOnly("7001");
    expect(await pendingOf(memberId)).toBe(0n);
    expect(await claimWaiting(ledgerItself(ledger.service)), "receipts, not cards").toEqual({
      ...FROM_THE_START,
      claimed: 2,
    });
    expect(await pendingOf(memberId)).toBe(6_000n);
    expect(await claimWaiting(ledgerItself(ledger.service))).toEqual(FROM_THE_START);
    expect(await pendingOf(memberId)).toBe(6_000n);
  });

  it("walks over what waits a piece at a time, and begins anew at the end", async () => {
    const cards = Array.from({ length: 7 }, (_, index) => `80${index}`);
    for (const card of cards) await sellUnknown(card);
    const members = await Promise.all(cards.map((card) => registerOnly(card)));
    let progress = FROM_THE_START;
    const claimed: number[] = [];
    for (let runs = 0; runs < 4; runs += 1) {
      progress = await claimWaiting(ledgerItself(ledger.service), progress, { batchSize: 2, batches: 1 });
      claimed.push(progress.claimed);
    }
    expect(claimed.reduce((sum, count) => sum + count, 0)).toBe(7);
    expect(Math.max(...claimed)).toBeLessThanOrEqual(2);
    for (const memberId of members) expect(await pendingOf(memberId)).toBe(3_000n);
  });
});

describe("a member who is absorbed while its registration claims what waited", () => {
  const joining = async (survivor: MemberId, { memberId }: { memberId: MemberId }) => {
    const joined = await ledger.ask(merge, { memberIds: [survivor, memberId], reason: "the same" });
    expect(answerOf(joined)).toMatchObject({ survivorId: survivor });
  };
  const older = async (): Promise<MemberId> => {
    const survivor = await ledger.newMember();
    ledger.clock.moveTo(ledger.clock.now() + 1_000);
    return survivor;
  };

  it.each(["before it is looked for", "before it is judged"])("has the survivor claim it, %s", async (when) => {
    const survivor = await older();
    const card = newTestKey();
    await sellUnknown(card);
    const claims: Afterwards = {
      ...claimAfterRegistration,
      async run(itself, input, answer) {
        const join = () => joining(survivor, answer as { memberId: MemberId });
        let joined = when === "before it is looked for" ? join() : undefined;
        await joined;
        const submit: LedgerItself["submit"] = async (...asked) => {
          await (joined ??= join());
          return itself.submit(...asked);
        };
        await claimAfterRegistration.run({ ...itself, submit }, input, answer);
      },
    };
    await registerOnly(card, [claims]);
    expect(await pendingOf(survivor)).toBe(3_000n);
    await expectProof(ledger);
  });
});
