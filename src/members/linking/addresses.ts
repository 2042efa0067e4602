/** Addresses that codes are sent to. They are personal data: they live as long as the request, and leave it masked. */
import type { KeyObject } from "node:crypto";
import type { CodeMessage } from "../../engine/definition/code-sender.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import type { MemberId } from "../../kernel/ids.ts";
import { identifierKey } from "../identifier.ts";
import { readIdentifiers } from "../identifier-store.ts";
import { profileStore } from "../profile-store.ts";
import { openIdentifierValues } from "../sealed-profile.ts";

export type Address = CodeMessage["to"];

/** Whether codes are sent to such ones. */
export const isAddress = (kind: string): kind is Address["kind"] => kind === "phone" || kind === "email";

export const keyOfAddress = (lookupKey: KeyObject, address: Address): string => identifierKey(lookupKey, address);

/**
 * Where a member is sent a code of its own: a verified phone, else an e-mail, which leads to this member still; of several
 * the one that a profile has brought last. Undefined where it has none.
 */
export async function addressOf(
  tx: Transaction,
  personal: Lookup["personal"],
  memberId: MemberId,
): Promise<Address | undefined> {
  const profiles = (await profileStore.load(tx, [memberId], "none")).get(memberId) ?? [];
  const brought = profiles.flatMap((profile) =>
    profile.identifiers.flatMap(({ kind, key, verified }, index) =>
      verified && isAddress(kind) ? [{ kind, key, index, profile }] : [],
    ),
  );
  const known = await readIdentifiers(tx, [...new Set(brought.map(({ key }) => key))]);
  const [best] = brought
    .filter(({ key }) => {
      const leads = known.get(key);
      return leads?.memberId === memberId && leads.verified;
    })
    .sort(
      (one, other) =>
        Number(other.kind === "phone") - Number(one.kind === "phone") ||
        other.profile.createdAt - one.profile.createdAt ||
        (one.key < other.key ? -1 : 1),
    );
  if (best === undefined) return undefined;
  const value = openIdentifierValues(personal, best.profile)[best.index];
  return value === undefined ? undefined : { kind: best.kind, value };
}

/** What a customer recognises as his own, and nobody can use: the last two digits, or the first letter and the domain. */
export function masked({ kind, value }: Address): string {
  if (kind === "phone") return `***${value.slice(-2)}`;
  const at = value.lastIndexOf("@");
  return `${value.slice(0, 1)}***${value.slice(at)}`;
}
