/**
 * Tells a brand's profile what its customer allows, or does not allow any more. Each piece of news is kept; what was said
 * latest holds, in whatever order news comes in.
 */
import { z } from "@hono/zod-openapi";
import { idText, InstantText } from "../../kernel/answers.ts";
import { formatInstant, type Instant as Moment, MINUTE_MS } from "../../kernel/clock.ts";
import { idInPath, Instant, Reference, senseless, text } from "../../kernel/fields.ts";
import { isId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { accept, type Rejected, refuse, reject, save, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { seesOwnOf } from "../../engine/definition/visibility.ts";
import { consentStore, inForce, withNews } from "./consent-store.ts";
import { CONSENT_CHANNELS, Consents, MOST_CONSENTS } from "./consent-words.ts";
import { consentsChanged } from "../events.ts";
import { ownerIn } from "../owner.ts";
import { type Profile, profileStore } from "../profile-store.ts";

const ConsentBody = z
  .strictObject({
    consents: Consents.refine((said) => Object.keys(said).length > 0, senseless("at least 1 consents")).openapi({
      minProperties: 1,
      example: { sms: false },
    }),
    channel: z.enum(CONSENT_CHANNELS).openapi({ description: "How the customer has said it." }),
    occurredAt: Instant.optional().openapi({ description: "When it was said; absent: now." }),
    reason: text(500).optional().openapi({ description: "No place for personal data." }),
    reference: Reference.optional().openapi({ description: "Of a form, or of a call." }),
  })
  .openapi("ConsentBody");

const ConsentAnswer = z
  .strictObject({
    operationId: idText("opn"),
    profileId: idText("prf"),
    memberId: idText("mbr").openapi({ description: "Whom the profile leads to." }),
    brand: z.string(),
    consents: z.array(
      z
        .strictObject({
          purpose: z.string().openapi({ example: "sms" }),
          given: z.boolean(),
          since: InstantText,
          inForce: z.boolean().openapi({ description: "False where something that was said later is known already." }),
        })
        .openapi("SaidConsent"),
    ),
  })
  .openapi("ConsentAnswer");

export const consentChange = defineOperation({
  name: "consent-change",
  permission: "consents.change",
  http: {
    method: "post",
    path: "/v1/profiles/{profileId}/consents",
    tag: "Members",
    summary: "Tell what a customer allows a brand to do, or forbids it",
    description:
      "By purpose; what is not named stays as it is. What was said latest holds: news that comes late (`occurredAt`) is kept, and changes nothing that was said since. " +
      "A client of one brand tells of that brand's profiles.",
    idempotencyKey: "required",
    batchItem: "consents",
    example: { consents: { sms: false, email: true }, channel: "app" },
  },
  params: idInPath("profileId", "prf"),
  body: ConsentBody,
  answers: { 200: { description: "Kept.", schema: ConsentAnswer } },
  problems: ["member_erased", "profile_not_found", "too_many_consents", "said_in_future"],
  facts: ({ channel, reason, reference }) => ({ channel, reason, reference }),
  concerns: ({ params: { profileId } }) => [`profile|${profileId}`],
  async prepare({ reader }, { params: { profileId }, body: { consents, occurredAt } }) {
    const memberId = isId("prf", profileId) ? await ownerIn(reader, profileId) : undefined;
    if (!isId("prf", profileId) || memberId === undefined) throw new Problem("profile_not_found");
    return { profileId, memberId, said: consents, occurredAt };
  },
  needs: ({ profileId, memberId }) => ({
    wallets: [memberId],
    foundBy: [{ wallet: memberId, by: profileId }],
    documents: [need(profileStore, memberId), need(consentStore, profileId)],
  }),
  decide(context, { profileId, memberId, said, occurredAt }) {
    const { operationId, document, actor } = context;
    const profiles = document(profileStore, memberId) ?? [];
    const profile = profiles.find(({ id }) => id === profileId);
    if (profile === undefined) return stale;
    if (!seesOwnOf(actor, profile.brand)) return reject("profile_not_found");
    const since = momentOf(context, occurredAt);
    if (typeof since !== "number") return since;
    const before = document(consentStore, profileId) ?? [];
    const history = withNews(before, { profileId, operationId, since }, said);
    const now = inForce(history);
    if (now.size > MOST_CONSENTS) return refuse("too_many_consents", { most: MOST_CONSENTS });
    const told = history.slice(before.length).map((news) => ({ news, holds: now.get(news.purpose) === news }));
    const changed = told.some(({ holds }) => holds);
    const consents = Object.fromEntries([...now].map(([purpose, { given }]) => [purpose, given]));
    const current: Profile = { ...profile, consents: { ...profile.consents, ...consents } };
    return accept({
      documents: [
        ...(changed
          ? [
              save(
                profileStore,
                memberId,
                profiles.map((each) => (each === profile ? current : each)),
              ),
            ]
          : []),
        save(consentStore, profileId, history),
      ],
      answer: {
        operationId,
        profileId,
        memberId,
        brand: profile.brand,
        consents: told.map(({ news: { purpose, given }, holds }) => {
          return { purpose, given, since: formatInstant(since), inForce: holds };
        }),
      },
      events: changed ? [consentsChanged({ profileId, memberId, brand: profile.brand })] : [],
    });
  },
});

/** When something was said: clocks may be ahead by as much as those of tills, and nothing is said later than now. */
function momentOf({ now, policy }: CommandContext, occurredAt: Moment = now): Moment | Rejected {
  const latest = now + policy.rules.receipts.earlyMinutes * MINUTE_MS;
  return occurredAt > latest ? reject("said_in_future", { latest: formatInstant(latest) }) : Math.min(occurredAt, now);
}
