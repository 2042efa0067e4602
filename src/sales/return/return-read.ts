/** Reads one return: what it took back, or what became of it where it came before its sale. */
import { z } from "@hono/zod-openapi";
import { formatAmount, formatQuantity } from "../../kernel/amount.ts";
import { AmountText, idText, InstantText, LotPart, QuantityText } from "../../kernel/answers.ts";
import { assert } from "../../kernel/assert.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { idInPath } from "../../kernel/fields.ts";
import { as, isId, type ReturnId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { lotAmounts } from "../../bonuses/answers.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { seesOwnOf } from "../../engine/definition/visibility.ts";
import { type ParkedReturn, readParked } from "../documents/parked-store.ts";
import type { ReturnDocument } from "../documents/return-document.ts";
import { storedReturn } from "../documents/return-store.ts";
import { Receipt, receiptOf } from "../receipt/receipt.ts";

const asked = {
  returnId: idText("ret"),
  receipt: Receipt,
  reason: z
    .string()
    .nullable()
    .openapi({ description: "Null where the till gave none, and for a client of the other brand." }),
  occurredAt: InstantText,
};
const line = { lineId: z.string(), quantity: QuantityText };

const SeenReturn = z
  .strictObject({
    ...asked,
    status: z.enum(["returned", "reversed"]),
    purchaseId: idText("pur"),
    memberId: idText("mbr").nullable(),
    moneyBack: AmountText,
    bonusesBack: AmountText,
    clawedBack: AmountText,
    debtAdded: AmountText,
    lines: z.array(z.strictObject({ ...line, moneyBack: AmountText, bonusesBack: AmountText, clawedBack: AmountText })),
    lots: z.array(LotPart),
    postedAt: InstantText,
  })
  .openapi("MadeReturn");

const SeenParkedReturn = z
  .strictObject({
    ...asked,
    status: z.enum(["parked", "refused", "withdrawn"]),
    code: z.string().nullable().openapi({ description: "Why it was refused when its sale came." }),
    lines: z.array(z.strictObject(line)),
    parkedAt: InstantText,
  })
  .openapi("WaitingReturn");

export const readReturn = defineRead({
  name: "read-return",
  permission: "purchases.read",
  http: {
    method: "get",
    path: "/v1/returns/{returnId}",
    tag: "Sales",
    summary: "Read a return, or what became of one that was parked",
    description:
      "`parked`: its sale has not come yet. `refused`: it came, and the return could not be made; the till may send a corrected one under the same receipt. " +
      "`withdrawn`: reversed before the sale came. Seen by both brands, without the other one's reasons.",
  },
  params: idInPath("returnId", "ret"),
  answer: { description: "The return.", schema: z.union([SeenReturn, SeenParkedReturn]) },
  problems: ["return_not_found"],
  async read({ reader }, { actor, params: { returnId } }) {
    if (!isId("ret", returnId)) throw new Problem("return_not_found");
    // In one snapshot: between two looks the sale could come.
    const found = await reader.snapshot((tx) => find(tx, returnId));
    return seesOwnOf(actor, found.receipt.brand) ? found : { ...found, reason: null };
  },
});

async function find(
  tx: Transaction,
  id: ReturnId,
): Promise<z.input<typeof SeenReturn> | z.input<typeof SeenParkedReturn>> {
  const made = await storedReturn(tx, id);
  if (made !== undefined) return seen(made);
  const parked = await readParked(tx, as("opn", id));
  if (parked === undefined) throw new Problem("return_not_found");
  return seenParked(id, parked);
}

function seen(made: ReturnDocument): z.input<typeof SeenReturn> {
  return {
    returnId: made.id,
    receipt: receiptOf(made),
    reason: made.reason,
    occurredAt: formatInstant(made.occurredAt),
    status: made.status,
    purchaseId: made.purchaseId,
    memberId: made.memberId,
    moneyBack: formatAmount(made.moneyBack),
    bonusesBack: formatAmount(made.bonusesBack),
    clawedBack: formatAmount(made.clawedBack),
    debtAdded: formatAmount(made.debtAdded),
    lines: made.lines.map(({ lineId, quantity, money, bonuses, earned }) => ({
      lineId,
      quantity: formatQuantity(quantity),
      moneyBack: formatAmount(money),
      bonusesBack: formatAmount(bonuses),
      clawedBack: formatAmount(earned),
    })),
    lots: lotAmounts(made.parts),
    postedAt: formatInstant(made.postedAt),
  };
}

function seenParked(
  returnId: ReturnId,
  { terms, status, refusal, parkedAt }: ParkedReturn,
): z.input<typeof SeenParkedReturn> {
  assert(status !== "applied", "a parked return that was applied is a return");
  return {
    returnId,
    receipt: terms.receipt,
    reason: terms.reason,
    occurredAt: formatInstant(terms.occurredAt),
    status,
    code: refusal,
    lines: terms.lines.map(({ lineId, quantity }) => ({ lineId, quantity: formatQuantity(quantity) })),
    parkedAt: formatInstant(parkedAt),
  };
}
