/** What stands against two members' becoming one. */
import type { MatchEvidence } from "../../candidate-terms.ts";
import type { CommandContext } from "../../../engine/definition/context.ts";
import type { Actor } from "../../../engine/actor.ts";
import { isBlocked } from "../../../ledger/posting/spend.ts";
import type { WalletDraft } from "../../../ledger/wallet-draft.ts";
import { forbiddenPair } from "../cluster.ts";
import { allOf, type FoundMember } from "../joined-parts.ts";
import type { Blocker } from "../merge-answer.ts";
import { type CannotLink, cannotLinkStore } from "../stores.ts";
import { MOST_JOINED, MOST_LOTS, MOST_PROFILES } from "./terms.ts";

export const birthDatesDiffer = (evidence: readonly MatchEvidence[]): boolean =>
  evidence.some(({ kind, rule }) => kind === "birthDate" && rule === "conflicts");

/** Who is of one brand is not told what the other has said of it. */
export const neverJoined = ({ brand }: Pick<Actor, "brand">, { reason, operationId }: CannotLink): Blocker => ({
  code: "cannot_link",
  detail: brand === null ? reason : "it was decided that they are two",
  operationId,
});

export function blockersOf(
  { document, wallet, actor }: CommandContext,
  survivor: FoundMember,
  absorbed: FoundMember,
  { evidence, lots }: { readonly evidence: readonly MatchEvidence[]; readonly lots: number },
): Blocker[] {
  const [here, there] = [allOf(survivor), allOf(absorbed)];
  const pair = forbiddenPair(
    here,
    there,
    here.flatMap((id) => document(cannotLinkStore, id) ?? []),
  );
  const blockers: Blocker[] = [];
  if (pair !== undefined) blockers.push(neverJoined(actor, pair));
  if (birthDatesDiffer(evidence)) {
    blockers.push({ code: "birth_dates_differ", detail: "the birth dates of two profiles differ", operationId: null });
  }
  const profiles = survivor.profiles.length + absorbed.profiles.length;
  if (here.length + there.length > MOST_JOINED || profiles > MOST_PROFILES) {
    const detail = `at most ${MOST_JOINED} members with ${MOST_PROFILES} profiles are one`;
    blockers.push({ code: "too_many_joined", detail, operationId: null });
  }
  if (lots > MOST_LOTS) {
    const detail = `at most ${MOST_LOTS} open lots are moved`;
    blockers.push({ code: "too_many_lots", detail, operationId: null });
  }
  // Which of the two, and why, is for security to say.
  const drafts = [wallet(survivor.memberId), wallet(absorbed.memberId)];
  if (drafts.some((draft) => draft !== undefined && isBlocked(draft))) {
    blockers.push({ code: "blocked_by_security", detail: "security has to let them go first", operationId: null });
  }
  return [...blockers, ...erasureBlockers(drafts)];
}

export function erasureBlockers(two: readonly (WalletDraft | undefined)[]): Blocker[] {
  const blockers: Blocker[] = [];
  if (two.some((draft) => draft?.owner.erasure === "pending")) {
    const detail = "one of the two is to be erased, unless that is cancelled";
    blockers.push({ code: "erasure_pending", detail, operationId: null });
  }
  if (two.some((draft) => draft?.owner.erasure === "erased")) {
    blockers.push({ code: "member_erased", detail: "one of the two is nobody's by now", operationId: null });
  }
  return blockers;
}
