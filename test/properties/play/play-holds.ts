/** Commands on holds: captured, whole or in parts, or released. */
import { amountOf, divideParts, leftIn, type OpenHold } from "../../../src/ledger/hold.ts";
import { captureFrom, releaseFrom } from "../../../src/ledger/posting/held.ts";
import type { CommandOf } from "../commands.ts";
import { must } from "../snapshot.ts";
import type { Names, World } from "../world.ts";

/** Those that were open when the wallet was posted last. */
const openIn = (world: World): OpenHold[] =>
  [...world.wallet.holds.values()].filter((hold): hold is OpenHold => hold.status === "open");

export function captureSome(world: World, command: CommandOf<"capture">): boolean {
  const open = openIn(world);
  const chosen = open[command.pick % open.length];
  if (chosen === undefined) return false;
  const left = leftIn(chosen);
  const amount = (amountOf(left) * BigInt(command.share) + 999n) / 1000n;
  const { first, rest } = divideParts(left, amount);
  const done = world.decide(naming(chosen), (draft) => {
    const held = draft.openHold(chosen.id);
    if (held === undefined) return undefined;
    const after = captureFrom(draft, held, first, world.by());
    if (command.final && after.status === "open") releaseFrom(draft, after, rest, world.by());
    return true;
  });
  must((done ?? false) === world.model.isOpen(chosen.id), "a hold is open as long as the model's");
  if (done === undefined) return true;
  world.model.capture(chosen.id, amount, chosen.brand, command.final);
  world.history.spend(chosen.brand, first);
  return true;
}

/** Whoever ends a hold names it and its lots. */
const naming = ({ id, parts }: OpenHold): Names => ({ holds: [id], lots: parts.map((part) => part.lotId) });

export function releaseSome(world: World, command: CommandOf<"release">): boolean {
  const open = openIn(world);
  const chosen = open[command.pick % open.length];
  if (chosen === undefined) return false;
  const done = world.decide(naming(chosen), (draft) => {
    const held = draft.openHold(chosen.id);
    if (held === undefined) return undefined;
    releaseFrom(draft, held, leftIn(held), world.by());
    return true;
  });
  must((done ?? false) === world.model.isOpen(chosen.id), "a hold is open as long as the model's");
  if (done === true) world.model.release(chosen.id);
  return true;
}
