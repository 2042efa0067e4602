/** A quote: what a purchase would come to. Changes nothing, locks nothing, and is kept by nobody. */
import { z } from "@hono/zod-openapi";
import {
  Brand,
  buyerFields as namedBuyer,
  Instant,
  ofAtMostOneMember,
  PickupPlace,
  senseless,
  StoreId,
} from "../../kernel/fields.ts";
import type { MemberId, ProfileId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import { type Lookup, requireBrand } from "../../engine/definition/lookup.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { totalsNow } from "../../engine/wallets/wallet-reads.ts";
import { type BuyerFields, buyerFields, resolveMember } from "../../members/lookup.ts";
import { readOf } from "../../members/owner.ts";
import { type ActingNow, actingNow } from "../../members/representing/acting-now.ts";
import { CHANNELS } from "../../policy/schema.ts";
import { requireStore } from "../../programme/lookup.ts";
import { ageFault } from "../receipt/age.ts";
import { Line, linesOf } from "../receipt/line.ts";
import { fitsTheLedger, Spend } from "../receipt/spend.ts";
import { planSale } from "./plan-sale.ts";
import { Quote, quoteOf } from "./quote-answer.ts";

const QuoteBody = fitsTheLedger(
  ofAtMostOneMember(
    atOnePlace(
      z.strictObject({
        brand: Brand,
        storeId: StoreId.optional().openapi({
          description: "Where it is sold; absent where an order is to be collected.",
        }),
        pickup: PickupPlace.optional().openapi({
          description: "Where an order is to be collected. That brand sells it, and its rules hold.",
        }),
        channel: z.enum(CHANNELS),
        ...namedBuyer,
        lines: linesOf(Line),
        spend: Spend,
        occurredAt: Instant.optional().openapi({ description: "When the goods are received; absent: now." }),
      }),
    ),
  ),
).openapi("QuoteBody");

interface Place {
  readonly storeId?: string | undefined;
  readonly pickup?: unknown;
}

/** Sold at a store, or to be collected at one. */
function atOnePlace<S extends z.ZodType<Place>>(body: S): S {
  return body
    .refine(({ storeId, pickup }) => (storeId === undefined) !== (pickup === undefined), {
      ...senseless("give storeId or pickup, one of the two"),
      path: ["storeId"],
    })
    .openapi({ oneOf: [{ required: ["storeId"] }, { required: ["pickup"] }] });
}

export const quote = defineRead({
  name: "quote",
  permission: "purchases.sell",
  http: {
    method: "post",
    path: "/v1/quotes",
    tag: "Sales",
    summary: "Show what a purchase would come to",
    description:
      "For each line the most that bonuses may pay, the split of what is asked over lines and units, what would be earned and when " +
      "it becomes active, and why something is not. Locks nothing. A purchase that cites the quote is sold as it was shown, or refused.",
    example: {
      brand: "mvideo",
      storeId: "M-1",
      channel: "pos",
      identifier: { kind: "card", value: "2900000000017" },
      lines: [{ lineId: "1", sku: "20087654", category: "tv", quantity: "1", unitPrice: "49990.00" }],
      spend: "max",
    },
  },
  body: QuoteBody,
  answer: { description: "The quote.", schema: Quote },
  problems: [
    ...([
      "member_not_found",
      "spending_unavailable",
      "insufficient_bonuses",
      "spend_over_limit",
      "unknown_store",
      "pickup_not_offered",
    ] as const),
    ...(["occurred_in_future", "receipt_too_old"] as const),
    "not_a_representative",
    "representative_limit",
  ],
  actsFor: ({ brand }) => brand,
  async read(look, { actor, body }) {
    await requireBrand(look, body.brand);
    const now = look.clock.now();
    const place = body.pickup ?? { brand: body.brand, storeId: body.storeId ?? "" };
    const [store, whom, policies] = await Promise.all([
      requireStore(look, place.storeId, place.brand),
      buyerOf(look, body),
      look.readPolicies(),
    ]);
    const occurredAt = body.occurredAt ?? now;
    const fault = ageFault(policies.at(now), { now, actor }, occurredAt);
    if (fault !== undefined) throw new Problem(fault.code, fault.data);
    const { memberId, awaits, member, acting } = whom;
    const acts = acting?.judged(policies) ?? null;
    const policy = policies.at(occurredAt);
    const { channel, lines } = body;
    const { brand } = place;
    if (!policy.mayCollect(body.brand, brand) && body.pickup !== undefined) {
      throw new Problem("pickup_not_offered", { brand: body.brand, pickupBrand: brand });
    }
    const basket = { brand, channel, lines, occurredAt, storeZone: store.timeZone };
    const plan = planSale({ now, policies }, basket, { memberId, awaits, spend: body.spend, acts }, member);
    if ("kind" in plan) throw new Problem(plan.code, plan.data);
    return quoteOf(basket, memberId ?? awaits, plan, { policy, now });
  },
});

interface QuotedBuyer extends Pick<BuyerFields, "memberId" | "awaits"> {
  readonly member: WalletDraft | undefined;
  /** Whoever acts for him. */
  readonly acting?: ActingNow;
}

interface FoundBuyer extends QuotedBuyer {
  /** By which of his profiles or ids he was found; null: by none. */
  readonly foundBy: MemberId | ProfileId | null;
}

/** Who buys, with what he has: one read of his wallet, and more only where he is named by an id that leads to another by now, or acted for. */
async function buyerOf(look: Lookup, body: z.output<typeof QuoteBody>): Promise<QuotedBuyer> {
  const { actingFor } = body;
  if (actingFor !== undefined) {
    return readOf(
      () => actingNow(look, body, actingFor),
      (acting) => representedBuyer(look, acting),
      ({ key }) => key,
    );
  }
  const buyer = await buyerNow(look, body);
  if (isElsewhere(buyer)) return buyerOf(look, body);
  // His identifiers have ended with him: what was presented leads to nobody.
  return isErased(buyer) ? orNobody(await buyerNow(look, body)) : buyer;
}

async function buyerNow(look: Lookup, body: z.output<typeof QuoteBody>): Promise<FoundBuyer> {
  const { memberId, profileId, awaits } = buyerFields(await resolveMember(look, body, body.occurredAt));
  const member = memberId === null ? undefined : await totalsNow(look.reader, memberId, look.clock);
  if (memberId !== null && member === undefined) throw new Problem("member_not_found");
  const survivorId = member?.owner.survivorId ?? null;
  const foundBy = profileId ?? memberId;
  if (survivorId === null) return { memberId, awaits, member, foundBy };
  return { memberId: survivorId, awaits, member: await totalsNow(look.reader, survivorId, look.clock), foundBy };
}

/** Whether he became part of another, or parted from this one, after he had been found here and before the wallet was read. */
const isElsewhere = ({ member, foundBy }: FoundBuyer): boolean =>
  member !== undefined &&
  (member.owner.survivorId !== null || (foundBy !== null && member.owner.parted?.includes(foundBy) === true));

const isErased = ({ member }: QuotedBuyer): boolean => member?.owner.erasure === "erased";

/** Whoever is erased is nobody: what is sold to him is sold without a card. */
const orNobody = (buyer: QuotedBuyer): QuotedBuyer =>
  isErased(buyer) ? { memberId: null, awaits: null, member: undefined } : buyer;

async function representedBuyer(look: Lookup, acting: ActingNow): Promise<QuotedBuyer> {
  const { memberId } = acting;
  const member = await totalsNow(look.reader, memberId, look.clock);
  if (member === undefined) throw new Problem("member_not_found");
  return { memberId, awaits: null, member, acting };
}
