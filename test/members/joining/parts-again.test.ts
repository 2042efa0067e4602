/** A profile that has parted is linked to somebody again, and parts a second time: what it had by then is its own all along. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { as, fromUuid, type MemberId, type ProfileId, uuidOf } from "../../../src/kernel/ids.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { profileParting } from "../../../src/members/joining/parting/profile-parting.ts";
import { balanceOf } from "../../../src/members/reads/balance.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";

import { expectProof, prove } from "../../support/proof.ts";
import { People, type Person } from "./people.ts";

let ledger: TestLedger;
let people: People;
beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
});
afterEach(() => expectProof(ledger));
afterAll(() => ledger.close());

interface Parted extends Person {
  readonly profileId: ProfileId;
}

/** A profile to which another is linked, and which leaves that once something has happened. */
async function parted(happens: (person: Person) => Promise<unknown>): Promise<Parted> {
  const person = await people.person();
  const profileId = as("prf", person.memberId);
  await people.cardOf(person, "eldorado");
  await happens(person);
  const { leavingId } = await people.partProfile(profileId);
  return { memberId: leavingId, profileId, card: person.card };
}

/** From whom a profile has parted first. */
async function stayedOf(profileId: ProfileId): Promise<MemberId> {
  const [row] = await ledger.database.sql<{ home_id: string }[]>`
    select home_id from profile_links where profile_id = ${uuidOf(profileId)}::uuid order by since limit 1`;
  return fromUuid("mbr", row?.home_id ?? "");
}

const worth = async (memberId: MemberId): Promise<[available: string, debt: string]> => {
  const { available, debt } = await balanceOf(ledger.service, memberId);
  return [available, debt];
};

it("from a stranger who has nothing, and gets nothing", async () => {
  const one = await parted((person) => people.give(person, "60.00"));
  await people.redeem({ identifier: one.card }, "20.00");
  await people.cardOf(one, "eldorado");
  const { stayingId, leavingId, madeGood } = await people.partProfile(one.profileId);
  expect(madeGood).toEqual([]);
  expect([await worth(stayingId), await worth(leavingId)]).toEqual([
    ["0.00", "0.00"],
    ["40.00", "0.00"],
  ]);
});

it("from a stranger who has spent of it, and makes that good", async () => {
  const one = await parted((person) => people.give(person, "60.00"));
  await people.redeem({ identifier: one.card }, "20.00");
  const stranger = await people.cardOf(one, "eldorado");
  await people.give(stranger, "10.00");
  await people.redeem({ identifier: stranger.card }, "15.00");
  const { stayingId, leavingId } = await people.partProfile(one.profileId);
  expect([await worth(stayingId), await worth(leavingId)]).toEqual([
    ["0.00", "5.00"],
    ["40.00", "0.00"],
  ]);
});

it("with a debt that it took along, and a third time", async () => {
  let one = await parted(async ({ card }) => {
    const sold = await people.buy({ identifier: card }, "2000.00", "0.00");
    ledger.clock.moveTo(ledger.clock.now() + 15 * 86_400_000);
    await people.redeem({ identifier: card }, "60.00");
    await people.bring(sold, 2, "M-1");
  });
  for (let time = 2; time <= 3; time += 1) {
    const stranger = await people.cardOf(one, "eldorado");
    const { stayingId, leavingId } = await people.partProfile(one.profileId);
    expect([await worth(stayingId), await worth(leavingId)]).toEqual([
      ["0.00", "0.00"],
      ["0.00", "60.00"],
    ]);
    // Nor does it come into the books of whoever goes alone.
    expect(await people.look(profileParting, { reason: "r" }, { profileId: stranger.profileId })).toMatchObject({
      code: "nothing_to_part",
    });
    one = { ...one, memberId: leavingId };
  }
});

it("nor does a stranger who parts from it take any of it", async () => {
  const one = await parted((person) => people.give(person, "60.00"));
  const stranger = await people.cardOf(one, "eldorado");
  const { stayingId, leavingId } = await people.partProfile(stranger.profileId);
  expect([await worth(stayingId), await worth(leavingId)]).toEqual([
    ["60.00", "0.00"],
    ["0.00", "0.00"],
  ]);
});

it("nor does one who was linked while its member was part of another, and parts while it is part of a third", async () => {
  const [elder, third, member] = [await people.person(), await people.person(), await people.person()];
  await people.give(elder, "72.66");
  await people.give(third, "500.00");
  const first = await people.join(elder, member);
  const linked = await people.cardOf(member, "eldorado");
  await people.part(first.mergeId);
  const second = await people.join(third, member);
  expect((await people.partProfile(linked.profileId)).madeGood).toEqual([]);
  await people.part(second.mergeId);
  expect([await worth(elder.memberId), await worth(third.memberId), await worth(member.memberId)]).toEqual([
    ["72.66", "0.00"],
    ["500.00", "0.00"],
    ["0.00", "0.00"],
  ]);
});

it("is never one with those from whom it had parted before, wherever it has been since", async () => {
  const [first, second] = [await parted(async () => undefined), await parted(async () => undefined)];
  const left = [await stayedOf(first.profileId), await stayedOf(second.profileId)];
  for (const [place, one] of [first, second].entries()) {
    const stranger = await people.cardOf(one, "eldorado");
    const again = await people.partProfile(one.profileId);
    await people.cardOf({ ...one, memberId: again.leavingId }, "eldorado");
    const third = await people.partProfile(one.profileId);
    for (const other of [left[place], again.stayingId, third.stayingId]) {
      const memberIds = [third.leavingId, other];
      expect(await ledger.ask(merge, { memberIds, reason: "again" })).toMatchObject({
        code: "merge_blocked",
        data: { blockers: [{ code: "cannot_link", operationId: third.operationId }] },
      });
    }
    expect(again.stayingId).toBe(stranger.memberId);
  }
});

it("whose last pair somebody takes away is seen by the proof, whatever it had left before", async () => {
  const one = await parted(async () => undefined);
  await people.cardOf(one, "eldorado");
  const { stayingId, leavingId } = await people.partProfile(one.profileId);
  const { sql } = ledger.database;
  const pair = [stayingId, leavingId].map(uuidOf).toSorted();
  const change = (statement: string) =>
    sql.begin(async (owner) => {
      await owner.unsafe(`set local session_replication_role = replica`);
      await owner.unsafe(statement);
    });
  await sql.unsafe("create table kept as select * from cannot_links");
  await change(`delete from cannot_links where one_id = '${pair[0]}' and other_id = '${pair[1]}'`);
  const { invariants } = await prove(ledger.service);
  await change("insert into cannot_links select * from kept on conflict do nothing");
  await sql.unsafe("drop table kept");
  expect(invariants.filter(({ holds }) => !holds).map(({ name }) => name)).toEqual(["the_parted_are_never_one"]);
});
