/**
 * Batches: offline backlogs and bulk loads. Each item is checked and judged on its own, under its own key.
 * An item waits for the earlier items of the batch that speak of the same receipt or purchase; everything else runs at once.
 */
import { z } from "@hono/zod-openapi";
import type { Caller } from "../members/desk.ts";
import { type Judged, returnAtCounter, returnByReceipt, sellAtCounter } from "../sales/counter.ts";
import { type Receipt, type ReceiptKind, receiptKey } from "../sales/receipt.ts";
import { reverseAtCounter } from "../sales/reversal-counter.ts";
import { type Permission, requireOwnBrand, requirePermission } from "./access.ts";
import { parse } from "./body.ts";
import { problemOf, problemReply } from "./problem.ts";
import { type Call, type Reply, replyOf } from "./route.ts";
import { AccrualBody, grantBonuses, redeemBonuses, RedemptionBody, requireKind } from "./routes/bonuses.ts";
import { PurchaseBody, ReturnByIdBody, ReturnByReceiptBody, ReversalBody } from "./sale-bodies.ts";
import { KEY_PATTERN } from "./serve.ts";

const OPS = ["purchase", "return", "reversal", "accrual", "redemption"] as const;

export const BatchItem = z.strictObject({
  op: z.enum(OPS),
  idempotencyKey: z.string().regex(KEY_PATTERN, "1 to 255 visible ASCII characters"),
  body: z.unknown(),
});

/** An item that is parsed and allowed. */
interface Ready {
  /** Receipts and purchases that it speaks of. */
  readonly things: readonly string[];
  run(): Promise<Judged>;
}

/** Judges all items of a batch; answers in their order. */
export async function runBatch(call: Call, items: readonly unknown[]): Promise<Reply> {
  const threads = new Threads();
  const replies = items.map((item): Promise<Reply> => {
    const ready = attempt(() => prepare(call, item));
    if (ready instanceof BadItem) return Promise.resolve(ready.reply(call));
    return threads.follow(ready.things, () => settle(call, ready));
  });
  const results = await Promise.all(replies);
  return {
    status: 200,
    text: `{"results":[${results.map(({ status, text }) => `{"status":${status},"body":${text}}`).join(",")}]}`,
  };
}

/** What is done one after another, since it speaks of the same things, be it through a third: a sale, its return, the return's reversal. */
class Threads {
  readonly #byThing = new Map<string, { things: string[]; last: Promise<unknown> }>();

  /** Does the work after all earlier work on these things. The work never rejects. */
  follow<T>(things: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = new Set(things.flatMap((thing) => this.#byThing.get(thing) ?? []));
    const done = before.size === 0 ? work() : Promise.all([...before].map(({ last }) => last)).then(work);
    const thread = { things: [...new Set([...things, ...[...before].flatMap((one) => one.things)])], last: done };
    for (const thing of thread.things) this.#byThing.set(thing, thread);
    return done;
  }
}

/** Never rejects: what goes wrong is the item's own answer. */
async function settle(call: Call, ready: Ready): Promise<Reply> {
  try {
    return replyOf(await ready.run());
  } catch (error) {
    return new BadItem(error).reply(call);
  }
}

class BadItem {
  readonly #error: unknown;

  constructor(error: unknown) {
    this.#error = error;
  }

  reply(call: Call): Reply {
    const problem = problemOf(this.#error);
    if (problem.code === "internal") call.fault(this.#error);
    return problemReply(problem, call.requestId, call.acceptLanguage);
  }
}

function attempt<T>(work: () => T): T | BadItem {
  try {
    return work();
  } catch (error) {
    return new BadItem(error);
  }
}

function prepare(call: Call, item: unknown): Ready {
  const { op, idempotencyKey, body } = parse(BatchItem, item);
  const caller: Caller = { ...call.caller, idempotencyKey };
  switch (op) {
    case "purchase":
      return purchase(call, caller, body);
    case "return":
      return goodsBack(call, caller, body);
    case "reversal":
      return reversal(call, caller, body);
    case "accrual":
      return accrual(call, caller, body);
    case "redemption":
      return redemption(call, caller, body);
    default:
      return op satisfies never;
  }
}

const thingOf = (receipt: Receipt, kind: ReceiptKind): string => receiptKey(receipt, kind);

/** The checks that the route of the same command makes. */
function allow({ client }: Call, permission: Permission, brand: string): void {
  requirePermission(client, permission);
  requireOwnBrand(client, brand);
}

function purchase(call: Call, caller: Caller, input: unknown): Ready {
  requirePermission(call.client, "purchases.sell");
  const body = parse(PurchaseBody, input);
  allow(call, "purchases.sell", body.receipt.brand);
  return { things: [thingOf(body.receipt, "purchase")], run: () => sellAtCounter(call.service, caller, body) };
}

/** A return names its purchase by id, or by the receipt of the sale. */
function goodsBack(call: Call, caller: Caller, input: unknown): Ready {
  requirePermission(call.client, "purchases.return");
  if (typeof input === "object" && input !== null && "purchaseId" in input) {
    const { purchaseId, ...body } = parse(ReturnByIdBody, input);
    allow(call, "purchases.return", body.receipt.brand);
    return {
      things: [purchaseId, thingOf(body.receipt, "return")],
      run: () => returnAtCounter(call.service, caller, purchaseId, body),
    };
  }
  const body = parse(ReturnByReceiptBody, input);
  allow(call, "purchases.return", body.receipt.brand);
  return {
    things: [thingOf(body.original.receipt, "purchase"), thingOf(body.receipt, "return")],
    run: () => returnByReceipt(call.service, caller, body),
  };
}

function reversal(call: Call, caller: Caller, input: unknown): Ready {
  requirePermission(call.client, "purchases.reverse");
  const body = parse(ReversalBody, input);
  allow(call, "purchases.reverse", body.receipt.brand);
  return { things: [thingOf(body.receipt, body.kind)], run: () => reverseAtCounter(call.service, caller, body) };
}

function accrual(call: Call, caller: Caller, input: unknown): Ready {
  requirePermission(call.client, "accruals.grant");
  const body = parse(AccrualBody, input);
  allow(call, "accruals.grant", body.brand);
  requireKind(call.client, body.kind);
  return { things: [], run: () => grantBonuses(call.service, caller, body) };
}

function redemption(call: Call, caller: Caller, input: unknown): Ready {
  requirePermission(call.client, "redemptions.spend");
  const body = parse(RedemptionBody, input);
  allow(call, "redemptions.spend", body.brand);
  return { things: [], run: () => redeemBonuses(call.service, caller, body) };
}
