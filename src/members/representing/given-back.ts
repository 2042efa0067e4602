/**
 * What a representative has spent and comes back may be spent by him again, in the month in which he has spent it. In a later
 * month it gives him nothing: the limit is of what is spent in a month, and what was spent before counts there no more.
 */
import type { Bonus } from "../../kernel/amount.ts";
import type { MemberId, OperationId } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { type Saved, save } from "../../engine/definition/decision.ts";
import { type DocumentNeed, need } from "../../engine/definition/document-store.ts";
import type { Reader } from "../../engine/connection/reader.ts";
import { monthOf, type RepresentativeUse, usedBy } from "./link.ts";
import { type ActedUse, representativeStore, usesOfOperations, useRef, useStore } from "./stores.ts";

/** How an operation used a link; null where nobody has acted for its member. */
export const useOf = async (reader: Reader, operationId: OperationId): Promise<ActedUse | null> =>
  (await reader.one(usesOfOperations, operationId)) ?? null;

/**
 * How what a later step goes on with used a link; null where nobody has acted. Whoever is named by an absorbed id is told apart by
 * a profile, as one whose own card was presented: so it is looked up for everybody but for nobody's.
 */
export const begunBy = async (
  reader: Reader,
  { memberId }: { readonly memberId: MemberId | null },
  operationId: OperationId,
): Promise<ActedUse | null> => (memberId === null ? null : useOf(reader, operationId));

export const needsOfUse = (use: RepresentativeUse | null): DocumentNeed[] =>
  use === null ? [] : [need(representativeStore, use.representationId)];

/** Counts what comes back of a use, while its month lasts. */
export const givenBack = (
  context: CommandContext,
  use: RepresentativeUse | null,
  amount: Bonus,
  walletVersion: bigint,
): Saved[] => counted(context, use, { kind: "came_back", amount: -amount, walletVersion });

/** Counts again what a return had given back, where that return is undone in its month; be it above the limit by then. */
export const takenAgain = (context: CommandContext, use: RepresentativeUse | null, walletVersion: bigint): Saved[] =>
  counted(context, use, { kind: "taken_again", amount: -(use?.amount ?? 0n), walletVersion });

function counted(
  context: CommandContext,
  use: RepresentativeUse | null,
  by: Pick<RepresentativeUse, "kind" | "amount" | "walletVersion">,
): Saved[] {
  const link = use === null ? undefined : context.document(representativeStore, use.representationId);
  if (use === null || link === undefined || by.amount === 0n || monthOf(link, context) !== use.month) return [];
  const { operationId } = context;
  const [after, row] = usedBy(link, { ...by, operationId, profileId: null }, context);
  return [save(representativeStore, link.id, after), save(useStore, useRef(row), row)];
}
