/** A balance of an instant that has passed is the same whenever it is asked for, whatever was on its way just then. */
import { setTimeout as sleep } from "node:timers/promises";
import type { TransactionSql } from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import { formatInstant } from "../../src/kernel/clock.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import { emptyDatabase } from "../support/database/database.ts";
import { testHttp, type TestHttp } from "../support/http.ts";

let http: TestHttp;
beforeAll(async () => {
  http = await testHttp();
});
afterAll(() => http.close());

/** Holds something in the database while `work` goes on, until that is over. */
const whileHeld = (hold: (tx: TransactionSql) => Promise<unknown>, work: () => Promise<void>) =>
  http.database.sql.begin(async (tx) => {
    await hold(tx);
    await work();
  });

const spend = (memberId: MemberId) =>
  http.post("/v1/redemptions", { memberId, amount: "40.00", brand: "mvideo", storeId: "M-1", reference: "r" });

const balanceAt = async (memberId: MemberId, at: number): Promise<unknown> =>
  (await http.get(`/v1/members/${memberId}/balance?asOf=${encodeURIComponent(formatInstant(at))}`)).body["available"];

it("waits for a command that has posted before that instant, and has not committed yet", async () => {
  const memberId = await http.newMember();
  await http.give(memberId, 100_00n);
  const posted = http.clock.now();
  await http.database.sql.unsafe(`
    create function test_dawdles() returns trigger language plpgsql as $$
    begin
      perform pg_sleep(0.6);
      return null;
    end $$;
    create trigger test_dawdles after insert on transfers for each statement execute function test_dawdles()`);
  const spent = spend(memberId);
  await sleep(200);
  http.clock.moveTo(posted + 1_000);
  const told = balanceAt(memberId, posted + 500);
  await spent;
  await http.database.sql.unsafe("drop trigger test_dawdles on transfers");
  expect([await told, await balanceAt(memberId, posted + 500)]).toEqual(["60.00", "60.00"]);
});

it("keeps nobody else waiting, and gives up where a stranger's transaction does not end", async () => {
  const memberId = await http.newMember();
  const other = await http.newMember();
  await whileHeld(
    (tx) => tx`select 1 from wallets where member_id = ${memberId.slice(4)}::uuid for update`,
    async () => {
      const path = `/v1/members/${memberId}/balance?asOf=${encodeURIComponent(formatInstant(http.clock.now()))}`;
      const asked = Promise.all(Array.from({ length: 24 }, () => http.get(path)));
      const before = performance.now();
      expect((await http.get(`/v1/members/${other}/balance`)).status).toBe(200);
      expect(performance.now() - before).toBeLessThan(1_000);
      const statuses = (await asked).map(({ status }) => status);
      expect(new Set(statuses)).toEqual(new Set([503]));
    },
  );
  expect(await balanceAt(memberId, http.clock.now())).toBe("0.00");
});

it("does not wait for what goes on in another database of the server", async () => {
  const memberId = await http.newMember();
  const elsewhere = await emptyDatabase();
  await elsewhere.sql.begin(async (tx) => {
    await tx`select pg_current_xact_id()`;
    expect(await balanceAt(memberId, http.clock.now())).toBe("0.00");
  });
  await elsewhere.drop();
});

it("is not changed by a command that had waited for the wallet since before that instant", async () => {
  const memberId = await http.newMember();
  await http.give(memberId, 100_00n);
  const before = http.clock.now();
  let spent: Promise<unknown> | undefined;
  await whileHeld(
    (tx) => tx`select 1 from wallets where member_id = ${memberId.slice(4)}::uuid for share`,
    async () => {
      spent = spend(memberId);
      await sleep(200);
      http.clock.moveTo(before + 1_000);
    },
  );
  await spent;
  expect(await balanceAt(memberId, before + 500)).toBe("100.00");
  expect(await balanceAt(memberId, before + 1_000)).toBe("60.00");
});
