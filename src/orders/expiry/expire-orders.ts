/** Ends orders whose time is over, soonest first. What one run does not reach, the next one does. */
import { formatInstant } from "../../kernel/clock.ts";
import { fromUuid } from "../../kernel/ids.ts";
import type { Job, LedgerItself } from "../../engine/definition/background.ts";
import type { Order } from "../../sales/documents/order-document.ts";
import { orderStore } from "../../sales/documents/order-store.ts";
import { foundOrder } from "../find-order.ts";
import { orderExpiry } from "./order-expiry.ts";

const BATCH = 100;
const LONGEST_MS = 45_000;

/** Served by the index `orders_expiring`. */
const DUE = `select order_id from orders where status in ('placed', 'ready') and expires_at <= $1::timestamptz
  order by expires_at limit $2::int`;

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
  /** Orders that could not be ended; the next run tries them again. */
  readonly failed: number;
}

/** Ends what is due, within the bounds of one run. */
async function expireOrders(ledger: LedgerItself, signal?: AbortSignal): Promise<ExpiryReport> {
  const { look } = ledger;
  await look.clock.refresh?.();
  const until = performance.now() + LONGEST_MS;
  let [expired, failed] = [0, 0];
  const over = () => signal?.aborted === true || performance.now() >= until;
  while (!over()) {
    const batch = await readDue(ledger);
    const ended = await Promise.allSettled(batch.map((order) => ledger.submit(orderExpiry, foundOrder(order))));
    const done = ended.filter((each) => each.status === "fulfilled" && each.value.kind === "accepted").length;
    expired += done;
    failed += batch.length - done;
    // Those that fail stand first again: they are left for the next run.
    if (batch.length < BATCH || done < batch.length) break;
  }
  return { expired, failed };
}

async function readDue({ look: { reader, clock } }: LedgerItself): Promise<Order[]> {
  const rows = await reader.run<{ order_id: string }>(DUE, [formatInstant(clock.now()), BATCH]);
  const ids = rows.map((row) => fromUuid("ord", row.order_id));
  return ids.length === 0 ? [] : [...(await orderStore.load(reader, ids, "none")).values()];
}
