/** Quotes and purchases. */
import type { CommandOf } from "../commands.ts";
import { inHundredths, inText } from "../model/amounts.ts";
import { figures, isRefusal, type Plan, planOf, type Refusal } from "../model/plan.ts";
import { type Asked, askedInText, type Goods, MINUTE, QUOTE_LIFE } from "../model/rules.ts";
import { keyOf, type Occasion, wrongAge } from "../model/sales.ts";
import type { KnownQuote, World } from "../world.ts";
import { askedOf, goodsOf } from "./choose.ts";
import { quoteExpected, saleExpected } from "./expected.ts";

interface QuoteTerms {
  readonly who: 0 | 1;
  readonly byCard: boolean;
  readonly channel: string;
  readonly goods: readonly Goods[];
  readonly asked: Asked;
  readonly plan: Plan | Refusal;
}

/** Asks for a quote, and compares it; undefined where it is refused, as the model expects. */
export async function quote(
  world: World,
  { who, byCard, channel, goods, asked, plan }: QuoteTerms,
  place: object,
  zone: string,
): Promise<{ readonly quoteId: string; readonly endsAt: number } | undefined> {
  const body = { ...place, channel, ...world.member(who, byCard), lines: goods, spend: askedInText(asked) };
  const answer = await world.tell<{ quoteId: string; expiresAt: string }>("/v1/quotes", body);
  const expected = isRefusal(plan) ? plan : { status: 200, body: quoteExpected(plan, { zone, at: world.model.now }) };
  world.expect("quote", answer, expected);
  if (isRefusal(plan)) return undefined;
  const endsAt = Date.parse(answer.body.expiresAt);
  // Its end is told in whole seconds.
  const late = world.model.now + QUOTE_LIFE - endsAt;
  if (late < 0 || late >= 1000) world.disagree(`a quote ends at ${answer.body.expiresAt}`);
  return { quoteId: answer.body.quoteId, endsAt };
}

export async function playQuote(world: World, command: CommandOf<"quote">): Promise<void> {
  const { who, channel } = command;
  const store = world.store(command.store);
  const goods = goodsOf(command.goods);
  const spendable = world.wallet(who).sum("available");
  const asked = askedOf(command.wish, goods, spendable);
  const plan = planOf(goods, spendable, asked);
  const place = { brand: store.brand, storeId: store.storeId };
  const given = await quote(world, { ...command, goods, asked, plan }, place, store.zone);
  if (given === undefined || isRefusal(plan)) return;
  world.quotes.push({ ...given, who, store, channel, goods, asked, plan });
}

/** Where and when it is sold: mostly under a new receipt, or under one that was spoken of before. */
function occasionOf(world: World, { store: choice, late, reuse }: CommandOf<"buy">): Occasion {
  const spokenOf = reuse ? world.spokenOf.shift() : undefined;
  if (spokenOf !== undefined) return spokenOf;
  const store = world.store(choice);
  return { receipt: world.receiptAt(store), zone: store.zone, at: world.model.now - late * MINUTE };
}

export async function playBuy(world: World, command: CommandOf<"buy">): Promise<void> {
  const { who, byCard, channel } = command;
  const occasion = occasionOf(world, command);
  const never = world.model.sales.tombstones.has(keyOf(occasion.receipt));
  const goods = goodsOf(command.goods);
  const spendable = world.wallet(who).sum("available");
  const asked = never ? 0n : askedOf(command.wish, goods, spendable);
  const plan = planOf(goods, spendable, asked);
  const place = { brand: occasion.receipt.brand, storeId: occasion.receipt.storeId };
  const quoted = command.quoted && !never;
  const given = quoted ? await quote(world, { ...command, goods, asked, plan }, place, occasion.zone) : undefined;
  const fault = never ? { status: 409, code: "receipt_reversed" } : wrongAge(occasion.at, world.model.now);
  const found = fault ?? plan;
  await sell(world, { who, byCard, channel, goods, asked, quoteId: given?.quoteId }, occasion, found);
}

interface Selling {
  readonly who: 0 | 1;
  readonly byCard: boolean;
  readonly channel: string;
  readonly goods: readonly Goods[];
  readonly asked: Asked;
  readonly quoteId: string | undefined;
}

/** Sends a purchase, does it to the model where it is not refused, and compares. */
async function sell(
  world: World,
  { who, byCard, channel, goods, asked, quoteId }: Selling,
  occasion: Occasion,
  found: Plan | Refusal,
): Promise<void> {
  const answer = await world.send<{ purchaseId: string; earn: { lotId: string } | null; quote: unknown }>(
    "/v1/purchases",
    {
      receipt: occasion.receipt,
      channel,
      ...world.member(who, byCard),
      lines: goods,
      spend: askedInText(asked),
      ...(quoteId === undefined ? {} : { quoteId }),
      occurredAt: world.instant(occasion.at),
    },
    "receipt",
  );
  if (isRefusal(found)) {
    world.expect("buy", answer, found);
    return;
  }
  const purchase = world.model.sales.sell(world.wallet(who), found, occasion, world.model.now);
  world.expect("buy", answer, { status: 201, body: saleExpected(world, found, purchase) });
  if (purchase.settled.length > 0) world.count("buy, with returns that waited");
  purchase.id = answer.body.purchaseId;
  if (purchase.lot !== undefined) purchase.lot.id = answer.body.earn?.lotId ?? "";
}

/** Sells by a quote of earlier: just as it was shown, or not at all. */
export async function playBuyQuoted(world: World, { pick, change }: CommandOf<"buyQuoted">): Promise<void> {
  const known = world.quotes[pick % Math.max(1, world.quotes.length)];
  if (known === undefined) return;
  const who = change === "member" ? ((1 - known.who) as 0 | 1) : known.who;
  const goods = change === "price" ? dearer(known.goods) : known.goods;
  const plan = planOf(goods, world.wallet(who).sum("available"), known.asked);
  const { store, channel, asked, quoteId } = known;
  const occasion = { receipt: world.receiptAt(store), zone: store.zone, at: world.model.now };
  const found = faultOf(world, known, plan, change === "member") ?? plan;
  await sell(world, { who, byCard: false, channel, goods, asked, quoteId }, occasion, found);
}

function faultOf(world: World, known: KnownQuote, plan: Plan | Refusal, others: boolean): Refusal | undefined {
  if (others) return { status: 422, code: "quote_mismatch" };
  if (isRefusal(plan) || figures(plan) !== figures(known.plan)) return { status: 409, code: "quote_changed" };
  return world.model.now > known.endsAt ? { status: 409, code: "quote_expired" } : undefined;
}

const dearer = ([first, ...others]: readonly Goods[]): Goods[] =>
  first === undefined ? [] : [{ ...first, unitPrice: inText(inHundredths(first.unitPrice) + 100n) }, ...others];
