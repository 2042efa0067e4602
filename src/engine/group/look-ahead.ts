/** Deciding upon what the ledger has now, and forgetting it: no lock, no write. */
import type { Instant } from "../../kernel/clock.ts";
import type { OperationId } from "../../kernel/ids.ts";
import { LotsMissing } from "../../ledger/wallet.ts";
import type { PolicyTimeline } from "../../policy/timeline.ts";
import type { Actor } from "../actor.ts";
import type { Transaction } from "../connection/session.ts";
import type { CommandContext, Needs } from "../definition/context.ts";
import { type Refused, type Stale, stale } from "../definition/decision.ts";
import type { AnyJudgeable } from "../definition/operation.ts";
import { GroupState } from "./group-state.ts";
import { load } from "./load.ts";

interface Asked {
  readonly now: Instant;
  readonly policies: PolicyTimeline;
  readonly operationId: OperationId;
  readonly actor: Actor;
}

/** What would be decided if it came now. Several statements: use a snapshot. */
export async function lookAhead<T>(
  tx: Transaction,
  needs: Needs,
  { now, policies, operationId, actor }: Asked,
  decide: (context: CommandContext) => T,
  operation: Pick<AnyJudgeable, "ofErased"> = { ofErased: "goes_on" },
): Promise<T | Refused | Stale> {
  const upon = async (whole: boolean): Promise<T | Refused | Stale> => {
    const loaded = await load(tx, [needs], { now, lock: "none", whole: new Set(whole ? needs.wallets : []) });
    const state = new GroupState(now, policies, loaded, true);
    if (state.isElsewhere(needs)) return stale;
    return state.ofErased(needs, operation) ?? decide(state.contextFor(operationId, actor, needs));
  };
  try {
    return await upon(false);
  } catch (error) {
    if (error instanceof LotsMissing) return upon(true);
    throw error;
  }
}
