/** `npm run settlement`: makes the drafts of a closed month once, lists them, and writes each side's statement. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { KEY_TEXTS } from "../../support/keys.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { settled } from "../exports/settled.ts";
import { type ReadSettlement, Settling } from "./settling.ts";

const folder = mkdtempSync(join(tmpdir(), "mclub-settlement-"));
let http: TestHttp;
let finance: Settling;
beforeAll(async () => {
  http = await testHttp();
  finance = await Settling.of(http);
  const member = await http.newMember();
  await http.give(member, 900_00n);
  const sold = await finance.sell(member, "eldorado", "E-1", 500_00n, 80_00n);
  await finance.bringBack(sold, "eldorado", "E-1");
  finance.moveTo("2026-04-01");
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await http.close();
});

async function run(...words: string[]) {
  const env = { PATH: process.env["PATH"], TMPDIR: tmpdir(), DATABASE_URL: http.database.url, ...KEY_TEXTS };
  const child = spawn(process.execPath, ["--import", "tsx", "src/cli/settlement.ts", ...words], { env });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await once(child, "close");
  return { code: child.exitCode, output };
}

const MARCH = ["--month", "2026-03"];
const PAIR = ["--between", "mvideo,eldorado"];

it("makes drafts of a closed month once, however often it is asked", { timeout: 300_000 }, async () => {
  expect(await run("list")).toMatchObject({ code: 0, output: "There are none yet.\n" });
  const early = await run("make", ...MARCH, "--staff", "anna-1", "--quiet");
  expect(early).toMatchObject({ code: 1, output: expect.stringContaining('"code":"period_not_closed"') as string });
  await finance.close("2026-03");
  const line = /^No\. 1 {2}2026-03 {2}eldorado owes 0\.00, mvideo owes 40\.00 {2}draft {2}stm_[0-9a-f]{32}\n$/;
  for (let times = 0; times < 2; times += 1) {
    const made = await run("make", ...MARCH, "--staff", "anna-1", "--quiet");
    expect([made.code, made.output]).toEqual([0, expect.stringMatching(line)]);
  }
  expect((await run("list")).output).toMatch(line);
  const others = await run("make", ...MARCH, "--staff", "boris-2", "--quiet");
  expect([others.code, others.output]).toEqual([1, expect.stringContaining("It was made by anna-1 before:\nNo. 1")]);
});

it("writes each side's statement as the service gives it, with what it comes to beside", {
  timeout: 300_000,
}, async () => {
  const [made] = (await finance.list("draft")).items;
  const id = made?.settlementId ?? "";
  const file = (name: string) => readFileSync(join(folder, name), "utf8");
  for (const [format, entity] of [
    ["html", "eldorado"],
    ["json", "mvideo"],
    ["csv", "mvideo"],
  ] as const) {
    const out = join(folder, `march.${format}`);
    const { code, output } = await run(
      "write",
      ...MARCH,
      ...PAIR,
      "--entity",
      entity,
      "--format",
      format,
      "--out",
      out,
    );
    expect([code, output]).toEqual([0, expect.stringContaining(`settlement No. 1 of ${entity}, draft, balance`)]);
  }
  expect(file("march.html")).toBe(await finance.page(id));
  const read = (await finance.read(id, finance.key, "?entity=mvideo")).body;
  expect(JSON.parse(file("march.json")) as ReadSettlement).toEqual(read);
  await settled(http.database);
  const exported = await http.get<string>("/v1/exports/settlement?month=2026-03", { key: finance.key });
  expect(file("march.csv")).toBe(exported.body);
  expect(JSON.parse(file("march.csv.totals.json"))).toMatchObject({
    between: ["eldorado", "mvideo"],
    entity: "mvideo",
    sums: { payable: "40.00", receivable: "0.00", balance: "-40.00" },
  });
});

it("says in words what is wrong, and writes nothing", { timeout: 300_000 }, async () => {
  const before = readdirSync(folder);
  const out = ["--out", join(folder, "never.html")];
  const asked: readonly (readonly [string[], string])[] = [
    [["write", "--month", "2026-02", ...PAIR, ...out], "There is no settlement between eldorado and mvideo"],
    [["write", ...MARCH, "--from", "2026-03", ...PAIR, ...out], "Give --month, or --from and --to."],
    [["write", ...MARCH, ...PAIR, "--entity", "other", ...out], "settlement_not_found"],
    [["make", "--month", "2026-3", "--staff", "anna-1"], "a month is written 2026-03"],
    [["make", ...MARCH], "--staff"],
  ];
  for (const [words, said] of asked) {
    const { code, output } = await run(...words);
    expect([words, code, output]).toEqual([words, 1, expect.stringContaining(said)]);
    expect(output).not.toContain("    at ");
  }
  expect(readdirSync(folder)).toEqual(before);
});

it("says of which pairs there are none", { timeout: 300_000 }, async () => {
  await http.put("/v1/brands/gamma", { name: "Гамма", legalEntity: "ООО «Гамма»" }, { key: http.adminKey });
  for (const { settlementId } of (await finance.list("draft")).items) await finance.drop(settlementId);
  await finance.settle("2026-03", "2026-03", { key: await http.newKey(["finance"], "mvideo") });
  finance.moveTo("2026-05-01");
  await finance.close("2026-04");
  const { code, output } = await run("make", "--month", "2026-04", "--staff", "anna-1", "--quiet");
  expect([code, output.trimEnd().split("\n")]).toEqual([
    0,
    [
      expect.stringContaining("eldorado owes 0.00, gamma owes 0.00  draft"),
      "None of eldorado and mvideo: their last one is a draft.",
      "None of gamma and mvideo: their last one is a draft.",
    ],
  ]);
});
