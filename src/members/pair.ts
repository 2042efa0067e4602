/** Two members, in the order of their ids: whoever is named first. Pure. */
import { type MemberId, uuidOf } from "../kernel/ids.ts";

export interface Pair {
  readonly oneId: MemberId;
  readonly otherId: MemberId;
}

export const pairOf = (a: MemberId, b: MemberId): Pair =>
  uuidOf(a) < uuidOf(b) ? { oneId: a, otherId: b } : { oneId: b, otherId: a };
