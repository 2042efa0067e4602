/**
 * Posts what has become due in wallets that nobody has touched: activations, expiries, ends of holds.
 * A visited wallet names its next due instant, and so leaves the list: a run that is cut off loses nothing,
 * and the next one goes on where it stopped. No balance depends on it.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { formatInstant } from "../kernel/clock.ts";
import { fromUuid, type MemberId } from "../kernel/ids.ts";
import type { Job, LedgerItself } from "../engine/definition/background.ts";
import type { Lookup } from "../engine/definition/lookup.ts";
import { duePosting } from "./due-posting.ts";

export interface VisitLimits {
  /** Wallets read at once. */
  readonly batchSize: number;
  /** Visits that wait in the engine at once; the tills share its queue. */
  readonly inFlight: number;
  readonly longestMs: number;
  /** Ends the run between two slices. */
  readonly signal?: AbortSignal | undefined;
}

export interface VisitReport {
  readonly visited: number;
  /** Wallets that could not be visited; they are tried again by the next run. */
  readonly failed: number;
  /** Whether nothing is left that was due when the run looked last. */
  readonly finished: boolean;
}

const LIMITS: VisitLimits = { batchSize: 500, inFlight: 100, longestMs: 45_000 };

/** Served by the index `wallets_due`. */
const DUE = "select member_id from wallets where next_move_at <= $1::timestamptz order by next_move_at limit $2::int";

export const visitDueJob: Job = {
  name: "visit-due",
  schedule: "* * * * *",
  atStart: true,
  done: "due wallets visited",
  begin: (ledger) => async (signal) => {
    const report = await visitDue(ledger, { signal });
    return report.visited + report.failed === 0 ? null : { ...report };
  },
};

/**
 * Visits wallets that are due, soonest first, within the limits. One that cannot be visited (a stranger has locked it)
 * holds up no other. Throws what the engine throws where none of a slice can be: what was visited stays so.
 */
export async function visitDue(ledger: LedgerItself, limits: Partial<VisitLimits> = {}): Promise<VisitReport> {
  const { look } = ledger;
  const { batchSize, inFlight, longestMs, signal } = { ...LIMITS, ...limits };
  await look.clock.refresh?.();
  const until = performance.now() + longestMs;
  const over = () => signal?.aborted === true || performance.now() >= until;
  let [visited, failed] = [0, 0];
  let former: ReadonlySet<MemberId> = new Set();
  for (;;) {
    const batch = await readDue(look, batchSize);
    // A wallet that a visit did not move on must not be visited for ever: it stands first again, and is passed over.
    const fresh = batch.filter((id) => !former.has(id));
    if (fresh.length === 0) return { visited, failed, finished: batch.length < batchSize };
    former = new Set(batch);
    for (let start = 0; start < fresh.length; start += inFlight) {
      if (over()) return { visited, failed, finished: false };
      const slice = fresh.slice(start, start + inFlight);
      const visits = await Promise.allSettled(slice.map((memberId) => ledger.submit(duePosting, { memberId })));
      const thrown = visits.filter((visit) => visit.status === "rejected");
      if (thrown.length === slice.length) throw thrown[0]?.reason;
      const unmoved = visits.filter((visit) => visit.status === "rejected" || visit.value.kind === "busy").length;
      visited += slice.length - unmoved;
      failed += unmoved;
      await nextTurn();
    }
  }
}

async function readDue({ reader, clock }: Lookup, limit: number): Promise<MemberId[]> {
  const rows = await reader.run<{ member_id: string }>(DUE, [formatInstant(clock.now()), limit]);
  return rows.map((row) => fromUuid("mbr", row.member_id));
}
