/**
 * The night of Black Friday: a quiet shop, a rush when the sale begins, and then more and more arrivals all the way up, at
 * the tills and at the online checkouts of both brands, until it ends at once.
 *
 *   npm run loadtest -- --scenario black-friday
 */
import { arrive } from "./support/arrival.ts";
import { checkOut } from "./support/checkout.ts";
import { optionsOf } from "./support/options.ts";
import { endWithProof, openTown, type Town } from "./support/town.ts";
import { visit } from "./support/visit.ts";

const MEMBERS = 500;
const ONLINE = 0.5;

export const options = optionsOf("black-friday", 120, ({ rate, seconds, tills }) => ({
  executor: "ramping-arrival-rate",
  startRate: Math.ceil(rate / 20),
  stages: [
    { target: Math.ceil(rate / 20), duration: `${seconds * 150}ms` },
    { target: Math.ceil(rate / 2), duration: `${seconds * 50}ms` },
    { target: rate, duration: `${seconds * 500}ms` },
    { target: rate, duration: `${seconds * 300}ms` },
  ],
  ...tills,
}));

export const setup = (): Town => openTown(MEMBERS);

export default function blackFriday(town: Town): void {
  arrive((arrival) => {
    const { chance } = arrival;
    const come = chance.yes(ONLINE) ? checkOut : visit;
    come(town, arrival, chance.pick(town.members));
  });
}

export const teardown = (town: Town): void => endWithProof(town);
