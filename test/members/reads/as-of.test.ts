import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accrual } from "../../../src/bonuses/accrual.ts";
import { redemption } from "../../../src/bonuses/redemption.ts";
import { duePosting } from "../../../src/bonuses/due-posting.ts";
import { formatAmount } from "../../../src/kernel/amount.ts";
import { formatInstant, type Instant } from "../../../src/kernel/clock.ts";
import type { MemberId } from "../../../src/kernel/ids.ts";
import { Problem } from "../../../src/kernel/problems.ts";
import { type Balance, balanceOf } from "../../../src/members/reads/balance.ts";
import { cancel } from "../../../src/orders/changes/order-cancel.ts";
import { ready } from "../../../src/orders/changes/order-ready.ts";
import { reroute } from "../../../src/orders/changes/order-reroute.ts";
import { answerOf, testLedger, type TestLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import {
  bringBack,
  capture,
  DAY_MS,
  doOwn,
  holdFor,
  lineOf,
  release,
  reverse,
  sellTo,
  type TestReceipt,
} from "../../support/town.ts";
import { type Placed, TestOrders } from "../../support/town-orders.ts";

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.close());

const HOUR_MS = 3_600_000;
const COMMANDS = 480;

/** Grants bonuses outside of a sale. */
async function grant(memberId: MemberId, amount: bigint, terms: object): Promise<void> {
  const body = { memberId, amount: formatAmount(amount), reason: "test", reference: "test", ...terms };
  answerOf(await ledger.ask(accrual, body));
}

/** Figures of a balance: all but the version, which is of the present. */
const figuresOf = ({ version: _, ...figures }: Balance) => figures;

interface Sold {
  readonly purchaseId: string;
  readonly receipt: TestReceipt;
  readonly memberId: MemberId;
  left: number;
}

/** Plays random commands; what the ledger refuses is a step as well. */
class Player {
  readonly members: MemberId[] = [];
  readonly sold: Sold[] = [];
  readonly holds: string[] = [];
  readonly orders: (Placed & { readonly visits: TestReceipt[] })[] = [];
  readonly steps = new TestOrders(ledger);
  readonly returns: { receipt: Sold["receipt"] }[] = [];
  refused = 0;
  readonly done = new Map<string, number>();

  async play(name: keyof Player["moves"], member: number, amount: number, daysLate: number): Promise<void> {
    const memberId = this.members[member % this.members.length] as MemberId;
    try {
      await this.moves[name](memberId, BigInt(amount), daysLate);
      this.done.set(name, (this.done.get(name) ?? 0) + 1);
    } catch (error) {
      if (!(error instanceof Error) || !/^(refused:|hold_|purchase_|order_)/.test(error.message)) throw error;
      this.refused += 1;
    }
  }

  order(amount: bigint) {
    return this.orders[Number(amount) % Math.max(this.orders.length, 1)];
  }

  readonly moves = {
    grant: async (memberId: MemberId, amount: bigint) => {
      const now = ledger.clock.now();
      const [brand, activeAt] = [amount % 2n === 0n ? "mvideo" : "eldorado", now + Number(amount % 9n) * DAY_MS];
      const ends = amount % 3n !== 0n && { expiresAt: formatInstant(activeAt + Number(1n + (amount % 40n)) * DAY_MS) };
      const kind = amount % 5n === 0n ? "ordinary" : "promo";
      await grant(memberId, amount, { brand, kind, activeAt: formatInstant(activeAt), ...ends });
    },
    sell: async (memberId: MemberId, amount: bigint, daysLate: number) => {
      const sold = await sellTo(ledger, memberId, {
        brand: amount % 2n === 0n ? "mvideo" : "eldorado",
        spend: amount % 3n === 0n ? 0n : "max",
        lines: [lineOf("1", amount * 7n, "3")],
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
      if (receipt !== undefined) await reverse(ledger, receipt, kind);
    },
    hold: async (memberId: MemberId, amount: bigint) => {
      const forMs = Number(1n + (amount % 120n)) * HOUR_MS;
      this.holds.push(await holdFor(ledger, memberId, 1n + amount / 20n, { forMs }));
    },
    endHold: async (_: MemberId, amount: bigint) => {
      const [hold] = this.holds.splice(Number(amount) % Math.max(this.holds.length, 1), 1);
      if (hold === undefined) return;
      if (amount % 2n === 0n) await release(ledger, hold);
      else await capture(ledger, hold, 1n);
    },
    captureSome: async (_: MemberId, amount: bigint) => {
      const hold = this.holds[Number(amount) % Math.max(this.holds.length, 1)];
      if (hold !== undefined) await capture(ledger, hold, 1n, false);
    },
    order: async (memberId: MemberId) => {
      this.orders.push({ ...(await this.steps.ready({ memberId, storageDays: 14 })), visits: [] });
    },
    collect: async (_: MemberId, amount: bigint) => {
      const order = this.order(amount);
      if (order === undefined) return;
      const next = { ...order, pickupCode: await this.steps.newCode(order.orderId) };
      const unitPrice = amount % 2n === 0n ? "9.00" : "45.00";
      order.visits.push(await this.steps.collect(next, { lines: [{ lineId: "1", quantity: "1", unitPrice }] }));
    },
    undo: async (_: MemberId, amount: bigint) => {
      const visits = this.orders.flatMap((order) => order.visits);
      const receipt = visits[Number(amount) % Math.max(visits.length, 1)];
      if (receipt !== undefined) await reverse(ledger, receipt, "purchase");
    },
    cancel: async (_: MemberId, amount: bigint) => {
      const order = this.order(amount);
      const lines = amount % 3n === 0n ? {} : { lines: [{ lineId: "1", quantity: "1" }] };
      if (order !== undefined) await this.steps.step(order.orderId, cancel, lines);
    },
    reroute: async (_: MemberId, amount: bigint) => {
      const order = this.order(amount);
      if (order === undefined) return;
      await this.steps.step(order.orderId, reroute, { pickup: { brand: "eldorado", storeId: "E-1" } });
      await this.steps.step(order.orderId, ready);
    },
    redeem: async (memberId: MemberId, amount: bigint) => {
      const terms = { brand: "mvideo", storeId: "M-1", reference: "r" };
      answerOf(await ledger.ask(redemption, { memberId, amount: formatAmount(1n + amount / 10n), ...terms }));
    },
    visit: async (memberId: MemberId) => {
      await doOwn(ledger, duePosting, { memberId });
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
  "captureSome",
  "order",
  "order",
  "collect",
  "collect",
  "undo",
  "cancel",
  "reroute",
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

/** Other tests share the server, and some keep a transaction open for longer than is waited for: then it is asked for again. */
async function asOfWhenQuiet(memberId: MemberId, at: Instant) {
  for (const patience = Date.now() + 20_000; ; ) {
    try {
      return await balanceOf(ledger.service, memberId, at);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "unavailable" || Date.now() > patience) throw error;
    }
  }
}

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
        const balance = await balanceOf(ledger.service, memberId);
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
      const again = await asOfWhenQuiet(memberId, at);
      expect(figuresOf(again), `${memberId} as of ${formatInstant(at)}, seed ${seed}`).toEqual(figures);
    }
    // The history was worth the while: every kind of move happened, and balances had everything in them.
    for (const move of new Set(MOVES)) expect(player.done.get(move) ?? 0, move).toBeGreaterThan(0);
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(10);
    const moved = await ledger.database.sql`select count(*)::int as count from lot_terms`;
    expect(moved[0]?.["count"], "ends that moved").toBeGreaterThan(20);
    await expectProof(ledger);
  }, 120_000);

  it("is nothing before the member was born", async () => {
    const born = ledger.clock.now();
    ledger.clock.moveTo(born + DAY_MS);
    const memberId = await ledger.newMember();
    await ledger.give(memberId, 100_00n);
    const balance = await balanceOf(ledger.service, memberId, born);
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
    const later = balanceOf(ledger.service, memberId, ledger.clock.now() + 1);
    await expect(later).rejects.toEqual(expect.objectContaining({ code: "unprocessable_request" }));
    const nobody = `${memberId.slice(0, -1)}${memberId.endsWith("1") ? "2" : "1"}`;
    await expect(balanceOf(ledger.service, nobody)).rejects.toBeInstanceOf(Problem);
    await expect(balanceOf(ledger.service, "mbr_1")).rejects.toEqual(
      expect.objectContaining({ code: "member_not_found" }),
    );
  });
});

describe("a balance of now", () => {
  it("shows what is due and not posted, and writes nothing", async () => {
    const memberId = await ledger.newMember();
    const now = ledger.clock.now();
    const from = (days: number) => formatInstant(now + days * DAY_MS);
    await grant(memberId, 10_00n, { brand: "mvideo", kind: "promo", activeAt: from(1), expiresAt: from(3) });
    await grant(memberId, 5_00n, { brand: "eldorado", kind: "promo", activeAt: from(0), expiresAt: from(9) });
    const before = await balanceOf(ledger.service, memberId);
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
      coolingOff: [],
      version: before.version,
    });
    ledger.clock.moveTo(now + DAY_MS);
    expect(await balanceOf(ledger.service, memberId)).toMatchObject({
      pending: "0.00",
      available: "15.00",
      version: before.version,
    });
    ledger.clock.moveTo(now + 3 * DAY_MS);
    expect(await balanceOf(ledger.service, memberId)).toMatchObject({
      available: "5.00",
      activating: [],
      version: before.version,
    });
    expect((await balanceOf(ledger.service, memberId, now)).pending).toBe("10.00");
  });
});
