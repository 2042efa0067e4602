/** Members who become one, and part again; with bonuses, holds and debts that go along and come back. */
import { memberBlock } from "../../src/members/blocking/block.ts";
import { memberUnblock } from "../../src/members/blocking/unblock.ts";
import { merge } from "../../src/members/joining/merging/merge.ts";
import { profileParting } from "../../src/members/joining/parting/profile-parting.ts";
import { unmerge } from "../../src/members/joining/parting/unmerge.ts";
import { parseAmount } from "../../src/kernel/amount.ts";
import type { MemberId, ProfileId } from "../../src/kernel/ids.ts";
import { balanceOf } from "../../src/members/reads/balance.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { answerOf, newTestKey, type TestLedger } from "./ledger.ts";

interface Registered {
  readonly memberId: MemberId;
  readonly profileId: ProfileId;
  readonly card: { readonly kind: "card"; readonly value: string };
}

/** Somebody with a card; `cards`: of whom he is known already. */
export async function registered(
  ledger: TestLedger,
  brand: string,
  cards: readonly Registered["card"][] = [],
): Promise<Registered> {
  const card = { kind: "card", value: newTestKey() } as const;
  const identifiers = [...cards, card].map((each) => ({ ...each, verified: true }));
  const body = { brand, externalId: newTestKey(), identifiers, person: {} };
  return { ...(answerOf(await ledger.ask(registration, body)) as Omit<Registered, "card">), card };
}

async function join(ledger: TestLedger, ...members: readonly [Registered, Registered]): Promise<string> {
  const memberIds = members.map(({ memberId }) => memberId);
  return (answerOf(await ledger.ask(merge, { memberIds, reason: "the same" })) as { mergeId: string }).mergeId;
}

/** One is blocked and let go, and spends; of two who were one and are blocked both stay so when they part. */
export async function liveBlocked(ledger: TestLedger, { sell }: Pick<TownLife, "sell">): Promise<void> {
  const [anna, boris, vera] = [
    await registered(ledger, "mvideo"),
    await registered(ledger, "eldorado"),
    await registered(ledger, "mvideo"),
  ];
  const asked = ({ memberId }: Registered) => ({ params: { memberId } });
  await ledger.give(anna.memberId, 20_00n);
  answerOf(await ledger.ask(memberBlock, { reason: "stolen", reference: "SEC-1" }, asked(anna)));
  await sell(anna.card, 0n);
  answerOf(await ledger.ask(memberUnblock, { reason: "found", reference: "SEC-2" }, asked(anna)));
  await sell(anna.card, 5_00n);
  const mergeId = await join(ledger, boris, vera);
  answerOf(await ledger.ask(memberBlock, { reason: "stolen" }, asked(boris)));
  ledger.clock.moveTo(ledger.clock.now() + 60_000);
  answerOf(await ledger.ask(unmerge, { reason: "two people" }, { params: { mergeId } }));
}

/** What the town's people can do. */
export interface TownLife {
  hold(memberId: MemberId, amount: bigint, forMs: number): Promise<unknown>;
  sell(card: object, spend: bigint): Promise<{ readonly purchaseId: string }>;
  bringBack(purchaseId: string): Promise<unknown>;
}

/** Of four people two are joined and parted, two are joined and stay so, and a profile leaves one of them. */
export async function liveJoined(ledger: TestLedger, life: TownLife): Promise<void> {
  const [anna, boris, vera] = [
    await registered(ledger, "mvideo"),
    await registered(ledger, "eldorado"),
    await registered(ledger, "mvideo"),
  ];
  for (const { memberId } of [anna, boris]) await ledger.give(memberId, 40_00n);
  await ledger.give(vera.memberId, 25_00n, "eldorado");
  await life.hold(boris.memberId, 10_00n, 60_000);
  const mergeId = await join(ledger, anna, boris);
  const sold = await life.sell(boris.card, 50_00n);
  answerOf(await ledger.ask(unmerge, { reason: "two people" }, { params: { mergeId } }));
  await life.bringBack(sold.purchaseId);
  await join(ledger, anna, vera);
  const second = await registered(ledger, "eldorado", [anna.card]);
  await life.sell(second.card, 0n);
  answerOf(await ledger.ask(profileParting, { reason: "another's" }, { params: { profileId: second.profileId } }));
}

/** Somebody buys; later he has spent what that earned, brings the goods back and owes it, and another's bonuses pay it until they part. */
export async function liveRepaid(ledger: TestLedger, life: TownLife): Promise<() => Promise<void>> {
  const [owing, paying] = [await registered(ledger, "mvideo"), await registered(ledger, "eldorado")];
  const sold = await life.sell(owing.card, 0n);
  return async () => {
    const { available } = await balanceOf(ledger.service, owing.memberId);
    await life.sell(owing.card, parseAmount(available));
    await life.bringBack(sold.purchaseId);
    await ledger.give(paying.memberId, 40_00n);
    const mergeId = await join(ledger, owing, paying);
    answerOf(await ledger.ask(unmerge, { reason: "two people" }, { params: { mergeId } }));
  };
}
