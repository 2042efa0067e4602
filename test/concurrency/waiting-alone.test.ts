/**
 * What is judged alone (merges, partings) and needs what another process keeps: it waits beside the others, and in the
 * end is told. And whoever wants a wallet that others have again and again comes to his turn.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accrual } from "../../src/bonuses/accrual.ts";
import { hashOfKey } from "../../src/engine/journal/submission.ts";
import { problemOf } from "../../src/http/problem.ts";
import { type MemberId, newUuid } from "../../src/kernel/ids.ts";
import { merge } from "../../src/members/joining/merging/merge.ts";
import { ask, newTestKey, TILL } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { giftsOf } from "./gifts.ts";
import { openTills, type Tills, times } from "./tills.ts";

let tills: Tills;
beforeAll(async () => {
  tills = await openTills({ lanes: 1 });
});
afterAll(() => tills.close());

type Two = readonly [MemberId, MemberId];
const two = async (): Promise<Two> => [await tills.newMember(), await tills.newMember()];
const join = (memberIds: Two, idempotencyKey = newTestKey()) =>
  ask(tills.service, merge, { memberIds, reason: "one person" }, { idempotencyKey });

/** How it ended (`ok`, or the code of the problem), and after how many milliseconds. */
async function ended(asked: Promise<unknown>) {
  const started = performance.now();
  const word = await asked.then(
    () => "ok",
    (error: unknown) => problemOf(error).code,
  );
  return { word, after: performance.now() - started };
}

/** Some merges that need what is kept, each sent again as soon as it was told; and merges of others, one after another. */
async function among(stuck: readonly (() => Promise<unknown>)[], milliseconds: number) {
  const over = performance.now() + milliseconds;
  const kept = Promise.all(
    stuck.map(async (again) => {
      const ends = [];
      while (performance.now() < over) ends.push(await ended(again()));
      return ends;
    }),
  );
  const free = [];
  while (performance.now() < over) free.push(await ended(join(await two())));
  return { kept: (await kept).flat(), free };
}

async function expectOthersGoOn({ kept, free }: Awaited<ReturnType<typeof among>>): Promise<void> {
  expect(new Set(kept.map(({ word }) => word))).toEqual(new Set(["unavailable"]));
  expect(Math.max(...kept.map(({ after }) => after))).toBeLessThan(3_500);
  expect(new Set(free.map(({ word }) => word))).toEqual(new Set(["ok"]));
  expect(Math.max(...free.map(({ after }) => after))).toBeLessThan(2_000);
}

it("a merge whose key another process is claiming keeps no other merge", async () => {
  const merges = await times(3, async () => ({ members: await two(), key: newTestKey() }));
  const hashes = merges.map(({ key }) => hashOfKey(tills.service.personal.lookupKey, TILL.clientId, key)).toSorted();
  const back = new Error("the process is gone, and nothing has happened");
  const found = await new Promise<Awaited<ReturnType<typeof among>>>((resolve, reject) => {
    tills.database.sql
      .begin(async (sql) => {
        for (const hash of hashes) {
          await sql`insert into command_keys (key, bucket, operation_id) values (${hash}::uuid, 0, ${newUuid(0)}::uuid)`;
        }
        resolve(
          await among(
            merges.map(
              ({ members, key }) =>
                () =>
                  join(members, key),
            ),
            1_800,
          ),
        );
        throw back;
      })
      .catch(reject);
  });
  await expectOthersGoOn(found);
  for (const { members, key } of merges) {
    expect(await join(members, key)).toMatchObject({ kind: "accepted", replayed: false });
  }
}, 30_000);

it("a merge of a member whose wallet another process keeps locked keeps no other merge", async () => {
  const merges = await times(3, two);
  const locked = `{${merges.map(([first]) => first.slice(4)).join(",")}}`;
  await tills.database.sql.begin(async (sql) => {
    await sql`select 1 from wallets where member_id = any(${locked}::uuid[]) for update`;
    await expectOthersGoOn(
      await among(
        merges.map((members) => () => join(members)),
        1_800,
      ),
    );
  });
  for (const members of merges) expect(await join(members)).toMatchObject({ kind: "accepted" });
}, 30_000);

/** Two strangers who take the same wallet in turn, the one waiting while the other has it: it is never free for long. */
function inTurn(memberId: MemberId) {
  const goneOn = { until: Number.POSITIVE_INFINITY };
  const stranger = async () => {
    while (performance.now() < goneOn.until) {
      await tills.database.sql.begin(async (sql) => {
        await sql`select 1 from wallets where member_id = ${memberId.slice(4)}::uuid for no key update`;
        await sleep(60);
      });
    }
  };
  const strangers = Promise.all([stranger(), stranger()]);
  return {
    stop: async () => {
      goneOn.until = 0;
      await strangers;
    },
  };
}

it("a wallet that others take in turn is waited for in turn, also by whoever had to give up once", async () => {
  const memberId = await tills.newMember();
  const asked: ReturnType<typeof ended>[] = [];
  const give = () =>
    ended(
      ask(tills.service, accrual, {
        memberId,
        amount: "1.00",
        brand: "mvideo",
        kind: "promo",
        reason: "test",
        reference: "test",
      }),
    );
  // Kept for once: they give up, and are put aside.
  const hot = await tills.database.sql.begin(async (sql) => {
    await sql`select 1 from wallets where member_id = ${memberId.slice(4)}::uuid for update`;
    asked.push(give(), give(), give());
    await sleep(150);
    const strangers = inTurn(memberId);
    await sleep(300);
    return strangers;
  });
  // Those who come later need the same, and join them.
  for (let count = 0; count < 20; count += 1) {
    asked.push(give());
    await sleep(100);
  }
  const ends = await Promise.all(asked);
  await hot.stop();
  expect(new Set(ends.map(({ word }) => word))).toEqual(new Set(["ok"]));
  expect(await giftsOf(tills.database, memberId)).toBe(BigInt(asked.length));
}, 30_000);

it("the proof holds after all this", async () => {
  expect((await expectProof(tills)).holds).toBe(true);
});
