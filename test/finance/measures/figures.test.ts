/** The figures are what the journal says: at every moment, whoever counts, and whatever was undone, claimed, joined and parted since. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BY_POSITIONS } from "../../../src/engine/following/follow.ts";
import { CURRENT_FIGURES, figureFollower } from "../../../src/finance/measures/kept.ts";
import { HAPPENS, type TransferEvent } from "../../../src/ledger/transfer.ts";
import { followBy, followToEnd, forgetBy } from "../../support/following.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { liveThrough } from "../../support/town.ts";
import { liveAtRandom } from "./life.ts";
import { type Figures, modelOf, withoutZeros } from "./model.ts";

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
  await liveThrough(ledger);
}, 120_000);
afterAll(() => ledger.close());

const isDue = (event: string) => HAPPENS[event as TransferEvent] === "when_due";
const model = () => modelOf(ledger.database, isDue);

async function told(): Promise<Figures> {
  const rows = await ledger.service.reader.snapshot(async (tx) => {
    const settings = Object.entries(BY_POSITIONS).map(([name, value]) => `set_config('${name}', '${value}', true)`);
    await tx.run(`select ${settings.join(", ")}`);
    return tx.run<{ key: string; value: bigint }>(
      `select concat_ws(' ', entity, day, figure) as key, sum(value)::bigint as value from (${CURRENT_FIGURES}) f group by 1`,
    );
  });
  return new Map(rows.map(({ key, value }) => [key, value]));
}

const kept = () => ledger.database.sql`select * from daily_figures order by entity, day, figure`;

async function expectExact(): Promise<void> {
  expect(withoutZeros(await told())).toEqual(withoutZeros(await model()));
}

describe("figures", () => {
  it("are exact before anything was counted, in the middle of it, and after", async () => {
    expect(await kept()).toHaveLength(0);
    await expectExact();
    expect(await followBy(ledger.database, figureFollower, 40)).toMatchObject({ more: true });
    expect(await kept()).not.toHaveLength(0);
    await expectExact();
    await followToEnd(ledger.database, figureFollower, 70);
    await expectExact();
    const names = new Set([...(await told()).keys()].map((key) => key.split(" ").at(-1)));
    expect(names.size, "the town knows all figures but few").toBeGreaterThan(15);
  }, 120_000);

  it.each([1, 2, 3])(
    "are those of a model through a random life, %#, counted in stretches of any length",
    async (seed) => {
      const taken = await liveAtRandom(ledger, seed, 150);
      expect(taken.size, JSON.stringify([...taken])).toBeGreaterThan(12);
      await expectExact();
      await followToEnd(ledger.database, figureFollower, 5 + seed);
      await expectExact();
    },
    120_000,
  );

  it("are the same when they are made anew, in other stretches", async () => {
    const before = await kept();
    expect(before.length).toBeGreaterThan(100);
    expect(await forgetBy(ledger.database, figureFollower)).toBe(true);
    await followToEnd(ledger.database, figureFollower, 33);
    expect(await kept()).toEqual(before);
    expect((await expectProof(ledger)).holds).toBe(true);
  }, 120_000);

  it("come to the receipts and members that are there", async () => {
    const { sql } = ledger.database;
    const sums = new Map<string, bigint>();
    for (const [key, value] of await told()) {
      const [brand = "", , figure = ""] = key.split(" ");
      const name = `${brand} ${figure.replace(/_(home|away|unpresented)$/, "_members")}`;
      sums.set(name, (sums.get(name) ?? 0n) + value);
    }
    const receipts = await sql<{ key: string; count: bigint }[]>`
      select brand || ' receipts_' || case when member_id is not null then 'members' when awaits is not null then 'waiting' else 'guests' end as key, count(*) as count
      from purchases where status = 'sold' group by 1`;
    for (const { key, count } of receipts) expect(sums.get(key), key).toBe(count);
    const [members] = await sql<{ count: bigint; shared: bigint }[]>`
      select count(*) as count, count(*) filter (where brands > 1) as shared from (select member_id, count(distinct brand) as brands
        from profiles join wallets using (member_id) where erasure is distinct from 'erased' group by 1) m`;
    expect(sums.get(" members")).toBe(members?.count);
    expect(sums.get(" members_shared")).toBe(members?.shared);
    expect(members?.shared).toBeGreaterThan(0n);
  });
});
