import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accrue } from "../../src/bonuses/accrue.ts";
import { captureHold, releaseHold } from "../../src/bonuses/end-hold.ts";
import { placeHold } from "../../src/bonuses/place-hold.ts";
import { redeem } from "../../src/bonuses/redeem.ts";
import { visit } from "../../src/bonuses/visit.ts";
import { formatInstant } from "../../src/kernel/clock.ts";
import type { HoldId, MemberId } from "../../src/kernel/ids.ts";
import { Problem } from "../../src/kernel/problems.ts";
import { type Balance, readBalance } from "../../src/reads/balance.ts";
import { reverseAtCounter } from "../../src/sales/reversal-counter.ts";
import { testLedger, type TestLedger } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { ask, bringBack, DAY_MS, lineOf, sellTo } from "./town.ts";

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.close());

const HOUR_MS = 3_600_000;
const COMMANDS = 320;

/** Figures of a balance: all but the version, which is of the present. */
const figuresOf = ({ version: _, ...figures }: Balance) => figures;

interface Sold {
  readonly purchaseId: string;
  readonly receipt: Parameters<typeof reverseAtCounter>[2]["receipt"];
  readonly memberId: MemberId;
  left: number;
}

/** Plays random commands; what the ledger refuses is a step as well. */
class Player {
  readonly members: MemberId[] = [];
  readonly sold: Sold[] = [];
  readonly holds: { memberId: MemberId; holdId: HoldId }[] = [];
  readonly returns: { receipt: Sold["receipt"] }[] = [];
  refused = 0;
  readonly done = new Map<string, number>();

  async play(name: keyof Player["moves"], member: number, amount: number, daysLate: number): Promise<void> {
    const memberId = this.members[member % this.members.length] as MemberId;
    try {
      await this.moves[name](memberId, BigInt(amount), daysLate);
      this.done.set(name, (this.done.get(name) ?? 0) + 1);
    } catch (error) {
      if (!(error instanceof Error) || !/^(refused:|hold_|purchase_)/.test(error.message)) throw error;
      this.refused += 1;
    }
  }

  readonly moves = {
    grant: async (memberId: MemberId, amount: bigint) => {
      const now = ledger.clock.now();
      const [brand, activeAt] = [amount % 2n === 0n ? "mvideo" : "eldorado", now + Number(amount % 9n) * DAY_MS];
      const expiresAt = amount % 3n === 0n ? null : activeAt + Number(1n + (amount % 40n)) * DAY_MS;
      const kind = amount % 5n === 0n ? "ordinary" : "promo";
      await ask(ledger, accrue, { memberId, amount, brand, kind, activeAt, expiresAt });
    },
    sell: async (memberId: MemberId, amount: bigint, daysLate: number) => {
      const sold = await sellTo(ledger, memberId, {
        brand: amount % 2n === 0n ? "mvideo" : "eldorado",
        spend: amount % 3n === 0n ? 0n : "max",
        lines: [lineOf("1", amount * 7n, 3000n)],
        occurredAt: ledger.clock.now() - daysLate * DAY_MS,
      });
      this.sold.push({ purchaseId: sold.purchaseId, receipt: sold.receipt, memberId, left: 3 });
    },
    bringBack: async (_: MemberId, amount: bigint) => {
      const sold = this.sold[Number(amount) % this.sold.length];
      if (sold === undefined) return;
      const receipt = await bringBack(ledger, sold.purchaseId, amount % 2n === 0n ? "mvideo" : "eldorado");
      sold.left -= 1;
      this.returns.push({ receipt });
    },
    reverse: async (_: MemberId, amount: bigint) => {
      const kind = amount % 2n === 0n ? "return" : "purchase";
      const known = kind === "return" ? this.returns : this.sold;
      const receipt = known[Number(amount) % Math.max(known.length, 1)]?.receipt;
      if (receipt !== undefined) await reverseAtCounter(ledger.service, ledger.caller(), { receipt, kind });
    },
    hold: async (memberId: MemberId, amount: bigint) => {
      const expiresAt = ledger.clock.now() + Number(1n + (amount % 120n)) * HOUR_MS;
      const terms = { memberId, amount: 1n + amount / 20n, brand: "eldorado", expiresAt, reference: "o" };
      const { holdId } = await ask(ledger, placeHold, terms);
      this.holds.push({ memberId, holdId: holdId as HoldId });
    },
    endHold: async (_: MemberId, amount: bigint) => {
      const [hold] = this.holds.splice(Number(amount) % Math.max(this.holds.length, 1), 1);
      if (hold === undefined) return;
      if (amount % 2n === 0n) await ask(ledger, releaseHold, hold);
      else await ask(ledger, captureHold, { ...hold, amount: 1n });
    },
    redeem: async (memberId: MemberId, amount: bigint) => {
      await ask(ledger, redeem, { memberId, amount: 1n + amount / 10n, brand: "mvideo" });
    },
    visit: async (memberId: MemberId) => {
      await ask(ledger, visit, { memberId });
    },
    wait: () => Promise.resolve(),
  };
}

const MOVES = [
  "grant",
  "sell",
  "sell",
  "sell",
  "bringBack",
  "bringBack",
  "reverse",
  "hold",
  "endHold",
  "redeem",
  "visit",
  "wait",
  "wait",
] as const;
const step = fc.record({
  move: fc.constantFrom(...MOVES),
  member: fc.nat(3),
  amount: fc.integer({ min: 100, max: 90_000 }),
  daysLate: fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 1, max: 34 })),
  passes: fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: HOUR_MS, max: 9 * DAY_MS })),
});

describe("a balance as of an instant", () => {
  it("is what was told at that instant, whatever was posted since", async () => {
    const seed = Number(process.env["AS_OF_SEED"] ?? 20_260_302);
    const steps = fc.sample(step, { seed, numRuns: COMMANDS });
    const player = new Player();
    for (let member = 0; member < 4; member += 1) player.members.push(await ledger.newMember());
    const told: { memberId: MemberId; at: number; figures: unknown }[] = [];
    const seen = { debt: 0, held: 0, pending: 0, expiring: 0 };
    for (const { move, member, amount, daysLate, passes } of steps) {
      await player.play(move, member, amount, daysLate);
      const at = ledger.clock.now();
      for (const memberId of player.members) {
        const balance = await readBalance(ledger.service, memberId);
        told.push({ memberId, at, figures: figuresOf(balance) });
        if (balance.debt !== "0.00") seen.debt += 1;
        if (balance.held !== "0.00") seen.held += 1;
        if (balance.pending !== "0.00") seen.pending += 1;
        if (balance.expiring.length > 1) seen.expiring += 1;
      }
      // Steps never share an instant: as of an instant means with all that was posted at it.
      ledger.clock.moveTo(at + passes);
    }
    for (const memberId of player.members) await player.moves.sell(memberId, 50_001n, 30);
    for (const memberId of player.members) await player.moves.visit(memberId);

    for (const { memberId, at, figures } of told) {
      const again = await readBalance(ledger.service, memberId, at);
      expect(figuresOf(again), `${memberId} as of ${formatInstant(at)}, seed ${seed}`).toEqual(figures);
    }
    // The history was worth the while: every kind of move happened, and balances had everything in them.
    for (const move of new Set(MOVES)) expect(player.done.get(move) ?? 0, move).toBeGreaterThan(0);
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(10);
    const moved = await ledger.database.sql`select count(*)::int as count from lot_ends`;
    expect(moved[0]?.["count"], "ends that moved").toBeGreaterThan(20);
    await expectProof(ledger);
  }, 120_000);

  it("is nothing before the member was born", async () => {
    const born = ledger.clock.now();
    ledger.clock.moveTo(born + DAY_MS);
    const memberId = await ledger.newMember();
    await ledger.give(memberId, 100_00n);
    const balance = await readBalance(ledger.service, memberId, born);
    expect(balance).toMatchObject({
      pending: "0.00",
      available: "0.00",
      held: "0.00",
      debt: "0.00",
      expiring: [],
      activating: [],
    });
    expect(balance.spendable).toEqual({ eldorado: "0.00", mvideo: "0.00" });
  });

  it("is refused for the future, and for nobody", async () => {
    const memberId = await ledger.newMember();
    const later = readBalance(ledger.service, memberId, ledger.clock.now() + 1);
    await expect(later).rejects.toEqual(expect.objectContaining({ code: "unprocessable_request" }));
    const nobody = `${memberId.slice(0, -1)}${memberId.endsWith("1") ? "2" : "1"}`;
    await expect(readBalance(ledger.service, nobody)).rejects.toBeInstanceOf(Problem);
    await expect(readBalance(ledger.service, "mbr_1")).rejects.toEqual(
      expect.objectContaining({ code: "member_not_found" }),
    );
  });
});

describe("a balance of now", () => {
  it("shows what is due and not posted, and writes nothing", async () => {
    const memberId = await ledger.newMember();
    const now = ledger.clock.now();
    const terms = { memberId, brand: "mvideo", kind: "promo" as const };
    await ask(ledger, accrue, { ...terms, amount: 10_00n, activeAt: now + DAY_MS, expiresAt: now + 3 * DAY_MS });
    await ask(ledger, accrue, {
      ...terms,
      amount: 5_00n,
      brand: "eldorado",
      activeAt: now,
      expiresAt: now + 9 * DAY_MS,
    });
    const before = await readBalance(ledger.service, memberId);
    expect(before).toEqual({
      memberId,
      asOf: formatInstant(now),
      pending: "10.00",
      available: "5.00",
      held: "0.00",
      debt: "0.00",
      spendable: { eldorado: "5.00", mvideo: "5.00" },
      expiring: [{ amount: "5.00", at: formatInstant(now + 9 * DAY_MS) }],
      activating: [{ amount: "10.00", at: formatInstant(now + DAY_MS) }],
      version: before.version,
    });
    ledger.clock.moveTo(now + DAY_MS);
    expect(await readBalance(ledger.service, memberId)).toMatchObject({
      pending: "0.00",
      available: "15.00",
      version: before.version,
    });
    ledger.clock.moveTo(now + 3 * DAY_MS);
    expect(await readBalance(ledger.service, memberId)).toMatchObject({
      available: "5.00",
      activating: [],
      version: before.version,
    });
    expect((await readBalance(ledger.service, memberId, now)).pending).toBe("10.00");
  });
});
