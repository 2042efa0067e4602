import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hold } from "../../../src/bonuses/hold/hold.ts";
import { redemption } from "../../../src/bonuses/redemption.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { unmerge } from "../../../src/members/joining/parting/unmerge.ts";
import { balanceOf } from "../../../src/members/reads/balance.ts";
import { cardOf } from "../../../src/members/reads/card.ts";
import { quote } from "../../../src/sales/quote/quote.ts";
import { formatInstant } from "../../../src/kernel/clock.ts";
import { answerOf, testLedger, type TestLedger, TILL } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { addPolicy } from "../../support/policies.ts";
import { bringBack, holdFor, lineOf, release, sellTo } from "../../support/town.ts";
import { type Customer, Customers } from "./customers.ts";

const HOUR_MS = 3_600_000;
let ledger: TestLedger;
let people: Customers;
beforeAll(async () => {
  ledger = await testLedger();
  people = new Customers(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

interface Linked {
  readonly coolingUntil: string | null;
  readonly merge: { readonly mergeId: string; readonly survivorId: string };
}

/** Two accounts: of 100.00, and of so much that goes to the first. */
async function two(amount: bigint): Promise<[Customer, Customer]> {
  const pair = [await people.register("mvideo"), await people.register("eldorado")] as [Customer, Customer];
  await ledger.give(pair[1].memberId, amount, "eldorado");
  await ledger.give(pair[0].memberId, 100_00n);
  return pair;
}

async function link([anna, other]: readonly [Customer, Customer]): Promise<Linked> {
  const started = await people.started(anna.memberId, other.phone);
  return answerOf(await people.confirm(started, people.codes(anna, other))) as Linked;
}

const spend = (memberId: string, amount: string) =>
  ledger.ask(redemption, { memberId, amount, brand: "mvideo", storeId: "M-1", reference: "r" });
const spendable = async (memberId: string) => (await balanceOf(ledger.service, memberId)).spendable["mvideo"];
const insufficient = { kind: "refused", code: "insufficient_bonuses" };

describe("much that a link has brought", () => {
  it("is not spent for a day by anything, while what there was is; the card says until when", async () => {
    const pair = await two(5_000_00n);
    const { memberId } = pair[0];
    const { coolingUntil } = await link(pair);
    const until = formatInstant(ledger.clock.now() + 24 * HOUR_MS);
    expect(coolingUntil).toBe(until);
    const told = { available: "5100.00", spendable: { mvideo: "100.00", eldorado: "100.00" } };
    const coolingOff = [{ amount: "5000.00", until }];
    expect(await balanceOf(ledger.service, memberId)).toMatchObject({ ...told, coolingOff });
    expect((await cardOf(ledger.service, TILL, memberId)).balance).toMatchObject({ ...told, coolingOff });
    expect(await spend(memberId, "100.01")).toMatchObject({ ...insufficient, data: { available: "100.00" } });
    const held = { memberId, amount: "100.01", brand: "eldorado", reference: "r", expiresAt: until };
    expect(await ledger.ask(hold, held)).toMatchObject(insufficient);
    const body = { brand: "mvideo", storeId: "M-1", channel: "pos", memberId, lines: [lineOf("1", 1_000_000n)] };
    const { reasons } = await quote.read(ledger.service, {
      actor: TILL,
      params: {},
      query: {},
      body: quote.body!.parse({ ...body, spend: "max" }),
    });
    expect(reasons).toContainEqual(expect.objectContaining({ code: "cooling_off", amount: "5000.00" }));
    const sold = await sellTo(ledger, memberId, { spend: "max", lines: [lineOf("1", 20_000n), lineOf("2", 20_000n)] });
    expect(sold).toMatchObject({ spent: "100.00", balance: { available: "5000.00", spendable: { mvideo: "0.00" } } });
    expect(await spend(memberId, "0.01")).toMatchObject(insufficient);
    // What comes back of what was there, and what is granted since, can be spent.
    await bringBack(ledger, sold.purchaseId);
    await ledger.give(memberId, 7_00n);
    expect(await spendable(memberId)).toBe("57.00");
    ledger.clock.moveTo(ledger.clock.now() + 24 * HOUR_MS);
    expect(await balanceOf(ledger.service, memberId)).toMatchObject({
      spendable: { mvideo: "5057.00" },
      coolingOff: [],
    });
    answerOf(await spend(memberId, "5057.00"));
  });

  it("is in lots that have something: what comes back into an empty one is spent as ever", async () => {
    const pair = [await people.register("mvideo"), await people.register("eldorado")] as const;
    await ledger.give(pair[1].memberId, 50_00n, "eldorado");
    const sold = await sellTo(ledger, pair[1].memberId, { spend: 50_00n });
    await ledger.give(pair[1].memberId, 5_000_00n, "eldorado");
    expect((await link(pair)).coolingUntil).not.toBeNull();
    await expectProof(ledger);
    await bringBack(ledger, sold.purchaseId, "mvideo");
    await expectProof(ledger);
    expect(await spendable(pair[0].memberId), "half of the goods").toBe("25.00");
  });

  it("was cooling off on a day that has passed, whatever has been spent since", async () => {
    const pair = await two(4_000_00n);
    await link(pair);
    const at = ledger.clock.now();
    ledger.clock.moveTo(at + 25 * HOUR_MS);
    answerOf(await spend(pair[0].memberId, "4100.00"));
    expect(await balanceOf(ledger.service, pair[0].memberId, at)).toMatchObject({
      spendable: { mvideo: "100.00" },
      coolingOff: [{ amount: "4000.00" }],
    });
  });

  it("is free at once where the merge is undone", async () => {
    const pair = await two(5_000_00n);
    const { merge: made } = await link(pair);
    answerOf(await ledger.ask(unmerge, { reason: "two people" }, { params: { mergeId: made.mergeId } }));
    expect(await spendable(pair[1].memberId)).toBe("5000.00");
    expect(await spendable(pair[0].memberId)).toBe("100.00");
    answerOf(await spend(pair[1].memberId, "5000.00"));
  });

  it("cools off further where its member becomes part of another, and where a hold gives some of it back", async () => {
    const elder = await people.register();
    ledger.clock.moveTo(ledger.clock.now() + 1_000);
    const pair = await two(5_000_00n);
    const holdId = await holdFor(ledger, pair[1].memberId, 1_000_00n);
    await link(pair);
    await release(ledger, holdId);
    expect(await spendable(pair[0].memberId)).toBe("100.00");
    answerOf(await ledger.ask(merge, { memberIds: [elder.memberId, pair[0].memberId], reason: "the same" }));
    expect(await spendable(elder.memberId)).toBe("100.00");
    expect(await spend(elder.memberId, "100.01")).toMatchObject(insufficient);
  });
});

describe("of an account that is older, and stands for both", () => {
  const older = async (own: bigint, other: bigint): Promise<[Customer, Customer]> => {
    const linked = await people.register("eldorado");
    ledger.clock.moveTo(ledger.clock.now() + 1_000);
    const signedIn = await people.register("mvideo");
    if (own > 0n) await ledger.give(signedIn.memberId, own);
    if (other > 0n) await ledger.give(linked.memberId, other, "eldorado");
    return [signedIn, linked];
  };

  it("what was its own cools off, and what the signed-in one has had is spent", async () => {
    const pair = await older(4_000_00n, 5_000_00n);
    const { coolingUntil, merge: made } = await link(pair);
    const until = formatInstant(ledger.clock.now() + 24 * HOUR_MS);
    expect([coolingUntil, made.survivorId]).toEqual([until, pair[1].memberId]);
    const told = { spendable: { mvideo: "4000.00" }, coolingOff: [{ amount: "5000.00", until }] };
    for (const { memberId } of pair) expect(await balanceOf(ledger.service, memberId)).toMatchObject(told);
    expect(await spend(pair[0].memberId, "4000.01")).toMatchObject({ ...insufficient, data: { available: "4000.00" } });
    answerOf(await spend(pair[0].memberId, "4000.00"));
    await expectProof(ledger);
    // It is free at its time, also where the merge is undone before.
    answerOf(await ledger.ask(unmerge, { reason: "two people" }, { params: { mergeId: made.mergeId } }));
    await expectProof(ledger);
    ledger.clock.moveTo(ledger.clock.now() + 24 * HOUR_MS);
    answerOf(await spend(pair[1].memberId, "5000.00"));
  });

  it("nothing cools off where only the signed-in one brings much", async () => {
    const pair = await older(5_000_00n, 0n);
    expect(await link(pair)).toMatchObject({ coolingUntil: null });
    answerOf(await spend(pair[0].memberId, "5000.00"));
  });

  it("what was its own goes along, and cools off further, where it becomes part of another", async () => {
    const elder = await people.register();
    ledger.clock.moveTo(ledger.clock.now() + 1_000);
    const pair = await older(100_00n, 5_000_00n);
    await link(pair);
    answerOf(await ledger.ask(merge, { memberIds: [elder.memberId, pair[1].memberId], reason: "the same" }));
    expect(await spendable(elder.memberId)).toBe("100.00");
    expect(await spend(elder.memberId, "100.01")).toMatchObject(insufficient);
  });
});

describe("nothing cools off", () => {
  it("where it is not more than the rules let come at once, or where staff has merged the two", async () => {
    const pair = await two(3_000_00n);
    expect(await link(pair)).toMatchObject({ coolingUntil: null });
    expect(await spendable(pair[0].memberId)).toBe("3100.00");
    const others = await two(5_000_00n);
    const memberIds = others.map(({ memberId }) => memberId);
    answerOf(await ledger.ask(merge, { memberIds, reason: "the same" }));
    expect(await spendable(others[0].memberId)).toBe("5100.00");
  });

  it("where the rules say so, from their day on", async () => {
    const later = ledger.clock.now() + HOUR_MS;
    await addPolicy(ledger.database, 2, later, "{merging}", { coolOff: { amount: "10.00", hours: 2 } });
    await addPolicy(ledger.database, 3, later + HOUR_MS, "{merging}", { coolOff: { amount: "0.00", hours: 0 } });
    ledger.clock.moveTo(later);
    const pair = await two(11_00n);
    expect(await link(pair)).toMatchObject({ coolingUntil: formatInstant(later + 2 * HOUR_MS) });
    ledger.clock.moveTo(later + HOUR_MS);
    expect(await spendable(pair[0].memberId)).toBe("100.00");
    expect(await link(await two(5_000_00n))).toMatchObject({ coolingUntil: null });
    ledger.clock.moveTo(later + 2 * HOUR_MS);
    expect(await spendable(pair[0].memberId)).toBe("111.00");
  });
});
