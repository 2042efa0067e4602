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

/** A quote that was given. */
type Given = Pick<KnownQuote, "quoteId" | "endsAt" | "version" | "plan">;

/** Asks for a quote, and compares it; undefined where it is refused, as the model expects. */
export async function quote(
  world: World,
  { who, byCard, channel, goods, asked, plan }: QuoteTerms,
  place: object,
  zone: string,
): Promise<Given | undefined> {
  const body = { ...place, channel, ...world.member(who, byCard), lines: goods, spend: askedInText(asked) };
  const answer = await world.tell<{ quoteId: string; expiresAt: string }>("/v1/quotes", body);
  const expected = isRefusal(plan) ? plan : { status: 200, body: quoteExpected(plan, { zone, at: world.model.now }) };
  world.expect("quote", answer, expected);
  if (isRefusal(plan)) return undefined;
  const endsAt = Date.parse(answer.body.expiresAt);
  // Its end is told in whole seconds.
  const late = world.model.now + QUOTE_LIFE - endsAt;
  if (late < 0 || late >= 1000) world.disagree(`a quote ends at ${answer.body.expiresAt}`);
  const version = world.model.rollout.versionAt(world.model.now);
  return { quoteId: answer.body.quoteId, endsAt, version, plan };
}

export async function playQuote(world: World, command: CommandOf<"quote">): Promise<void> {
  const { who, channel } = command;
  const store = world.store(command.store);
  const goods = goodsOf(command.goods);
  const spendable = world.model.spendable(world.wallet(who), store.brand);
  const asked = askedOf(command.wish, goods, spendable);
  const plan = planOf(goods, spendable, asked);
  const place = { brand: store.brand, storeId: store.storeId };
  const given = await quote(world, { ...command, goods, asked, plan }, place, store.zone);
  if (given !== undefined) world.quotes.push({ ...given, who, store, channel, goods, asked });
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
  const { model } = world;
  const occasion = occasionOf(world, command);
  const { brand, storeId } = occasion.receipt;
  const never = model.sales.tombstones.has(keyOf(occasion.receipt));
  const goods = goodsOf(command.goods);
  const spendable = model.spendable(world.wallet(who), brand);
  const asked = never ? 0n : askedOf(command.wish, goods, spendable);
  const shown = { ...command, goods, asked, plan: planOf(goods, spendable, asked) };
  const given = command.quoted && !never ? await quote(world, shown, { brand, storeId }, occasion.zone) : undefined;
  // A receipt is judged by the rules of its own day.
  const plan = planOf(goods, model.spendable(world.wallet(who), brand, occasion.at), asked);
  const fault = never ? { status: 409, code: "receipt_reversed" } : wrongAge(occasion.at, model.now);
  const found = fault ?? faultOfQuote(world, given, plan, occasion.at) ?? plan;
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
  const { sales, now } = world.model;
  const uses = world.model.uses(occasion.receipt.brand, occasion.at);
  const purchase = sales.sell(world.wallet(who), found, occasion, now, uses);
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
  const { store, channel, asked, quoteId } = known;
  const { now } = world.model;
  const plan = planOf(goods, world.model.spendable(world.wallet(who), store.brand), asked);
  const occasion = { receipt: world.receiptAt(store), zone: store.zone, at: now };
  const others = change === "member" ? { status: 422, code: "quote_mismatch" } : undefined;
  const found = others ?? faultOfQuote(world, known, plan, now) ?? plan;
  await sell(world, { who, byCard: false, channel, goods, asked, quoteId }, occasion, found);
}

/** Why it is not sold as it was quoted: something else would hold now, or it is too late. */
function faultOfQuote(
  { model }: World,
  given: Given | undefined,
  plan: Plan | Refusal,
  at: number,
): Refusal | undefined {
  if (given === undefined) return undefined;
  const isOther = isRefusal(plan) || figures(plan) !== figures(given.plan);
  if (isOther || model.rollout.versionAt(at) !== given.version) return { status: 409, code: "quote_changed" };
  return at > given.endsAt ? { status: 409, code: "quote_expired" } : undefined;
}

const dearer = ([first, ...others]: readonly Goods[]): Goods[] =>
  first === undefined ? [] : [{ ...first, unitPrice: inText(inHundredths(first.unitPrice) + 100n) }, ...others];
