/** A hold ends once: captured, released or expired, whoever comes first. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { captureHold, releaseHold } from "../../src/bonuses/end-hold.ts";
import { placeHold } from "../../src/bonuses/place-hold.ts";
import { visit } from "../../src/bonuses/visit.ts";
import type { Command } from "../../src/engine/command.ts";
import type { Outcome } from "../../src/engine/outcome.ts";
import { bucketOf, type HoldId, type MemberId, newUuid } from "../../src/kernel/ids.ts";
import { untilFresh } from "../../src/members/desk.ts";
import type { Service } from "../../src/service.ts";
import { answerOf } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { openTills, race, tally, type Tills, times, wordOf } from "./tills.ts";

let tills: Tills;
beforeAll(async () => {
  tills = await openTills();
});
afterAll(() => tills.close());

const till = (index: number): Service => tills.pair[index % 2 === 0 ? 0 : 1];

function run<I extends { readonly memberId: MemberId }, A>(service: Service, command: Command<I, A>, input: I) {
  const bucket = bucketOf(input.memberId);
  const attempt = (): Promise<Outcome> =>
    service.engine.run({
      command,
      input,
      bucket,
      operationId: `opn_${newUuid(bucket)}`,
      ...tills.caller(),
      asked: { operation: command.name, body: input },
    });
  return untilFresh(attempt);
}

/** A member with 100.00, of which 60.00 is held for a minute. */
async function held(): Promise<{ memberId: MemberId; holdId: HoldId; expiresAt: number }> {
  const memberId = await tills.newMember();
  await tills.give(memberId, 10_000n, "eldorado");
  const expiresAt = tills.clock.now() + 60_000;
  const input = { memberId, amount: 6_000n, brand: "mvideo", expiresAt, reference: "test" };
  const { holdId } = answerOf(await run(till(0), placeHold, input)) as { holdId: HoldId };
  return { memberId, holdId, expiresAt };
}

async function stateOf(memberId: MemberId, holdId: HoldId) {
  const [row] = await tills.database.sql<{ status: string; available: bigint; held: bigint }[]>`
    select h.status, w.available, w.held from wallets w join holds h using (bucket, member_id)
    where w.member_id = ${memberId.slice(4)}::uuid and h.hold_id = ${holdId.slice(4)}::uuid`;
  return row;
}

it("capture and release at once: one of them, and the other is refused", async () => {
  const seen = new Set<string>();
  for (let round = 0; round < 30; round += 1) {
    const { memberId, holdId } = await held();
    const [captured, released] = await race(
      round,
      () => run(till(round), captureHold, { memberId, holdId, amount: null }),
      () => run(till(round + 1), releaseHold, { memberId, holdId }),
    );
    const status = captured.kind === "accepted" ? "captured" : "released";
    seen.add(status);
    expect([wordOf(captured), wordOf(released)].sort()).toEqual(["hold_not_open", "ok"]);
    expect(await stateOf(memberId, holdId)).toEqual({
      status,
      held: 0n,
      available: status === "captured" ? 4_000n : 10_000n,
    });
  }
  expect(seen).toEqual(new Set(["captured", "released"]));
});

it("many captures of one hold at once spend it once", async () => {
  for (let round = 0; round < 10; round += 1) {
    const { memberId, holdId } = await held();
    const outcomes = await times(6, (index) => run(till(index), captureHold, { memberId, holdId, amount: 5_000n }));
    expect(tally(outcomes)).toEqual({ ok: 1, hold_not_open: 5 });
    expect(await stateOf(memberId, holdId)).toEqual({ status: "captured", held: 0n, available: 5_000n });
  }
});

it("capture at the moment of expiry: captured or expired, never both, never neither", async () => {
  const seen = new Set<string>();
  for (let round = 0; round < 30; round += 1) {
    const { memberId, holdId, expiresAt } = await held();
    const pass = async () => {
      tills.clock.moveTo(expiresAt);
      return run(till(round + 1), visit, { memberId });
    };
    const [captured, visited] = await race(
      round,
      () => run(till(round), captureHold, { memberId, holdId, amount: null }),
      pass,
    );
    expect(wordOf(visited)).toBe("ok");
    const status = captured.kind === "accepted" ? "captured" : "expired";
    seen.add(status);
    expect(wordOf(captured)).toBe(status === "captured" ? "ok" : "hold_not_open");
    expect(await stateOf(memberId, holdId)).toEqual({
      status,
      held: 0n,
      available: status === "captured" ? 4_000n : 10_000n,
    });
  }
  expect(seen).toEqual(new Set(["captured", "expired"]));
});

it("holds from two tills never hold more than there is", async () => {
  const memberId = await tills.newMember();
  await tills.give(memberId, 10_000n);
  const expiresAt = tills.clock.now() + 60_000;
  const input = { memberId, amount: 3_000n, brand: "eldorado", expiresAt, reference: "test" };
  const outcomes = await times(20, (index) => run(till(index), placeHold, input));
  expect(tally(outcomes)).toEqual({ ok: 3, insufficient_bonuses: 17 });
});

it("the books are proven after all this", async () => {
  expect((await expectProof(tills)).holds).toBe(true);
});
