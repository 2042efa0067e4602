/** Ends orders whose time is over, soonest first. What one run does not reach, the next one does. */
import { classify } from "../../db/errors.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { fromUuid, uuidOf } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Job, LedgerItself } from "../../engine/definition/background.ts";
import type { Outcome } from "../../engine/outcome.ts";
import type { Order } from "../../sales/documents/order-document.ts";
import { orderStore } from "../../sales/documents/order-store.ts";
import { foundOrder } from "../find-order.ts";
import { orderExpiry } from "./order-expiry.ts";

const BATCH = 100;
const LONGEST_MS = 45_000;

/** Served by the index `orders_expiring`. */
const DUE = `select order_id from orders where status in ('placed', 'ready') and expires_at <= $1::timestamptz
    and (expires_at, order_id) > (coalesce($2::timestamptz, '-infinity'), coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'))
  order by expires_at, order_id limit $4::int`;

export const expireOrdersJob: Job = {
  name: "expire-orders",
  schedule: "* * * * *",
  atStart: true,
  done: "orders expired",
  begin: (ledger) => async (signal) => {
    const report = await expireOrders(ledger, signal);
    return report.expired + report.failed === 0 ? null : { ...report };
  },
};

interface ExpiryReport {
  readonly expired: number;
  /** Orders that could not be ended; the next run tries them again. They hold up no others. */
  readonly failed: number;
  /** How many of them for which kind of reason; absent where there are none. */
  readonly failedBy?: Readonly<Record<string, number>>;
}

/**
 * Ends what is due, within the bounds of one run. An order that moves on meanwhile is the next run's. Throws what the
 * engine throws where no order can be ended.
 */
async function expireOrders(ledger: LedgerItself, signal: AbortSignal): Promise<ExpiryReport> {
  await ledger.look.clock.refresh?.();
  const until = performance.now() + LONGEST_MS;
  const over = () => signal.aborted || performance.now() >= until;
  const words: string[] = [];
  const thrown: unknown[] = [];
  let last: Order | undefined;
  while (!over()) {
    const batch = await readDue(ledger, last);
    const ends = await Promise.allSettled(
      batch.map(async (order) => ledger.submit(orderExpiry, await foundOrder(ledger.look.reader, order))),
    );
    words.push(...ends.map(wordOf));
    thrown.push(...ends.filter((end) => end.status === "rejected").map(({ reason }) => reason as unknown));
    last = batch.at(-1);
    if (batch.length < BATCH) break;
  }
  if (thrown.length > 0 && thrown.length === words.length) throw thrown[0];
  return reportOf(words);
}

/** How an order's end went, in a word that tells nothing of whose it is. */
function wordOf(end: PromiseSettledResult<Outcome>): string {
  if (end.status === "fulfilled") return end.value.kind === "refused" ? end.value.code : end.value.kind;
  return end.reason instanceof Problem ? end.reason.code : classify(end.reason).kind;
}

function reportOf(words: readonly string[]): ExpiryReport {
  const failedBy: Record<string, number> = {};
  for (const word of words) if (word !== "accepted" && word !== "stale") failedBy[word] = (failedBy[word] ?? 0) + 1;
  const expired = words.filter((word) => word === "accepted").length;
  const failed = Object.values(failedBy).reduce((sum, count) => sum + count, 0);
  return failed === 0 ? { expired, failed } : { expired, failed, failedBy };
}

async function readDue({ look: { reader, clock } }: LedgerItself, after: Order | undefined): Promise<Order[]> {
  const place = after === undefined ? [null, null] : [formatInstant(after.expiresAt), uuidOf(after.id)];
  const rows = await reader.run<{ order_id: string }>(DUE, [formatInstant(clock.now()), ...place, BATCH]);
  const ids = rows.map((row) => fromUuid("ord", row.order_id));
  const found = ids.length === 0 ? new Map<string, Order>() : await orderStore.load(reader, ids, "none");
  return ids.flatMap((id) => found.get(id) ?? []);
}
