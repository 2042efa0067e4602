/** What the client reads of the API's answers: only the fields that are used, each parsed into the ledger's own types. */
import { z } from "zod";
import { AMOUNT_PATTERN, parseAmount } from "../../kernel/amount.ts";
import { type Answer, bodyOf } from "./api.ts";

export const Amount = z.string().regex(AMOUNT_PATTERN).transform(parseAmount);

const Totals = { pending: Amount, available: Amount, held: Amount, debt: Amount };
export const Balance = z.object({ memberId: z.string(), ...Totals, spendable: z.record(z.string(), Amount) });
export type Balance = z.infer<typeof Balance>;

export const Registered = z.object({
  profileId: z.string(),
  memberId: z.string(),
  link: z.object({ band: z.enum(["new", "auto", "review"]) }),
});

export const Sold = z.object({
  purchaseId: z.string(),
  memberId: z.string().nullable(),
  total: Amount,
  spent: Amount,
  paid: Amount,
  earned: Amount,
});
export type Sold = z.infer<typeof Sold>;

export const TakenBack = z.object({
  returnId: z.string(),
  moneyBack: Amount,
  bonusesBack: Amount,
  clawedBack: Amount,
  debtAdded: Amount,
});
export type TakenBack = z.infer<typeof TakenBack>;

export const Parked = z.object({ status: z.literal("parked"), returnId: z.string() });

export const Proof = z.object({
  holds: z.boolean(),
  invariants: z.array(
    z.object({
      name: z.string(),
      statement: z.string(),
      holds: z.boolean(),
      checked: z.int(),
      wrong: z.int(),
      figures: z.array(z.object({ label: z.string(), amount: z.string() })),
      broken: z.array(z.unknown()),
    }),
  ),
});
export type Proof = z.infer<typeof Proof>;

export const Reversed = z.object({ outcome: z.enum(["reversed", "tombstoned", "already_reversed"]) });

const SoldWithLines = Sold.extend({
  lines: z.array(z.object({ lineId: z.string(), spend: Amount, paid: Amount, earn: Amount })),
});
export type SoldWithLines = z.infer<typeof SoldWithLines>;

/** A sale with what each of its lines was paid with. */
export const soldLines = (answer: Answer): SoldWithLines => bodyOf(SoldWithLines, answer, "a purchase");

export const Held = z.object({ holdId: z.string() });
export const HoldEnded = z.object({ captured: Amount, released: Amount });
export const Granted = z.object({ amount: Amount });

/** An order as it was placed. A code is told once: a request that is repeated is answered without it. */
export const Placed = z.object({ orderId: z.string(), held: Amount, pickupCode: z.string().optional() });
export const GivenCode = z.object({ pickupCode: z.string() });

/** Goods of an order that were handed out: a sale, paid with what was held for them. */
export const HandedOut = Sold.extend({ orderStatus: z.string(), captured: Amount, released: Amount });
export type HandedOut = z.infer<typeof HandedOut>;

/** A sale as it is read again: whose bonuses paid for it. */
export const SpentLots = z.object({
  receipt: z.object({ brand: z.string() }),
  lines: z.array(z.object({ lots: z.array(z.object({ issuer: z.string(), amount: Amount })) })),
});
