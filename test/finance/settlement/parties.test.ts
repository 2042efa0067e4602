/** Whose a settlement is: three brands, the statements of the two parties, what they are called, and who may see it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accrual } from "../../../src/bonuses/accrual.ts";
import { formatInstant } from "../../../src/kernel/clock.ts";
import { settled } from "../exports/settled.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { answerOf } from "../../support/ledger.ts";
import { by, type MadeSettlement, Settling } from "./settling.ts";

let http: TestHttp;
let finance: Settling;
let keys: Readonly<Record<"mvideo" | "eldorado" | "technosila", string>>;
beforeAll(async () => {
  http = await testHttp();
  finance = await Settling.of(http);
  await http.put("/v1/brands/technosila", { name: "Техносила", legalEntity: "ООО «Техносила»" });
  await http.put("/v1/stores/T-1", { brand: "technosila", name: "Техносила", timeZone: "Europe/Moscow" });
  keys = {
    mvideo: await http.newKey(["finance"], "mvideo"),
    eldorado: await http.newKey(["finance"], "eldorado"),
    technosila: await http.newKey(["finance"], "technosila"),
  };
}, 120_000);
afterAll(() => http.close());

let made: readonly MadeSettlement[];
const between = (one: string, other: string) => made.find(({ between: pair }) => pair.join() === `${one},${other}`)!;

describe("three brands", () => {
  it("settle in pairs; what was bought with bonuses of two at a third comes back at any of them to both", async () => {
    const member = await http.newMember();
    // The one ends before the other, so that both are spent.
    await http.give(member, 100_00n, "mvideo");
    http.clock.moveTo(http.clock.now() + 1_000);
    const terms = { kind: "promo", reason: "test", reference: "test", activeAt: formatInstant(http.clock.now()) };
    answerOf(await http.ask(accrual, { memberId: member, amount: "300.00", brand: "technosila", ...terms }));
    const sold = await finance.sell(member, "eldorado", "E-1", 500_00n, 300_00n);
    finance.moveTo("2026-04-01");
    await finance.close("2026-03");
    const answer = await finance.settle("2026-03");
    made = answer.body.settlements;
    expect(made.map(({ number, between: pair, owes }) => ({ number, pair, owes }))).toEqual([
      { number: 1, pair: ["eldorado", "mvideo"], owes: { eldorado: "0.00", mvideo: "100.00" } },
      { number: 2, pair: ["eldorado", "technosila"], owes: { eldorado: "0.00", technosila: "200.00" } },
      { number: 3, pair: ["mvideo", "technosila"], owes: { mvideo: "0.00", technosila: "0.00" } },
    ]);
    for (const each of made) await finance.agreed(each);
    await finance.bringBack(sold, "technosila", "T-1");
    await finance.bringBack(sold, "mvideo", "M-1");
    finance.moveTo("2026-05-01");
    await finance.close("2026-04");
    const april = (await finance.settle("2026-04")).body.settlements;
    expect(april.map(({ owes }) => owes)).toEqual([
      { eldorado: "0.00", mvideo: "-100.00" },
      { eldorado: "0.00", technosila: "-200.00" },
      { mvideo: "0.00", technosila: "0.00" },
    ]);
    const credit = finance.linesOf((await finance.read(april[1]!.settlementId)).body, "technosila");
    expect(credit).toMatchObject([{ section: "credit_note", original: { day: "2026-03-02", number: 2 } }]);
  });
});

describe("the statements of the two parties", () => {
  it("mirror each other to the kopeck", async () => {
    for (const { settlementId, between: pair } of (await finance.list("agreed")).items) {
      const [one, other] = pair as ["mvideo" | "eldorado", "mvideo" | "technosila"];
      const [ones, others] = [
        (await finance.read(settlementId, keys[one])).body,
        (await finance.read(settlementId, keys[other])).body,
      ];
      expect([ones.entity, others.entity]).toEqual([one, other]);
      expect([ones.payable, ones.receivable]).toEqual([others.receivable, others.payable]);
      expect(negated(ones.balance)).toBe(others.balance);
      expect(ones.directions).toEqual(others.directions);
      expect(ones.parties).toEqual(others.parties);
      // A client of both asks for either.
      expect((await finance.read(settlementId, finance.key, `?entity=${other}`)).body).toEqual(others);
      const [onePage, otherPage] = [
        await finance.page(settlementId, keys[one]),
        await finance.page(settlementId, keys[other]),
      ];
      expect(tablesOf(onePage)).toEqual(tablesOf(otherPage));
      const exported = (key: string) => http.get<string>(`/v1/exports/settlement?month=2026-03`, { key });
      const rows = (text: string) => text.split("\n").filter((row) => row.includes(settlementId));
      expect(rows((await exported(keys[one])).body)).toEqual(rows((await exported(keys[other])).body));
    }
  });
});

const negated = (amount: string): string =>
  amount === "0.00" ? amount : amount.startsWith("-") ? amount.slice(1) : `-${amount}`;
const tablesOf = (page: string): string[] => page.match(/<table>[\s\S]*?<\/table>/g) ?? [];

describe("a client of one brand", () => {
  it("sees the settlements of its brand, and agrees for its own side", async () => {
    const hidden = { status: 404, body: { code: "settlement_not_found" } };
    const { settlementId } = between("eldorado", "technosila");
    expect(await finance.read(settlementId, keys.mvideo)).toMatchObject(hidden);
    expect(await http.get(`/v1/settlements/${settlementId}/statement`, { key: keys.mvideo })).toMatchObject(hidden);
    expect(await finance.agree(settlementId, "mvideo", { key: keys.mvideo })).toMatchObject(hidden);
    expect(await finance.drop(settlementId, { key: keys.mvideo })).toMatchObject(hidden);
    expect(await finance.pay(settlementId, { key: keys.mvideo })).toMatchObject(hidden);
    const forbidden = { status: 403, body: { code: "brand_forbidden" } };
    expect(await finance.agree(settlementId, "technosila", { key: keys.mvideo })).toMatchObject(forbidden);
    expect(await finance.agree(settlementId, "technosila", { key: keys.eldorado })).toMatchObject(forbidden);
    expect(await finance.read(settlementId, keys.eldorado, "?entity=technosila")).toMatchObject(forbidden);
    expect(await finance.read(settlementId, finance.key, "?entity=mvideo")).toMatchObject(hidden);
    const pairs = (await finance.list("agreed", keys.mvideo)).items.map(({ between: pair }) => pair);
    expect(pairs).toEqual([
      ["mvideo", "technosila"],
      ["eldorado", "mvideo"],
    ]);
    const { body } = await http.get<string>("/v1/exports/settlement", { key: keys.mvideo });
    expect(body).toContain(between("eldorado", "mvideo").settlementId);
    expect(body).not.toContain(settlementId);
    expect(await http.get("/v1/exports/settlement?entity=eldorado", { key: keys.mvideo })).toMatchObject(forbidden);
  });

  it("makes and drops those of its own pairs", async () => {
    const drafts = (await finance.list("draft")).items;
    expect(drafts).toHaveLength(3);
    for (const { settlementId } of drafts) await finance.drop(settlementId);
    const own = await finance.settle("2026-04", "2026-04", { key: keys.mvideo });
    expect(own.body.settlements.map(({ between: pair }) => pair)).toEqual([
      ["eldorado", "mvideo"],
      ["mvideo", "technosila"],
    ]);
    // Whoever asks for all is given what is missing.
    const rest = await finance.settle("2026-04");
    expect(rest.body.settlements.map(({ between: pair }) => pair)).toEqual([["eldorado", "technosila"]]);
    for (const each of [...own.body.settlements, ...rest.body.settlements]) await finance.agreed(each);
  });
});

describe("an entity that is renamed in the middle of a month", () => {
  it("stands under the name that it had, and the one that it has had since, in the settlement of that month; earlier ones keep theirs", async () => {
    finance.moveTo("2026-05-15");
    await http.put("/v1/brands/eldorado", { name: "Эльдорадо", legalEntity: "АО «Эльдорадо & Ко <Рус>»" });
    const details = { inn: "7707548740", kpp: "770701001", city: "г. Москва" };
    const unknown = { inn: null, kpp: null, city: null };
    finance.moveTo("2026-06-01");
    await http.put("/v1/brands/mvideo", { name: "М.Видео", legalEntity: "ПАО «М.видео»" });
    // Named after the months: it is the same legal entity.
    await http.put("/v1/brands/eldorado", { name: "Э", legalEntity: "АО «Эльдорадо & Ко <Рус>»", ...details });
    await finance.close("2026-05");
    const [pair] = (await finance.settle("2026-05")).body.settlements;
    expect(pair?.between).toEqual(["eldorado", "mvideo"]);
    const { body } = await finance.read(pair!.settlementId);
    const former = [{ name: "Эльдорадо", legalEntity: "ООО «Эльдорадо»", until: "2026-05-15" }];
    expect(body.parties).toEqual([
      { brand: "eldorado", name: "Эльдорадо", legalEntity: "АО «Эльдорадо & Ко <Рус>»", ...details, former },
      { brand: "mvideo", name: "М.Видео", legalEntity: "ООО «МВМ»", ...unknown, former: [] },
    ]);
    const page = await finance.page(pair!.settlementId);
    expect(page).toContain("<div>ИНН 7707548740, КПП 770701001</div>");
    expect(page).toContain('<p class="made"><span>г. Москва</span><span>01.06.2026</span></p>');
    expect(page).toContain("до 15.05.2026: ООО «Эльдорадо»");
    expect(page).toContain("АО «Эльдорадо &amp; Ко &lt;Рус&gt;»");
    expect(page).not.toContain("ПАО «М.видео»");
    expect((await finance.read(between("eldorado", "mvideo").settlementId)).body.parties).toMatchObject([
      { legalEntity: "ООО «Эльдорадо»", former: [] },
      { legalEntity: "ООО «МВМ»", former: [] },
    ]);
  });
});

it("an export of settlements is told the same at its mark, whatever was agreed, paid, dropped or made since", async () => {
  const ask = (query = "") =>
    http.app.request(`/v1/exports/settlement${query}`, { headers: { authorization: `Bearer ${finance.key}` } });
  const first = await ask();
  const [mark, text] = [first.headers.get("mclub-mark") ?? "", await first.text()];
  expect(text).toContain("credit_note");
  for (const { settlementId } of (await finance.list("draft")).items) await finance.drop(settlementId);
  const agreed = (await finance.list("agreed")).items;
  expect(agreed.length).toBeGreaterThan(0);
  for (const { settlementId } of agreed) expect(await finance.pay(settlementId)).toMatchObject({ status: 200 });
  expect(await finance.settle("2026-05")).toMatchObject({ status: 201 });
  await settled(http.database);
  expect(await (await ask()).text()).toContain(`,${finance.today}\n`);
  expect(await (await ask(`?mark=${mark}`)).text()).toBe(text);
});

it("refuses what makes no sense, and what nobody is named for, and leaves no trace", async () => {
  const key = finance.key;
  const settle = (body: object, headers: Record<string, string> = by("maker-1")) =>
    http.post("/v1/settlements", body, { key, headers });
  expect(await settle({ from: "2026-3", to: "2026-03" })).toMatchObject({ status: 400 });
  expect(await settle({ from: "2026-05", to: "2026-03" })).toMatchObject({ status: 422 });
  expect(await settle({ from: "2026-01", to: "2027-01" })).toMatchObject({ status: 422 });
  expect(await settle({ from: "2026-01", to: "2026-12" })).toMatchObject({
    status: 409,
    body: { code: "period_not_closed" },
  });
  expect(await settle({ from: "2026-03", to: "2026-03" }, {})).toMatchObject({
    status: 403,
    body: { code: "staff_required" },
  });
  expect(await http.get("/v1/settlements/stm_x", { key })).toMatchObject({ status: 404 });
  expect(await http.get(`/v1/settlements/stm_${"0".repeat(32)}`, { key })).toMatchObject({ status: 404 });
});
