/**
 * A card that everybody knows, as the one that cashiers keep under the counter: all tills of both brands earn to one
 * wallet and spend from it at once. Each receipt waits for the one before it; none may wait long, and none may be lost.
 *
 *   npm run loadtest -- --scenario hot-member
 */
import { arrive } from "./support/arrival.ts";
import { optionsOf } from "./support/options.ts";
import { endWithProof, openTown, type Town } from "./support/town.ts";
import { visit } from "./support/visit.ts";

export const options = optionsOf("hot-member", 50, ({ rate, seconds, tills }) => ({
  executor: "constant-arrival-rate",
  rate,
  duration: `${seconds}s`,
  ...tills,
}));

export const setup = (): Town => openTown(1);

export default function hotMember(town: Town): void {
  arrive((arrival) => visit(town, arrival, arrival.chance.pick(town.members)));
}

export const teardown = (town: Town): void => endWithProof(town);
