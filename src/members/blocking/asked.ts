/** What blocking a member and letting it go have in common. */
import { z } from "@hono/zod-openapi";
import { BalanceAfter, idText, InstantText } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { idInPath, Reference, text } from "../../kernel/fields.ts";
import type { MemberId } from "../../kernel/ids.ts";
import type { CommandContext, Needs } from "../../engine/definition/context.ts";
import { need } from "../../engine/definition/document-store.ts";
import { type MemberBlock, blockStore } from "../block-store.ts";
import { ofOneBrand } from "../joining/of-one-brand.ts";
import { type Named, namedInPath } from "../owner.ts";

export const BlockBody = z
  .strictObject({
    reason: text(500).openapi({
      description: "Shown to whoever may block, and to nobody else. No place for personal data.",
      example: "bonuses spent from three cities within an hour",
    }),
    reference: Reference.optional().openapi({ description: "Of the case.", example: "SEC-1042" }),
  })
  .openapi("BlockBody");

/** Of either answer. */
export const answerFields = {
  operationId: idText("opn"),
  memberId: idText("mbr").openapi({ description: "Who stands for whom was named." }),
  since: InstantText,
  balance: BalanceAfter,
} as const;

/** All that is said of both, and is the same. */
export const common = {
  permission: "members.block",
  forbids: ofOneBrand,
  params: idInPath("memberId", "mbr"),
  body: BlockBody,
  facts: ({ reason, reference }: z.output<typeof BlockBody>) => ({ reason, reference }),
  prepare: namedInPath,
} as const;

export const needsOf = ({ memberId, named }: Named) =>
  ({
    wallets: [memberId],
    foundBy: [{ wallet: memberId, by: named }],
    documents: [need(blockStore, memberId)],
  }) satisfies Needs;

/** All that is known of a member's blocks in a command: the last is the one that holds. */
export const blocksOf = ({ document }: CommandContext, memberId: MemberId): readonly MemberBlock[] =>
  document(blockStore, memberId) ?? [];

/** Since when it is as it is, and by which operation: told to whoever asks for what is so already. */
export function standing(blocks: readonly MemberBlock[]) {
  const last = blocks.at(-1);
  return { operationId: last?.operationId ?? null, since: last === undefined ? null : formatInstant(last.since) };
}
