/** What happens in the town: who comes when, buys what, pays with bonuses, and brings something back. */
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from "../../kernel/clock.ts";
import { otherBrand } from "../client/brands.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { basket, type Line } from "./goods.ts";
import type { Person, Store, Town } from "./town.ts";

export interface Visit {
  readonly number: number;
  readonly at: Instant;
  /** Nobody in particular: no card at all. */
  readonly person: Person | null;
  readonly store: Store;
  readonly channel: "pos" | "web" | "app" | "call";
  readonly lines: readonly Line[];
  readonly spend: string;
  /**
   * How it goes: as usual; the till gets no answer and undoes the receipt, which the ledger has seen (`undone`) or
   * has not (`lost`); or an offline till sends it two days late, after goods of it have come back (`late`).
   */
  readonly course: "usual" | "undone" | "lost" | "late";
  readonly back: GoodsBack | null;
}

interface GoodsBack {
  readonly at: Instant;
  readonly store: Store;
  readonly lines: readonly { readonly lineId: string; readonly quantity: string }[];
  /** Whether the cashier asks first what it will do. */
  readonly shownFirst: boolean;
}

export interface Season {
  readonly start: Instant;
  readonly days: number;
  readonly receipts: number;
}

/** Monday to Sunday; the season starts on a Monday. */
const WEEK = [0.8, 0.8, 0.9, 0.9, 1.2, 1.5, 1.3];
const WITH_MEMBER = 0.72;

/** All visits of a season, in time order. */
export function visitsOf(seed: string, town: Town, season: Season): Visit[] {
  const chance = chanceOf(seed, "visits");
  const times = Array.from({ length: season.receipts }, () => timeOf(chance, season)).sort((a, b) => a - b);
  return times.map((at, index) => visitOf(chance, town, season, at, index + 1));
}

function timeOf(chance: Chance, { start, days }: Season): Instant {
  let day = chance.int(0, days - 1);
  while (!chance.yes((WEEK[day % 7] ?? 1) / 1.5)) day = chance.int(0, days - 1);
  // Shops are open from 10 to 22.
  return start + day * DAY_MS + 10 * HOUR_MS + Math.floor(chance.next() * 12 * 60) * MINUTE_MS;
}

function visitOf(chance: Chance, town: Town, season: Season, at: Instant, number: number): Visit {
  const person = chance.yes(WITH_MEMBER) ? comer(chance, town.people) : null;
  const store = person === null ? chance.pick(town.stores) : storeFor(chance, person);
  const channel = chance.yes(0.8) ? "pos" : chance.pick(["web", "web", "app", "call"] as const);
  const lines = basket(chance, channel !== "pos" && chance.yes(0.4));
  const course = courseOf(chance, at < season.start + (season.days - 3) * DAY_MS);
  const back =
    course === "late"
      ? earlyReturn(at, store)
      : course === "usual"
        ? returnOf(chance, town, season, at, store, lines)
        : null;
  return { number, at, person, store, channel, lines, spend: spendOf(chance, person), course, back };
}

/** Those who come often are met often. */
function comer(chance: Chance, people: readonly Person[]): Person | null {
  for (let tries = 0; tries < 100; tries += 1) {
    const person = chance.pick(people);
    if (chance.yes(person.activity / 4.2)) return person;
  }
  return null;
}

/** Mostly the brand that one knows best; a quarter of the visits are to the other one. */
function storeFor(chance: Chance, { bases, stores }: Person): Store {
  const [home = "mvideo"] = bases;
  return stores[chance.yes(0.26) ? otherBrand(home) : home];
}

function spendOf(chance: Chance, person: Person | null): string {
  if (person === null || !chance.yes(person.thrift)) return "0.00";
  return chance.yes(0.75) ? "max" : `${chance.pick([200, 500, 1000])}.00`;
}

function courseOf(chance: Chance, mayBeLate: boolean): Visit["course"] {
  const drawn = chance.next();
  if (drawn < 0.008) return "undone";
  if (drawn < 0.014) return "lost";
  return drawn < 0.018 && mayBeLate ? "late" : "usual";
}

/** One receipt in twelve comes back, in part or whole, half of these at the other brand. */
function returnOf(
  chance: Chance,
  town: Town,
  { start, days }: Season,
  at: Instant,
  store: Store,
  lines: readonly Line[],
): GoodsBack | null {
  const goods = lines.filter(({ category }) => !["delivery", "service-fee", "gift-card"].includes(category));
  if (!chance.yes(0.085) || goods.length === 0) return null;
  const someDay = at + chance.int(1, 21) * DAY_MS + chance.int(-90, 90) * MINUTE_MS;
  const brand = chance.yes(0.5) ? store.brand : otherBrand(store.brand);
  const whole = chance.yes(0.5);
  return {
    at: Math.min(someDay, start + days * DAY_MS - HOUR_MS),
    store: chance.pick(town.stores.filter((each) => each.brand === brand)),
    lines: (whole ? goods : [chance.pick(goods)]).map(({ lineId, quantity }) => ({
      lineId,
      quantity: whole ? quantity : some(chance, quantity),
    })),
    shownFirst: chance.yes(0.5),
  };
}

/** Part of a quantity where it has parts: some of several pieces, all of a length. */
const some = (chance: Chance, quantity: string): string =>
  /^\d+$/.test(quantity) ? `${chance.int(1, Number(quantity))}` : quantity;

/** The first line comes back a day after the sale, and a day before the ledger hears of the sale. */
const earlyReturn = (at: Instant, store: Store): GoodsBack => ({
  at: at + DAY_MS,
  store,
  lines: [{ lineId: "1", quantity: "1" }],
  shownFirst: false,
});
