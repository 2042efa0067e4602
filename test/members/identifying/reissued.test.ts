/** A phone that somebody else has by now: it leads to whoever has proved it last, and brings nothing of whoever had it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cardOf } from "../../../src/members/reads/card.ts";
import { identifierAdding } from "../../../src/members/identifying/adding.ts";
import { TILL, testLedger, type TestLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { aCard, aPhone, HOUR_MS, Holders, MINUTE_MS } from "./holders.ts";

let ledger: TestLedger;
let people: Holders;
beforeAll(async () => {
  ledger = await testLedger();
  people = new Holders(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

const ANNA = { firstName: "Анна", birthDate: "1990-12-31" };
const OLGA = { firstName: "Ольга", birthDate: "1985-05-01" };

describe("a phone that a new person verifies", () => {
  it.each([
    ["conflicts with whoever had it", ANNA, OLGA],
    ["has nothing to be compared by", {}, {}],
  ])("leads to the new one from then on, who %s, and brings no bonuses of the old one", async (_, had, has) => {
    const phone = aPhone();
    const card = aCard();
    const former = await people.register([phone, card], had);
    await people.grant(phone, "100.00");
    people.later();
    const next = await people.register([phone], has, { brand: "eldorado" });
    expect(next).toMatchObject({ link: { band: "review" }, reissued: [{ kind: "phone", memberId: former.memberId }] });
    expect(next.memberId).not.toBe(former.memberId);
    expect(await people.leadsTo(phone)).toBe(next.memberId);
    expect(await people.leadsTo(card)).toBe(former.memberId);
    expect(await people.available(next)).toBe(0n);
    expect(await people.available(former)).toBe(100_00n);
    const sold = await people.sale(phone, undefined, "max");
    expect(sold).toMatchObject({ memberId: next.memberId, spent: "0.00" });
  });

  it("is the same person's where that is certain: it stays where it is", async () => {
    const phone = aPhone();
    const first = await people.register([phone], ANNA);
    const second = await people.register([phone], ANNA, { brand: "eldorado" });
    expect(second).toMatchObject({ memberId: first.memberId, link: { band: "auto" }, reissued: [] });
  });

  it("is not his who has only typed it in", async () => {
    const phone = aPhone();
    const first = await people.register([phone], ANNA);
    const second = await people.register([phone], OLGA, { verified: false });
    expect(second.reissued).toEqual([]);
    expect(await people.leadsTo(phone)).toBe(first.memberId);
  });

  it("leaves a card where it is: also one that was read, by somebody who is another", async () => {
    const [phone, card] = [aPhone(), aCard()];
    const former = await people.register([phone, card], ANNA);
    const next = await people.register([phone, card], OLGA);
    expect(next).toMatchObject({ link: { band: "review" }, reissued: [{ kind: "phone", memberId: former.memberId }] });
    expect(await people.leadsTo(card)).toBe(former.memberId);
    expect(await people.leadsTo(phone)).toBe(next.memberId);
  });

  it("goes over from each of several who had what he has now", async () => {
    const [phone, other] = [aPhone(), aPhone()];
    const first = await people.register([phone], ANNA);
    const second = await people.register([other], OLGA);
    const next = await people.register([phone, other], {});
    expect(next.reissued.map(({ memberId }) => memberId)).toEqual([first.memberId, second.memberId]);
    expect([await people.leadsTo(phone), await people.leadsTo(other)]).toEqual([next.memberId, next.memberId]);
  });

  it("stands on the card of the new one, and on that of the old one no more", async () => {
    const phone = aPhone();
    const former = await people.register([phone], ANNA);
    const next = await people.register([phone], OLGA);
    const card = (memberId: string) => cardOf(ledger.service, TILL, memberId);
    expect((await card(former.memberId)).identifiers).toEqual([]);
    expect((await card(next.memberId)).identifiers).toMatchObject([{ kind: "phone", verified: true }]);
  });

  it("goes over by adding it to a profile of another member as well, and comes back the same way", async () => {
    const phone = aPhone();
    const former = await people.register([phone], ANNA);
    const next = await people.register([], OLGA, { brand: "eldorado" });
    expect(await people.add(next, phone, false)).toMatchObject({ outcome: "claimed", verified: false });
    expect(await people.leadsTo(phone)).toBe(former.memberId);
    expect(await people.add(next, phone)).toMatchObject({ outcome: "reissued", verified: true });
    expect(await people.leadsTo(phone)).toBe(next.memberId);
    expect(await people.add(former, phone)).toMatchObject({ outcome: "reissued" });
    expect(await people.leadsTo(phone)).toBe(former.memberId);
  });

  it("is no way to take what is in hand: a card of another member is refused until it was ended there", async () => {
    const card = aCard();
    const former = await people.register([card], ANNA);
    const next = await people.register([], OLGA);
    const body = { profileId: next.profileId, identifier: card, verified: true, reason: "says that it is his" };
    expect(await people.refused(identifierAdding, body, { memberId: next.memberId })).toEqual({
      code: "identifier_taken",
      data: { kind: "card" },
    });
    expect(await people.leadsTo(card)).toBe(former.memberId);
    await people.end(former, card);
    expect(await people.add(next, card)).toMatchObject({ outcome: "added" });
    expect(await people.leadsTo(card)).toBe(next.memberId);
  });
});

describe("a receipt that comes late", () => {
  it("is of whoever had the phone then, and everything now of whoever has it now", async () => {
    const phone = aPhone();
    const former = await people.register([phone], ANNA);
    const then = people.later();
    people.later();
    const next = await people.register([phone], OLGA);
    people.later();
    expect(await people.sale(phone, then)).toMatchObject({ memberId: former.memberId, earned: "30.00" });
    expect(await people.sale(phone)).toMatchObject({ memberId: next.memberId });
    // By a till whose clock is behind.
    const since = ledger.clock.now() - HOUR_MS;
    expect(await people.leadsTo(phone, since - 4 * MINUTE_MS)).toBe(next.memberId);
    expect(await people.leadsTo(phone, since - 6 * MINUTE_MS)).toBe(former.memberId);
  });

  it("is his still after he has become part of another, and after they have parted again", async () => {
    const phone = aPhone();
    const former = await people.register([phone], ANNA);
    const then = people.later();
    people.later();
    const next = await people.register([phone], OLGA);
    const older = await people.register([], {});
    ledger.clock.moveTo(ledger.clock.now() + 1);
    const merged = await people.merged(former, older);
    expect(await people.leadsTo(phone, then)).toBe(merged.survivorId);
    await people.part(merged.mergeId);
    expect(await people.sale(phone, then)).toMatchObject({ memberId: former.memberId });
    expect(await people.leadsTo(phone)).toBe(next.memberId);
  });

  it("of before anybody had it is of whoever had it first, as if it had waited for him", async () => {
    const phone = aPhone();
    const then = people.later();
    people.later();
    const former = await people.register([phone], ANNA);
    people.later();
    await people.register([phone], OLGA);
    expect(await people.sale(phone, then)).toMatchObject({ memberId: former.memberId });
  });

  it("of when nobody had it is of whoever has it next, and waits for him", async () => {
    const phone = aPhone();
    const former = await people.register([phone], ANNA);
    people.later();
    await people.end(former, phone);
    const between = people.later();
    const waiting = await people.sale(phone);
    expect(waiting).toMatchObject({ memberId: null, suspended: true });
    people.later();
    const next = await people.register([phone], OLGA);
    expect(await people.leadsTo(phone, between)).toBe(next.memberId);
    expect(await people.leadsTo(phone, between - 2 * HOUR_MS)).toBe(former.memberId);
    const claimed = await ledger.database.sql<{ member_id: string }[]>`
      select member_id from purchases where purchase_id = ${uuid(waiting.purchaseId)}`;
    expect(claimed[0]?.member_id.replaceAll("-", "")).toBe(next.memberId.slice(4));
  });
});

const uuid = (id: string) => id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
