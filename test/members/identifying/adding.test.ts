/** Identifiers are added to members, verified, ended and brought again; their texts stand sealed in the profile, and nowhere else. */
import { createSecretKey } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { identifierAdding } from "../../../src/members/identifying/adding.ts";
import { identifierEnd } from "../../../src/members/identifying/ending.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { profileStore } from "../../../src/members/profile-store.ts";
import { openIdentifierValues } from "../../../src/members/sealed-profile.ts";
import { rotateKeys } from "../../../src/members/key-rotation.ts";
import { FieldCipher } from "../../../src/kernel/sealed.ts";
import { openService } from "../../../src/service.ts";
import { TEST_KEYS } from "../../support/keys.ts";
import { answerOf, ask, newTestKey, testLedger, type TestLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { after } from "../joining/people.ts";
import { aCard, aPhone, type Holder, Holders } from "./holders.ts";

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

/** What a profile has, with the texts, in their order. */
async function broughtBy({ memberId, profileId }: Pick<Holder, "memberId" | "profileId">, cipher = TEST_KEYS.cipher) {
  const profiles = (await profileStore.load(ledger.service.reader, [memberId], "none")).get(memberId) ?? [];
  const profile = profiles.find(({ id }) => id === profileId);
  if (profile === undefined) throw new Error("no such profile");
  const values = openIdentifierValues({ ...TEST_KEYS, cipher, opened: () => {} }, profile);
  return profile.identifiers.map(({ kind, verified, ended }, index) => ({
    kind,
    value: values[index],
    verified,
    ended,
  }));
}

describe("an identifier that is added", () => {
  it("leads to the member from then on, and what had waited for it is claimed", async () => {
    const [card, added] = [aCard(), aCard()];
    const holder = await people.register([card]);
    const waiting = await people.sale(added);
    expect(waiting.suspended).toBe(true);
    expect(await people.add(holder, added)).toMatchObject({
      outcome: "added",
      memberId: holder.memberId,
      verified: true,
    });
    expect(await people.leadsTo(added)).toBe(holder.memberId);
    const { lots } = await people.wallet(holder);
    expect(lots.map(({ pending }) => pending)).toEqual([30_00n]);
    expect(await broughtBy(holder)).toEqual([
      { ...card, verified: true, ended: undefined },
      { ...added, verified: true, ended: undefined },
    ]);
  });

  it("is verified where it was only typed in, and known where nothing is new", async () => {
    const [card, phone] = [aCard(), aPhone()];
    const holder = await people.register([card, phone], {}, { verified: false });
    expect(await people.leadsTo(phone)).toBeUndefined();
    expect(await people.add(holder, card)).toMatchObject({ outcome: "verified", verified: true });
    expect(await people.add(holder, card)).toMatchObject({ outcome: "known", verified: true });
    expect(await people.add(holder, phone, false)).toMatchObject({ outcome: "known", verified: false });
    expect(await people.add(holder, phone)).toMatchObject({ outcome: "added", verified: true });
    expect(await people.add(holder, phone, false)).toMatchObject({ outcome: "known", verified: true });
    expect(await broughtBy(holder)).toHaveLength(2);
  });

  it("stays where it is when another profile of the member brings it as well", async () => {
    const card = aCard();
    const holder = await people.register([card]);
    const other = await people.register([card, aCard()], {}, { brand: "eldorado" });
    const added = aCard();
    await people.add(holder, added);
    expect(await people.add({ ...other, memberId: holder.memberId }, added)).toMatchObject({ outcome: "known" });
    await people.partProfile(other.profileId);
    expect(await people.leadsTo(added)).toBe(holder.memberId);
  });

  it("is kept, and leads to nobody, where it belongs to nobody", async () => {
    const holder = await people.register([]);
    const office = { kind: "phone", value: "+7 495 123-45-67 ext. 12" } as const;
    expect(await people.add(holder, office)).toMatchObject({ outcome: "claimed" });
    expect(await people.leadsTo(office)).toBeUndefined();
  });

  it("is refused where the profile has had too many, where it is none, and by another's profile", async () => {
    const holder = await people.register(Array.from({ length: 50 }, aCard));
    for (let count = 50; count < 100; count += 1) await people.add(holder, aCard());
    const { memberId, profileId } = holder;
    const body = { profileId, identifier: aCard(), verified: true, reason: "r" };
    const refused = (fields: object) => people.refused(identifierAdding, { ...body, ...fields }, { memberId });
    expect(await refused({})).toEqual({ code: "too_many_identifiers", data: { most: 100 } });
    const tried = (fields: object) => ledger.ask(identifierAdding, { ...body, ...fields }, { params: { memberId } });
    await expect(tried({ identifier: { kind: "phone", value: "12" } })).rejects.toMatchObject({
      code: "unprocessable_request",
    });
    const other = await people.register([]);
    await expect(tried({ profileId: other.profileId })).rejects.toMatchObject({ code: "profile_not_found" });
    await expect(tried({ profileId: "prf_1" })).rejects.toMatchObject({ code: "profile_not_found" });
  });

  it("is told again under the same key, and added once", async () => {
    const holder = await people.register([]);
    const { memberId, profileId } = holder;
    const body = { profileId, identifier: aCard(), verified: true, reason: "r" };
    const terms = { idempotencyKey: newTestKey(), params: { memberId } };
    const first = await ledger.ask(identifierAdding, body, terms);
    expect(await ledger.ask(identifierAdding, body, terms)).toEqual({ ...first, replayed: true });
    expect(await broughtBy(holder)).toHaveLength(1);
  });
});

describe("an identifier that has ended", () => {
  it("leads to nobody, is told when asked for again, and may be brought again by anybody", async () => {
    const card = aCard();
    const holder = await people.register([card]);
    const since = new Date(ledger.clock.now()).toISOString();
    const until = new Date(people.later()).toISOString();
    expect(await people.end(holder, card)).toMatchObject({ since, until });
    expect(await people.leadsTo(card)).toBeUndefined();
    expect(await broughtBy(holder)).toEqual([{ ...card, verified: true, ended: true }]);
    const { memberId } = holder;
    const again = ledger.ask(identifierEnd, { identifier: card, reason: "r" }, { params: { memberId } });
    await expect(again).rejects.toMatchObject({ code: "identifier_not_found" });
    const next = await people.register([card]);
    expect(next).toMatchObject({ link: { band: "new" } });
    await people.end(next, card);
    expect(await people.add(holder, card)).toMatchObject({ outcome: "added" });
    expect(await broughtBy(holder)).toEqual([{ ...card, verified: true, ended: undefined }]);
    expect(await people.leadsTo(card)).toBe(holder.memberId);
  });

  it("is not another's to end", async () => {
    const card = aCard();
    await people.register([card]);
    const { memberId } = await people.register([]);
    const asked = ledger.ask(identifierEnd, { identifier: card, reason: "r" }, { params: { memberId } });
    await expect(asked).rejects.toMatchObject({ code: "identifier_not_found" });
  });
});

describe("members who become one, and part", () => {
  it("take along what was added to them, also under an absorbed id, and have it back", async () => {
    const [card, added] = [aCard(), aCard()];
    const survivor = await people.register([]);
    people.later();
    const absorbed = await people.register([card]);
    await people.add(absorbed, added);
    const { mergeId } = await people.merged(survivor, absorbed);
    expect(await people.leadsTo(added)).toBe(survivor.memberId);
    const later = aPhone();
    expect(await people.add(absorbed, later)).toMatchObject({ memberId: survivor.memberId });
    expect(await people.leadsTo(later)).toBe(survivor.memberId);
    await people.part(mergeId);
    for (const each of [card, added, later]) expect(await people.leadsTo(each)).toBe(absorbed.memberId);
  });

  it("take along what was added after they were looked up, before they were joined", async () => {
    const added = aCard();
    const survivor = await people.register([]);
    people.later();
    const absorbed = await people.register([]);
    const memberIds = [survivor.memberId, absorbed.memberId];
    const racing = after(merge, () => people.add(absorbed, added));
    await people.ask(racing, { memberIds, reason: "the same" });
    expect(await people.leadsTo(added)).toBe(survivor.memberId);
  });

  it("have what was looked up before they were joined added to whoever stands for both", async () => {
    const added = aPhone();
    const survivor = await people.register([]);
    people.later();
    const absorbed = await people.register([]);
    const racing = after(identifierAdding, () => people.merged(survivor, absorbed));
    const body = { profileId: absorbed.profileId, identifier: added, verified: true, reason: "r" };
    expect(await people.ask(racing, body, { memberId: absorbed.memberId })).toMatchObject({
      memberId: survivor.memberId,
    });
    expect(await people.leadsTo(added)).toBe(survivor.memberId);
  });

  it("and whoever had the phone before has nothing of it when the new one has parted", async () => {
    const phone = aPhone();
    const former = await people.register([phone]);
    people.later();
    const next = await people.register([phone]);
    const { mergeId } = await people.merged(former, next);
    expect(await people.leadsTo(phone)).toBe(former.memberId);
    await people.part(mergeId);
    expect(await people.leadsTo(phone)).toBe(next.memberId);
  });
});

describe("what is sealed", () => {
  it("keeps both of what two have added to one profile at once", async () => {
    const [one, other] = [aCard(), aCard()];
    const holder = await people.register([]);
    const racing = after(identifierAdding, () => people.add(holder, one));
    const body = { profileId: holder.profileId, identifier: other, verified: true, reason: "r" };
    await people.ask(racing, body, { memberId: holder.memberId });
    expect((await broughtBy(holder)).map(({ value }) => value)).toEqual([one.value, other.value]);
  });

  it("is sealed anew under another key while an identifier is added: nothing is lost, and what is left under the old one is found", {
    timeout: 120_000,
  }, async () => {
    const [one, other] = [aCard(), aCard()];
    const holder = await people.register([one]);
    const [old] = TEST_KEYS.cipher.keys;
    if (old === undefined) throw new Error("no key");
    const cipher = new FieldCipher([{ id: "fresh", key: createSecretKey(Buffer.alloc(32, 7)) }, old]);
    const { database, clock } = ledger;
    const service = await openService({ personal: { ...TEST_KEYS, cipher }, target: database, clock, readers: 2 });
    const rotate = () => rotateKeys(database.sql, cipher, () => {}, { patienceMs: 1_000 });
    const racing = after(identifierAdding, rotate);
    const body = { profileId: holder.profileId, identifier: other, verified: true, reason: "r" };
    answerOf(await ask(service, racing, body, { params: { memberId: holder.memberId } }));
    const { profilesByKey } = await rotate();
    expect([...profilesByKey.keys()]).toEqual(["fresh"]);
    const found = await broughtBy(holder, cipher);
    expect(found.map(({ value }) => value)).toEqual([one.value, other.value]);
    await service.close();
  });
});
