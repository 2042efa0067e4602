/** Ends orders whose time is over, soonest first. What one run does not reach, the next one does. */
import { formatInstant } from "../../kernel/clock.ts";
import { fromUuid, uuidOf } from "../../kernel/ids.ts";
import type { Job, LedgerItself } from "../../engine/definition/background.ts";
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
}

/** Ends what is due, within the bounds of one run. */
async function expireOrders(ledger: LedgerItself, signal: AbortSignal): Promise<ExpiryReport> {
  await ledger.look.clock.refresh?.();
  const until = performance.now() + LONGEST_MS;
  const over = () => signal.aborted || performance.now() >= until;
  let [expired, failed] = [0, 0];
  let last: Order | undefined;
  while (!over()) {
    const batch = await readDue(ledger, last);
    const ended = await Promise.allSettled(batch.map((order) => ledger.submit(orderExpiry, foundOrder(order))));
    const done = ended.filter((each) => each.status === "fulfilled" && each.value.kind === "accepted").length;
    expired += done;
    failed += batch.length - done;
    last = batch.at(-1);
    if (batch.length < BATCH) break;
  }
  return { expired, failed };
}

async function readDue({ look: { reader, clock } }: LedgerItself, after: Order | undefined): Promise<Order[]> {
  const place = after === undefined ? [null, null] : [formatInstant(after.expiresAt), uuidOf(after.id)];
  const rows = await reader.run<{ order_id: string }>(DUE, [formatInstant(clock.now()), ...place, BATCH]);
  const ids = rows.map((row) => fromUuid("ord", row.order_id));
  const found = ids.length === 0 ? new Map<string, Order>() : await orderStore.load(reader, ids, "none");
  return ids.flatMap((id) => found.get(id) ?? []);
}
