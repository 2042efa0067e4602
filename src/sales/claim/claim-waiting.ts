/**
 * The net under registration: receipts on suspense whose card has come to belong to a member, and which nobody claimed
 * because the service ended between the two. Walks over all that waits, a bounded piece at each run.
 */
import { groupBy } from "../../kernel/group-by.ts";
import type { Job, LedgerItself } from "../../engine/definition/background.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { historyStore } from "../../members/identifier-history.ts";
import { claimFor } from "./claim-for-member.ts";

/** How far it has come: the key of the last identifier that it has looked at. */
export interface Progress {
  readonly after: string;
  /** Receipts, in this run. */
  readonly claimed: number;
}

const FIRST = "00000000-0000-0000-0000-000000000000";
export const FROM_THE_START: Progress = { after: FIRST, claimed: 0 };

export interface ClaimLimits {
  /** Identifiers looked at in one statement. */
  readonly batchSize: number;
  /** Statements in one run. */
  readonly batches: number;
  readonly signal?: AbortSignal | undefined;
}

const LIMITS: ClaimLimits = { batchSize: 1_000, batches: 20 };

/** The keys of the identifiers that receipts wait for, in the order of `purchases_awaiting`. */
const WAITING = `select distinct p.awaits from purchases p where p.awaits > $1::uuid order by p.awaits limit $2::int`;

interface WaitingRow {
  readonly awaits: string;
}

export const claimWaitingJob: Job = {
  name: "claim-waiting",
  schedule: "*/10 * * * *",
  atStart: true,
  done: "waiting receipts claimed",
  begin(ledger) {
    let progress = FROM_THE_START;
    return async (signal) => {
      progress = await claimWaiting(ledger, progress, { signal });
      return progress.claimed === 0 ? null : { claimed: progress.claimed };
    };
  },
};

/** Claims what can be claimed, from where the last run stopped; after the last identifier it begins anew. */
export async function claimWaiting(
  ledger: LedgerItself,
  from: Progress = FROM_THE_START,
  limits: Partial<ClaimLimits> = {},
): Promise<Progress> {
  const { look } = ledger;
  const { batchSize, batches, signal } = { ...LIMITS, ...limits };
  await look.clock.refresh?.();
  let { after } = from;
  let claimed = 0;
  for (let batch = 0; batch < batches; batch += 1) {
    const rows = await look.reader.run<WaitingRow>(WAITING, [after, batchSize]);
    for (const identifiers of await byHolder(look, rows)) {
      if (signal?.aborted) return { after, claimed };
      claimed += await claimFor(ledger, identifiers);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < batchSize) return { after: FIRST, claimed };
    after = last.awaits;
  }
  return { after, claimed };
}

/** Those of these identifiers that somebody has had, by whoever had them last. One that has ended may have been waited for before. */
async function byHolder({ reader }: Lookup, rows: readonly WaitingRow[]): Promise<string[][]> {
  const keys = rows.map(({ awaits }) => awaits.replaceAll("-", ""));
  const histories = await historyStore.load(reader, keys, "none");
  const holders = groupBy(histories, ([, history]) => history.at(-1)?.profileId);
  return [...holders.values()].map((list) => list.map(([key]) => key));
}
