/**
 * Lets one member act for another: a company's buyer, somebody of the family. The link is dated, and owned by neither side:
 * both wallets are locked, so that neither has more links than there may be, and nothing in them changes.
 */
import { z } from "@hono/zod-openapi";
import { idText } from "../../kernel/answers.ts";
import { formatInstant, type Instant as Moment } from "../../kernel/clock.ts";
import { idInPath, Instant, Reference, senseless, text } from "../../kernel/fields.ts";
import { as, type MemberId } from "../../kernel/ids.ts";
import type { CommandContext, Needs } from "../../engine/definition/context.ts";
import { accept, type Refused, refuse, reject, save } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { representativeGranted } from "../events.ts";
import { ofOneBrand } from "../joining/of-one-brand.ts";
import { memberIdIn, survivorOf } from "../owner.ts";
import { isOver, type RepresentativeLink } from "./link.ts";
import { linkAnswer, linkFields, RightsBody } from "./rights.ts";
import { memberLinkStore, representativeStore, type SidedLink } from "./stores.ts";

const REPRESENTATIVE_GRANT = "representative-grant";
/** Links that are not over, of a member: so many may act for it, and for so many it may act. */
export const MOST_LINKS = 50;

const GrantBody = z
  .strictObject({
    representativeId: text(64).openapi({ pattern: "^mbr_[0-9a-f]{32}$", description: "The member who is to act." }),
    rights: RightsBody,
    from: Instant.optional().openapi({ description: "Absent: from now on." }),
    until: Instant.optional().openapi({ description: "Absent: until somebody ends it." }),
    reason: text(500).openapi({ description: "No place for personal data.", example: "buys for the company" }),
    reference: Reference.openapi({ description: "Of the agreement, or of the power of attorney.", example: "POA-77" }),
  })
  .refine(({ from, until }) => from === undefined || until === undefined || from < until, {
    ...senseless("must be later than from"),
    path: ["until"],
  })
  .openapi("RepresentativeBody");

export const representativeGrant = defineOperation({
  name: REPRESENTATIVE_GRANT,
  permission: "representatives.manage",
  forbids: ofOneBrand,
  http: {
    method: "post",
    path: "/v1/members/{memberId}/representatives",
    tag: "Members",
    summary: "Let another member act for a member",
    description:
      "The representative presents his own card and names the member as `actingFor`: what is spent and earned is the member's. " +
      "Whoever absorbs one of the two stands for it; where the two become one, the link is void for as long as they are.",
    idempotencyKey: "required",
    example: {
      representativeId: "mbr_0195560d2a0070008a30f1c2d3e4f000",
      rights: { see: true, spendUpTo: { perOperation: "1000.00", perMonth: "5000.00" } },
      reason: "buys for the company",
      reference: "POA-77",
    },
  },
  params: idInPath("memberId", "mbr"),
  body: GrantBody,
  answers: {
    201: {
      description: "He may act.",
      schema: z.strictObject({ operationId: idText("opn"), ...linkFields }).openapi("GrantedRepresentative"),
    },
  },
  problems: [
    ...([
      "member_erased",
      "member_not_found",
      "represents_himself",
      "already_represents",
      "too_many_representatives",
    ] as const),
    ...(["representative_ends_in_past", "brand_forbidden"] as const),
  ],
  facts: ({ reason, reference }) => ({ reason, reference }),
  async prepare({ reader }, { params, body }) {
    const named = { memberId: memberIdIn(params.memberId), representativeId: memberIdIn(body.representativeId) };
    const [memberId, representativeId] = await Promise.all([
      survivorOf(reader, named.memberId),
      survivorOf(reader, named.representativeId),
    ]);
    const { rights, from, until } = body;
    return { named, memberId, representativeId, rights, from, until };
  },
  needs: (input) => needsOf(input),
  decide(context, input) {
    const { named, memberId, representativeId } = input;
    const { operationId, now, statusOf } = context;
    if (statusOf(memberId) === undefined || statusOf(representativeId) === undefined) return reject("member_not_found");
    if (memberId === representativeId) return refuse("represents_himself");
    const link: RepresentativeLink = {
      id: as("rep", operationId),
      ...named,
      sees: input.rights.see,
      perOperation: input.rights.spendUpTo?.perOperation ?? null,
      perMonth: input.rights.spendUpTo?.perMonth ?? null,
      since: input.from ?? null,
      until: input.until ?? null,
      ...NEVER_USED,
    };
    if (isOver(link, Math.max(now, link.since ?? now))) {
      return reject("representative_ends_in_past", { now: formatInstant(now) });
    }
    const links = linksOf(context, input);
    const fault = faultOf(links, link, now);
    if (fault !== undefined) return fault;
    return accept({
      documents: [
        save(representativeStore, link.id, link),
        save(memberLinkStore, memberId, [...links.ofMember, { link, side: "represented" }]),
        save(memberLinkStore, representativeId, [...links.ofRepresentative, { link, side: "representative" }]),
      ],
      answer: { operationId, ...linkAnswer(link, now) },
      events: [representativeGranted({ representationId: link.id, ...named })],
    });
  },
});

const NEVER_USED = { endedAt: null, endedBy: null, usesThen: null, month: null, monthSpent: 0n, uses: 0 } as const;

interface Both {
  readonly memberId: MemberId;
  readonly representativeId: MemberId;
}

/** Both wallets; the operation is kept with the member who is acted for. */
function needsOf({ memberId, representativeId, named }: Both & { readonly named: Both }): Needs {
  return {
    wallets: [...new Set([memberId, representativeId])],
    foundBy: [
      { wallet: memberId, by: named.memberId },
      { wallet: representativeId, by: named.representativeId },
    ],
    documents: [need(memberLinkStore, memberId), need(memberLinkStore, representativeId)],
  };
}

interface Links {
  readonly ofMember: readonly SidedLink[];
  readonly ofRepresentative: readonly SidedLink[];
}

const linksOf = ({ document }: CommandContext, { memberId, representativeId }: Both): Links => ({
  ofMember: document(memberLinkStore, memberId) ?? [],
  ofRepresentative: document(memberLinkStore, representativeId) ?? [],
});

/** Why there is no place for a link. One between the same two, by whichever of their ids, stands in both lists. */
function faultOf(links: Links, asked: RepresentativeLink, now: Moment): Refused | undefined {
  const living = ({ link }: SidedLink) => !isOver(link, now);
  const ofMember = links.ofMember.filter((each) => each.side === "represented" && living(each));
  const ofRepresentative = links.ofRepresentative.filter((each) => each.side === "representative" && living(each));
  const theirs = new Set(ofRepresentative.map(({ link }) => link.id));
  const same = ofMember.find(({ link }) => theirs.has(link.id) && overlap(link, asked));
  if (same !== undefined) return refuse("already_represents", { representationId: same.link.id });
  const most = MOST_LINKS;
  if (ofMember.length >= most) return refuse("too_many_representatives", { most, of: "represented" });
  if (ofRepresentative.length >= most) return refuse("too_many_representatives", { most, of: "representative" });
  return undefined;
}

const overlap = (one: RepresentativeLink, other: RepresentativeLink): boolean =>
  beginsBefore(other, one.until) && beginsBefore(one, other.until);

const beginsBefore = ({ since }: RepresentativeLink, until: Moment | null): boolean =>
  until === null || since === null || since < until;
