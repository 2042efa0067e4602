/** Turnovers by category are what lines of receipts say: at every moment, whoever adds them up, and whatever was returned, undone and claimed since. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { snapshotOver } from "../../../src/engine/connection/reader.ts";
import { BY_POSITIONS, followOnce } from "../../../src/engine/following/follow.ts";
import { bound } from "../../../src/engine/definition/export.ts";
import { categoriesAtMark, categoryFollower } from "../../../src/finance/categories/kept.ts";
import { HAPPENS, type TransferEvent } from "../../../src/ledger/transfer.ts";
import { followBy, followToEnd, forgetBy } from "../../support/following.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { liveThrough } from "../../support/town.ts";
import { CATEGORIES, sellAtRandom } from "./life.ts";
import { modelOf } from "./model.ts";

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
  await liveThrough(ledger);
}, 120_000);
afterAll(() => ledger.close());

const isDue = (event: string) => HAPPENS[event as TransferEvent] === "when_due";
const inOrder = (rows: Iterable<readonly [string, bigint]>) =>
  Object.fromEntries([...rows].filter(([, amount]) => amount !== 0n).sort(([a], [b]) => (a < b ? -1 : 1)));
const KEY = "concat_ws('|', entity, day, event, store_id, category)";

/** Of everything that has been posted. */
async function told(mark = "9223372036854775807"): Promise<Map<string, bigint>> {
  const rows = await ledger.service.reader.snapshot(async (tx) => {
    const settings = Object.entries(BY_POSITIONS).map(([name, value]) => `set_config('${name}', '${value}', true)`);
    await tx.run(`select ${settings.join(", ")}`);
    const text = `select ${KEY} as key, sum(amount)::bigint as amount from (${categoriesAtMark}) c group by 1`;
    return tx.run<{ key: string; amount: bigint }>(bound(text, { mark }));
  });
  return new Map(rows.map(({ key, amount }) => [key, amount]));
}

const kept = () => ledger.database.sql.unsafe(`select * from category_turnovers where amount > 0 order by ${KEY}`);

async function expectExact(): Promise<void> {
  expect(inOrder(await told())).toEqual(inOrder(await modelOf(ledger.database, isDue)));
}

describe("turnovers by category", () => {
  it("are exact before anything was added up, in the middle of it, and after", async () => {
    expect(await kept()).toHaveLength(0);
    await expectExact();
    expect(await followBy(ledger.database, categoryFollower, 40)).toMatchObject({ more: true });
    expect(await kept()).not.toHaveLength(0);
    await expectExact();
    await followToEnd(ledger.database, categoryFollower, 70);
    await expectExact();
  }, 120_000);

  it.each([1, 2, 3, 4])(
    "are those of a model that follows each unit through a random life, %#, added up in stretches of any length",
    async (seed) => {
      const taken = await sellAtRandom(ledger, seed, 220);
      expect(taken.size, JSON.stringify([...taken])).toBeGreaterThan(14);
      await expectExact();
      await followToEnd(ledger.database, categoryFollower, 5 + seed);
      await expectExact();
      expect((await expectProof(ledger)).holds).toBe(true);
    },
    180_000,
  );

  it("have met each event of lines, in both entities' books, under each category", async () => {
    const rows = await ledger.database.sql<{ entity: string; event: string; store_id: string; category: string }[]>`
      select distinct entity, event, store_id, category from category_turnovers where category <> ''`;
    const events = (of: readonly { readonly event: string }[]) => [...new Set(of.map(({ event }) => event))].sort();
    expect(events(rows)).toEqual(
      ["claim", "clawback", "clawback_reversal", "grant", "spend", "spend_reversal", "suspension", "unspend"].sort(),
    );
    // What neither earns nor is paid with bonuses moves nothing.
    expect(new Set(rows.map(({ category }) => category))).toEqual(new Set(CATEGORIES.filter((c) => c !== "gift-card")));
    expect(events(rows.filter(({ entity, store_id: at }) => entity === "eldorado" && at === "M-1"))).toEqual(
      expect.arrayContaining(["spend", "unspend"]),
    );
  });

  it("are the same when they are made anew, in other stretches", async () => {
    const before = await kept();
    expect(before.length).toBeGreaterThan(100);
    expect(await forgetBy(ledger.database, categoryFollower)).toBe(true);
    await followToEnd(ledger.database, categoryFollower, 33);
    expect(await kept()).toEqual(before);
    expect((await expectProof(ledger)).holds).toBe(true);
  }, 120_000);

  it("are of a mark from either side of where they have been followed", async () => {
    const [at] = await ledger.database.sql<{ position: string }[]>`
      select (min(position) + (max(position) - min(position)) / 2)::text as position from operations`;
    const mark = at?.position ?? "0";
    const behind = inOrder(await told(mark));
    expect(await forgetBy(ledger.database, categoryFollower)).toBe(true);
    expect(inOrder(await told(mark))).toEqual(behind);
    await followToEnd(ledger.database, categoryFollower);
    expect(inOrder(await told(mark))).toEqual(behind);
    expect(behind).not.toEqual(inOrder(await told()));
  }, 120_000);

  it("are added up by one process at a time; where it is killed in the middle, another goes on, and nothing is missed", async () => {
    const { database } = ledger;
    await sellAtRandom(ledger, 9, 60);
    let goOn: () => void = () => {};
    const waits = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let isAt: () => void = () => {};
    const stands = new Promise<void>((resolve) => {
      isAt = resolve;
    });
    let backend = 0;
    const killed = database.sql
      .begin(async (sql) => {
        const [own] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
        backend = own?.pid ?? 0;
        await followOnce(snapshotOver(sql), categoryFollower, 10);
        isAt();
        await waits;
        await sql`select 1`;
      })
      .then(
        () => "committed",
        () => "killed",
      );
    await stands;
    expect(await followBy(database, categoryFollower)).toBe("elsewhere");
    await database.sql`select pg_terminate_backend(${backend})`;
    goOn();
    expect(await killed).toBe("killed");
    await followToEnd(database, categoryFollower, 10);
    await expectExact();
  }, 120_000);

  it("of closed days are kept as they are, whoever writes", async () => {
    const { sql } = ledger.database;
    const [closed] = await sql<
      { day: string }[]
    >`select min(day)::text as day from category_turnovers where event = 'grant'`;
    const day = closed?.day ?? "";
    const written = (statement: string) => expect(sql.unsafe(statement)).rejects.toMatchObject({ code: "23001" });
    await written(`update category_turnovers set amount = amount + 1 where day = '${day}'`);
    await written(`delete from category_turnovers where day = '${day}'`);
    await written(`insert into category_turnovers values ('mvideo', '${day}', 'grant', '', 'none', 1)`);
  });
});
