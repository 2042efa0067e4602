/**
 * A customer says that another account is his as well: one code goes to an address of each, and whoever repeats both has
 * proved them. Whether there is such an account is told by nothing: neither by the answer, nor by what becomes of it.
 */
import { z } from "@hono/zod-openapi";
import { idText, InstantText } from "../../kernel/answers.ts";
import { DAY_MS, formatInstant, type Instant } from "../../kernel/clock.ts";
import { Identifier, text } from "../../kernel/fields.ts";
import { as, type MemberId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { accept, type Rejected, refuse, reject, save, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { identifiesOne, normalise } from "../identifier.ts";
import { identifierStore, type KnownIdentifier, leadingBy, readIdentifiers } from "../identifier-store.ts";
import { ofOneBrand } from "../joining/of-one-brand.ts";
import { memberIdIn, survivorIn } from "../owner.ts";
import { type Address, addressOf, keyOfAddress, masked } from "./addresses.ts";
import { type CodeHashes, hashLinkCodes, newLinkCodes } from "./codes.ts";
import { type CustomerLink, customerLinkStore, startsTo } from "./customer-link-store.ts";
import { LINK_MS, LINKS_A_DAY, LINKS_TO_ONE_A_DAY } from "./terms.ts";

const LinkBody = z
  .strictObject({
    memberId: text(64).openapi({
      description: "Who is signed in.",
      pattern: "^mbr_[0-9a-f]{32}$",
      example: "mbr_0195560d2a0070008a30f1c2d3e4f000",
    }),
    identifier: z.strictObject({ kind: z.enum(["phone", "email"]), value: Identifier.shape.value }).openapi({
      description: "Of the other account: a phone or an e-mail that is verified there.",
      example: { kind: "phone", value: "+7 912 000-00-17" },
    }),
  })
  .openapi("LinkBody");

const Masked = z.string().optional();

const LinkAnswer = z
  .strictObject({
    linkId: idText("lnk"),
    operationId: idText("opn"),
    status: z.literal("open"),
    expiresAt: InstantText,
    sentToOwn: Masked.openapi({
      description:
        "The address of the signed-in member that a code goes to, masked. Absent where the request had come before.",
      example: "***17",
    }),
    sentToOther: Masked.openapi({
      description: "The address that was given, masked, whether somebody has it or not. Absent likewise.",
      example: "***42",
    }),
  })
  .openapi("StartedLink");

export interface LinkStartInput extends CodeHashes {
  /** As the request has named it: it may part from that member meanwhile. */
  readonly named: MemberId;
  readonly memberId: MemberId;
  /** Undefined: the member has none. */
  readonly own: Address | undefined;
  readonly ownKey: string | null;
  readonly other: Address;
  readonly otherId: MemberId | null;
  readonly identifierKey: string;
  readonly codes: ReturnType<typeof newLinkCodes>;
  /** When links were started to the same identifier, by anybody; commands that are under way at this moment are not counted. */
  readonly startsToOther: readonly Instant[];
}

export const linkStart = defineOperation({
  name: "link-start",
  permission: "links.start",
  forbids: ofOneBrand,
  // The other may be: that is told to nobody.
  ofErased: "goes_on",
  http: {
    method: "post",
    path: "/v1/links",
    tag: "Identity",
    summary: "Start a link to another account, for a customer who is signed in",
    description:
      "One code goes to a verified address of the signed-in member, one to the phone or e-mail that is given; both are to be repeated within ten minutes. " +
      "The answer is the same whether anybody has that address or not. A link that was started before ends.",
    idempotencyKey: "required",
    rate: "lookup",
    example: {
      memberId: "mbr_0195560d2a0070008a30f1c2d3e4f000",
      identifier: { kind: "phone", value: "+7 912 000-00-17" },
    },
  },
  body: LinkBody,
  answers: {
    201: { description: "Codes are on their way, as far as there is anybody to have them.", schema: LinkAnswer },
  },
  problems: [
    ...([
      "member_erased",
      "links_unavailable",
      "member_not_found",
      "already_one_member",
      "no_verified_address",
    ] as const),
    ...(["too_many_links", "unprocessable_request", "brand_forbidden"] as const),
  ],
  async prepare(look, { body }): Promise<LinkStartInput> {
    if (look.codeSender === undefined) throw new Problem("links_unavailable");
    const { reader, personal, clock, codeSecret } = look;
    const other = addressIn(body.identifier);
    const identifierKey = keyOfAddress(personal.lookupKey, other);
    const named = memberIdIn(body.memberId);
    const found = await reader.snapshot(async (tx) => {
      const memberId = await survivorIn(tx, named);
      const [own, led, startsToOther] = await Promise.all([
        addressOf(tx, personal, memberId),
        readIdentifiers(tx, [identifierKey]),
        startsTo(tx, identifierKey, clock.now() - DAY_MS),
      ]);
      return { memberId, own, otherId: leadsTo(other, led.get(identifierKey)), startsToOther };
    });
    const codes = newLinkCodes();
    const hashes = hashLinkCodes(codeSecret, found, codes);
    const ownKey = found.own === undefined ? null : keyOfAddress(personal.lookupKey, found.own);
    return { named, ...found, ownKey, other, identifierKey, codes, ...hashes };
  },
  needs: ({ named, memberId, otherId, identifierKey, ownKey }) => ({
    wallets: otherId === null || otherId === memberId ? [memberId] : [memberId, otherId],
    foundBy: [{ wallet: memberId, by: named }],
    documents: [
      need(customerLinkStore, memberId),
      ...[...new Set([identifierKey, ...(ownKey === null ? [] : [ownKey])])].map((key) => need(identifierStore, key)),
    ],
  }),
  decide(context, input) {
    const { memberId, own, ownKey, other, otherId, identifierKey } = input;
    const member = context.wallet(memberId);
    if (member === undefined) return reject("member_not_found");
    if (member.owner.erasure === "erased") return refuse("member_erased");
    // Whoever is erased at this moment is not noted as the other, and nobody is told.
    if (leadsTo(other, leadingBy(context, identifierKey)) !== otherId) return stale;
    // Its own code goes to nobody who has it by now.
    if (ownKey !== null && !isProvedBy(memberId, leadingBy(context, ownKey))) return stale;
    if (own === undefined) return refuse("no_verified_address", { memberId });
    if (otherId === memberId) return refuse("already_one_member", { memberId });
    const links = context.document(customerLinkStore, memberId) ?? [];
    const tooMany = rateFault(context.now, links, input);
    if (tooMany !== undefined) return tooMany;
    const link = startedLink(context, input);
    const { id: linkId, expiresAt } = link;
    return accept({
      memberId,
      documents: [save(customerLinkStore, memberId, [...links.map((each) => replaced(context, each)), link])],
      answer: {
        linkId,
        operationId: context.operationId,
        status: "open",
        expiresAt: formatInstant(expiresAt),
      },
      shownOnce: { sentToOwn: masked(own), sentToOther: masked(other) },
    });
  },
});

/** Whom an address leads to who has proved it; null where that is nobody. */
const leadsTo = (address: Address, led: Pick<KnownIdentifier, "memberId" | "verified"> | undefined): MemberId | null =>
  led?.verified === true && identifiesOne(address) ? led.memberId : null;

const isProvedBy = (memberId: MemberId, led: Pick<KnownIdentifier, "memberId" | "verified"> | undefined): boolean =>
  led?.memberId === memberId && led.verified;

type Given = z.output<typeof LinkBody>["identifier"];

function addressIn({ kind, value: given }: Given): Address {
  const value = normalise(kind, given);
  if (value !== undefined) return { kind, value };
  const errors = [{ path: "identifier.value", message: `not a ${kind}` }];
  throw new Problem("unprocessable_request", { errors });
}

/** Leaves no trace: tomorrow the same request is as good as a new one. */
function rateFault(
  now: Instant,
  links: readonly CustomerLink[],
  { startsToOther }: Pick<LinkStartInput, "startsToOther">,
): Rejected | undefined {
  const since = now - DAY_MS;
  const own = links.map(({ startedAt }) => startedAt).filter((at) => at > since);
  const [most, starts] = own.length >= LINKS_A_DAY ? [LINKS_A_DAY, own] : [LINKS_TO_ONE_A_DAY, startsToOther];
  if (starts.length < most) return undefined;
  const again = Math.min(...starts.slice(-most)) + DAY_MS;
  return reject("too_many_links", { retryAfterSeconds: Math.max(1, Math.ceil((again - now) / 1_000)) });
}

function startedLink({ operationId, now }: CommandContext, input: LinkStartInput): CustomerLink {
  const { memberId, otherId, identifierKey, ownCodeHash, otherCodeHash } = input;
  return {
    id: as("lnk", operationId),
    memberId,
    otherId,
    identifierKey,
    ownCodeHash,
    otherCodeHash,
    status: "open",
    wrongTries: 0,
    startedAt: now,
    expiresAt: now + LINK_MS,
    endedBy: null,
  };
}

const replaced = ({ operationId }: CommandContext, link: CustomerLink): CustomerLink =>
  link.status === "open" ? { ...link, status: "replaced", endedBy: operationId } : link;
