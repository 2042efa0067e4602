/** Grants, and bonuses that a till puts aside. */
import type { CommandOf } from "../commands.ts";
import { inText } from "../model/amounts.ts";
import type { TillHold } from "../model/model.ts";
import { activationOf, endOf, HOLD_LIFE, MINUTE } from "../model/rules.ts";
import { amountOf, firstOf } from "../model/parts.ts";
import { left } from "../model/wallet.ts";
import type { World } from "../world.ts";
import { choose } from "./choose.ts";

export async function playGrant(world: World, command: CommandOf<"grant">): Promise<void> {
  const { who, kind, amount, hours } = command;
  const { now } = world.model;
  const { brand } = world.store(command.store);
  const activeAt = activationOf(kind, now);
  const endsAt = hours === null ? endOf(kind, activeAt) : activeAt + hours * 60 * MINUTE;
  const answer = await world.send<{ lotId: string }>("/v1/accruals", {
    ...world.member(who),
    amount: inText(amount),
    brand,
    kind,
    ...(hours === null ? {} : { expiresAt: world.instant(endsAt) }),
    reason: "test",
    reference: "test",
  });
  const wallet = world.wallet(who);
  const lot = wallet.grant({ issuer: brand, kind, activeAt, endsAt }, amount);
  world.model.pass(now);
  lot.id = answer.body.lotId;
  const instants = { activeAt: world.instant(activeAt), expiresAt: world.instant(endsAt) };
  const balance = world.balance(wallet, [brand]);
  world.expect("grant", answer, { status: 201, body: { amount: inText(amount), ...instants, balance } });
}

export async function playHold(world: World, command: CommandOf<"hold">): Promise<void> {
  const { who, share, minutes } = command;
  const { now } = world.model;
  const { brand } = world.store(command.store);
  const wallet = world.wallet(who);
  const available = world.model.spendable(wallet, brand);
  const amount = (available * BigInt(share)) / 1000n + 1n;
  const endsAt = minutes === 0 ? now + HOLD_LIFE : now + minutes * MINUTE;
  const answer = await world.send<{ holdId: string }>("/v1/holds", {
    ...world.member(who),
    amount: inText(amount),
    brand,
    ...(minutes === 0 ? {} : { expiresAt: world.instant(endsAt) }),
    reference: "test",
  });
  if (amount > available) {
    world.expect("hold", answer, { status: 409, code: "insufficient_bonuses" });
    return;
  }
  const hold = wallet.hold(amount, endsAt, world.model.uses(brand));
  hold.id = answer.body.holdId;
  world.model.holds.push({ hold, wallet, brand, status: "open", spent: false });
  const balance = world.balance(wallet, [brand]);
  const expected = { amount: inText(amount), expiresAt: world.instant(endsAt), balance };
  world.expect("hold", answer, { status: 201, body: expected });
}

const isOpen = ({ status }: TillHold): boolean => status === "open";

export async function playCapture(world: World, { pick, share, final }: CommandOf<"capture">): Promise<void> {
  const one = choose(pick, world.model.holds, isOpen);
  if (one === undefined) return;
  const held = amountOf(left(one.hold));
  const amount = (held * BigInt(share)) / 1000n + 1n;
  const answer = await world.send(`/v1/holds/${one.hold.id}/capture`, { amount: inText(amount), final });
  if (!isOpen(one)) {
    world.expect("capture", answer, { status: 409, code: "hold_not_open" });
    return;
  }
  if (amount > held) {
    world.expect("capture", answer, { status: 409, code: "capture_over_hold" });
    return;
  }
  one.wallet.unpin(one.hold, firstOf(left(one.hold), amount), "spent");
  one.spent = true;
  const rest = held - amount;
  if (final) one.wallet.unpin(one.hold, left(one.hold), "free");
  if (final || rest === 0n) one.status = "captured";
  world.model.pass(world.model.now);
  world.expect("capture", answer, {
    status: 200,
    body: {
      status: one.status,
      captured: inText(amount),
      released: inText(final ? rest : 0n),
      left: inText(final ? 0n : rest),
      balance: world.balance(one.wallet, [one.brand]),
    },
  });
}

export async function playRelease(world: World, { pick }: CommandOf<"release">): Promise<void> {
  const one = choose(pick, world.model.holds, isOpen);
  if (one === undefined) return;
  const answer = await world.send(`/v1/holds/${one.hold.id}/release`, {});
  if (!isOpen(one)) {
    world.expect("release", answer, { status: 409, code: "hold_not_open" });
    return;
  }
  const held = amountOf(left(one.hold));
  one.wallet.unpin(one.hold, left(one.hold), "free");
  one.status = one.spent ? "captured" : "released";
  world.model.pass(world.model.now);
  const balance = world.balance(one.wallet, [one.brand]);
  world.expect("release", answer, { status: 200, body: { status: one.status, released: inText(held), balance } });
}
