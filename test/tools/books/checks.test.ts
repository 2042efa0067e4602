/** What is checked of a year's books: each check sees what it is there for. */
import { describe, expect, it } from "vitest";
import { asideFaults } from "../../../src/tools/books/aside.ts";
import { closingsOf } from "../../../src/tools/books/calendar.ts";
import { changedFaults, faultsIn, owedFaults } from "../../../src/tools/books/checks.ts";
import { accountRows, liabilityRows, type MonthBooks } from "../../../src/tools/books/figures.ts";
import { differencesOf } from "../../../src/tools/books/posted.ts";
import type { Reconciled } from "../../../src/tools/books/reconcile.ts";
import type { SettlementStatement } from "../../../src/tools/books/wire.ts";
import { Tally } from "../../../src/tools/replay/fate.ts";
import type { Aside } from "../../../src/tools/replay/shop-files.ts";

const TRIAL = "entity,account,kind,opening_debit,opening_credit,debit,credit,closing_debit,closing_credit";
const LIABILITY = "entity,kind,opening,granted,spent,expired,clawed_back,repaid,merged,adjusted,erased,closing";

const MARCH = `${TRIAL}
eldorado,due_from:mvideo,ordinary,0.00,0.00,30.00,0.00,30.00,0.00
eldorado,redemption,ordinary,0.00,0.00,0.00,30.00,0.00,30.00
mvideo,available,ordinary,0.00,0.00,30.00,100.00,0.00,70.00
mvideo,due_to:eldorado,ordinary,0.00,0.00,0.00,30.00,0.00,30.00
mvideo,issuance:ordinary,ordinary,0.00,0.00,100.00,0.00,100.00,0.00
`;
const MARCH_LIABILITY = `${LIABILITY}
mvideo,ordinary,0.00,100.00,-30.00,0.00,0.00,0.00,0.00,0.00,0.00,70.00
`;
const APRIL = `${TRIAL}
eldorado,due_from:mvideo,ordinary,30.00,0.00,0.00,10.00,20.00,0.00
eldorado,redemption,ordinary,0.00,30.00,10.00,0.00,0.00,20.00
mvideo,available,ordinary,0.00,70.00,0.00,10.00,0.00,80.00
mvideo,due_to:eldorado,ordinary,0.00,30.00,10.00,0.00,0.00,20.00
mvideo,issuance:ordinary,ordinary,100.00,0.00,0.00,0.00,100.00,0.00
`;
const APRIL_LIABILITY = `${LIABILITY}
mvideo,ordinary,70.00,0.00,10.00,0.00,0.00,0.00,0.00,0.00,0.00,80.00
`;

function statement(month: string, entity: string, owed: bigint, change: object = {}): SettlementStatement {
  const line = { section: "spent", kind: "ordinary", price: "1.00", vatRate: "0.22", original: null };
  const amounts = { bonuses: owed, total: owed, vat: (owed * 22n) / 122n };
  const none = { bonuses: 0n, total: 0n, vat: 0n };
  const directions = [
    { debtor: "eldorado", creditor: "mvideo", ...none, lines: [] },
    { debtor: "mvideo", creditor: "eldorado", ...amounts, lines: [{ ...line, ...amounts }] },
  ];
  const [payable, receivable] = entity === "mvideo" ? [owed, 0n] : [0n, owed];
  const common = { number: 1, from: month, to: month, status: "paid", entity };
  return { ...common, payable, receivable, balance: receivable - payable, directions, ...change };
}

function booksOf(month: string, trial: string, liability: string, owed: bigint, change: object = {}): MonthBooks {
  return {
    month,
    files: new Map([["trial-balance", trial]]),
    accounts: accountRows(trial),
    liability: liabilityRows(liability),
    statements: [statement(month, "eldorado", owed), statement(month, "mvideo", owed, change)],
  };
}

const march = (trial = MARCH, liability = MARCH_LIABILITY, change: object = {}) =>
  booksOf("2026-03", trial, liability, 30_00n, change);
const april = (trial = APRIL, liability = APRIL_LIABILITY) => booksOf("2026-04", trial, liability, -10_00n);

describe("the books of closed months", () => {
  it("hold where they do", () => {
    expect(faultsIn([march(), april()])).toEqual([]);
    expect(owedFaults([march(), april()])).toEqual([]);
    expect(faultsIn([])).toEqual([]);
    expect(owedFaults([])).toEqual(["no month was closed"]);
  });

  it.each([
    ["debits that are not credits", MARCH.replace("100.00,0.00,100.00,0.00", "99.00,0.00,99.00,0.00"), "off by"],
    ["a closing that does not follow", MARCH.replace("0.00,100.00,0.00\n", "0.00,90.00,0.00\n"), "not its closing"],
    [
      "a liability that the accounts do not have",
      MARCH.replace("mvideo,available", "mvideo,breakage"),
      "accounts of members",
    ],
    ["a debt that only one side has", MARCH.replace("due_from:mvideo", "suspense"), "the books say"],
  ])("see %s", (_, trial, told) => {
    expect(trial).not.toBe(MARCH);
    expect(faultsIn([march(trial)]).join()).toContain(told);
  });

  it("see a liability that does not roll forward", () => {
    const faults = faultsIn([march(MARCH, MARCH_LIABILITY.replace("-30.00", "-31.00"))]);
    expect(faults.join()).toContain("2026-03: the liability of mvideo, ordinary, does not roll forward");
  });

  it("see a month that begins otherwise than the one before it has ended", () => {
    const late = [
      APRIL.replace("0.00,70.00,0.00,10.00,0.00,80.00", "0.00,60.00,0.00,10.00,0.00,70.00"),
      APRIL_LIABILITY.replace("70.00,0.00,10.00", "60.00,0.00,20.00"),
    ];
    expect(faultsIn([march(), april(late[0])]).join()).toContain(
      "mvideo available ordinary begins otherwise than 2026-03",
    );
    expect(faultsIn([march(), april(APRIL, late[1])]).join()).toContain("the liability of mvideo begins otherwise");
  });

  it.each([
    ["an amount that only one side has", { payable: 29_00n, balance: -29_00n }, "do not mirror"],
    ["lines that differ", { directions: statement("2026-03", "mvideo", 29_00n).directions }, "do not mirror"],
    ["another number", { number: 2 }, "do not mirror"],
    ["a missing statement", { entity: "eldorado" }, "not one statement of each party"],
  ])("see %s", (_, change, told) => {
    expect(faultsIn([march(MARCH, MARCH_LIABILITY, change)]).join()).toContain(told);
  });

  it("see a settlement that is not paid, is of another month, or is not the sum of its lines", () => {
    const both = (change: object) => ({
      ...march(),
      statements: ["eldorado", "mvideo"].map((entity) => statement("2026-03", entity, 30_00n, change)),
    });
    expect(faultsIn([both({ status: "agreed" })]).join()).toContain("not paid");
    expect(faultsIn([both({ from: "2026-02" })]).join()).toContain("not paid");
    const [none, owes] = statement("2026-03", "mvideo", 30_00n).directions;
    const directions = [none, { ...owes!, lines: [] }];
    expect(faultsIn([both({ directions })]).join()).toContain("not the sum of its lines");
  });

  it("see that not all was settled, and a closed month that has changed", () => {
    expect(owedFaults([march(), { ...april(), statements: [] }]).join()).toContain(
      "mvideo was settled for 30.00 of 20.00",
    );
    const same = new Map([["2026-03", march().files]]);
    expect(changedFaults([march()], same)).toEqual([]);
    expect(changedFaults([march()], new Map([["2026-03", april().files]])).join()).toContain(
      "its trial-balance is not",
    );
    expect(changedFaults([march()], new Map())).toHaveLength(1);
  });

  it("are compared with what members have", () => {
    const owed = { pending: 0n, available: 70_00n, held: 0n, debt: 0n };
    expect(differencesOf(owed, MARCH)).toEqual([]);
    expect(differencesOf({ ...owed, available: 69_00n, debt: 1n }, MARCH)).toEqual([
      "available 70.00, of members 69.00",
      "debt 0.00, of members 0.01",
    ]);
  });
});

describe("what was put aside", () => {
  const aside = new Map<string, Aside>([
    ["C1#1", { brand: "mvideo", why: "parked", total: -5_00n }],
    ["A3#1", { brand: "mvideo", why: "adjustment", total: 100_00n }],
  ]);
  const found: Reconciled = {
    brand: "mvideo",
    lines: 5,
    matched: 3,
    missing: ["C1#1", "A3#1"],
    others: [],
    there: 195_00n,
    here: 100_00n,
  };
  const tally = new Tally();
  tally.add("returned_partly");
  tally.add("adjustment");
  const faults = (change: Partial<Reconciled> = {}, counted = tally) =>
    asideFaults({ aside }, [{ ...found, ...change }], counted);

  it("is found, and nothing else", () => {
    expect(faults()).toEqual([]);
  });

  it.each([
    ["a line that is not found", { missing: ["C1#1"], matched: 4 }, "put aside, and not found missing: A3#1"],
    ["one too many", { missing: [...found.missing, "7"], matched: 2 }, "missing, and not put aside: 7"],
    ["one found twice", { missing: [...found.missing, "A3#1"], matched: 2 }, "missing more than once"],
    ["another difference", { others: ["9: wrong_day"], matched: 2 }, "otherwise than in the ledger: 9: wrong_day"],
    ["a line that is nowhere", { matched: 2 }, "of mvideo, and lost"],
    ["other money", { here: 99_99n }, "receipts come to 100.00, and in the ledger 99.99"],
  ])("does not agree with %s", (_, change, told) => {
    expect(faults(change).join()).toContain(told);
  });

  it("is what the replay has counted", () => {
    expect(faults({}, new Tally()).join()).toContain("the replay put 0 lines aside as parked, the shop's files have 1");
  });
});

describe("the calendar", () => {
  it("closes each month in the morning of the first day after it, in the programme's zone", () => {
    const closings = closingsOf([
      { at: Date.parse("2010-12-01T08:26:00Z") },
      { at: Date.parse("2011-02-28T21:30:00Z") },
    ]);
    expect(closings.map(({ month, at }) => `${month} ${new Date(at).toISOString()}`)).toEqual([
      "2010-12 2011-01-01T06:00:00.000Z",
      "2011-01 2011-02-01T06:00:00.000Z",
      // In Moscow it is the first of March by then.
      "2011-02 2011-03-01T06:00:00.000Z",
      "2011-03 2011-04-01T05:00:00.000Z",
    ]);
    expect(closingsOf([])).toEqual([]);
  });
});
