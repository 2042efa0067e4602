/** What a till or a site can present for a member, in one normal form each. */
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { hash128 } from "../kernel/hash.ts";

export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];
export const IDENTIFIER_KINDS = ["card", "phone", "email", "app", "wallet_pass", "qr"] as const;

/** Kinds that lead to a member without having been verified: whoever presents one has it in hand. */
const POSSESSED: ReadonlySet<IdentifierKind> = new Set(["card", "app", "wallet_pass", "qr"]);

export interface Identifier {
  readonly kind: IdentifierKind;
  /** In normal form. */
  readonly value: string;
}

export interface PresentedIdentifier extends Identifier {
  readonly verified: boolean;
}

/** Whether an identifier may lead to a member: one that was only claimed (a phone typed in) may not. */
export const leadsToMember = ({ kind, verified }: PresentedIdentifier): boolean => verified || POSSESSED.has(kind);

/** The normal form of an identifier; undefined where the text cannot be one. */
export function normalise(kind: IdentifierKind, value: string): string | undefined {
  const text = value.trim();
  if (kind === "phone") {
    const phone = parsePhoneNumberFromString(text, "RU");
    return phone?.isPossible() ? phone.number : undefined;
  }
  if (kind === "email") return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? text.toLowerCase() : undefined;
  const bare = kind === "card" ? text.replaceAll(/[\s-]/g, "") : text;
  return /^[\x21-\x7e]{1,128}$/.test(bare) ? bare : undefined;
}

/** Where an identifier is looked up. */
export const identifierRef = ({ kind, value }: Identifier): string => `${kind}|${value}`;

/** Stands for an identifier among the keys, and on receipts that wait for it. */
export const identifierKey = ({ kind, value }: Identifier): string =>
  hash128(JSON.stringify(["identifier", kind, value]));
