/**
 * A customer repeats both codes: the two accounts become one, as staff would merge them. What stands against it is told to
 * nobody: it may be the other's. A wrong try is counted for good, also where this process ends a moment later.
 */
import { z } from "@hono/zod-openapi";
import { idText, InstantText, orNull } from "../../kernel/answers.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import { idInPath } from "../../kernel/fields.ts";
import { as, bucketOf } from "../../kernel/ids.ts";
import { OneTimeCode } from "../../kernel/one-time-code.ts";
import { Problem } from "../../kernel/problems.ts";
import type { CommandContext, Needs } from "../../engine/definition/context.ts";
import { accept, type Refused, refuse, type Saved, save, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { identifierStore, leadingBy, readIdentifiers } from "../identifier-store.ts";
import type { Since } from "../joining/changed-since.ts";
import { findJoining, type Joining, joinMembers, needsOfJoining } from "../joining/merging/join.ts";
import { MergeAnswer } from "../joining/merge-answer.ts";
import { ofOneBrand } from "../joining/of-one-brand.ts";
import { changesSince, needChangesSince } from "../joining/still-as-asked.ts";
import { survivorIn } from "../owner.ts";
import { profileStore } from "../profile-store.ts";
import { isAddress } from "./addresses.ts";
import { areRight, type CodeHashes, hashLinkCodes } from "./codes.ts";
import { type CustomerLink, customerLinkStore, readCustomerLink } from "./customer-link-store.ts";
import { LINK_REASON, MOST_WRONG_LINK_CODES } from "./terms.ts";
import { LINK_CONFIRMATION } from "../joining/operation-names.ts";

const ConfirmBody = z
  .strictObject({
    codes: z.strictObject({ own: OneTimeCode, other: OneTimeCode }).openapi({
      description: "`own`: sent to the member who is signed in; `other`: sent to the address that was given.",
    }),
  })
  .openapi("LinkConfirmationBody");

const ConfirmAnswer = z
  .strictObject({
    linkId: idText("lnk"),
    operationId: idText("opn"),
    status: z.literal("linked"),
    merge: MergeAnswer,
    coolingUntil: orNull(InstantText).openapi({
      description:
        "Until when what was the other account's may not be spent, where it is much, whichever of the two stands for both; null: it may be.",
    }),
  })
  .openapi("ConfirmedLink");

interface Asked {
  readonly link: CustomerLink;
  readonly tried: CodeHashes;
  /** Looked up only where the codes are right; null where the two are not as they were when it was started. */
  readonly joining: Joining | null;
}

export const linkConfirmation = defineOperation({
  name: LINK_CONFIRMATION,
  permission: "links.start",
  forbids: ofOneBrand,
  alone: true,
  ofErased: "goes_on",
  http: {
    method: "post",
    path: "/v1/links/{linkId}/confirm",
    tag: "Identity",
    summary: "Repeat both codes of a link, and join the two accounts",
    description:
      "Both codes are told right or wrong together. After five wrong tries, ten minutes, or another start the link has ended. " +
      "Where something stands against joining the two (`link_refused`), it is not said what: staff can see it.",
    idempotencyKey: "required",
    rate: "lookup",
    example: { codes: { own: "402917", other: "118203" } },
  },
  params: idInPath("linkId", "lnk"),
  body: ConfirmBody,
  answers: { 200: { description: "The two are one member.", schema: ConfirmAnswer } },
  problems: ["link_not_found", "link_ended", "link_codes_wrong", "link_refused", "member_not_found", "brand_forbidden"],
  conceals: ["codes"],
  facts: () => ({ reason: LINK_REASON }),
  async prepare(look, { params, body }): Promise<Asked> {
    const link = await readCustomerLink(look.reader, params.linkId);
    if (link === undefined) throw new Problem("link_not_found");
    const tried = hashLinkCodes(look.codeSecret, link, body.codes);
    return { link, tried, joining: areRight(link, tried) ? await joiningOf(look, link) : null };
  },
  bucket: ({ link, joining }) => bucketOf(joining === null ? link.memberId : joining.survivor.memberId),
  needs: needsOf,
  decide(context, { link: found, tried, joining }) {
    const links = context.document(customerLinkStore, found.memberId) ?? [];
    const link = links.find(({ id }) => id === found.id);
    const ended = link === undefined ? "replaced" : endOf(link, context.now);
    if (link === undefined || ended !== undefined) return refuse("link_ended", { linkId: found.id, because: ended });
    const saved = (changes: Partial<CustomerLink>): Saved =>
      save(
        customerLinkStore,
        link.memberId,
        links.map((each) => (each === link ? { ...link, ...changes } : each)),
      );
    if (!areRight(link, tried)) return wrong(link, saved);
    const refused = () =>
      refuse("link_refused", { linkId: link.id }, [saved({ status: "refused", endedBy: context.operationId })]);
    // Of whoever is erased meanwhile the link does not even know any more which address it was.
    const isForgotten = link.identifierKey !== found.identifierKey;
    if (joining === null || isForgotten || !stillLeads(context, link)) return refused();
    const isOther = changedSinceStart(context, link);
    if (isOther === undefined) return stale;
    if (isOther) return refused();
    const joined = joinMembers(context, joining, LINK_REASON, { coolsOff: link.otherId });
    if (joined.kind === "refused") return refused();
    if (joined.kind !== "joined") return joined.kind === "stale" ? stale : joined;
    const { operationId } = context;
    const until = joined.coolingUntil === null ? null : formatInstant(joined.coolingUntil);
    return accept({
      memberId: joined.memberId,
      documents: [...joined.documents, saved({ status: "linked", endedBy: operationId })],
      answer: { linkId: link.id, operationId, status: "linked", merge: joined.answer, coolingUntil: until },
      events: [joined.event],
    });
  },
});

/** Null where one of the two has become part of another since, or the address leads to somebody else: who has proved what is open then. */
async function joiningOf(
  { reader, personal }: Lookup,
  { memberId, otherId, identifierKey }: CustomerLink,
): Promise<Joining | null> {
  if (otherId === null) return null;
  return reader.snapshot(async (tx) => {
    const [own, other, led] = await Promise.all([
      survivorIn(tx, memberId),
      survivorIn(tx, otherId),
      readIdentifiers(tx, [identifierKey]),
    ]);
    if (own !== memberId || other !== otherId || led.get(identifierKey)?.memberId !== otherId) return null;
    return findJoining(tx, personal, memberId, otherId);
  });
}

function needsOf({ link, joining }: Asked): Needs {
  const { memberId, identifierKey } = link;
  const own = [need(customerLinkStore, memberId), need(identifierStore, identifierKey)];
  if (joining === null) return { wallets: [memberId], absorbed: true, documents: own };
  const needs = needsOfJoining(joining);
  const since = needChangesSince(sinceStart(link));
  const documents = [since, ...own, ...needs.documents.filter(({ id }) => id !== identifierKey)];
  // All that is in the other account may have to cool off, also where it stands for both.
  const whole = link.otherId === null ? needs.whole : [...new Set([...needs.whole, link.otherId])];
  return { ...needs, whole, documents };
}

const stillLeads = (context: CommandContext, { otherId, identifierKey }: CustomerLink): boolean =>
  leadingBy(context, identifierKey)?.memberId === otherId;

const sinceStart = ({ id, memberId, otherId }: CustomerLink): Since => ({
  members: otherId === null ? [memberId] : [memberId, otherId],
  operationId: as("opn", id),
});

/**
 * Whether one of the two has been joined with a third, or parted, since the start, or a phone or an e-mail of the signed-in
 * member has ended: his code may have gone there. Undefined where it is to be judged again.
 */
function changedSinceStart(context: CommandContext, link: CustomerLink): boolean | undefined {
  const changes = changesSince(context, sinceStart(link));
  if (changes === undefined) return undefined;
  if (changes.joinedOrParted) return true;
  const ended = new Set(changes.ended);
  const profiles = context.document(profileStore, link.memberId) ?? [];
  return profiles.some(({ identifiers }) => identifiers.some(({ kind, key }) => isAddress(kind) && ended.has(key)));
}

type End = "expired" | "tried_too_often" | Exclude<CustomerLink["status"], "open">;

function endOf({ status, wrongTries, expiresAt }: CustomerLink, now: Instant): End | undefined {
  if (status !== "open") return status;
  if (wrongTries >= MOST_WRONG_LINK_CODES) return "tried_too_often";
  return expiresAt <= now ? "expired" : undefined;
}

function wrong({ id, wrongTries }: CustomerLink, saved: (changes: Partial<CustomerLink>) => Saved): Refused {
  const tries = wrongTries + 1;
  const data = { linkId: id, triesLeft: MOST_WRONG_LINK_CODES - tries };
  return refuse("link_codes_wrong", data, [saved({ wrongTries: tries })]);
}
