/** The statement of a usual month, with everything that can stand in it, fits on one sheet of A4. Needs a browser that prints. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { Settling } from "../settlement/settling.ts";

const BROWSER = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const DETAILS = { inn: "7707548740", kpp: "770701001", city: "г. Москва" };

const folder = mkdtempSync(join(tmpdir(), "mclub-printed-"));
let http: TestHttp;
beforeAll(async () => {
  http = await testHttp();
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await http.close();
});

function pagesOf(html: string): number {
  const [page, pdf] = [join(folder, "statement.html"), join(folder, "statement.pdf")];
  writeFileSync(page, html);
  const words = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"];
  execFileSync(BROWSER ?? "", [...words, `--user-data-dir=${folder}/own`, `--print-to-pdf=${pdf}`, `file://${page}`], {
    stdio: "ignore",
    timeout: 60_000,
  });
  return readFileSync(pdf, "latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

it.skipIf(BROWSER === undefined)("takes one page (needs a browser)", { timeout: 120_000 }, async () => {
  const finance = await Settling.of(http);
  await http.put("/v1/brands/mvideo", { name: "М.Видео", legalEntity: "ООО «МВМ»", ...DETAILS });
  await http.put("/v1/brands/eldorado", { name: "Эльдорадо", legalEntity: "ООО «Эльдорадо»", ...DETAILS });
  const [one, two] = [await http.newMember(), await http.newMember()];
  await http.give(one, 9_000_00n);
  await http.give(two, 9_000_00n, "eldorado");
  const sides = [
    [one, "eldorado", "E-1"],
    [two, "mvideo", "M-1"],
  ] as const;
  const late = [];
  for (const [member, brand, store] of sides) late.push(await finance.sell(member, brand, store, 5_000_00n, 120_00n));
  finance.moveTo("2026-04-01");
  await finance.close("2026-03");
  await finance.agreed(await finance.settled("2026-03"));
  for (const [index, [member, brand, store]] of sides.entries()) {
    await finance.bringBack(late[index] ?? "", brand, store);
    await finance.sell(member, brand, store, 5_000_00n, 804_00n);
    const back = await finance.sell(member, brand, store, 5_000_00n, 777_00n);
    await finance.bringBack(back, brand, store);
  }
  finance.moveTo("2026-05-02");
  await finance.close("2026-04");
  const made = await finance.settled("2026-04");
  await finance.agreed(made);
  await finance.pay(made.settlementId);
  const page = await finance.page(made.settlementId);
  expect(page.match(/<tr class="section">/g)).toHaveLength(6);
  expect(pagesOf(page)).toBe(1);
});
