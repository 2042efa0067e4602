/** The measures as they are asked for: what they are made of, how they add up, and who is shown which. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { figureFollower } from "../../../src/finance/measures/kept.ts";
import { parseAmount } from "../../../src/kernel/amount.ts";
import { HAPPENS, type TransferEvent } from "../../../src/ledger/transfer.ts";
import { brandRegistration } from "../../../src/programme/places/brand.ts";
import { followBy, followToEnd } from "../../support/following.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { answerOf } from "../../support/ledger.ts";
import { registered } from "../../support/town-joining.ts";
import { DAY_MS, liveThrough, sellTo } from "../../support/town.ts";
import { liveAtRandom } from "./life.ts";
import { modelOf } from "./model.ts";

let http: TestHttp;
let finance: string;
let ofMvideo: string;
beforeAll(async () => {
  http = await testHttp();
  await liveThrough(http);
  await liveAtRandom(http, 7, 200);
  finance = await http.newKey(["finance"]);
  ofMvideo = await http.newKey(["finance"], "mvideo");
}, 120_000);
afterAll(() => http.close());

interface Share {
  readonly numerator: string;
  readonly denominator: string;
  readonly share: string | null;
}
type Measured = Readonly<Record<string, Share | string | null>> & {
  readonly brand: string | null;
  readonly day: string | null;
  readonly receipts: Readonly<Record<string, number>>;
};

async function measures(query: string, key = finance) {
  const { status, body } = await http.get<{ items: Measured[]; code?: string; zone: string }>(`/v1/measures${query}`, {
    key,
  });
  return { status, ...body };
}

const minor = (text: string): bigint => {
  if (!text.includes(".")) return BigInt(text);
  return text.startsWith("-") ? -parseAmount(text.slice(1)) : parseAmount(text);
};
const shareIn = (measured: Measured | undefined, name: string) => measured?.[name] as Share;

/** By the words of the guide, out of the model's figures. */
const SHARES: Readonly<Record<string, readonly [of: readonly string[], among: readonly string[]]>> = {
  penetration: [
    ["receipts_home", "receipts_away", "receipts_unpresented"],
    ["receipts_home", "receipts_away", "receipts_unpresented", "receipts_waiting", "receipts_guests"],
  ],
  salesPenetration: [
    ["sales_home", "sales_away", "sales_unpresented"],
    ["sales_home", "sales_away", "sales_unpresented", "sales_waiting", "sales_guests"],
  ],
  crossBrandPurchases: [["receipts_away"], ["receipts_home", "receipts_away"]],
  crossBrandSpending: [["redeemed_of_others"], ["redeemed"]],
  overlap: [["members_shared"], ["members"]],
};
const AMOUNTS: Readonly<Record<string, string>> = {
  granted: "granted",
  clawedBack: "clawed_back",
  spent: "spent",
  expired: "expired",
  redeemed: "redeemed",
  redeemedOfOthers: "redeemed_of_others",
  liability: "liability",
  debt: "debt",
};
const MEANS: Readonly<Record<string, readonly [days: string, months: string]>> = {
  timeToAgree: ["days_to_agreed", "months_agreed"],
  timeToPay: ["days_to_paid", "months_paid"],
};
const LEVELS = new Set(["members", "members_shared", "liability", "debt"]);

/** To half of the last place; of nothing there is none. */
const isShare = (share: string | null, numerator: bigint, denominator: bigint): boolean => {
  if (denominator === 0n || share === null) return denominator === 0n && share === null;
  const [times, wanted] = [minor(share.replace(".", "")) * denominator, numerator * 10_000n];
  const [apart, one] = [times - wanted, denominator].map((value) => (value < 0n ? -value : value)) as [bigint, bigint];
  return apart * 2n <= one;
};

async function expectMeasured(items: readonly Measured[], from: string, to: string): Promise<void> {
  const figures = await modelOf(http.database, (event) => HAPPENS[event as TransferEvent] === "when_due");
  const sum = (brand: string | null, names: readonly string[]): bigint => {
    let total = 0n;
    for (const [key, value] of figures) {
      const [entity = "", day = "", figure = ""] = key.split(" ");
      const isOnce = /^(members|months_|days_to_)/.test(figure);
      const isOwn = brand === null ? (isOnce ? entity === "" : entity !== "") : entity === brand;
      if (isOwn && names.includes(figure) && day <= to && (day >= from || LEVELS.has(figure))) total += value;
    }
    return total;
  };
  for (const measured of items) {
    for (const [name, [of, among]] of Object.entries(SHARES)) {
      const { numerator, denominator, share } = shareIn(measured, name);
      const about = `${measured.brand ?? "all"} ${name}`;
      expect([minor(numerator), minor(denominator)], about).toEqual([
        sum(measured.brand, of),
        sum(measured.brand, among),
      ]);
      expect(isShare(share, minor(numerator), minor(denominator)), about).toBe(true);
    }
    for (const [name, figure] of Object.entries(AMOUNTS)) {
      expect(minor(measured[name] as string), `${measured.brand ?? "all"} ${name}`).toBe(sum(measured.brand, [figure]));
    }
    for (const [name, [days, months]] of Object.entries(MEANS)) {
      const told = measured[name] as unknown as { days: number; months: number; mean: string | null };
      const [ofDays, ofMonths] = [sum(measured.brand, [days]), sum(measured.brand, [months])];
      expect([BigInt(told.days), BigInt(told.months)], name).toEqual([ofDays, ofMonths]);
      expect(isShare(told.mean, ofDays, ofMonths), name).toBe(true);
    }
    for (const [holder, count] of Object.entries(measured.receipts)) {
      expect(BigInt(count)).toBe(sum(measured.brand, [`receipts_${holder}`]));
    }
  }
}

describe("measures", () => {
  it("are those of a model, of any stretch of days, before anything was counted, half of it, and all", async () => {
    const look = async () => {
      for (const [query, from, to] of [
        ["", "0000", "9999"],
        ["?from=2026-03-10&to=2026-05-15", "2026-03-10", "2026-05-15"],
        ["?month=2026-04", "2026-04-01", "2026-04-30"],
        ["?to=2026-03-31", "0000", "2026-03-31"],
      ] as const) {
        const { status, items, zone } = await measures(query);
        expect([status, zone, items.map(({ brand }) => brand)]).toEqual([
          200,
          "Europe/Moscow",
          ["eldorado", "mvideo", null],
        ]);
        await expectMeasured(items, from, to);
      }
    };
    await look();
    await followBy(http.database, figureFollower, 60);
    await look();
    await followToEnd(http.database, figureFollower);
    await look();
    const all = (await measures("")).items.find(({ brand }) => brand === null);
    for (const name of Object.keys(SHARES)) expect(minor(shareIn(all, name).numerator), name).toBeGreaterThan(0n);
  }, 60_000);

  it("add up, day by day, to those of all days together", async () => {
    const days = (await measures("?from=2026-03-01&to=2026-04-15&by=day")).items;
    const whole = (await measures("?from=2026-03-01&to=2026-04-15")).items;
    expect(days).toHaveLength(46 * 3);
    for (const one of whole) {
      const own = days.filter(({ brand }) => brand === one.brand);
      const last = own.at(-1);
      expect(last?.day).toBe("2026-04-15");
      for (const name of ["penetration", "crossBrandPurchases", "crossBrandSpending"]) {
        for (const part of ["numerator", "denominator"] as const) {
          const sum = own.reduce((total, measured) => total + minor(shareIn(measured, name)[part]), 0n);
          expect(sum, name).toBe(minor(shareIn(one, name)[part]));
        }
      }
      expect([last?.["overlap"], last?.["liability"], last?.["debt"]]).toEqual([
        one["overlap"],
        one["liability"],
        one["debt"],
      ]);
      await expectMeasured(
        own.filter(({ day }) => day === "2026-03-02"),
        "2026-03-02",
        "2026-03-02",
      );
    }
  });

  it("of the liability and its changes are those of the roll-forward", async () => {
    const { items } = await measures("?month=2026-03");
    for (const { brand, ...measured } of items.filter((each) => each.brand !== null)) {
      const answer = await http.app.request(`/v1/exports/liability?month=2026-03&format=jsonl&entity=${brand}`, {
        headers: { authorization: `Bearer ${finance}` },
      });
      const rows = (await answer.text())
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, string>);
      const sum = (name: string) => rows.reduce((total, row) => total + minor(row[name] ?? "0.00"), 0n);
      expect(minor(measured["liability"] as string)).toBe(sum("closing"));
      expect(minor(measured["granted"] as string)).toBe(sum("granted"));
      expect(minor(measured["spent"] as string)).toBe(-sum("spent"));
      expect(minor(measured["expired"] as string)).toBe(-sum("expired"));
    }
  });

  it("show a client of one brand its own, and nothing of the other's or of the whole programme", async () => {
    const own = await measures("", ofMvideo);
    expect(own.items.map(({ brand }) => brand)).toEqual(["mvideo"]);
    expect(own.items).toEqual((await measures("?brand=mvideo")).items);
    expect(await measures("?brand=eldorado", ofMvideo)).toMatchObject({ status: 403, code: "brand_forbidden" });
    expect((await measures("", await http.newKey(["pos"]))).status).toBe(403);
  });

  it("have the brands that are registered, also those at which nothing has happened", async () => {
    const body = { name: "Третий", legalEntity: "ООО «Третий»" };
    answerOf(await http.ask(brandRegistration, body, { params: { brand: "third" } }));
    http.service.directory.changed();
    const third = (await measures("?brand=third&month=2026-03")).items[0];
    expect(third).toMatchObject({ penetration: { numerator: "0", denominator: "0", share: null }, liability: "0.00" });
  });

  it("as a file are the same byte for byte at their mark, whatever has happened since, and have their control totals", async () => {
    const file = async (query: string, key = finance) => {
      const answer = await http.app.request(`/v1/exports/measures${query}`, {
        headers: { authorization: `Bearer ${key}` },
      });
      return { mark: answer.headers.get("mclub-mark") ?? "", text: await answer.text() };
    };
    const first = await file("");
    http.clock.moveTo(http.clock.now() + 3 * DAY_MS);
    const body = { name: "Ещё", legalEntity: "ООО «Ещё»" };
    answerOf(await http.ask(brandRegistration, body, { params: { brand: "another" } }));
    http.service.directory.changed();
    await registered(http, "another");
    await sellTo(http, undefined);
    const same = async () => expect((await file(`?mark=${first.mark}`)).text).toBe(first.text);
    await same();
    await followToEnd(http.database, figureFollower);
    await same();
    expect((await file("")).text).not.toBe(first.text);
    const totals = await http.get<{ rows: number }>(`/v1/exports/measures/totals?mark=${first.mark}`, { key: finance });
    expect(totals.body.rows).toBe(first.text.trimEnd().split("\n").length - 1);
    const own = (await file("", ofMvideo)).text.trimEnd().split("\n").slice(1);
    expect(new Set(own.map((line) => line.split(",")[2]))).toEqual(new Set(["mvideo"]));
    expect((await file("?entity=eldorado", ofMvideo)).text).toContain("brand_forbidden");
  });

  it.each([
    ["?brand=nobody", 422, "unknown_brand"],
    ["?from=2026-04-02&to=2026-04-01", 422, "unprocessable_request"],
    ["?month=2026-03&to=2026-03-31", 422, "unprocessable_request"],
    ["?by=day", 422, "unprocessable_request"],
    ["?by=day&from=2026-01-01", 422, "unprocessable_request"],
    ["?by=day&from=2026-01-01&to=2026-04-11", 422, "unprocessable_request"],
    ["?by=day&from=2026-01-01&to=9999-12-31", 422, "unprocessable_request"],
    ["?by=week&month=2026-03", 400, "invalid_request"],
    ["?month=2026-00", 400, "invalid_request"],
    ["?month=0000-01", 400, "invalid_request"],
    ["?month=10000-01", 400, "invalid_request"],
    ["?from=2026-02-30", 400, "invalid_request"],
    ["?from=0000-01-01", 400, "invalid_request"],
    ["?whatever=1", 400, "invalid_request"],
  ])("refuse %s", async (query, status, code) => {
    expect(await measures(query)).toMatchObject({ status, code });
  });

  it("are told of a hundred days one by one", async () => {
    expect((await measures("?by=day&from=2026-01-01&to=2026-04-10&brand=mvideo")).items).toHaveLength(100);
  });
});
