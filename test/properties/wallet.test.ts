/**
 * The pure wallet against a naive model: random commands, and after each of them every invariant.
 *
 * A failure prints its seed and path. To see it again, and it alone:
 *
 *   FC_SEED=1234 FC_PATH=17:3:0 npx vitest run test/properties
 *
 * FC_SEED alone repeats the whole run.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePolicy } from "../../src/policy/policy.ts";
import { rulesWith } from "../policy/rules.ts";
import { type Command, scenario } from "./commands.ts";
import { checkWorld } from "./invariants.ts";
import { play } from "./play/play.ts";
import { World } from "./world.ts";

const RUNS = 1_700;
const LONGEST = 200;
const AT_LEAST = 100_000;

/** All that the chart of accounts has for a wallet; a run that never posts one of these has not tried it. */
const ROWS = [
  "grant: issuance to pending",
  "grant: opening to pending",
  "activation: pending to available",
  "hold: available to held",
  "release: held to available",
  "expiry: available to breakage",
  "spend: available to redemption",
  "spend: available to due_to",
  "spend: held to redemption",
  "spend: held to due_to",
  "spend: due_from to redemption",
  "unspend: redemption to available",
  "unspend: redemption to due_from",
  "unspend: due_to to available",
  "spend_reversal: available to redemption",
  "spend_reversal: available to due_to",
  "spend_reversal: due_from to redemption",
  "spend_reversal: debt to redemption",
  "clawback: pending to issuance",
  "clawback: available to issuance",
  "clawback: available to due_to",
  "clawback: due_from to issuance",
  "clawback: debt to issuance",
  "clawback: debt to opening",
  "clawback_reversal: issuance to pending",
  "clawback_reversal: issuance to available",
  "clawback_reversal: issuance to debt",
  "clawback_reversal: issuance to due_from",
  "clawback_reversal: due_to to available",
  "repayment: available to debt",
  "repayment: available to due_to",
  "repayment: due_from to debt",
  "move: pending to moved",
  "move: available to moved",
  "move: moved to pending",
  "move: moved to available",
  "move: moved to debt",
  "move: debt to moved",
];

/** What concerns both members. */
const MOVES: ReadonlySet<Command["op"]> = new Set(["moveLot", "moveDebt", "time"]);

test("a wallet does what the naive model does, and every invariant holds after each command", {
  timeout: 600_000,
}, () => {
  const { FC_SEED: seed, FC_PATH: path } = process.env;
  const tally = new Map<string, number>();
  let played = 0;
  const property = fc.property(scenario(LONGEST), ({ rules, commands }) => {
    const worlds = World.pair(rules, compilePolicy(1, rulesWith(rules)).burn, tally);
    for (const command of commands) {
      const world = worlds[command.who];
      if (!play(world, command)) continue;
      checkWorld(world, command.peek);
      if (MOVES.has(command.op)) checkWorld(world.other, command.peek);
      played += 1;
    }
  });
  fc.assert(property, {
    numRuns: RUNS,
    // Shrinking ends here at the latest, with the smallest failure that was found by then.
    plugins: [fc.interruptAfterTimeLimit(300_000, { failOnInterrupt: true })],
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(path === undefined ? {} : { path }),
  });
  // A replay goes through one scenario only.
  if (path !== undefined) return;
  expect(played).toBeGreaterThanOrEqual(AT_LEAST);
  expect(ROWS.filter((row) => (tally.get(row) ?? 0) < 100)).toEqual([]);
});
