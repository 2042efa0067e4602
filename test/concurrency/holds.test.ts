/** A hold ends once: captured, released or expired, whoever comes first. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { hold } from "../../src/bonuses/hold/hold.ts";
import { holdCapture } from "../../src/bonuses/hold/hold-capture.ts";
import { holdRelease } from "../../src/bonuses/hold/hold-release.ts";
import { duePosting } from "../../src/bonuses/due-posting.ts";
import { submitOwn } from "../../src/engine/group/submit.ts";
import { formatInstant } from "../../src/kernel/clock.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import { answerOf, ask } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { openTills, race, tally, type Tills, times, wordOf } from "./tills.ts";

let tills: Tills;
beforeAll(async () => {
  tills = await openTills();
});
afterAll(() => tills.close());

interface Held {
  readonly memberId: MemberId;
  readonly holdId: string;
  readonly expiresAt: number;
}

const place = (till: number, memberId: MemberId, amount: string, brand: string, expiresAt: number) =>
  ask(tills.till(till), hold, { memberId, amount, brand, expiresAt: formatInstant(expiresAt), reference: "test" });
const capture = (till: number, { holdId }: Held, amount?: string) =>
  ask(tills.till(till), holdCapture, amount === undefined ? {} : { amount }, { params: { holdId } });
const release = (till: number, { holdId }: Held) => ask(tills.till(till), holdRelease, {}, { params: { holdId } });

/** A member with 100.00, of which 60.00 is held for a minute. */
async function held(): Promise<Held> {
  const memberId = await tills.newMember();
  await tills.give(memberId, 10_000n, "eldorado");
  const expiresAt = tills.clock.now() + 60_000;
  const { holdId } = answerOf(await place(0, memberId, "60.00", "mvideo", expiresAt)) as { holdId: string };
  return { memberId, holdId, expiresAt };
}

async function stateOf({ memberId, holdId }: Held) {
  const [row] = await tills.database.sql<{ status: string; available: bigint; held: bigint }[]>`
    select h.status, w.available, w.held from wallets w join holds h using (bucket, member_id)
    where w.member_id = ${memberId.slice(4)}::uuid and h.hold_id = ${holdId.slice(4)}::uuid`;
  return row;
}

const ended = (status: string) => ({ status, held: 0n, available: status === "captured" ? 4_000n : 10_000n });

it("capture and release at once: one of them, and the other is refused", async () => {
  const seen = new Set<string>();
  for (let round = 0; round < 30; round += 1) {
    const one = await held();
    const [captured, released] = await race(
      round,
      () => capture(round, one),
      () => release(round + 1, one),
    );
    const status = captured.kind === "accepted" ? "captured" : "released";
    seen.add(status);
    expect([wordOf(captured), wordOf(released)].sort()).toEqual(["hold_not_open", "ok"]);
    expect(await stateOf(one)).toEqual(ended(status));
  }
  expect(seen).toEqual(new Set(["captured", "released"]));
});

it("many captures of one hold at once spend it once", async () => {
  for (let round = 0; round < 10; round += 1) {
    const one = await held();
    const outcomes = await times(6, (index) => capture(index, one, "50.00"));
    expect(tally(outcomes)).toEqual({ ok: 1, hold_not_open: 5 });
    expect(await stateOf(one)).toEqual({ status: "captured", held: 0n, available: 5_000n });
  }
});

it("capture at the moment of expiry: captured or expired, never both, never neither", async () => {
  const seen = new Set<string>();
  for (let round = 0; round < 30; round += 1) {
    const one = await held();
    const pass = async () => {
      tills.clock.moveTo(one.expiresAt);
      return submitOwn(tills.till(round + 1), duePosting, { memberId: one.memberId });
    };
    const [captured, visited] = await race(round, () => capture(round, one), pass);
    expect(visited.kind).toBe("accepted");
    const status = captured.kind === "accepted" ? "captured" : "expired";
    seen.add(status);
    expect(wordOf(captured)).toBe(status === "captured" ? "ok" : "hold_not_open");
    expect(await stateOf(one)).toEqual(ended(status));
  }
  expect(seen).toEqual(new Set(["captured", "expired"]));
});

it("holds from two tills never hold more than there is", async () => {
  const memberId = await tills.newMember();
  await tills.give(memberId, 10_000n);
  const expiresAt = tills.clock.now() + 60_000;
  const outcomes = await times(20, (index) => place(index, memberId, "30.00", "eldorado", expiresAt));
  expect(tally(outcomes)).toEqual({ ok: 3, insufficient_bonuses: 17 });
});

it("the proof holds after all this", async () => {
  expect((await expectProof(tills)).holds).toBe(true);
});
