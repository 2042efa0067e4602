/** What comes after a member was erased: receipts, requests of before, and the person again. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MemberId, uuidOf } from "../../../src/kernel/ids.ts";
import { submitOwn } from "../../../src/engine/group/submit.ts";
import { findErasing, memberErasure } from "../../../src/members/erasing/carry-out.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { identifierEnd } from "../../../src/members/identifying/ending.ts";
import { identifierAdding } from "../../../src/members/identifying/adding.ts";
import { registration } from "../../../src/members/registration/registration.ts";
import { purchase } from "../../../src/sales/purchase/purchase.ts";
import { reversal } from "../../../src/sales/reversal/reversal.ts";
import { answerOf, newTestKey, testLedger, type TestLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { after } from "../joining/people.ts";
import { Erasers } from "./erasers.ts";
import { readCardOf } from "./reading.ts";

let ledger: TestLedger;
let staff: Erasers;
beforeAll(async () => {
  ledger = await testLedger();
  staff = new Erasers(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

let numbers = 0;
const receipt = () => ({ brand: "mvideo", storeId: "M-1", terminalId: "9", shift: "1", number: `E${(numbers += 1)}` });
const saleTo = (who: object, occurredAt: number, spend = "0.00") => ({
  receipt: receipt(),
  channel: "pos",
  ...who,
  lines: [{ lineId: "1", sku: "a", category: "tv", quantity: "1", unitPrice: "1000.00" }],
  spend,
  occurredAt: new Date(occurredAt).toISOString(),
});
interface Sold {
  readonly memberId: string | null;
  readonly suspended: boolean;
  readonly purchaseId: string;
}
const keyed = (idempotencyKey: string) => ({ idempotencyKey });

describe("a receipt that comes after its member was erased", () => {
  it("waits for whoever brings the card, whenever it was made", async () => {
    const anna = await staff.person();
    const before = ledger.clock.now();
    await staff.erase(anna);
    for (const at of [before, ledger.clock.now()]) {
      const sold = await staff.ask<Sold>(purchase, saleTo({ identifier: anna.card }, at));
      expect(sold).toMatchObject({ memberId: null, suspended: true });
    }
  });

  it("is nobody's where it names the member by id, and nothing of it is spent", async () => {
    const anna = await staff.person();
    await staff.erase(anna);
    const { memberId } = anna;
    const sold = await staff.ask<Sold>(purchase, saleTo({ memberId }, ledger.clock.now()));
    expect(sold).toMatchObject({ memberId: null, suspended: false });
    const refused = await staff.refused(purchase, saleTo({ memberId }, ledger.clock.now(), "10.00"));
    expect(refused).toMatchObject({ code: "insufficient_bonuses" });
  });

  it("is told as before where it was answered before, and reversed as any", async () => {
    const anna = await staff.person();
    const key = newTestKey();
    const body = saleTo({ identifier: anna.card }, ledger.clock.now());
    const first = answerOf(await ledger.ask(purchase, body, keyed(key)));
    await staff.erase(anna);
    const again = await ledger.ask(purchase, body, keyed(key));
    expect(again).toMatchObject({ kind: "accepted", replayed: true });
    expect(answerOf(again)).toEqual(first);
    expect(await staff.ask(reversal, { receipt: body.receipt, kind: "purchase" })).toMatchObject({
      outcome: "reversed",
    });
    await staff.clear();
    expect((await staff.wallet(anna)).totals.size).toBe(0);
  });
});

describe("whoever registers again with the same number and card", () => {
  it("is somebody new, with nothing of the one who was erased", async () => {
    const anna = await staff.person();
    const externalId = newTestKey();
    const key = newTestKey();
    const identifiers = [{ ...anna.card, verified: true }];
    const body = { brand: "eldorado", externalId, identifiers, person: { firstName: "Анна" }, consents: { sms: true } };
    const first = answerOf(await ledger.ask(registration, body, keyed(key))) as { memberId: string };
    expect(first.memberId).toBe(anna.memberId);
    await staff.give(anna, "100.00");
    await staff.erase(anna);
    expect(answerOf(await ledger.ask(registration, body, keyed(key)))).toEqual(first);
    const anew = await staff.ask<{ memberId: MemberId; link: object }>(registration, body);
    expect(anew).toMatchObject({ link: { band: "new" } });
    expect(anew.memberId).not.toBe(anna.memberId);
    expect(await staff.available(anew)).toBe(0n);
    const both = { memberIds: [anna.memberId, anew.memberId], reason: "the same" };
    expect(await staff.refused(merge, both)).toMatchObject({
      code: "merge_blocked",
      data: { blockers: [{ code: "member_erased" }] },
    });
    expect((await staff.ask<Sold>(purchase, saleTo({ identifier: anna.card }, ledger.clock.now()))).memberId).toBe(
      anew.memberId,
    );
  });
});

describe("an identifier that somebody else has had as well", () => {
  it.each(["before", "after"])(
    "leads to him still, or to nobody, where the one who had it %s is erased",
    async (which) => {
      const [anna, boris] = [await staff.person(), await staff.person()];
      const phone = { kind: "phone", value: `+7916123000${which.length}` } as const;
      for (const { memberId } of [anna, boris]) {
        const [profile] = (await readCardOf(ledger, memberId)).profiles;
        const body = { profileId: profile?.profileId, identifier: phone, verified: true, reason: "r" };
        await staff.ask(identifierAdding, body, { memberId });
        staff.later(60 * 60_000);
      }
      const then = ledger.clock.now();
      await staff.erase(which === "before" ? anna : boris);
      const whose = async (at: number) => (await staff.ask<Sold>(purchase, saleTo({ identifier: phone }, at))).memberId;
      expect(await whose(then)).toBe(which === "before" ? boris.memberId : null);
      expect(await whose(then - 90 * 60_000)).toBe(which === "before" ? boris.memberId : anna.memberId);
      await expectProof(ledger);
    },
  );
});

describe("a card that was ended, and brought by another", () => {
  it("is unknown where he is erased, and still was the first one's then", async () => {
    const [anna, boris] = [await staff.person(), await staff.person()];
    const then = ledger.clock.now();
    staff.later(60 * 60_000);
    await staff.ask(identifierEnd, { identifier: anna.card, reason: "lost" }, { memberId: anna.memberId });
    staff.later(60 * 60_000);
    const [profile] = (await readCardOf(ledger, boris.memberId)).profiles;
    const body = { profileId: profile?.profileId, identifier: anna.card, verified: true, reason: "found" };
    await staff.ask(identifierAdding, body, { memberId: boris.memberId });
    await staff.erase(boris);
    const whose = async (at: number) =>
      (await staff.ask<Sold>(purchase, saleTo({ identifier: anna.card }, at))).memberId;
    expect(await whose(then)).toBe(anna.memberId);
    expect(await whose(ledger.clock.now())).toBe(null);
    await expectProof(ledger);
  });
});

describe("what waits for an identifier", () => {
  const registered = (identifiers: readonly object[]) =>
    staff.ask<{ memberId: MemberId; profileId: string }>(registration, {
      brand: "mvideo",
      externalId: newTestKey(),
      identifiers,
      person: {},
    });
  const sold = (identifier: object) => staff.ask<Sold>(purchase, saleTo({ identifier }, ledger.clock.now()));
  const whose = async ({ purchaseId }: Sold) => {
    const rows = await ledger.database.sql<{ id: string | null }[]>`
      select member_id::text as id from purchases where purchase_id = ${uuidOf(purchaseId)}::uuid`;
    return rows[0]?.id?.replaceAll("-", "") ?? null;
  };

  it("that somebody who is erased had only typed in goes on waiting for whoever proves it", async () => {
    const phone = { kind: "phone", value: "+79161239001" };
    const waiting = await sold(phone);
    await staff.erase(await registered([{ ...phone, verified: false }]));
    const boris = await registered([{ ...phone, verified: true }]);
    expect(await whose(waiting)).toBe(boris.memberId.slice(4));
  });

  it("that had ended with somebody who is erased goes on waiting for whoever has it since", async () => {
    const phone = { kind: "phone", value: "+79161239002" };
    const anna = await registered([{ ...phone, verified: true }]);
    staff.later(60 * 60_000);
    await staff.ask(identifierEnd, { identifier: phone, reason: "given away" }, { memberId: anna.memberId });
    staff.later(60 * 60_000);
    const waiting = await sold(phone);
    await staff.erase(anna);
    const boris = await registered([{ ...phone, verified: true }]);
    expect(await whose(waiting)).toBe(boris.memberId.slice(4));
    await expectProof(ledger);
  });
});

describe("carrying it out", () => {
  it("is judged anew where something has happened since it was looked up, and done once", async () => {
    const anna = await staff.person();
    const asked = await staff.askErase(anna);
    staff.later(14 * 86_400_000);
    const erasing = await findErasing(ledger.service, asked.erasureId as `ers_${string}`, anna.memberId);
    await staff.cardOf(anna, "eldorado");
    const run = () => submitOwn(ledger.service, memberErasure, erasing);
    expect(await run()).toMatchObject({ kind: "stale" });
    const found = await findErasing(ledger.service, asked.erasureId as `ers_${string}`, anna.memberId);
    const twice = await Promise.all([1, 2].map(() => submitOwn(ledger.service, memberErasure, found)));
    expect(twice.map(({ kind }) => kind).sort()).toEqual(["accepted", "stale"]);
  });

  it("comes before a sale that was prepared for the member: it waits as of an unknown card", async () => {
    const anna = await staff.person();
    const slow = after(purchase, () => staff.erase(anna));
    expect(await staff.ask<Sold>(slow, saleTo({ identifier: anna.card }, ledger.clock.now()))).toMatchObject({
      memberId: null,
      suspended: true,
    });
  });

  it("comes before a registration that had found the member: it is of somebody new", async () => {
    const anna = await staff.person();
    const slow = after(registration, () => staff.erase(anna));
    const body = {
      brand: "eldorado",
      externalId: newTestKey(),
      identifiers: [{ ...anna.card, verified: true }],
      person: {},
    };
    expect(await staff.ask(slow, body)).toMatchObject({ link: { band: "new" } });
  });
});
