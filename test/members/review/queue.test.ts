import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectProof } from "../../support/proof.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { newCard, newPhone, Reviewers } from "./reviewers.ts";

let ledger: TestLedger;
let staff: Reviewers;
beforeAll(async () => {
  ledger = await testLedger();
  staff = new Reviewers(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

describe("a registration that is left to people", () => {
  it("stands in the queue with what agrees and what conflicts, of whom, and never a value", async () => {
    const phone = newPhone();
    const anna = await staff.register([phone], { firstName: "Анна", lastName: "Иванова", birthDate: "1990-12-31" });
    const olga = await staff.register([phone], { firstName: "Ольга", lastName: "Иванова" }, "eldorado");
    expect(olga.link.band).toBe("review");
    const [left] = olga.link.candidates;
    expect(left).toMatchObject({ memberId: anna.memberId, score: "0.25" });
    const found = await staff.read(left?.candidateId ?? "");
    expect(found).toMatchObject({
      memberIds: [anna.memberId, olga.memberId],
      status: "open",
      source: "registration",
      score: "0.25",
      assignee: null,
      ageDays: 0,
      decision: null,
      made: { name: "profile-registration" },
      merge: {
        // Of one moment; the phone is hers by now.
        survivorId: olga.memberId,
        absorbedId: anna.memberId,
        blockers: [],
        moved: { profiles: [anna.profileId] },
      },
    });
    expect(new Set(found.evidence.map(({ kind, rule }) => `${kind} ${rule}`))).toEqual(
      new Set(["phone same", "firstName conflicts", "lastName agrees"]),
    );
    for (const { profileIds } of found.evidence) expect(profileIds).toEqual([anna.profileId, olga.profileId]);
    for (const value of ["Ольга", "Анна", phone.value, "1990"]) expect(JSON.stringify(found)).not.toContain(value);
  });

  it("is looked at beside each member that its identifiers lead to", async () => {
    const cards = [newCard(), newCard()];
    const [one, other] = [await staff.register(cards.slice(0, 1)), await staff.register(cards.slice(1))];
    const third = await staff.register(cards, {}, "eldorado");
    expect(third.link.candidates.map(({ memberId }) => memberId)).toEqual([one.memberId, other.memberId]);
    for (const { candidateId, memberId, score } of third.link.candidates) {
      expect(score).toBe("0.60");
      expect(await staff.read(candidateId)).toMatchObject({ memberIds: [memberId, third.memberId] });
    }
  });

  it("and one that links or is new leaves nothing", async () => {
    const card = newCard();
    expect((await staff.register([card])).link).toMatchObject({ band: "new", candidates: [] });
    expect((await staff.register([card], {}, "eldorado")).link).toMatchObject({ band: "auto", candidates: [] });
  });
});
