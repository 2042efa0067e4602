/** Ends an identifier of a member: it leads to nobody, until somebody brings it again. */
import { z } from "@hono/zod-openapi";
import { InstantText } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { Identifier, idInPath } from "../../kernel/fields.ts";
import { bucketOf } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { accept, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import type { NaturalKey } from "../../engine/definition/natural-key.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { seesOwnOf } from "../../engine/definition/visibility.ts";
import { identifierEnded } from "../events.ts";
import { end, endedIn } from "../identifier-changes.ts";
import { historyStore } from "../identifier-history.ts";
import { identifierStore, leadingBy } from "../identifier-store.ts";
import { profileStore } from "../profile-store.ts";
import { answerFields, IDENTIFIER_END, namedMember, requireIdentifier, stated, statedFields } from "./asked.ts";

export const identifierEnd = defineOperation({
  name: IDENTIFIER_END,
  permission: "identifiers.change",
  http: {
    method: "post",
    path: "/v1/members/{memberId}/identifiers/end",
    tag: "Members",
    summary: "End an identifier of a member: it leads to nobody from then on",
    description:
      "A lost card, a phone that is somebody else's by now. Receipts of before that come late are the member's still; of later ones the identifier is unknown, and they wait for whoever brings it. A POST, so that no personal data stands in any URL.",
    idempotencyKey: "required",
    example: { identifier: { kind: "card", value: "2900000000017" }, reason: "lost" },
  },
  params: idInPath("memberId", "mbr"),
  body: z.strictObject({ identifier: Identifier, ...statedFields }).openapi("IdentifierEndBody"),
  answers: {
    200: {
      description: "Ended.",
      schema: z.strictObject({ ...answerFields, since: InstantText, until: InstantText }).openapi("EndedIdentifier"),
    },
  },
  problems: ["member_erased", "member_not_found", "identifier_not_found"],
  facts: stated,
  async prepare(look, { actor, params, body }) {
    const { named, memberId, profiles } = await namedMember(look, params.memberId);
    const { key, kind } = requireIdentifier(look, body.identifier);
    const known = await look.reader.one(identifierStore, key);
    const profile = profiles.find(({ id }) => id === known?.profileId);
    if (profile === undefined || !seesOwnOf(actor, profile.brand)) throw new Problem("identifier_not_found");
    return { named, memberId, profileId: profile.id, key, kind };
  },
  bucket: ({ memberId }) => bucketOf(memberId),
  // Whoever brings it at this very moment waits, and finds its key free.
  naturalKeys: ({ key }): NaturalKey[] => [{ key, role: "mark" }],
  needs: ({ named, memberId, profileId, key }) => ({
    wallets: [memberId],
    foundBy: [named, profileId].map((by) => ({ wallet: memberId, by })),
    documents: [need(identifierStore, key), need(historyStore, key), need(profileStore, memberId)],
  }),
  decide(context, { memberId, profileId, key, kind }) {
    const known = leadingBy(context, key);
    if (known?.memberId !== memberId || known.profileId !== profileId) return stale;
    const { operationId, now } = context;
    const interval = { since: formatInstant(known.createdAt), until: formatInstant(now) };
    return accept({
      documents: [...end(context, known), ...endedIn(context, [known])],
      releases: [key],
      answer: { operationId, memberId, profileId, kind, ...interval },
      events: [identifierEnded({ profileId, memberId, kind, reissued: false })],
    });
  },
});
