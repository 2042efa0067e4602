/**
 * The net under registration: receipts on suspense whose card has come to belong to a member, and which nobody claimed
 * because the service ended between the two. Walks over all that waits, a bounded piece at each run.
 */
import { groupBy } from "../../kernel/group-by.ts";
import type { MemberId } from "../../kernel/ids.ts";
import type { Job, LedgerItself } from "../../engine/definition/background.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import {
  type Identifier,
  identifierKey,
  identifierRef,
  leadsToMember,
  type PresentedIdentifier,
} from "../../members/identifier.ts";
import { readIdentifiers } from "../../members/identifier-store.ts";
import { claimFor } from "./claim-for-member.ts";

/** How far it has come: the last identifier that it has looked at, by its hash. */
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

/**
 * The identifiers that receipts wait for, in the order of `purchases_awaiting`, each with the profile that brought it:
 * a registration marks its identifiers among the keys, under the operation that has the profile's own identity.
 */
const WAITING = `with w as (
    select distinct p.awaits from purchases p where p.awaits > $1::uuid order by p.awaits limit $2::int
  )
  select w.awaits, pr.identifiers from w left join command_keys k on k.key = w.awaits
  left join profiles pr on pr.bucket = k.bucket and pr.profile_id = k.operation_id
  order by w.awaits`;

interface WaitingRow {
  readonly awaits: string;
  readonly identifiers: readonly PresentedIdentifier[] | null;
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
    for (const [memberId, identifiers] of await ownersOf(look, rows)) {
      if (signal?.aborted) return { after, claimed };
      claimed += await claimFor(ledger, memberId, identifiers);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < batchSize) return { after: FIRST, claimed };
    after = last.awaits;
  }
  return { after, claimed };
}

/** Who has these identifiers now. The profile only tells the value: its hash says nothing. */
async function ownersOf({ reader }: Lookup, rows: readonly WaitingRow[]): Promise<Map<MemberId, Identifier[]>> {
  const wanted = rows.flatMap(({ awaits, identifiers }) => {
    const key = awaits.replaceAll("-", "");
    return (identifiers ?? []).filter((identifier) => leadsToMember(identifier) && identifierKey(identifier) === key);
  });
  const known = await readIdentifiers(reader, wanted);
  const owned = wanted.flatMap((identifier) => {
    const owner = known.get(identifierRef(identifier))?.memberId;
    return owner === undefined ? [] : [{ owner, identifier }];
  });
  const byOwner = groupBy(owned, ({ owner }) => owner);
  return new Map([...byOwner].map(([owner, list]) => [owner, list.map(({ identifier }) => identifier)]));
}
