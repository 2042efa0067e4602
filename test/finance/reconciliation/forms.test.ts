/** Files in forms that nobody would send by intention: each has an answer that says what is wrong, and costs little. */
import { DuckDBInstance } from "@duckdb/node-api";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keepFile } from "../../../src/finance/reconciliation/reading/keep-file.ts";
import { Mapping } from "../../../src/finance/reconciliation/reading/mapping.ts";
import { MOST_LINES } from "../../../src/finance/reconciliation/reading/read-file.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { csvOf, MAPPING, upload } from "./files.ts";

let http: TestHttp;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mclub-forms-"));
  http = await testHttp();
}, 120_000);
afterAll(async () => {
  await http.close();
  await rm(folder, { recursive: true, force: true });
});

const COLUMNS = { number: "'1'", store: "'M-1'", till: "'1'", shift: "'1'", day: "'2026-03-02'", card: "''" };

/** A file of Parquet of so many rows. */
async function parquet(rows: number, change: Readonly<Record<string, string>> = {}) {
  const path = join(folder, `${rows}.parquet`);
  const instance = await DuckDBInstance.create(":memory:");
  const db = await instance.connect();
  const values = Object.entries({ ...COLUMNS, paid: "'1.00'", spent: "'0.00'", ...change });
  const list = values.map(([name, sql]) => `${sql} as ${name}`).join(", ");
  await db.run(`copy (select ${list} from range(${rows})) to '${path}' (format parquet, compression zstd)`);
  db.closeSync();
  instance.closeSync();
  return { bytes: new Uint8Array(await readFile(path)), size: (await stat(path)).size };
}
const send = (bytes: Uint8Array<ArrayBuffer>) => upload(http, bytes, { media: "application/vnd.apache.parquet" });

describe("a file of Parquet that is small", () => {
  it("and has millions of equal rows is refused before they are read", async () => {
    const { bytes, size } = await parquet(MOST_LINES + 1);
    expect(size).toBeLessThan(1_000_000);
    const { personal } = http.service;
    // To read them takes longer.
    const keeping = { target: http.database, clock: http.clock, personal, longestMs: 250 };
    const file = { bytes: Readable.from([bytes]), format: "parquet", mapping: Mapping.parse(MAPPING) } as const;
    await expect(keepFile(keeping, file)).rejects.toMatchObject({
      code: "file_unreadable",
      data: { errors: [{ message: "more than 5000000 lines" }] },
    });
  }, 60_000);

  it("and has values of a million characters is read all the same: what is no card leads to nobody", async () => {
    const { bytes, size } = await parquet(3_000, { card: "repeat('9', 1000000)" });
    expect(size).toBeLessThan(5_000_000);
    expect(await send(bytes)).toMatchObject({ status: 202, body: { lines: 3_000 } });
    const long = await parquet(10, { number: "repeat('9', 1000000)" });
    expect(await send(long.bytes)).toMatchObject({ status: 422, body: { code: "file_unreadable" } });
  }, 60_000);

  it.each(["range(1000000)", "{'a': 1}", "map([1], [2])"])("has no receipts whose number is %s", async (number) => {
    const { bytes } = await parquet(10, { number });
    expect(await send(bytes)).toMatchObject({
      status: 422,
      body: { errors: [{ path: "number", message: "has no plain values" }] },
    });
  });
});

describe("a file of CSV", () => {
  const [heading = "", line = ""] = csvOf([{ number: "1", paid: "1.00" }]).split("\n");
  it.each([
    ["with a mark of its order of bytes", `\uFEFF${heading}\n${line}\n`, 1],
    ["with the ends of lines of another system", `${heading}\r\n${line}\r\n`, 1],
    ["without an end of its last line", `${heading}\n${line}`, 1],
    ["with empty lines", `${heading}\n\n${line}\n\n`, 1],
  ])("%s is read", async (_, file, lines) => {
    expect(await upload(http, file)).toMatchObject({ status: 202, body: { lines } });
  });

  it.each([
    [
      "one of whose columns has no name",
      `${heading},\n${line},\n`,
      { path: "line 1", message: "a column has no name" },
    ],
    [
      "two of whose columns have one name",
      `${heading},Number\n${line},1\n`,
      { path: "Number", message: "two columns have one name" },
    ],
    [
      "with two kinds of ends of lines",
      `${heading}\n${line}\r\n${line}\n`,
      { message: "a quote inside of a value, or two kinds of ends of lines" },
    ],
    ["with a zero among its bytes", `${heading}\n1\0${line}\n`, { path: "line 2, number" }],
    [
      "with half of a letter",
      new Uint8Array([...Buffer.from(`${heading}\n`), 0xe9, ...Buffer.from(line)]),
      { path: "line 2", message: "not UTF-8" },
    ],
    [
      "of two bytes a letter",
      new Uint8Array(Buffer.from(`${heading}\n${line}\n`, "utf16le")),
      { message: "no such column" },
    ],
  ])("%s is refused, and says where", async (_, file, error) => {
    const answer = await upload(http, file);
    expect(answer).toMatchObject({ status: 422, body: { code: "file_unreadable" } });
    expect((answer.body["errors"] as unknown[])[0]).toMatchObject(error);
  });
});

describe("a file of JSON lines", () => {
  it.each(["{", "[", "n", " {\n"])("that is %j alone is refused: none of it is left out", async (file) => {
    expect(await upload(http, file, { media: "application/jsonl" })).toMatchObject({
      status: 422,
      body: { errors: [{ path: "line 1", message: "not JSON" }] },
    });
  });
});
