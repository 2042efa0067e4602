/**
 * The hour before a holiday: tills of both brands ring up many members, more and more of them, up to a peak and down
 * again. Six receipts in ten only earn, four spend; some are sent twice, some goods come back, some receipts are undone.
 *
 *   npm run loadtest -- --scenario till-peak
 */
import { arrive } from "./support/arrival.ts";
import { optionsOf, peak } from "./support/options.ts";
import { endWithProof, openTown, type Town } from "./support/town.ts";
import { visit } from "./support/visit.ts";

const MEMBERS = 500;

export const options = optionsOf("till-peak", 100, peak);

export const setup = (): Town => openTown(MEMBERS);

export default function tillPeak(town: Town): void {
  arrive((arrival) => visit(town, arrival, arrival.chance.pick(town.members)));
}

export const teardown = (town: Town): void => endWithProof(town);
