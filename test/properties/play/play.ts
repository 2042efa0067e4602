/** Plays commands on the world of a member: each on the wallet and on the model, whose answers must agree. */
import type { LotKind } from "../../../src/ledger/account.ts";
import { extend, type Grant, grant } from "../../../src/ledger/posting/grant.ts";
import type { LotPart } from "../../../src/ledger/hold.ts";
import { hold, spend, spendable } from "../../../src/ledger/posting/spend.ts";
import type { Totals } from "../../../src/ledger/totals.ts";
import type { WalletDraft } from "../../../src/ledger/wallet-draft.ts";
import type { Command, CommandOf, Earned } from "../commands.ts";
import { captureSome, releaseSome } from "./play-holds.ts";
import { moveSomeDebt, moveSomeLot } from "./play-moves.ts";
import {
  clawBackSome,
  giveBackSome,
  returnSome,
  undoSomeClawBack,
  undoSomeGiveBack,
  undoSomeReturn,
} from "./play-back.ts";
import type { Part } from "../model/purse.ts";
import { must } from "../snapshot.ts";
import { DAY_MS, holdIdOf, lotIdOf, OPERATION, type World } from "../world.ts";

/** Answers whether there was anything to do; a refusal counts as something. */
export function play(world: World, command: Command): boolean {
  switch (command.op) {
    case "grant":
      return grantSome(world, command);
    case "spend":
      return spendSome(world, command);
    case "purchase":
      return purchase(world, command);
    case "hold":
      return holdSome(world, command);
    case "capture":
      return captureSome(world, command);
    case "release":
      return releaseSome(world, command);
    case "giveBack":
      return giveBackSome(world, command);
    case "clawBack":
      return clawBackSome(world, command);
    case "return":
      return returnSome(world, command);
    case "undoGiveBack":
      return undoSomeGiveBack(world, command);
    case "undoReturn":
      return undoSomeReturn(world, command);
    case "undoClawBack":
      return undoSomeClawBack(world, command);
    case "extend":
      return extendSome(world, command.kinds, command.days);
    case "moveLot":
      return moveSomeLot(world, command);
    case "moveDebt":
      return moveSomeDebt(world, command);
    case "visit":
      return visit(world);
    case "time":
      world.pass(command.days * DAY_MS + command.milliseconds);
      return true;
    case "reload":
      world.reload(command.backwards);
      return true;
    default:
      return command satisfies never;
  }
}

/** Nothing but time, as the job that looks after wallets which nobody has touched. */
function visit(world: World): boolean {
  world.decide({}, (draft) => {
    draft.writeAnyway();
    return true;
  });
  must(world.wallet.nextTurnAt > world.now, "after a visit nothing is due");
  return true;
}

function grantSome(world: World, earned: Earned): boolean {
  const { terms, at } = termsOf(world, earned);
  const totals = world.decide({}, (draft) => {
    grant(draft, terms, at, world.now);
    return draft.totals();
  });
  world.model.grant(terms);
  agreeAtOnce(totals, world);
  return true;
}

/** What was granted late is active, or over, in the answer already. */
function agreeAtOnce(totals: Totals | undefined, { model, now }: World): void {
  model.advance(now);
  let [pending, available] = [0n, 0n];
  for (const lot of model.lots) {
    pending += lot.pending;
    available += lot.available;
  }
  must(totals?.pending === pending && totals.available === available, "a grant is active at once where it should be");
}

function termsOf(world: World, earned: Earned): { terms: Grant; at: number } {
  const activeAt = world.now + earned.wait * DAY_MS;
  const { issuer, kind, amount } = earned;
  const expiresAt = activeAt + earned.life * DAY_MS;
  const id = lotIdOf(world.birth());
  return {
    terms: { id, issuer, kind, amount, activeAt, expiresAt, profileId: null, operationId: OPERATION, policyVersion: 1 },
    at: Math.min(activeAt, world.now),
  };
}

function spendSome(world: World, command: CommandOf<"spend">): boolean {
  const { seller } = command;
  let asked = 0n;
  const parts = world.decide({}, (draft) => {
    const available = spendable(draft, seller, world.rules);
    must(available === world.model.spendable(seller), "what may be asked is the model's");
    asked = (available * BigInt(command.share) + 999n) / 1000n;
    return asked > 0n && asked <= available ? spend(draft, asked, seller, world.rules, world.now) : undefined;
  });
  if (parts === undefined) return asked > 0n;
  agree(parts, world.model.spend(asked, seller));
  world.history.spend(seller, parts);
  return true;
}

/** Spends what it can, moves the ends of ordinary lots, and earns: in one decision. */
function purchase(world: World, command: CommandOf<"purchase">): boolean {
  const { seller, extension, earn } = command;
  const { terms, at } = termsOf(world, earn);
  const kinds: readonly LotKind[] = ["ordinary"];
  const until = world.now + extension * DAY_MS;
  const done = world.decide({}, (draft) => {
    const available = spendable(draft, seller, world.rules);
    const asked = (available * BigInt(command.share) + 999n) / 1000n;
    if (asked > available) return undefined;
    const parts = asked > 0n ? spend(draft, asked, seller, world.rules, world.now) : [];
    const moved = extendAll(draft, kinds, until, world.now);
    grant(draft, terms, at, world.now);
    return { asked, parts, moved, totals: draft.totals() };
  });
  if (done === undefined) return true;
  agree(done.parts, world.model.spend(done.asked, seller));
  must(done.moved === world.model.extend(kinds, until, world.now), "as many ends moved as the model's");
  world.model.grant(terms);
  agreeAtOnce(done.totals, world);
  world.history.spend(seller, done.parts);
  return true;
}

function holdSome(world: World, command: CommandOf<"hold">): boolean {
  const { seller, share, days } = command;
  const id = holdIdOf(world.birth());
  const expiresAt = world.now + days * DAY_MS;
  let asked = 0n;
  const parts = world.decide({}, (draft) => {
    const available = spendable(draft, seller, world.rules);
    asked = (available * BigInt(share) + 999n) / 1000n;
    if (asked === 0n || asked > available) return undefined;
    const pinned = hold(draft, asked, seller, world.rules, world.now);
    const { memberId } = draft;
    draft.putHold({
      id,
      memberId,
      orderId: null,
      brand: seller,
      amount: asked,
      parts: pinned,
      moves: [],
      reference: "",
      expiresAt,
      status: "open",
    });
    return pinned;
  });
  if (parts !== undefined) agree(parts, world.model.hold(id, asked, seller, expiresAt));
  return asked > 0n;
}

/** Moves ends; answers how many. */
function extendAll(draft: WalletDraft, kinds: readonly LotKind[], until: number, now: number): number {
  const before = draft.terms.length;
  extend(draft, new Set(kinds), until, now);
  return draft.terms.length - before;
}

function extendSome(world: World, kinds: readonly LotKind[], days: number): boolean {
  const until = world.now + days * DAY_MS;
  const moved = world.decide({}, (draft) => extendAll(draft, kinds, until, world.now));
  must(moved === world.model.extend(kinds, until, world.now), "as many ends moved as the model's");
  return true;
}

/** The parts are those that the model burnt, in its order. */
function agree(parts: readonly LotPart[], model: readonly Part[]): void {
  const same =
    parts.length === model.length &&
    parts.every((part, index) => part.lotId === model[index]?.lotId && part.amount === model[index]?.amount);
  must(
    same,
    () =>
      `burnt ${parts.map((part) => `${part.lotId} ${part.amount}`).join()}, the model ${model.map((part) => `${part.lotId} ${part.amount}`).join()}`,
  );
}
