/** What is posted to one wallet bears positions in the order in which it was posted, whatever keeps a group waiting: partings go by them. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accrual } from "../../src/bonuses/accrual.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import { snapshotOver } from "../../src/engine/connection/reader.ts";
import { hashOfKey } from "../../src/engine/journal/submission.ts";
import { loadWallets, overtaken } from "../../src/engine/wallets/wallet-store.ts";
import { newUuid } from "../../src/kernel/ids.ts";
import { invariants } from "../../src/modules.ts";
import { ask, newTestKey, TILL } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { openTills, type Tills, times } from "./tills.ts";

let tills: Tills;
beforeAll(async () => {
  tills = await openTills({ lanes: 1, clock: systemClock });
});
afterAll(() => tills.close());

const TERMS = { amount: "1.00", brand: "mvideo", kind: "promo", reason: "test", reference: "test" };
const give = (till: number, memberId: MemberId, idempotencyKey = newTestKey()) =>
  ask(tills.till(till), accrual, { memberId, ...TERMS }, { idempotencyKey });

/** Transfers that stand in the journal before one of the same wallet that was posted earlier. */
const INVERTED = `select count(*)::int as count from (select posted_at,
    max(posted_at) over (partition by member_id order by position rows between unbounded preceding and 1 preceding) as former
  from transfers where member_id <> '00000000-0000-0000-0000-000000000000') t where posted_at < former`;

it("though the group of one process waits for keys, and the other process posts to the same wallets meanwhile", async () => {
  const [stuck, hot] = [await times(60, () => tills.newMember()), await times(20, () => tills.newMember())];
  const keys = stuck.map(() => newTestKey());
  const { lookupKey } = tills.service.personal;
  const hashes = keys.map((key) => hashOfKey(lookupKey, TILL.clientId, key));
  const gone = new Error("the process is gone");
  await tills.database.sql
    .begin(async (sql) => {
      for (const hash of hashes) {
        await sql`insert into command_keys (key, bucket, operation_id) values (${hash}::uuid, 0, ${newUuid(0)}::uuid)`;
      }
      const until = Date.now() + 1_800;
      const retried = stuck.map((memberId, index) => give(0, memberId, keys[index]).catch(() => {}));
      const first = hot.map((memberId) => give(0, memberId).catch(() => {}));
      const goOn = async (till: number) => {
        for (let turn = till; Date.now() < until; turn += 1) {
          await give(1, hot[(turn * 7) % hot.length] as MemberId);
          await sleep(25);
        }
      };
      await Promise.all([...[0, 1, 2].map(goOn), ...first, ...retried]);
      throw gone;
    })
    .catch((error: unknown) => {
      if (error !== gone) throw error;
    });
  const posted = await tills.database.sql`select 1 from transfers`;
  expect(posted.length).toBeGreaterThan(100);
  const [inverted] = await tills.database.sql.unsafe<{ count: number }[]>(INVERTED);
  expect(inverted?.count).toBe(0);
}, 30_000);

it("a transaction that finds a wallet written by a later one is told so, and by the journal whether that is so", async () => {
  const [written, quiet] = [await tills.newMember(), await tills.newMember()];
  await tills.database.sql.begin(async (sql) => {
    const tx = snapshotOver(sql);
    await sql`select pg_current_xact_id()`;
    await give(1, written);
    const need = { endingBefore: 0, burnable: 0 };
    const wallets = new Map([written, quiet].map((memberId) => [memberId, need]));
    const needs = { wallets, endingKinds: new Set<never>(), lots: [], shared: [], holds: [] };
    expect((await loadWallets(tx, needs, systemClock.now(), "wait")).overtaken).toEqual([written]);
    // As of one that looks overtaken since nothing has written it for very long.
    expect(await overtaken(tx, [written, quiet])).toEqual(new Set([written]));
  });
});

it.each([1, 2])(
  "two of one transaction may be posted at two instants: then either may stand first, be it the %i.",
  async (later) => {
    const memberId = await tills.newMember();
    await give(0, memberId);
    const facts = invariants.find(({ name }) => name === "wallets_were_posted_in_order")?.facts ?? "";
    const undone = new Error("undone");
    const looked = tills.database.sql.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`update transfers set posted_at = posted_at + interval '1 second'
      where member_id = ${memberId.slice(4)}::uuid and ordinal = ${later}`;
      // The other one lies behind it from now on.
      await sql`update transfers set posted_at = posted_at where member_id = ${memberId.slice(4)}::uuid and ordinal <> ${later}`;
      expect(await sql.unsafe(`select from (${facts}) f where broken is not null`)).toHaveLength(0);
      throw undone;
    });
    await expect(looked).rejects.toBe(undone);
  },
);

it("the proof holds after all this", async () => {
  expect((await expectProof(tills)).holds).toBe(true);
});
