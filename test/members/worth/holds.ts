/** What the people of a history put aside. */
import { holdCapture } from "../../../src/bonuses/hold/hold-capture.ts";
import { holdRelease } from "../../../src/bonuses/hold/hold-release.ts";
import { hold } from "../../../src/bonuses/hold/hold.ts";
import { formatAmount } from "../../../src/kernel/amount.ts";
import type { Command } from "./commands.ts";
import { amountIn, DAY, type World, pickOf } from "./world.ts";

export class Holds {
  readonly #world: World;
  readonly #holds: { readonly id: string; readonly by: number }[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  play(asked: Extract<Command, { op: "hold" | "capture" | "release" }>): Promise<void> {
    return asked.op === "hold" ? this.#hold(asked) : this.#endHold(asked);
  }

  async #hold({ who, store, share, days }: Extract<Command, { op: "hold" }>): Promise<void> {
    const world = this.#world;
    const amount = await world.partOf(who, share);
    if (amount === 0n) return;
    const body = {
      identifier: world.someone(who).card,
      amount: formatAmount(amount),
      brand: store.startsWith("M") ? "mvideo" : "eldorado",
      expiresAt: new Date(world.ledger.clock.now() + days * DAY).toISOString(),
      reference: "test",
    };
    const answer = await world.ask(hold, body);
    if (answer !== undefined) this.#holds.push({ id: answer["holdId"] ?? "", by: who });
  }

  async #endHold(asked: Extract<Command, { op: "capture" | "release" }>): Promise<void> {
    const world = this.#world;
    const found = pickOf(this.#holds, asked.pick);
    if (found === undefined) return;
    const params = { holdId: found.id };
    if (asked.op === "release") {
      await world.ask(holdRelease, {}, params);
      return;
    }
    const body = asked.final ? {} : { amount: formatAmount(BigInt(asked.share)), final: false };
    const answer = await world.ask(holdCapture, body, params);
    if (answer !== undefined) world.model.move(found.by, -amountIn(answer, "captured"));
  }
}
