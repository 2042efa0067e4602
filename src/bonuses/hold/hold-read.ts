/** One hold, as the ledger has it now. What has ended by time and is not posted yet is told as ended. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../../kernel/amount.ts";
import { AmountText, idText, InstantText, orNull } from "../../kernel/answers.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import { idInPath } from "../../kernel/fields.ts";
import {
  as,
  bucketOf,
  type HoldId,
  isId,
  type LotId,
  type MemberId,
  type ProfileId,
  uuidOf,
} from "../../kernel/ids.ts";
import { survivorOf } from "../../members/owner.ts";
import type { Seeing } from "../../members/representing/acting.ts";
import { begunBy as begunOf } from "../../members/representing/given-back.ts";
import { readFacts } from "../../members/reads/operation-facts.ts";
import { assert } from "../../kernel/assert.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Reader } from "../../engine/connection/reader.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { seesOwnOf } from "../../engine/definition/visibility.ts";
import { amountOf, capturedOf, type Hold, leftIn } from "../../ledger/hold.ts";
import { livingHold } from "./living-hold.ts";

const SeenHold = z
  .strictObject({
    holdId: idText("hld"),
    memberId: idText("mbr"),
    brand: z.string(),
    amount: AmountText,
    status: z.enum(["open", "captured", "released", "expired"]),
    captured: AmountText.openapi({ description: "What was spent of it." }),
    left: AmountText.openapi({ description: "What is held still." }),
    orderId: orNull(idText("ord")).openapi({ description: "The order that it pays for, which alone ends it." }),
    reference: z.string(),
    expiresAt: InstantText,
    endedAt: orNull(InstantText),
  })
  .openapi("Hold");

export const readHold = defineRead({
  name: "read-hold",
  permission: "holds.keep",
  http: {
    method: "get",
    path: "/v1/holds/{holdId}",
    tag: "Bonuses",
    summary: "Read a hold",
    description: "A client of one brand sees the holds of that brand only, and those of the orders that it may see.",
  },
  params: idInPath("holdId", "hld"),
  answer: { description: "The hold.", schema: SeenHold },
  problems: ["hold_not_found"],
  read: async (look, { actor, params }) =>
    seen(await findHold(look.reader, params.holdId, actor.brand), look.clock.now()),
});

/** A hold as a command needs it: in whose wallet it is by now, by whose identifier it was placed, and on which lots. */
export interface FoundHold {
  readonly holdId: HoldId;
  readonly memberId: MemberId;
  readonly profileId: ProfileId | null;
  readonly lots: readonly LotId[];
  /** It has ended, and stays so: where it was then does not matter. */
  readonly hasEnded: boolean;
  /** Whether the representative who has placed it may see the balance; null where none has, or it has ended. */
  readonly begunBy: Seeing | null;
}

/** Finds a hold for whoever may see it: `hold_not_found` where there is none, and where it is other brands' own. */
export async function requireHold({ reader }: Lookup, id: string, brand: string | null): Promise<FoundHold> {
  const { id: holdId, memberId, parts, orderId, status } = await findHold(reader, id, brand);
  // One that had ended before its member became part of another stays where it was, and is asked about in the other's wallet.
  const holder = await survivorOf(reader, memberId);
  const lots = parts.map(({ lotId }) => lotId);
  // That of an order may be opened again, when a pickup is undone: then it is found anew, with whose it is.
  const isOpen = status === "open";
  const hasEnded = orderId === null && !isOpen;
  const [profileId, begunBy] = isOpen
    ? await Promise.all([placedBy(reader, holdId), begunOf(reader, { memberId }, as("opn", holdId))])
    : [null, null];
  return { holdId, memberId: holder, profileId, lots, hasEnded, begunBy };
}

/** Whose identifier was presented when it was placed: whoever that is, it is his. */
async function placedBy(reader: Reader, holdId: HoldId): Promise<ProfileId | null> {
  const operationId = as("opn", holdId);
  return (await readFacts(reader, [operationId])).get(operationId)?.profileId ?? null;
}

async function findHold(tx: Transaction, id: string, brand: string | null): Promise<Hold> {
  const hold = isId("hld", id) ? await livingHold(tx, id) : undefined;
  if (hold === undefined || !(await seesHold(tx, hold, brand))) throw new Problem("hold_not_found");
  return hold;
}

const BRANDS_OF_ORDER =
  "select o.brand, o.pickup_brand from orders o where o.bucket = $1::smallint and o.order_id = $2::uuid";

/** A hold is its brand's own; that of an order is seen by whoever may see the order, both of its brands. */
async function seesHold(tx: Transaction, { orderId, brand: own }: Hold, brand: string | null): Promise<boolean> {
  if (brand === null || orderId === null) return seesOwnOf({ brand }, own);
  const [brands = []] = await tx.values(BRANDS_OF_ORDER, [bucketOf(orderId), uuidOf(orderId)]);
  return brands.includes(brand);
}

function seen(hold: Hold, now: Instant): z.input<typeof SeenHold> {
  assert(hold.status !== "moved", "a hold is told as the wallet has it that it is in");
  const ranOut = hold.status === "open" && hold.expiresAt <= now;
  const endedAt = hold.status === "open" ? null : hold.endedAt;
  return {
    holdId: hold.id,
    memberId: hold.memberId,
    brand: hold.brand,
    amount: formatAmount(hold.amount),
    status: ranOut ? "expired" : hold.status,
    captured: formatAmount(capturedOf(hold)),
    left: formatAmount(ranOut ? 0n : amountOf(leftIn(hold))),
    orderId: hold.orderId,
    reference: hold.reference,
    expiresAt: formatInstant(hold.expiresAt),
    endedAt: ranOut ? formatInstant(hold.expiresAt) : endedAt === null ? null : formatInstant(endedAt),
  };
}
