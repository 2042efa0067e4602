/** Identifiers that went from one to the next, of whom one is erased: what was his forgets them, and the proof holds all the same. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { uuidOf } from "../../../src/kernel/ids.ts";
import { START, testLedger, type TestLedger } from "../../support/ledger.ts";
import { addPolicy } from "../../support/policies.ts";
import { expectProof } from "../../support/proof.ts";
import { type Placed, TestOrders } from "../../support/town-orders.ts";
import { aCard, aPhone, type Holder, Holders } from "../identifying/holders.ts";
import { Erasers } from "./erasers.ts";

let ledger: TestLedger;
let people: Holders;
let staff: Erasers;
let orders: TestOrders;
beforeAll(async () => {
  ledger = await testLedger();
  people = new Holders(ledger);
  staff = new Erasers(ledger);
  orders = new TestOrders(ledger);
  await addPolicy(ledger.database, 2, START - 86_400_000, "{erasure}", { waitDays: 0 });
});
afterEach(() => expectProof(ledger));
afterAll(() => ledger.close());

/** The hash of the identifier for which an order had waited, and those of the receipts of its pickups. */
async function hashesOf({ orderId }: Placed): Promise<(string | null)[]> {
  const id = uuidOf(orderId);
  const rows = await ledger.database.sql<{ hash: string | null }[]>`
    select o.subject_hash::text as hash from operations o left join purchases p on p.purchase_id = o.operation_id
    where o.operation_id = ${id}::uuid or p.order_id = ${id}::uuid order by o.posted_at, o.position, o.place`;
  return rows.map(({ hash }) => hash);
}
const one = { lines: [{ lineId: "1", quantity: "1" }] };

describe("an order that had waited for what somebody else has since", () => {
  it.each([aCard, aPhone])("forgets the hash with its member, also one that waits still", async (anIdentifier) => {
    const identifier = anIdentifier();
    const placed = await orders.ready({ identifier });
    const waits = await orders.ready({ identifier });
    await orders.collect(placed, one);
    people.later();
    const anna = await people.register([identifier]);
    const next = { ...placed, pickupCode: await orders.newCode(placed.orderId) };
    await orders.collect(next);
    const [hash] = await hashesOf(waits);
    expect(await hashesOf(placed)).toEqual([hash, hash, null]);
    people.later();
    if (identifier.kind === "card") await people.end(anna, identifier);
    people.later();
    const boris = await people.register([identifier]);
    await staff.askErase(anna);
    const [asPlaced, collected] = await hashesOf(placed);
    expect(asPlaced).not.toBe(hash);
    expect(collected).toBe(asPlaced);
    // It was placed before anybody had it: it is of whoever had it next.
    expect(await hashesOf(waits)).toEqual([asPlaced]);
    await orders.collect(waits);
    expect(await people.leadsTo(identifier)).toBe(boris.memberId);
  });
});

describe("a phone that has gone through several hands", () => {
  type Way = "adds it" | "registers with it";
  const WAYS: readonly Way[] = ["adds it", "registers with it"];
  const HANDS = ["ABC", "ABA", "BAB", "ABAB", "ABCD", "ABCBA"];

  /** Whoever has had it, by letter, when it went from hand to hand. */
  async function handedOn(hands: string, way: Way) {
    const phone = aPhone();
    const holders = new Map<string, Holder>();
    for (const letter of hands) {
      const known = holders.get(letter);
      const brought = known === undefined && way === "registers with it" ? [aCard(), phone] : [aCard()];
      const holder = known ?? (await people.register(brought));
      if (known !== undefined || way === "adds it") await people.add(holder, phone);
      holders.set(letter, holder);
      await people.sale(phone);
      people.later();
    }
    return { phone, holders };
  }
  const erase = async (holders: ReadonlyMap<string, Holder>, letters: string) => {
    for (const letter of letters) {
      const holder = holders.get(letter);
      if (holder === undefined) throw new Error("nobody");
      await staff.askErase(holder);
    }
  };

  for (const way of WAYS) {
    for (const hands of HANDS) {
      it(`${hands}, where whoever comes ${way}: whoever is erased, and whoever is erased next`, async () => {
        for (const erased of ["A", "B", "AB", "BA", "BC", "CB", "ABC", "BCA"]) {
          if (erased.split("").some((letter) => !hands.includes(letter))) continue;
          const { phone, holders } = await handedOn(hands, way);
          await erase(holders, erased);
          const last = hands.at(-1) ?? "";
          const leads = erased.includes(last) ? undefined : holders.get(last)?.memberId;
          expect(await people.leadsTo(phone)).toBe(leads);
        }
      });
    }
  }
});
