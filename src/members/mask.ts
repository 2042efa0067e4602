/** How much of an identifier is shown. Pure. */
import type { IdentifierKind } from "./identifier.ts";

/** The last four characters of what is long enough to hide the rest; of an e-mail its first letter and domain's end. */
export function mask(kind: IdentifierKind, value: string): string {
  if (kind === "email") return `${value.slice(0, 1)}***@***${value.slice(value.lastIndexOf("."))}`;
  return value.length >= 8 ? `***${value.slice(-4)}` : "***";
}
