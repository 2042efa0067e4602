/** Entries for the accounting system: of the agreed form, and in sum what the journal says. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { validateXML } from "xmllint-wasm";
import { ACCOUNT_MAP } from "../../../src/finance/exports/accounting/account-map.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { liveThrough } from "../../support/town.ts";
import { rowsOf, sectionOf } from "../../docs/pages.ts";
import { askDuck } from "./duck.ts";

let http: TestHttp;
let finance: string;
beforeAll(async () => {
  http = await testHttp();
  await liveThrough(http);
  finance = await http.newKey(["finance"]);
}, 120_000);
afterAll(() => http.close());

async function file(path: string, key = finance) {
  const answer = await http.app.request(`/v1/exports/${path}`, { headers: { authorization: `Bearer ${key}` } });
  return { status: answer.status, mark: answer.headers.get("mclub-mark") ?? "", text: await answer.text() };
}

const SCHEMA = readFileSync("schemas/accounting-entries.xsd", "utf8");
const faultsOf = async (xml: string) =>
  (await validateXML({ xml: { fileName: "entries.xml", contents: xml }, schema: SCHEMA })).errors.map(
    ({ message }) => message,
  );
const all = (xml: string, element: string) =>
  [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, "g"))].map(([, text = ""]) => text);

describe("entries", () => {
  it.each(["mvideo", "eldorado"])("of %s are a document of the schema, whose lines are the rows", async (entity) => {
    const { text: xml, mark } = await file(`entries?month=2026-03&entity=${entity}&format=xml`);
    expect(await faultsOf(xml)).toEqual([]);
    const rows = await askDuck(
      { "rows.csv": (await file(`entries?month=2026-03&entity=${entity}&mark=${mark}`)).text },
      "select debit_code, credit_code, amount from read_csv('FOLDER/rows.csv', header = true, all_varchar = true)",
    );
    expect(rows.length).toBeGreaterThan(5);
    const codes = all(xml, "Счет");
    expect(
      all(xml, "Сумма").map((amount, line) => ({
        debit_code: codes[2 * line],
        credit_code: codes[2 * line + 1],
        amount,
      })),
    ).toEqual(rows);
    expect(all(xml, "КоличествоПроводок")).toEqual([`${rows.length}`]);
  });

  it("come to what the journal of the month says, by pairs of accounts", async () => {
    const { text: entries, mark } = await file("entries?month=2026-03&entity=mvideo");
    const journal = (await file(`journal?month=2026-03&entity=mvideo&mark=${mark}`)).text;
    const sums = (table: string, amount: string) =>
      `select debit, credit, event, sum(${amount})::varchar as amount from read_csv('FOLDER/${table}.csv', types = {'amount': 'DECIMAL(38,2)'}) group by all order by all`;
    const files = { "entries.csv": entries, "journal.csv": journal };
    expect(await askDuck(files, sums("entries", "amount"))).toEqual(await askDuck(files, sums("journal", "amount")));
  });

  it("are refused by the schema where a line lacks its amount or an account", async () => {
    const { text: xml } = await file("entries?month=2026-03&entity=mvideo&format=xml");
    expect(await faultsOf(xml.replace(/<Сумма>[^<]*<\/Сумма>/, ""))).not.toEqual([]);
    expect(await faultsOf(xml.replace(/<Счет>[^<]*<\/Счет>/, "<Счет>none</Счет>"))).not.toEqual([]);
    expect(await faultsOf(xml.replace(/<Сумма>(\d+)\.(\d\d)/, "<Сумма>$1.$20"))).not.toEqual([]);
  });

  it("keep the reference of their month, and are the same byte for byte at their mark", async () => {
    const first = await file("entries?month=2026-03&entity=mvideo&format=xml");
    await http.give(await http.newMember(), 1_00n);
    const again = await file(`entries?month=2026-03&entity=mvideo&format=xml&mark=${first.mark}`);
    expect(again.text).toBe(first.text);
    const later = await file("entries?month=2026-03&entity=mvideo&format=xml");
    expect(all(later.text, "Ссылка")).toEqual(all(first.text, "Ссылка"));
    const other = await file("entries?month=2026-03&entity=eldorado&format=xml");
    expect(all(other.text, "Ссылка")).not.toEqual(all(first.text, "Ссылка"));
    const next = await file("entries?month=2026-04&entity=mvideo&format=xml");
    expect(all(next.text, "Ссылка")).not.toEqual(all(first.text, "Ссылка"));
  });

  it("of a month without any are a document as well", async () => {
    const { text: xml } = await file("entries?month=2031-01&entity=mvideo&format=xml");
    expect(await faultsOf(xml)).toEqual([]);
    expect(all(xml, "СуммаОперации")).toEqual(["0.00"]);
  });

  it("are of one entity and one month", async () => {
    expect((await file("entries?month=2026-03")).status).toBe(422);
    expect((await file("entries?entity=mvideo")).status).toBe(400);
    const ofMvideo = await http.newKey(["finance"], "mvideo");
    expect((await file("entries?month=2026-03&entity=eldorado", ofMvideo)).status).toBe(403);
    const own = await file("entries?month=2026-03&format=xml", ofMvideo);
    expect(all(own.text, "Организация")).toEqual(["mvideo"]);
  });

  it("have their accounts explained in the guide", () => {
    const explained = rowsOf(sectionOf("docs/guides/exports.md", "Entries for 1C")).map((cells) => cells.slice(0, 3));
    const mapped = Object.entries(ACCOUNT_MAP).map(([family, { code, name }]) => [`\`${family}\``, code, name]);
    expect(explained).toEqual(expect.arrayContaining(mapped));
  });
});
