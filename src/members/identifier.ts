/** What a till or a site can present for a member, in one normal form each; and what of it says who somebody is. */
import type { KeyObject } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { Identifier as IdentifierBody, type IDENTIFIER_KINDS } from "../kernel/fields.ts";
import { keyedHash128 } from "../kernel/hash.ts";
import { visibleText } from "./visible-text.ts";

export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];

/**
 * Kinds that whoever presents one has in hand: once brought they lead to a member, also where a till has only typed them in.
 * To link a profile to a member who is known already they must have been read: see registration/link.ts.
 */
const IN_HAND: ReadonlySet<IdentifierKind> = new Set(["card", "app", "wallet_pass", "qr"]);

/** Its value is in normal form, but for one that has just been received. */
export type Identifier = Readonly<z.output<typeof IdentifierBody>>;

export const PresentedIdentifier = z
  .strictObject({
    ...IdentifierBody.shape,
    verified: z.boolean().openapi({
      description:
        "Whether it is known to be his: a card that was read, a phone or mailbox whose code was repeated. False: typed in, or only said.",
    }),
  })
  .openapi("PresentedIdentifier");
export type PresentedIdentifier = Readonly<z.output<typeof PresentedIdentifier>>;

/** One that was presented, in normal form, with the hash that stands for it. */
export type KeyedIdentifier = PresentedIdentifier & { readonly key: string };

/** What is kept of an identifier in plain: all but its text; and whether it has led to the profile's member, and does no more. */
export type BroughtIdentifier = Omit<KeyedIdentifier, "value"> & { readonly ended?: true };

/** What becomes of an identifier: it begins to lead to a member, is verified, and ends. */
export type IdentifierEventName = "begun" | "verified" | "ended";

/** Whether an identifier is a thing that one has, rather than an address that a family may share. */
export const isInHand = ({ kind }: Pick<Identifier, "kind">): boolean => IN_HAND.has(kind);

/** Whether an identifier may lead to a member: one that was only claimed (a phone typed in) may not. */
export const leadsToMember = (presented: PresentedIdentifier): boolean =>
  (presented.verified || isInHand(presented)) && identifiesOne(presented);

/** The normal form of an identifier; undefined where the text cannot be one. */
export function normalise(kind: IdentifierKind, given: string): string | undefined {
  const text = visibleText(given);
  if (kind === "phone") return phoneOf(text);
  if (kind === "email") return EMAIL.test(text) ? text.toLowerCase() : undefined;
  const bare = kind === "card" ? text.replaceAll(/[\s\p{Pd}]/gu, "") : text;
  return /^[\x21-\x7e]{1,128}$/.test(bare) ? bare : undefined;
}

const EMAIL = /^[^\s@<>()[\],:;"\\]+@(?:[\p{L}\p{N}_-]+\.)+[\p{L}\p{N}-]{2,}$/u;

/** E.164, with an extension as RFC 3966 writes it. The whole text must be a phone: one that merely contains one is none. */
function phoneOf(text: string): string | undefined {
  const phone = parsePhoneNumberFromString(text, { defaultCountry: "RU", extract: false });
  if (phone === undefined || !phone.isPossible()) return undefined;
  return phone.ext === undefined ? phone.number : `${phone.number}${EXTENSION}${phone.ext}`;
}

const EXTENSION = ";ext=";

/**
 * Whether an identifier says who somebody is. A phone with an extension belongs to an office; and what is typed where
 * something must be typed belongs to nobody.
 */
export function identifiesOne({ kind, value }: Identifier): boolean {
  if (kind === "phone") return !value.includes(EXTENSION) && !isFiller(value.slice(-10));
  if (kind === "email") return !NO_MAILBOX.test(value);
  return kind !== "card" || value.length < 8 || !isFiller(value);
}

const isFiller = (digits: string): boolean => /^(\d)\1+$/.test(digits) || "01234567890".includes(digits);
const NO_MAILBOX = /^(?:test\d*|no|none|nomail|noemail|no-?reply|example)@/;

/**
 * The keyed hash that stands for an identifier, in normal form, wherever it is looked up: in its own table, among the keys,
 * and on receipts that wait for it. Without the key nobody can try values against it.
 */
export const identifierKey = (lookupKey: KeyObject, { kind, value }: Identifier): string =>
  keyedHash128(lookupKey, JSON.stringify(["identifier", kind, value]));

/**
 * Whether an identifier goes from one who has it to another who has verified it: an address may have been given to somebody
 * else. What is in hand has its owner until that is ended.
 */
export const isReissued = (presented: PresentedIdentifier): boolean =>
  presented.verified && leadsToMember(presented) && !isInHand(presented);

/** The keys of what a profile has brought: also of what leads to nobody. */
export const identifierKeys = ({ identifiers }: { readonly identifiers: readonly BroughtIdentifier[] }): string[] =>
  identifiers.map(({ key }) => key);
