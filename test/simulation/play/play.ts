/** Plays a command on the service and on the model. */
import type { Command } from "../commands.ts";
import { MINUTE } from "../model/rules.ts";
import type { World } from "../world.ts";
import { playCapture, playGrant, playHold, playRelease } from "./play-bonuses.ts";
import { playCancel, playOrder, playReady, playReroute } from "./play-orders.ts";
import { playGuess, playPickUp } from "./play-pickups.ts";
import { playRetry } from "./play-retries.ts";
import { playReturn, playReturnEarly, playReverse } from "./play-returns.ts";
import { playBuy, playBuyQuoted, playQuote } from "./play-sales.ts";
import { pass, passToEdge, playStage, runJobs } from "./play-time.ts";

export async function play(world: World, command: Command): Promise<void> {
  switch (command.op) {
    case "grant":
      return playGrant(world, command);
    case "quote":
      return playQuote(world, command);
    case "buy":
      return playBuy(world, command);
    case "buyQuoted":
      return playBuyQuoted(world, command);
    case "return":
      return playReturn(world, command);
    case "returnEarly":
      return playReturnEarly(world, command);
    case "reverse":
      return playReverse(world, command);
    case "hold":
      return playHold(world, command);
    case "capture":
      return playCapture(world, command);
    case "release":
      return playRelease(world, command);
    case "order":
      return playOrder(world, command);
    case "ready":
    case "code":
      return playReady(world, command);
    case "reroute":
      return playReroute(world, command);
    case "cancel":
      return playCancel(world, command);
    case "pickUp":
      return playPickUp(world, command);
    case "guess":
      return playGuess(world, command);
    case "stage":
      return playStage(world, command);
    case "time":
      pass(world, world.model.now + command.minutes * MINUTE);
      return;
    case "edge":
      passToEdge(world, command.before);
      return;
    case "retry":
      return playRetry(world, command);
    case "jobs":
      return runJobs(world);
  }
}
