/** Commands that end holds: captured, whole or in part, or released. */
import { endHold, releasePart } from "../../../src/ledger/posting/due.ts";
import type { LotPart, OpenHold } from "../../../src/ledger/hold.ts";
import { captureParts } from "../../../src/ledger/posting/spend.ts";
import type { CommandOf } from "../commands.ts";
import { must } from "../snapshot.ts";
import type { Names, World } from "../world.ts";

export function captureSome(world: World, command: CommandOf<"capture">): boolean {
  const open = [...world.wallet.holds.values()];
  const chosen = open[command.pick % open.length];
  if (chosen === undefined) return false;
  const amount = (chosen.amount * BigInt(command.share) + 999n) / 1000n;
  const { taken, rest } = split(chosen.parts, amount);
  const done = world.decide(naming(chosen), (draft) => {
    const held = draft.openHold(chosen.id);
    if (held === undefined) return undefined;
    captureParts(draft, taken, held.brand, world.now);
    for (const part of rest) releasePart(draft, part.lotId, part.amount, world.now);
    draft.putHold({ ...held, status: "captured", captured: amount, endedAt: world.now });
    return true;
  });
  must((done ?? false) === world.model.isOpen(chosen.id), "a hold is open as long as the model's");
  if (done === undefined) return true;
  world.model.capture(chosen.id, amount, chosen.brand);
  world.history.spend(
    chosen.brand,
    taken.filter((part) => part.amount > 0n),
  );
  return true;
}

/** Whoever ends a hold names it and its lots. */
const naming = ({ id, parts }: OpenHold): Names => ({ holds: [id], lots: parts.map((part) => part.lotId) });

/** The first `amount` of the parts, and what is left of them; a part may be of nothing, as it may be at a till. */
function split(parts: readonly LotPart[], amount: bigint): { taken: LotPart[]; rest: LotPart[] } {
  const taken: LotPart[] = [];
  const rest: LotPart[] = [];
  let left = amount;
  for (const part of parts) {
    const now = left < part.amount ? left : part.amount;
    left -= now;
    taken.push({ ...part, amount: now });
    rest.push({ ...part, amount: part.amount - now });
  }
  return { taken, rest };
}

export function releaseSome(world: World, command: CommandOf<"release">): boolean {
  const open = [...world.wallet.holds.values()];
  const chosen = open[command.pick % open.length];
  if (chosen === undefined) return false;
  const done = world.decide(naming(chosen), (draft) => {
    const held = draft.openHold(chosen.id);
    if (held === undefined) return undefined;
    endHold(draft, held, "released", world.now);
    return true;
  });
  must((done ?? false) === world.model.isOpen(chosen.id), "a hold is open as long as the model's");
  if (done === true) world.model.release(chosen.id);
  return true;
}
