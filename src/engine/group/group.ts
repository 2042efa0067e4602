/**
 * One transaction for a group of commands, with the same statements whatever the group's size:
 * claim keys and load (one round trip), decide each in order, write and commit (a second one).
 */
import type { Statement, Writing } from "../../db/table-rows.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { MemberId } from "../../kernel/ids.ts";
import type { Session, Transaction } from "../connection/session.ts";
import { claimKeys, keysInTheMaking, readTaken } from "../journal/keys.ts";
import { keysOf, type Submission } from "../journal/submission.ts";
import type { Outcome } from "../outcome.ts";
import type { Needs } from "../definition/context.ts";
import { overtaken } from "../wallets/wallet-store.ts";
import { savingHolds, savingLots, savingWallets } from "../wallets/wallet-writes.ts";
import { GroupState, type Loaded } from "./group-state.ts";
import { Judge } from "./judge.ts";
import { load } from "./load.ts";
import { type IsBusy, lockedByOthers, nothingIsBusy } from "./locked.ts";
import type { PolicySource } from "./policy-source.ts";

export interface GroupDeps {
  readonly clock: Clock;
  readonly policies: PolicySource;
}

/** How often a group is judged anew because commands wanted more of wallets; the last time with all of every wallet. */
const MAX_PASSES = 4;

/**
 * How often a group begins anew since another transaction that has a later number was first at one of its wallets; the last
 * time the commands that need such a wallet are left out.
 */
const MAX_BEGINNINGS = 4;

/** Once it is known that a stranger keeps something locked: whatever else it may be is not waited for as long again. */
const IMPATIENT: Statement = { text: "set local lock_timeout = '50ms'", parameters: [] };

/**
 * What a group waits for: keys, wallets and documents; all but keys, which he who claims them may keep for long, and which cannot
 * be waited for in turn with others; or nothing.
 */
export type Patience = "wait" | "in_turn" | "skip";
type Locking = "wait" | "skip";

/**
 * Judges a group and makes it durable. Answers one outcome for each submission, in their order.
 * No two submissions of a group may share a key. On any failure nothing has happened, unless the connection was lost
 * while committing: then repeating the group tells what became of it, by its keys.
 * Where it does not wait for keys, commands with one that somebody else is claiming are answered `busy`, and with `skip` those
 * as well whose wallets or documents he has locked; the others happen.
 */
export async function commitGroup(
  session: Session,
  group: readonly Submission[],
  deps: GroupDeps,
  waiting: Patience = "wait",
): Promise<Outcome[]> {
  const stuck = waiting === "wait" ? new Set<string>() : await session.transaction((tx) => keysInTheMaking(tx, group));
  const isStuck = (submission: Submission) => stuck.size > 0 && keysOf(submission).some((key) => stuck.has(key));
  const free = group.filter((submission) => !isStuck(submission));
  const outcomes = free.length === 0 ? [] : await begin(session, free, deps, waiting === "skip" ? "skip" : "wait");
  const bySubmission = new Map(free.map((submission, index) => [submission, outcomes[index]]));
  return group.map((submission) => bySubmission.get(submission) ?? { kind: "busy" });
}

async function begin(
  session: Session,
  group: readonly Submission[],
  deps: GroupDeps,
  lock: Locking,
): Promise<Outcome[]> {
  for (let beginning = 1; ; beginning += 1) {
    const outcomes = await commitOnce(session, group, deps, { lock, isLast: beginning === MAX_BEGINNINGS });
    if (outcomes !== "overtaken") return outcomes;
  }
}

/** Transfers of one wallet bear numbers in the order in which they were posted: where they would not, nothing happens. */
function commitOnce(
  session: Session,
  group: readonly Submission[],
  deps: GroupDeps,
  { lock, isLast }: { readonly lock: Locking; readonly isLast: boolean },
): Promise<Outcome[] | "overtaken"> {
  return session.transaction(async (tx, commit) => {
    const asked = deps.clock.now();
    if (lock === "skip") void tx.send(IMPATIENT);
    const known = deps.policies.timeline;
    const needs = group.map(({ operation, input }) => operation.needs(input, known));
    const claiming = claimKeys(tx, group);
    const reading = deps.policies.current(tx);
    const loading = load(tx, needs, { now: asked, lock });
    const [free, policies, first] = await Promise.all([claiming, reading, loading]);
    if (first.overtaken.length > 0 && !isLast) return "overtaken";
    // Only now that the wallets are locked: who has seen one as it stood at an instant will not be told otherwise.
    const now = deps.clock.now();
    const keys = group.flatMap(keysOf);
    const taken = await readTaken(tx, keys.length === free.size ? [] : keys.filter((key) => !free.has(key)));
    const members = [...new Set(needs.flatMap(({ wallets = [] }) => wallets))];
    const isBusy = await busyOf(tx, needs, first, lock);
    const whole = new Set<MemberId>();
    let loaded = first;
    for (let pass = 1; ; pass += 1) {
      const state = new GroupState(now, policies, loaded);
      const judge = new Judge(state, free, taken, isBusy);
      const outcomes = group.map((submission, index) => judge.judge(submission, needs[index] ?? {}));
      if (judge.missing.size === 0) {
        await commit([...judge.statements(), ...writing(state)]);
        return outcomes;
      }
      for (const id of pass < MAX_PASSES - 1 ? judge.missing : members) whole.add(id);
      if (pass === MAX_PASSES) throw new RangeError("a wallet that is whole misses nothing");
      loaded = await load(tx, needs, { now, lock, whole });
    }
  });
}

/** Which commands need what strangers have locked, or a wallet at which the journal has gone past this transaction. */
async function busyOf(tx: Transaction, needs: readonly Needs[], loaded: Loaded, lock: Locking): Promise<IsBusy> {
  const past = await overtaken(tx, loaded.overtaken);
  const isLocked = lock === "skip" ? await lockedByOthers(tx, needs, loaded) : nothingIsBusy;
  return past.size === 0 ? isLocked : (need) => isLocked(need) || (need.wallets ?? []).some((id) => past.has(id));
}

function writing(state: GroupState): Writing[] {
  return [
    ...savingWallets(state.changedWallets, state.bornWallets),
    ...savingLots(state.changedLots.values(), state.isBorn),
    ...savingHolds(state.changedHolds.values()),
    ...savingDocuments(state),
  ];
}

function savingDocuments({ documents }: GroupState): Writing[] {
  return [...documents].flatMap(([store, { loaded, changed }]) => {
    const changes = [...changed].map(([id, document]) => ({
      id,
      document: document as never,
      former: loaded.get(id) as never,
    }));
    return changes.length === 0 ? [] : store.save(changes);
  });
}
