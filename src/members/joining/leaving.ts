/** Who leaves a wallet when two part. */
import type { MemberId, ProfileId } from "../../kernel/ids.ts";

/** Members with all that is theirs, and profiles. */
export interface Leaving {
  readonly members: readonly MemberId[];
  readonly profiles: readonly ProfileId[];
}
