/** Rows go into the database and come back as they were, whatever is in them; statements that write are one. */
import { boolean, integer, pgTable, smallint, text } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { combined } from "../../src/db/combine.ts";
import { amount, calendarDate, hash, id, instant, json } from "../../src/db/columns.ts";
import { type Statement, TableRows } from "../../src/db/table-rows.ts";
import { fromUuid } from "../../src/kernel/ids.ts";
import { type TestDatabase, testDatabase } from "../support/database/database.ts";

const things = pgTable("test_things", {
  bucket: smallint("bucket").notNull(),
  id: id("opn", "thing_id").notNull(),
  hash: hash("thing_hash").notNull(),
  count: integer("count"),
  amount: amount("amount"),
  name: text("name"),
  at: instant("at"),
  day: calendarDate("day"),
  open: boolean("open").notNull(),
  terms: json<{ readonly said: string } | readonly string[]>("terms"),
});
const rows = new TableRows(things);
type Thing = (typeof things)["$inferSelect"];

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await database.sql`create table test_things (bucket smallint not null, thing_id uuid primary key, thing_hash uuid not null,
    count integer, amount bigint not null, name text, at timestamp(3) with time zone, day date, open boolean not null, terms json)`;
});
afterAll(() => database.drop());

const run = (statement: Statement) => database.sql.unsafe(statement.text, [...statement.parameters]);

async function stored(): Promise<Thing[]> {
  const found = await database.sql.unsafe(`select ${rows.list("t")} from test_things t order by t.bucket`).values();
  return found.map((values) => rows.decode(values));
}

const bare = (bucket: number): Thing => ({
  bucket,
  id: fromUuid("opn", `00000000-0000-7000-8000-00000000000${bucket}`),
  hash: "0123456789abcdef0123456789abcdef",
  count: null,
  amount: 0n,
  name: null,
  at: null,
  day: null,
  open: false,
  terms: null,
});
const LAST = Date.UTC(2026, 2, 2, 9, 0, 0, 123);
const awkward = 'a "quoted", {braced} \\ NULL text, with\u001funit separator,\nline and ё';

describe("rows", () => {
  it.each([
    ["without anything that may be absent", [bare(1)]],
    [
      "with awkward texts",
      [
        { ...bare(1), name: 'NULL, "x" \\', terms: { said: awkward } },
        { ...bare(2), name: "", terms: [] },
      ],
    ],
    ["with some of JSON absent, at the end too", [bare(1), { ...bare(2), terms: [awkward, ""] }, bare(3)]],
    [
      "with everything",
      [{ ...bare(1), count: -1, amount: -9_007_199_254_740_993n, at: LAST, day: "2026-03-02", open: true }],
    ],
  ])("come back as they went in: %s", async (_, list) => {
    await database.sql`delete from test_things`;
    await run(rows.inserting()(list));
    expect(await stored()).toEqual(list);
    const changed = list.map((row) => ({ ...row, count: 7, terms: { said: awkward } }));
    await run(rows.updating(["bucket", "id"], ["hash"])(changed));
    expect(await stored()).toEqual(changed);
  });
});

describe("statements that write", () => {
  const insert = rows.inserting();
  const change = rows.updating(["bucket", "id"]);

  it("are one statement, which does what each of them does", async () => {
    await database.sql`delete from test_things`;
    await run(insert([bare(1), bare(2)]));
    const remove = {
      text: "delete from test_things where thing_id = any($1::uuid[])",
      parameters: [`{${bare(2).id.slice(4)}}`],
    };
    const all = combined([insert([bare(3)]), change([{ ...bare(1), name: "changed" }]), remove]);
    expect(all).toHaveLength(1);
    for (const statement of all) await run(statement);
    expect(await stored()).toEqual([{ ...bare(1), name: "changed" }, bare(3)]);
  });

  it("stay as they are when there are too many combinations of them to prepare", () => {
    const numbered = (number: number) => [insert([bare(1)]), { text: `select ${number}`, parameters: [] }];
    const lengths = Array.from({ length: 100 }, (_, number) => combined(numbered(number)).length);
    expect(lengths.at(0)).toBe(1);
    expect(lengths.at(-1)).toBe(2);
    expect(combined(numbered(0)), "what is known already goes on").toHaveLength(1);
  });
});
