import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MemberId, uuidOf } from "../../../src/kernel/ids.ts";
import { registration } from "../../../src/members/registration/registration.ts";
import { cardOf } from "../../../src/members/reads/card.ts";
import { type LotItem, lotsOf as readLots } from "../../../src/members/reads/lots.ts";
import { type TransferItem, transfersOf as readTransfers } from "../../../src/members/reads/transfers.ts";
import { answerOf, testLedger, type TestLedger, TILL } from "../../support/ledger.ts";
import { all } from "../../support/pages.ts";
import { expectProof } from "../../support/proof.ts";
import { bringBack, DAY_MS, liveThrough, sellTo, type Town } from "../../support/town.ts";

let ledger: TestLedger;
let town: Town;
beforeAll(async () => {
  ledger = await testLedger();
  town = await liveThrough(ledger);
});
afterAll(() => ledger.close());

const notFound = expect.objectContaining({ code: "member_not_found" }) as unknown;
const otherMember = (id: string) => `${id.slice(0, -3)}fff`;

const lotsOf = (memberId: MemberId, limit: number): Promise<LotItem[]> =>
  all((cursor) => readLots(ledger.service, memberId, { limit, cursor }));
const transfersOf = (memberId: MemberId, limit: number): Promise<TransferItem[]> =>
  all((cursor) => readTransfers(ledger.service, TILL, memberId, { limit, cursor }));

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
    expect(whole[0]?.transferId).toMatch(/^trn_[0-9a-f]{40}$/);
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
    const { nextCursor } = await readTransfers(ledger.service, TILL, town.rich, { limit: 1 });
    const invalid = expect.objectContaining({ code: "invalid_request" }) as unknown;
    for (const cursor of ["", "x", "%", "AAAA".repeat(10), nextCursor ?? ""]) {
      await expect(readLots(ledger.service, town.rich, { limit: 1, cursor }), cursor).rejects.toEqual(invalid);
    }
    await expect(readTransfers(ledger.service, TILL, town.rich, { limit: 1, cursor: "zz" })).rejects.toEqual(invalid);
  });

  it("tell of each transfer who asked for it, where and why", async () => {
    const member = await ledger.newMember();
    await ledger.give(member, 10_00n);
    const sold = await sellTo(ledger, member, { spend: 10_00n });
    await bringBack(ledger, sold.purchaseId, "eldorado");
    const accountingDate = new Date(ledger.clock.now() + 3 * 3_600_000).toISOString().slice(0, 10);
    const given = {
      terminalId: null,
      channel: null,
      reason: null,
      reference: null,
      clientId: TILL.clientId,
      staffId: null,
      representative: null,
    };
    const facts = new Map((await transfersOf(member, 200)).map(({ operation }) => [operation.name, operation]));
    expect([...facts.values()].toReversed()).toEqual([
      { ...given, name: "accrual", accountingDate, brand: "mvideo", storeId: null, reason: "test", reference: "test" },
      { ...given, name: "purchase", accountingDate, brand: "mvideo", storeId: "M-1", terminalId: "1", channel: "pos" },
      {
        ...given,
        name: "return",
        accountingDate,
        brand: "eldorado",
        storeId: "E-1",
        terminalId: "1",
        reason: "broken",
      },
    ]);
  });

  it("show a client of one brand nothing of its own that the other brand was given", async () => {
    const shown = await all((cursor) =>
      readTransfers(ledger.service, { ...TILL, brand: "mvideo" }, town.rich, { limit: 200, cursor }),
    );
    const whole = await transfersOf(town.rich, 200);
    expect(shown.map(({ operation: _, ...transfer }) => transfer)).toEqual(
      whole.map(({ operation: _, ...transfer }) => transfer),
    );
    const theirs = shown.filter(({ operation }) => operation.brand === "eldorado");
    expect(theirs.length).toBeGreaterThan(0);
    for (const { operation } of theirs) {
      const { name: _, accountingDate: __, brand: ___, ...hidden } = operation;
      expect(new Set(Object.values(hidden))).toEqual(new Set([null]));
    }
    const own = shown.filter(({ operation }) => operation.brand === "mvideo");
    expect(own).toEqual(whole.filter(({ operation }) => operation.brand === "mvideo"));
  });

  it("know no stranger", async () => {
    for (const id of ["mbr_1", otherMember(town.rich), town.rich.replace("mbr_", "lot_")]) {
      await expect(readLots(ledger.service, id, { limit: 1 })).rejects.toEqual(notFound);
      await expect(readTransfers(ledger.service, TILL, id, { limit: 1 })).rejects.toEqual(notFound);
      await expect(cardOf(ledger.service, TILL, id)).rejects.toEqual(notFound);
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
  const person = { firstName: "Анна", lastName: "Каренина", birthDate: "1990-01-01" };
  const card = { kind: "card", value: "2900000000017", verified: true };
  const register = async (brand: string, externalId: string, identifiers: readonly object[]) => {
    const body = { brand, externalId, identifiers: [card, ...identifiers], person };
    return (answerOf(await ledger.ask(registration, body)) as { memberId: MemberId }).memberId;
  };
  let memberId: MemberId;
  beforeAll(async () => {
    memberId = await register("mvideo", "M-4711", [
      { kind: "phone", value: "+79161234567", verified: false },
      { kind: "email", value: "anna@example.ru", verified: true },
      { kind: "qr", value: "7", verified: false },
    ]);
    const same = await register("eldorado", "E-0815", [{ kind: "app", value: "eldorado-app-1", verified: true }]);
    if (same !== memberId) throw new Error("the second profile was to be linked to the first one's member");
  });

  it("shows who it is and what there is, and no more of a person than a first name", async () => {
    const shown = await cardOf(ledger.service, TILL, memberId);
    expect(shown).toMatchObject({ memberId, status: "active", firstName: "Анна" });
    expect(shown.profiles).toMatchObject([
      { brand: "mvideo", externalId: "M-4711" },
      { brand: "eldorado", externalId: "E-0815" },
    ]);
    expect(shown.balance).not.toHaveProperty("memberId");
    const masks = shown.identifiers.map(({ masked }) => masked);
    expect(masks).toEqual(["***0017", "***4567", "a***@***.ru", "***", "***pp-1"]);
    expect(JSON.stringify(shown)).not.toMatch(/Каренина|1990|9161234|example|29000000000/);
  });

  it("shows a client of one brand nothing that the other brand knows", async () => {
    const shown = await cardOf(ledger.service, { ...TILL, brand: "eldorado" }, memberId);
    expect(shown.profiles).toMatchObject([{ brand: "eldorado", externalId: "E-0815" }]);
    expect(shown.identifiers.map(({ masked }) => masked)).toEqual(["***0017", "***pp-1"]);
    expect(JSON.stringify(shown)).not.toMatch(/M-4711|4567/);
  });
});
