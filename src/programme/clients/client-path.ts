/** A client in a path. */
import { idInPath } from "../../kernel/fields.ts";
import { isId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { ClientId } from "../../engine/actor.ts";

export const clientInPath = idInPath("clientId", "cli");

/** One that is malformed is not found, as one that does not exist. */
export function requireClientId({ clientId }: { readonly clientId: string }): ClientId {
  if (!isId("cli", clientId)) throw new Problem("not_found");
  return clientId;
}
