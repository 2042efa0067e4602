/**
 * Wallets of which a part is loaded, beside the whole ones that the model has checked (wallet.test.ts): random commands
 * on random parts. A failure is repeated by FC_SEED and FC_PATH, as there.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compilePolicy } from "../../src/policy/policy.ts";
import { rulesWith } from "../policy/rules.ts";
import { type Command, scenario } from "./commands.ts";
import { checkOutlook } from "./invariants.ts";
import { part, PartialWallets } from "./partial.ts";
import { play } from "./play/play.ts";
import { World } from "./world.ts";

const LONGEST = 120;

/** Plays scenarios on whole wallets and beside them on parts; `check` looks at the parts after each command. */
function playInPart(
  runs: number,
  check: (parts: PartialWallets, worlds: readonly World[], command: Command) => void,
): void {
  const { FC_SEED: seed, FC_PATH: path } = process.env;
  const loads = fc.array(part, { minLength: LONGEST, maxLength: LONGEST });
  const property = fc.property(scenario(LONGEST), loads, ({ rules, commands }, wanted) => {
    const parts = new PartialWallets();
    const worlds = World.pair(rules, compilePolicy(1, rulesWith(rules)).burn, new Map(), parts.follow);
    for (const [index, command] of commands.entries()) {
      parts.part = wanted[index] ?? parts.part;
      parts.outcome = undefined;
      play(worlds[command.who], command);
      check(parts, worlds, command);
    }
  });
  fc.assert(property, {
    numRuns: runs,
    plugins: [fc.interruptAfterTimeLimit(120_000, { failOnInterrupt: true })],
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(path === undefined ? {} : { path }),
  });
}

/** All that decides on a wallet. */
const OPERATIONS: readonly Command["op"][] = [
  "grant",
  "spend",
  "purchase",
  "hold",
  "capture",
  "release",
  "giveBack",
  "clawBack",
  "return",
  "undoGiveBack",
  "undoReturn",
  "undoClawBack",
  "extend",
  "moveLot",
  "moveDebt",
  "visit",
];

describe("a wallet that is loaded in part", { timeout: 180_000 }, () => {
  test("decides the very same as the whole one, or says that it misses lots", () => {
    const tally = new Map<string, number>();
    playInPart(500, ({ outcome }, _, { op }) => {
      if (outcome === undefined) return;
      tally.set(`${op} ${outcome}`, (tally.get(`${op} ${outcome}`) ?? 0) + 1);
    });
    // Neither is worth anything where the other never happens.
    expect(OPERATIONS.filter((op) => (tally.get(`${op} in part`) ?? 0) < 50)).toEqual([]);
    expect(OPERATIONS.filter((op) => (tally.get(`${op} as a whole`) ?? 0) < 20)).toEqual([]);
  });

  test("keeps ends and next turns that are never later than those of all its lots and holds", () => {
    let checked = 0;
    playInPart(500, (parts, worlds) => {
      for (const world of worlds) checkOutlook(parts.walletOf(world), world);
      checked += worlds.length;
    });
    expect(checked).toBeGreaterThan(1_000);
  });
});
