/** Carries out what is due, soonest first; and clears what has come back to whoever is erased. What one run does not reach, the next one does. */
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import { fromUuid, type MemberId } from "../../kernel/ids.ts";
import { after, type Job, type LedgerItself } from "../../engine/definition/background.ts";
import type { Outcome } from "../../engine/outcome.ts";
import { memberErase } from "./ask.ts";
import { findErasing, memberErasure } from "./carry-out.ts";
import { erasedClearing } from "./clearing.ts";
import type { ErasureId } from "./erasure-store.ts";

/** So many at once: who has to wait for rows that somebody keeps waits beside the others. */
const BATCH = 10;
const LONGEST_MS = 45_000;
const CLEARED_AT_ONCE = 500;
/** Of what is done with the answer: somebody may have moved on meanwhile. */
const TRIES = 3;

/** Served by the index `erasures_due`. */
const DUE = `select erasure_id, member_id, due_at from erasures where status = 'pending' and due_at <= $1::timestamptz
    and (due_at, erasure_id) > (coalesce($2::timestamptz, '-infinity'), coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'))
  order by due_at, erasure_id limit $4::int`;
/** Served by the index `wallets_erased`. */
const TO_CLEAR = `select member_id from wallets where erasure = 'erased' and pending + available + debt > 0 order by member_id limit $1::int`;

export interface ErasureReport {
  readonly erased: number;
  /** What could not be done: the next run tries it again. */
  readonly failed: number;
}

export const eraseMembersJob: Job = {
  name: "erase-members",
  schedule: "* * * * *",
  atStart: true,
  done: "members erased",
  begin: (ledger) => async (signal) => {
    const report = await eraseMembers(ledger, signal);
    return report.erased + report.failed === 0 ? null : { ...report };
  },
};

/** Of those who are erased something comes back now and then, and nobody waits for it. */
export const clearErasedJob: Job = {
  name: "clear-erased",
  schedule: "17 * * * *",
  atStart: false,
  done: "wallets of the erased cleared",
  begin: (ledger) => async () => {
    const cleared = await clearErased(ledger);
    return cleared === 0 ? null : { cleared };
  },
};

interface Due {
  readonly erasure_id: string;
  readonly member_id: string;
  readonly due_at: Instant;
}

/** Within the bounds of one run. What is not as it was found, or waits for something, is the next run's. */
export async function eraseMembers(ledger: LedgerItself, signal?: AbortSignal): Promise<ErasureReport> {
  const { reader, clock } = ledger.look;
  await clock.refresh?.();
  const until = performance.now() + LONGEST_MS;
  const over = () => signal?.aborted === true || performance.now() >= until;
  const ends: PromiseSettledResult<Outcome>[] = [];
  let last: Due | undefined;
  while (!over()) {
    const place = last === undefined ? [null, null] : [formatInstant(last.due_at), last.erasure_id];
    const batch = await reader.run<Due>(DUE, [formatInstant(clock.now()), ...place, BATCH]);
    const erasures = batch.map(({ erasure_id: erasure, member_id: member }) =>
      carryOut(ledger, fromUuid("ers", erasure), fromUuid("mbr", member)),
    );
    ends.push(...(await Promise.allSettled(erasures)));
    last = batch.at(-1);
    if (batch.length < BATCH) break;
  }
  const thrown = ends.filter((end) => end.status === "rejected");
  if (thrown.length > 0 && thrown.length === ends.length) throw thrown[0]?.reason;
  return { erased: done(ends), failed: thrown.length };
}

/** Clears what has come back to whoever is erased; answers of how many. */
export async function clearErased(ledger: LedgerItself): Promise<number> {
  const rows = await ledger.look.reader.run<{ member_id: string }>(TO_CLEAR, [CLEARED_AT_ONCE]);
  const clears = await Promise.allSettled(
    rows.map(async (row) =>
      unlessBusy(await ledger.submit(erasedClearing, { memberId: fromUuid("mbr", row.member_id) })),
    ),
  );
  const thrown = clears.filter((end) => end.status === "rejected");
  if (thrown.length > 0 && thrown.length === clears.length) throw thrown[0]?.reason;
  return done(clears);
}

const done = (ends: readonly PromiseSettledResult<Outcome>[]): number =>
  ends.filter((end) => end.status === "fulfilled" && end.value.kind === "accepted").length;

const carryOut = async (ledger: LedgerItself, erasureId: ErasureId, memberId: MemberId): Promise<Outcome> =>
  unlessBusy(await ledger.submit(memberErasure, await findErasing(ledger.look, erasureId, memberId)));

/** Where somebody keeps what it needs, it was not done: `unavailable`. */
function unlessBusy(outcome: Outcome): Outcome {
  if (outcome.kind === "busy") throw new Problem("unavailable");
  return outcome;
}

/** Where the rules leave no time to think, it is done at once; what fails then the job makes up for. */
export const eraseAtOnce = after(memberErase, async (ledger, _, { erasureId, memberId, dueAt }) => {
  const { clock } = ledger.look;
  if (Date.parse(dueAt) > clock.now()) return;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const outcome = await carryOut(ledger, erasureId, memberId).catch(() => null);
    if (outcome?.kind !== "stale") return;
  }
});
