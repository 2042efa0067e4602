/** Both codes of a link, and whether they are right: told of both together, never of one. */
import { hashOfCode, newCode, sameCode } from "../../kernel/one-time-code.ts";
import type { CustomerLink } from "./customer-link-store.ts";

interface LinkCodes {
  readonly own: string;
  readonly other: string;
}

export type CodeHashes = Pick<CustomerLink, "ownCodeHash" | "otherCodeHash">;

export const newLinkCodes = (): LinkCodes => ({ own: newCode(), other: newCode() });

/** Who starts it makes equal codes of two links differ, and the two of one. Not to whom: that is forgotten where he is erased. */
export function hashLinkCodes(
  secret: string,
  { memberId }: Pick<CustomerLink, "memberId">,
  { own, other }: LinkCodes,
): CodeHashes {
  return {
    ownCodeHash: hashOfCode(secret, ["link", memberId, "own"], own),
    otherCodeHash: hashOfCode(secret, ["link", memberId, "other"], other),
  };
}

/** Whether both codes are those of a link. Both are compared, whatever the first says. */
export function areOf(link: CodeHashes, tried: CodeHashes): boolean {
  const own = sameCode(link.ownCodeHash, tried.ownCodeHash);
  const other = sameCode(link.otherCodeHash, tried.otherCodeHash);
  return own && other;
}

/** Whether they are right. Those of a link that leads to nobody never are, whatever is tried. */
export const areRight = (link: CodeHashes & Pick<CustomerLink, "otherId">, tried: CodeHashes): boolean =>
  areOf(link, tried) && link.otherId !== null;
