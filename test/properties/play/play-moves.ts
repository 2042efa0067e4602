/** Commands that move things from one member to the other. */
import { moveDebt, moveLot } from "../../../src/ledger/posting/move.ts";
import type { LotId } from "../../../src/kernel/ids.ts";
import type { CommandOf } from "../commands.ts";
import { must } from "../snapshot.ts";
import type { World } from "../world.ts";

/** A lot that nothing is held on, be it over and closed; it may come back later, by the same command of the other member. */
export function moveSomeLot(world: World, command: CommandOf<"moveLot">): boolean {
  const free = world.model.lots.filter((lot) => lot.held === 0n);
  const lotId = free[command.pick % free.length]?.id as LotId | undefined;
  if (lotId === undefined) return false;
  world.decideOnBoth({ lots: [lotId] }, (here, there) => {
    moveLot(here, lotId, there, world.now);
    return true;
  });
  world.model.moveLot(lotId, world.other.model);
  return true;
}

export function moveSomeDebt(world: World, { entity, share }: CommandOf<"moveDebt">): boolean {
  const amount = world.decideOnBoth({}, (here, there) => {
    must(here.debtTo(entity) === (world.model.debts[entity] ?? 0n), "as much is owed as in the model");
    const asked = (here.debtTo(entity) * BigInt(share) + 999n) / 1000n;
    if (asked === 0n) return undefined;
    moveDebt(here, entity, asked, there, world.now);
    return asked;
  });
  if (amount === undefined) return false;
  world.model.moveDebt(entity, amount, world.other.model);
  return true;
}
