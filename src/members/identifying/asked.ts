/** What adding an identifier to a member and ending one have in common. */
import { z } from "@hono/zod-openapi";
import { idText } from "../../kernel/answers.ts";
import { type Identifier, IDENTIFIER_KINDS, Reference, text } from "../../kernel/fields.ts";
import type { MemberId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { identifierKey, normalise } from "../identifier.ts";
import { memberIdIn, survivorIn } from "../owner.ts";
import { type Profile, profileStore } from "../profile-store.ts";

export const IDENTIFIER_ADDING = "identifier-adding";
export const IDENTIFIER_END = "identifier-end";

/** What is stated with either. */
export const statedFields = {
  reason: text(500).openapi({ description: "Shown to whoever may change identifiers. No place for personal data." }),
  reference: Reference.optional(),
} as const;

export const stated = ({ reason, reference }: z.output<z.ZodObject<typeof statedFields>>) => ({ reason, reference });

/** Of either answer. */
export const answerFields = {
  operationId: idText("opn"),
  memberId: idText("mbr").openapi({ description: "Who stands for whom was named." }),
  profileId: idText("prf"),
  kind: z.enum(IDENTIFIER_KINDS),
} as const;

/** A member who stands for itself, with its profiles, as they were found. */
interface Named {
  readonly memberId: MemberId;
  /** As the request has named it: it may part from that member meanwhile. */
  readonly named: MemberId;
  readonly profiles: readonly Profile[];
}

export async function namedMember({ reader }: Lookup, id: string): Promise<Named> {
  const named = memberIdIn(id);
  return reader.snapshot(async (tx) => {
    const memberId = await survivorIn(tx, named);
    const profiles = await profileStore.load(tx, [memberId], "none");
    return { named, memberId, profiles: profiles.get(memberId) ?? [] };
  });
}

/** An identifier in normal form with its key; `unprocessable_request` where the text cannot be one. */
export function requireIdentifier({ personal }: Lookup, { kind, value: given }: z.output<typeof Identifier>) {
  const value = normalise(kind, given);
  if (value === undefined) {
    throw new Problem("unprocessable_request", { errors: [{ path: "identifier.value", message: `not a ${kind}` }] });
  }
  return { kind, value, key: identifierKey(personal.lookupKey, { kind, value }) };
}
