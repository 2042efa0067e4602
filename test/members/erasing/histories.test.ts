/** People who hand a few phones and cards on, buy and order by them before anybody has them, and are erased: the proof holds. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Problem } from "../../../src/kernel/problems.ts";
import { uuidOf } from "../../../src/kernel/ids.ts";
import type { AnyOperation } from "../../../src/engine/definition/operation.ts";
import type { Identifier } from "../../../src/members/identifier.ts";
import { memberErase } from "../../../src/members/erasing/ask.ts";
import { identifierAdding } from "../../../src/members/identifying/adding.ts";
import { identifierEnd } from "../../../src/members/identifying/ending.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { registration } from "../../../src/members/registration/registration.ts";
import { cancel } from "../../../src/orders/changes/order-cancel.ts";
import { code } from "../../../src/orders/changes/order-code.ts";
import { pickup } from "../../../src/orders/pickup/pickup.ts";
import { purchase } from "../../../src/sales/purchase/purchase.ts";
import { answerOf, newTestKey, START, testLedger, type TestLedger } from "../../support/ledger.ts";
import { addPolicy } from "../../support/policies.ts";
import { expectProof } from "../../support/proof.ts";
import { TestOrders } from "../../support/town-orders.ts";
import { aCard, aPhone, type Holder } from "../identifying/holders.ts";

const RUNS = Number(process.env["FC_RUNS"] ?? 8);
/** A history that has failed is played again by its seed and path. */
const AGAIN = {
  ...(process.env["FC_SEED"] === undefined ? {} : { seed: Number(process.env["FC_SEED"]) }),
  ...(process.env["FC_PATH"] === undefined ? {} : { path: process.env["FC_PATH"] }),
};
const MINUTE = 60_000;
const who = fc.nat({ max: 3 });
const what = fc.nat({ max: 3 });
const verified = fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) });
const pick = fc.nat({ max: 99 });
/** By how many minutes a till's receipt is late, or its clock ahead. */
const offset = fc.constantFrom(0, 0, 0, 4, -1, -30, -90);

const command = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant("register" as const),
      who,
      brought: fc.uniqueArray(what, { maxLength: 3 }),
      verified,
    }),
  },
  { weight: 5, arbitrary: fc.record({ op: fc.constant("add" as const), who, what, verified }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("end" as const), who, what }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant("buy" as const), what, offset }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("order" as const), what }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant("collect" as const), pick, all: fc.boolean(), offset }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("cancel" as const), pick }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("join" as const), who, other: who }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant("erase" as const), who }) },
  { weight: 5, arbitrary: fc.record({ op: fc.constant("wait" as const), minutes: fc.constantFrom(1, 3, 60, 300) }) },
);
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

let ledger: TestLedger;
let orders: TestOrders;
beforeAll(async () => {
  ledger = await testLedger();
  orders = new TestOrders(ledger);
  await addPolicy(ledger.database, 2, START - 86_400_000, "{erasure}", { waitDays: 0 });
});
afterAll(() => ledger.close());

/** Asks, and answers nothing where it is refused: much of what comes by chance is. */
async function tried<A>(operation: AnyOperation, body: object, params: Record<string, string> = {}) {
  try {
    const outcome = await ledger.ask(operation, body, { params });
    return outcome.kind === "refused" ? undefined : (answerOf(outcome) as A);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

/** What stands in the journal of receipts and orders that are a member's and had waited for it: by operation, with the hash. */
async function hadWaited(memberId: Holder["memberId"]): Promise<Map<string, string>> {
  const rows = await ledger.database.sql<{ id: string; hash: string }[]>`
    select o.operation_id::text as id, o.subject_hash::text as hash from operations o
      left join purchases p on p.purchase_id = o.operation_id left join orders d on d.order_id = o.operation_id
      join profiles f on f.profile_id = coalesce(p.profile_id, d.profile_id)
    where f.member_id = ${uuidOf(memberId)}::uuid and o.subject_hash is not null`;
  return new Map(rows.map(({ id, hash }) => [id, hash]));
}

const receiptOf = (brand: string, storeId: string) => {
  return { brand, storeId, terminalId: "1", shift: "1", number: newTestKey() };
};
const at = (minutes: number) => new Date(ledger.clock.now() + minutes * MINUTE).toISOString();
const goods = { lineId: "1", sku: "a", category: "tv", quantity: "1", unitPrice: "1000.00" };

/** Four places for people, and two phones and two cards, which go round among them. */
class History {
  readonly #holders: (Holder | undefined)[] = [];
  readonly #orders: string[] = [];
  readonly #identifiers: readonly Identifier[] = [aPhone(), aCard(), aPhone(), aCard()];

  #identifier(index: number): Identifier {
    const identifier = this.#identifiers[index];
    if (identifier === undefined) throw new Error("no such identifier");
    return identifier;
  }

  async play(asked: Command): Promise<void> {
    switch (asked.op) {
      case "register": {
        const identifiers = asked.brought.map((index) => ({
          ...this.#identifier(index),
          verified: asked.verified,
        }));
        const body = { brand: "mvideo", externalId: newTestKey(), identifiers, person: {} };
        this.#holders[asked.who] = (await tried<Holder>(registration, body)) ?? this.#holders[asked.who];
        break;
      }
      case "buy":
        await tried(purchase, {
          receipt: receiptOf("mvideo", "M-1"),
          channel: "pos",
          identifier: this.#identifier(asked.what),
          lines: [goods],
          spend: "0.00",
          occurredAt: at(asked.offset),
        });
        break;
      case "order":
        this.#orders.push((await orders.ready({ identifier: this.#identifier(asked.what), spend: "0.00" })).orderId);
        break;
      case "collect":
      case "cancel":
        await this.#step(asked);
        break;
      case "wait":
        ledger.clock.moveTo(ledger.clock.now() + asked.minutes * MINUTE);
        break;
      default: {
        const holder = this.#holders[asked.who];
        if (holder !== undefined) await this.#change(holder, asked);
      }
    }
  }

  async #step(asked: Extract<Command, { op: "collect" | "cancel" }>): Promise<void> {
    const orderId = this.#orders[asked.pick % Math.max(1, this.#orders.length)];
    if (orderId === undefined) return;
    if (asked.op === "cancel") {
      await tried(cancel, {}, { orderId });
      return;
    }
    const outcome = await ledger.ask(code, {}, { params: { orderId } }).catch(() => undefined);
    const shown = (outcome as { shownOnce?: { pickupCode: string } } | undefined)?.shownOnce;
    if (shown === undefined) return;
    const part = asked.all ? {} : { lines: [{ lineId: "1", quantity: "1" }] };
    const receipt = receiptOf("eldorado", "E-1");
    const body = { storeId: "E-1", code: shown.pickupCode, receipt, occurredAt: at(asked.offset), ...part };
    await tried(pickup, body, { orderId });
  }

  async #change(
    { memberId, profileId }: Holder,
    asked: Extract<Command, { op: "add" | "end" | "join" | "erase" }>,
  ): Promise<void> {
    const params = { memberId };
    if (asked.op === "add") {
      const identifier = this.#identifier(asked.what);
      await tried(identifierAdding, { profileId, identifier, verified: asked.verified, reason: "r" }, params);
    } else if (asked.op === "end") {
      await tried(identifierEnd, { identifier: this.#identifier(asked.what), reason: "r" }, params);
    } else if (asked.op === "join") {
      const other = this.#holders[asked.other];
      if (other === undefined) return;
      await tried(merge, { memberIds: [memberId, other.memberId], reason: "r" });
    } else {
      const before = await hadWaited(memberId);
      const done = await tried<{ memberId: Holder["memberId"] }>(memberErase, { reason: "r" }, params);
      if (done === undefined) return;
      const since = await hadWaited(done.memberId);
      for (const [id, hash] of before) {
        if (since.get(id) === hash) throw new Error(`the hash of what had waited is kept by ${id}`);
      }
    }
  }
}

it("whoever has had what, and whoever is erased, the proof holds", { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 20, maxLength: 60 }), async (commands) => {
      const history = new History();
      for (const each of commands) await history.play(each);
      expect((await expectProof(ledger)).holds).toBe(true);
    }),
    { numRuns: RUNS, endOnFailure: process.env["FC_SHRINK"] === undefined, ...AGAIN },
  );
});
