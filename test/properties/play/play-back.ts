/** Commands that undo: what was spent comes back, what was earned is clawed back, and either is undone in turn. */
import type { LotId } from "../../../src/kernel/ids.ts";
import { type Clawback, clawBack, giveBack, undoClawBack, undoGiveBack } from "../../../src/ledger/posting/giveback.ts";
import type { LotPart } from "../../../src/ledger/hold.ts";
import type { WalletDraft } from "../../../src/ledger/wallet-draft.ts";
import type { CommandOf } from "../commands.ts";
import type { Cover } from "../model/model.ts";
import type { GivenBack, Spent } from "../model/history.ts";
import { must } from "../snapshot.ts";
import { DAY_MS, type World } from "../world.ts";

export function giveBackSome(world: World, command: CommandOf<"giveBack">): boolean {
  const spent = chooseSpent(world, command.pick);
  if (spent === undefined) return false;
  const givenBack = { spent, amounts: portion(spent, command.share) };
  const parts = partsOf(givenBack);
  const until = world.now + command.grace * DAY_MS;
  world.decide({ lots: lotsOf(parts) }, (draft) => {
    giveBack(draft, parts, spent.seller, until, world.now);
    return true;
  });
  world.model.giveBack(parts, spent.seller, until);
  count(givenBack, 1n);
  world.history.givenBack.push(givenBack);
  return true;
}

export function clawBackSome(world: World, command: CommandOf<"clawBack">): boolean {
  const chosen = chooseLot(world, command.pick, command.share);
  if (chosen === undefined) return false;
  const cover = world.decide({ lots: [chosen.lotId] }, (draft) =>
    clawBack(draft, chosen.lotId, chosen.amount, world.now),
  );
  world.history.clawed.push({ ...chosen, cover: agreed(cover, world.model.clawBack(chosen.lotId, chosen.amount)) });
  return true;
}

/** A return in one decision: what was spent comes back first, then what was earned is clawed back, also out of that. */
export function returnSome(world: World, command: CommandOf<"return">): boolean {
  const spent = chooseSpent(world, command.pick);
  const lot = chooseLot(world, command.lot, command.share);
  if (spent === undefined || lot === undefined) return false;
  const givenBack = { spent, amounts: portion(spent, command.share) };
  const parts = partsOf(givenBack);
  const until = world.now + Math.max(1, command.grace) * DAY_MS;
  const cover = world.decide({ lots: [...lotsOf(parts), lot.lotId] }, (draft) => {
    giveBack(draft, parts, spent.seller, until, world.now);
    return clawBack(draft, lot.lotId, lot.amount, world.now);
  });
  world.model.giveBack(parts, spent.seller, until);
  const clawed = { ...lot, cover: agreed(cover, world.model.clawBack(lot.lotId, lot.amount)) };
  count(givenBack, 1n);
  world.history.returned.push({ givenBack, clawed });
  return true;
}

/** Spends again what had come back; answers what became debt. */
function spentAgain(draft: WalletDraft, parts: readonly LotPart[], seller: string, at: number): bigint {
  const before = draft.totals().debt;
  undoGiveBack(draft, parts, seller, at);
  return draft.totals().debt - before;
}

export function undoSomeGiveBack(world: World, command: CommandOf<"undoGiveBack">): boolean {
  const chosen = takeFrom(world.history.givenBack, command.pick, ({ spent }) => areHere(world, spent.parts));
  if (chosen === undefined) return false;
  const { seller } = chosen.spent;
  const parts = partsOf(chosen);
  const debt = world.decide({ lots: lotsOf(parts) }, (draft) => spentAgain(draft, parts, seller, world.now));
  must(debt === world.model.undoGiveBack(parts, seller), "as much debt as the model's");
  count(chosen, -1n);
  return true;
}

export function undoSomeClawBack(world: World, command: CommandOf<"undoClawBack">): boolean {
  const chosen = takeFrom(world.history.clawed, command.pick, (clawed) =>
    areHere(world, [clawed, ...clawed.cover.parts]),
  );
  if (chosen === undefined) return false;
  const { lotId, cover } = chosen;
  const until = world.now + command.grace * DAY_MS;
  world.decide({ lots: [lotId, ...lotsOf(cover.parts)] }, (draft) => {
    undoClawBack(draft, lotId, cover, until, world.now);
    return true;
  });
  world.model.undoClawBack(lotId, cover, until, world.now);
  return true;
}

/** A return that is reversed, in one decision: what was clawed back comes again, then what had come back is spent again. */
export function undoSomeReturn(world: World, command: CommandOf<"undoReturn">): boolean {
  const chosen = takeFrom(world.history.returned, command.pick, ({ givenBack, clawed }) =>
    areHere(world, [...givenBack.spent.parts, clawed, ...clawed.cover.parts]),
  );
  if (chosen === undefined) return false;
  const { lotId, cover } = chosen.clawed;
  const { seller } = chosen.givenBack.spent;
  const parts = partsOf(chosen.givenBack);
  const until = world.now + Math.max(1, command.grace) * DAY_MS;
  const debt = world.decide({ lots: [lotId, ...lotsOf(cover.parts), ...lotsOf(parts)] }, (draft) => {
    undoClawBack(draft, lotId, cover, until, world.now);
    return spentAgain(draft, parts, seller, world.now);
  });
  world.model.undoClawBack(lotId, cover, until, world.now);
  must(debt === world.model.undoGiveBack(parts, seller), "as much debt as the model's");
  count(chosen.givenBack, -1n);
  return true;
}

/** A lot that can still be clawed back from, as far as it was granted: also one that has closed long ago. */
function chooseLot(world: World, pick: number, share: number): { lotId: LotId; amount: bigint } | undefined {
  const lots = [...world.lots.values()].filter(({ id }) => world.model.has(id));
  // From a random one on, the first that has something left.
  for (let step = 0; step < lots.length; step += 1) {
    const lot = lots[(pick + step) % lots.length];
    if (lot === undefined) continue;
    const left = lot.granted - world.history.clawedFrom(lot.id);
    if (left > 0n) return { lotId: lot.id, amount: thousandths(left, share) };
  }
  return undefined;
}

function chooseSpent(world: World, pick: number): Spent | undefined {
  const open = world.history.spent.filter(
    ({ parts, back }) => areHere(world, parts) && parts.some((part, index) => part.amount > (back[index] ?? 0n)),
  );
  return open[pick % open.length];
}

/** A share of what has not come back yet; of some parts it may be nothing. */
function portion(spent: Spent, share: number): bigint[] {
  return spent.parts.map((part, index) => thousandths(part.amount - (spent.back[index] ?? 0n), share));
}

const thousandths = (amount: bigint, share: number): bigint => (amount * BigInt(share) + 999n) / 1000n;

function partsOf({ spent, amounts }: GivenBack): LotPart[] {
  return spent.parts.map((part, index) => ({ ...part, amount: amounts[index] ?? 0n }));
}

function count({ spent, amounts }: GivenBack, sign: 1n | -1n): void {
  for (const [index, amount] of amounts.entries()) spent.back[index] = (spent.back[index] ?? 0n) + sign * amount;
}

/** Takes out one of those that can be undone now. */
function takeFrom<T>(list: T[], pick: number, isPossible: (one: T) => boolean): T | undefined {
  const possible = list.filter(isPossible);
  const chosen = possible[pick % possible.length];
  if (chosen !== undefined) list.splice(list.indexOf(chosen), 1);
  return chosen;
}

/** Whether all of these lots are with this member: what has moved away is for whoever has it. */
const areHere = (world: World, parts: readonly { readonly lotId: LotId }[]): boolean =>
  parts.every(({ lotId }) => world.model.has(lotId));

const lotsOf = (parts: readonly LotPart[]): LotId[] => parts.map((part) => part.lotId);

/** The cover of a clawback, which must be the model's. */
function agreed(cover: Clawback | undefined, model: Cover): Clawback {
  if (cover === undefined) throw new Error("a clawback is never refused");
  const same =
    cover.debt === model.debt &&
    cover.parts.length === model.parts.length &&
    cover.parts.every((part, index) => {
      const other = model.parts[index];
      return part.lotId === other?.lotId && part.amount === other.amount && part.from === other.from;
    });
  must(same, "a clawback is covered as the model's is");
  return cover;
}
