/** The migration that gives holds their moves: those that had ended get what is written of such holds since. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openShop } from "../orders/shop.ts";

interface Row {
  readonly status: string;
  readonly moves: readonly object[];
}

const BACKFILL = readFileSync(new URL("../../drizzle/0004_order_rights.sql", import.meta.url), "utf8").split(
  "--> statement-breakpoint",
)[1];

test("captured, in part, released, run out and open holds", async () => {
  const shop = await openShop();
  const { database, clock } = shop.http;
  const post = <T>(path: string, body: object) => shop.http.post<T>(path, body);
  const memberId = await shop.member(300_00n);
  await shop.http.give(memberId, 300_00n);
  const hold = async (amount: string) => {
    const body = { memberId, amount, brand: "eldorado", reference: "r" };
    return (await post<{ holdId: string }>("/v1/holds", body)).body.holdId;
  };
  const [whole, part, released] = [
    await hold("100.00"),
    await hold("350.00"),
    await hold("20.00"),
    await hold("10.00"),
  ];
  await post(`/v1/holds/${whole}/capture`, {});
  await post(`/v1/holds/${part}/capture`, { amount: "250.00" });
  await post(`/v1/holds/${released}/release`, {});
  clock.moveTo(clock.now() + 20 * 60_000);
  // Has what is due posted.
  await post("/v1/redemptions", { memberId, amount: "1.00", brand: "mvideo", storeId: "M-1", reference: "r" });
  await hold("5.00");
  const rows = () => database.sql<Row[]>`select status, moves::jsonb as moves from holds order by hold_id`;
  const before = await rows();
  expect(before.map(({ status }) => status)).toEqual(["captured", "captured", "released", "expired", "open"]);
  await database.sql`update holds set moves = '[]'`;
  await database.sql.unsafe(BACKFILL ?? "");
  expect(await rows()).toEqual(before);
  await shop.close();
});
