/** What the property test does to a wallet: random commands, in days and small amounts, so that instants and sums often meet. */
import fc from "fast-check";
import { LOT_KINDS, type LotKind } from "../../src/ledger/account.ts";
import type { ModelRules } from "./model/model.ts";

/** One more than there are today: any number of brands may be added. */
export const BRANDS = ["mvideo", "eldorado", "alpha"] as const;

export interface Earned {
  readonly issuer: string;
  readonly kind: LotKind;
  readonly amount: bigint;
  /** Days from now to the activation; below zero on a receipt that comes late. */
  readonly wait: number;
  readonly life: number;
}

/**
 * `who` of two members it concerns, mostly the first; `pick` chooses among what there is; `share` is in thousandths of
 * what is possible, and over 1000 asks for too much.
 */
export type Command = { readonly peek: number; readonly who: 0 | 1 } & (
  | ({ readonly op: "grant" } & Earned)
  | { readonly op: "spend"; readonly seller: string; readonly share: number }
  | {
      readonly op: "purchase";
      readonly seller: string;
      readonly share: number;
      readonly earn: Earned;
      readonly extension: number;
    }
  | { readonly op: "hold"; readonly seller: string; readonly share: number; readonly days: number }
  | { readonly op: "capture"; readonly pick: number; readonly share: number; readonly final: boolean }
  | { readonly op: "release"; readonly pick: number }
  | { readonly op: "giveBack"; readonly pick: number; readonly share: number; readonly grace: number }
  | { readonly op: "clawBack"; readonly pick: number; readonly share: number }
  | {
      readonly op: "return";
      readonly pick: number;
      readonly lot: number;
      readonly share: number;
      readonly grace: number;
    }
  | { readonly op: "undoGiveBack"; readonly pick: number }
  | { readonly op: "undoReturn"; readonly pick: number; readonly grace: number }
  | { readonly op: "undoClawBack"; readonly pick: number; readonly grace: number }
  | { readonly op: "extend"; readonly kinds: readonly LotKind[]; readonly days: number }
  | { readonly op: "moveLot"; readonly pick: number }
  | { readonly op: "moveDebt"; readonly entity: string; readonly share: number }
  | { readonly op: "visit" }
  | { readonly op: "time"; readonly days: number; readonly milliseconds: number }
  | { readonly op: "reload"; readonly backwards: boolean }
);

export type CommandOf<O extends Command["op"]> = Extract<Command, { readonly op: O }>;

const brand = fc.constantFrom(...BRANDS);
const days = (min: number, max: number) => fc.integer({ min, max });
const pick = fc.nat({ max: 1_000_000 });
const part = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 1000 }) },
  { weight: 3, arbitrary: fc.constant(1000) },
);
const asked = fc.oneof({ weight: 9, arbitrary: part }, { weight: 1, arbitrary: fc.integer({ min: 1001, max: 1500 }) });
const amount = fc.oneof(
  { weight: 8, arbitrary: fc.bigInt({ min: 1n, max: 30n }) },
  { weight: 3, arbitrary: fc.bigInt({ min: 1n, max: 5_000n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: 1n, max: 9_999_999_999_999n }) },
);
const kind = fc.oneof(
  { weight: 3, arbitrary: fc.constant("ordinary" as const) },
  { weight: 2, arbitrary: fc.constantFrom(...LOT_KINDS) },
);
const earned = { issuer: brand, kind, amount, wait: days(-6, 10), life: days(1, 25) };
const grace = days(-3, 14);
const peek = fc.oneof({ weight: 3, arbitrary: days(0, 8) }, { weight: 1, arbitrary: days(0, 40) });

const who = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0 as const) },
  { weight: 1, arbitrary: fc.constant(1 as const) },
);

/** Mostly whole days, so that instants meet. */
const milliseconds = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 86_399_999 }) },
);

const commands = fc.oneof(
  { weight: 8, arbitrary: fc.record({ op: fc.constant("grant"), peek, who, ...earned }) },
  { weight: 6, arbitrary: fc.record({ op: fc.constant("spend"), peek, who, seller: brand, share: asked }) },
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant("purchase"),
      peek,
      who,
      seller: brand,
      share: asked,
      earn: fc.record(earned),
      extension: days(0, 20),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({ op: fc.constant("hold"), peek, who, seller: brand, share: asked, days: days(1, 12) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ op: fc.constant("capture"), peek, who, pick, share: part, final: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("release"), peek, who, pick }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant("giveBack"), peek, who, pick, share: part, grace }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("clawBack"), peek, who, pick, share: part }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant("return"), peek, who, pick, lot: pick, share: part, grace }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("undoGiveBack"), peek, who, pick }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("undoReturn"), peek, who, pick, grace }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("undoClawBack"), peek, who, pick, grace }) },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant("extend"),
      peek,
      who,
      kinds: fc.subarray([...LOT_KINDS]),
      days: days(0, 20),
    }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("moveLot"), peek, who, pick }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("moveDebt"), peek, who, entity: brand, share: part }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("visit"), peek, who }) },
  { weight: 9, arbitrary: fc.record({ op: fc.constant("time"), peek, who, days: days(0, 6), milliseconds }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("reload"), peek, who, backwards: fc.boolean() }) },
);

const rollout = fc.oneof(
  fc.constant([{ issuer: "*", seller: "*" }]),
  fc.constant([...BRANDS.map((name) => ({ issuer: name, seller: name })), { issuer: "mvideo", seller: "eldorado" }]),
  fc.array(fc.record({ issuer: fc.constantFrom("*", ...BRANDS), seller: fc.constantFrom("*", ...BRANDS) }), {
    minLength: 1,
    maxLength: 4,
  }),
);
const order = fc.oneof(fc.constant([]), fc.shuffledSubarray(["promo-first", "own-brand-first"] as const));

export interface Scenario {
  readonly rules: ModelRules;
  readonly commands: readonly Command[];
}

/** A programme's rules and up to `longest` commands under them. */
export function scenario(longest: number): fc.Arbitrary<Scenario> {
  return fc.record({
    rules: fc.record({ order, rollout }),
    commands: fc.array(commands, { minLength: 1, maxLength: longest, size: "max" }),
  });
}
