import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MemberId } from "../../src/kernel/ids.ts";
import { uuidOf } from "../../src/kernel/ids.ts";
import { type LotView, readLots } from "../../src/reads/lots.ts";
import { readMemberCard } from "../../src/reads/member-card.ts";
import type { Page } from "../../src/reads/page.ts";
import { readTransfers, type TransferView } from "../../src/reads/transfers.ts";
import { testLedger, type TestLedger } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { DAY_MS, liveThrough, type Town } from "./town.ts";

let ledger: TestLedger;
let town: Town;
beforeAll(async () => {
  ledger = await testLedger();
  town = await liveThrough(ledger);
});
afterAll(() => ledger.close());

const notFound = expect.objectContaining({ code: "member_not_found" }) as unknown;
const otherMember = (id: string) => `${id.slice(0, -3)}fff`;

/** All items of a list, page by page. */
async function all<T>(read: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

const lotsOf = (memberId: MemberId, limit: number): Promise<LotView[]> =>
  all((cursor) => readLots(ledger.service, memberId, { limit, cursor }));
const transfersOf = (memberId: MemberId, limit: number): Promise<TransferView[]> =>
  all((cursor) => readTransfers(ledger.service, memberId, { limit, cursor }));

describe("lists of a member", () => {
  it("have every lot once, newest first, whatever the page", async () => {
    const whole = await lotsOf(town.rich, 200);
    expect(await lotsOf(town.rich, 1)).toEqual(whole);
    expect(await lotsOf(town.rich, 3)).toEqual(whole);
    const ids = whole.map(({ lotId }) => lotId);
    expect(ids).toEqual(ids.toSorted().toReversed());
    const stored = await ledger.database
      .sql`select count(*)::int as count from lots where member_id = ${uuidOf(town.rich)}`;
    expect(ids).toHaveLength(stored[0]?.["count"] as number);
  });

  it("have every transfer once, newest first, whatever the page", async () => {
    const whole = await transfersOf(town.rich, 200);
    expect(await transfersOf(town.rich, 1)).toEqual(whole);
    expect(await transfersOf(town.rich, 7)).toEqual(whole);
    const ids = whole.map(({ transferId }) => transferId);
    expect(ids).toEqual(ids.toSorted().toReversed());
    expect(whole[0]?.transferId).toMatch(/^trn_[0-9a-f]{36}$/);
    const stored = await ledger.database
      .sql`select count(*)::int as count from transfers where member_id = ${uuidOf(town.rich)}`;
    expect(new Set(ids)).toHaveLength(stored[0]?.["count"] as number);
  });

  it("are served by primary keys, without a sort", async () => {
    for (const [table, tail] of [
      ["lots", "lot_id desc"],
      ["transfers", "operation_id desc, ordinal desc"],
    ]) {
      const plan = await ledger.database.sql.begin(async (sql) => {
        await sql.unsafe(
          "set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_sort = off",
        );
        return sql.unsafe(`explain select * from ${table} where bucket = 1 and member_id = '${uuidOf(town.rich)}'
          order by bucket desc, member_id desc, ${tail} limit 10`);
      });
      const text = JSON.stringify(plan);
      expect(text).toMatch(/Index Scan Backward using \w+_pk/);
      expect(text).not.toContain("Sort");
    }
  });

  it("refuse a cursor that they have not given", async () => {
    const { nextCursor } = await readTransfers(ledger.service, town.rich, { limit: 1 });
    const invalid = expect.objectContaining({ code: "invalid_request" }) as unknown;
    for (const cursor of ["", "x", "%", "AAAA".repeat(9), nextCursor ?? ""]) {
      await expect(readLots(ledger.service, town.rich, { limit: 1, cursor }), cursor).rejects.toEqual(invalid);
    }
    await expect(readTransfers(ledger.service, town.rich, { limit: 1, cursor: "zz" })).rejects.toEqual(invalid);
  });

  it("know no stranger", async () => {
    for (const id of ["mbr_1", otherMember(town.rich), town.rich.replace("mbr_", "lot_")]) {
      await expect(readLots(ledger.service, id, { limit: 1 })).rejects.toEqual(notFound);
      await expect(readTransfers(ledger.service, id, { limit: 1 })).rejects.toEqual(notFound);
      await expect(readMemberCard(ledger.service, id)).rejects.toEqual(notFound);
    }
  });

  it("show a lot as time has left it, and write nothing", async () => {
    const before = await lotsOf(town.rich, 200);
    const open = before.find(({ available, kind }) => available !== "0.00" && kind === "promo");
    ledger.clock.moveTo(ledger.clock.now() + 200 * DAY_MS);
    const after = await lotsOf(town.rich, 200);
    expect(after.find(({ lotId }) => lotId === open?.lotId)).toMatchObject({
      available: "0.00",
      held: "0.00",
      closed: true,
    });
    const stored = await ledger.database.sql`select closed from lots where lot_id = ${open?.lotId.slice(4) ?? ""}`;
    expect(stored[0]?.["closed"]).toBe(false);
    await expectProof(ledger);
  });
});

describe("a member's card", () => {
  it("shows who it is and what there is, and no more of a person than a first name", async () => {
    const person = JSON.stringify({ firstName: "Анна", lastName: "Каренина", birthDate: "1990-01-01" });
    const identifiers = JSON.stringify([
      { kind: "card", value: "2900000000017", verified: false },
      { kind: "phone", value: "+79161234567", verified: false },
      { kind: "email", value: "anna@example.ru", verified: true },
      { kind: "qr", value: "7", verified: false },
    ]);
    await ledger.database
      .sql`update profiles set person = ${person}::text::json, identifiers = ${identifiers}::text::json
      where member_id = ${uuidOf(town.debtor)}`;
    const card = await readMemberCard(ledger.service, town.debtor);
    expect(card).toMatchObject({ memberId: town.debtor, status: "active", firstName: "Анна" });
    expect(card.profiles).toMatchObject([{ brand: "mvideo" }]);
    expect(card.balance).not.toHaveProperty("memberId");
    expect(card.identifiers.map(({ masked }) => masked)).toEqual(["***0017", "***4567", "a***@***.ru", "***"]);
    expect(JSON.stringify(card)).not.toMatch(/Каренина|1990|9161234|example|29000000000/);
  });
});
