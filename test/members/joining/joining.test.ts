import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectProof } from "../../support/proof.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { People } from "./people.ts";

let ledger: TestLedger;
let people: People;

beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

describe("members who become one", () => {
  it("have one wallet, and both cards spend from it", async () => {
    const [anna, other] = [await people.person(), await people.person()];
    await people.give(anna, "100.00");
    await people.give(other, "50.00", "eldorado");
    const joined = await people.join(other, anna);
    expect(joined).toMatchObject({
      survivorId: anna.memberId,
      absorbedId: other.memberId,
      rule: "older",
      blockers: [],
    });
    expect(joined.moved.amounts).toEqual([
      { entity: "eldorado", pending: "0.00", available: "50.00", held: "0.00", debt: "0.00" },
    ]);
    expect(await people.available(anna)).toBe(150_00n);
    await people.redeem({ identifier: other.card }, "120.00");
    await people.redeem({ memberId: other.memberId }, "10.00");
    expect(await people.available(anna)).toBe(20_00n);
  });

  it("are as they were, lot by lot and end by end, when that is undone at once", async () => {
    const [anna, other] = [await people.person(), await people.person()];
    await people.give(anna, "100.00", "mvideo", 30);
    await people.give(other, "50.00", "eldorado", 20);
    await people.buy({ identifier: other.card }, "2000.00", "10.00");
    await people.buy({ identifier: anna.card }, "3000.00", "0.00", "E-1");
    await people.pin({ identifier: other.card }, "15.00", 60 * 24);
    const before = [await people.wallet(anna), await people.wallet(other)];
    const { mergeId } = await people.join(anna, other);
    await people.part(mergeId);
    expect([await people.wallet(anna), await people.wallet(other)]).toEqual(before);
  });

  it("make good what one has spent of the other's, and owe what they have nothing for", async () => {
    const [anna, other] = [await people.person(), await people.person()];
    await people.give(anna, "100.00");
    await people.give(other, "30.00", "mvideo", 95);
    const { mergeId } = await people.join(anna, other);
    await people.redeem({ identifier: other.card }, "90.00");
    const parted = await people.part(mergeId);
    expect(parted.madeGood).toEqual([{ entity: "mvideo", to: "staying", paid: "30.00", owed: "60.00" }]);
    expect(await people.available(anna)).toBe(100_00n);
    expect((await people.wallet(other)).totals.get("mvideo")).toMatchObject({ available: 0n, debt: 60_00n });
  });
});
