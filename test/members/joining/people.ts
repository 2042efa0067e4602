/** Two people with a card each, and what they do. */
import { accrual } from "../../../src/bonuses/accrual.ts";
import { redemption } from "../../../src/bonuses/redemption.ts";
import { hold } from "../../../src/bonuses/hold/hold.ts";
import { formatAmount, parseAmount } from "../../../src/kernel/amount.ts";
import type { MemberId, MergeId, ProfileId, PurchaseId } from "../../../src/kernel/ids.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import type { MergeAnswer } from "../../../src/members/joining/merge-answer.ts";
import type { PartingAnswer } from "../../../src/members/joining/parting/unmerge-answer.ts";
import { profileParting } from "../../../src/members/joining/parting/profile-parting.ts";
import { unmerge } from "../../../src/members/joining/parting/unmerge.ts";
import { balanceOf } from "../../../src/members/reads/balance.ts";
import { registration } from "../../../src/members/registration/registration.ts";
import { purchase } from "../../../src/sales/purchase/purchase.ts";
import { returnById } from "../../../src/sales/return/return-by-id.ts";
import { presentWallet, walletNow } from "../../../src/engine/wallets/wallet-reads.ts";
import type { AnyOperation } from "../../../src/engine/definition/operation.ts";
import { answerOf, newTestKey, requestOf, type TestLedger } from "../../support/ledger.ts";
import { preview } from "../../../src/engine/group/submit.ts";

export interface Person {
  readonly memberId: MemberId;
  readonly card: { readonly kind: "card"; readonly value: string };
}

let numbers = 1000;
const next = (): string => `${(numbers += 1)}`;

/** An operation that is prepared so many times, then something happens, then it is judged. */
export function after(operation: AnyOperation, happens: () => Promise<unknown>, times = 1): AnyOperation {
  let prepared = 0;
  return {
    ...operation,
    async prepare(look, asked) {
      const input: unknown = await operation.prepare(look, asked);
      if ((prepared += 1) === times) await happens();
      return input;
    },
  };
}

/** How people are asked for in tests of joining. */
export class People {
  readonly ledger: TestLedger;

  constructor(ledger: TestLedger) {
    this.ledger = ledger;
  }

  async ask<A>(operation: AnyOperation, body: unknown, params: Record<string, string> = {}): Promise<A> {
    return answerOf(await this.ledger.ask(operation, body, { params })) as A;
  }

  /** What would be answered; nothing happens. */
  async look(operation: AnyOperation, body: object, params: Record<string, string> = {}): Promise<unknown> {
    const decision = await preview(this.ledger.service, operation, requestOf(operation, body, { params }));
    return decision.kind === "accepted" ? decision.answer : decision;
  }

  /** Somebody new, a minute younger than whoever came before. */
  async person(details: object = {}, brand = "mvideo"): Promise<Person> {
    this.ledger.clock.moveTo(this.ledger.clock.now() + 60_000);
    const card = { kind: "card", value: `29000${next()}${next()}` } as const;
    const identifiers = [{ ...card, verified: true }];
    const body = { brand, externalId: newTestKey(), identifiers, person: details };
    const { memberId } = await this.ask<{ memberId: MemberId }>(registration, body);
    return { memberId, card };
  }

  /** The same person's profile at another brand, linked by the card that was read there, with a card of its own. */
  async cardOf({ card }: Person, brand: string): Promise<Person & { readonly profileId: ProfileId }> {
    const own = { kind: "card", value: `29000${next()}${next()}` } as const;
    const identifiers = [card, own].map((each) => ({ ...each, verified: true }));
    const body = { brand, externalId: newTestKey(), identifiers, person: {} };
    const registered = await this.ask<{ memberId: MemberId; profileId: ProfileId }>(registration, body);
    return { ...registered, card: own };
  }

  partProfile(profileId: ProfileId): Promise<PartingAnswer> {
    return this.ask(profileParting, { reason: "another's" }, { profileId });
  }

  async give({ card }: Pick<Person, "card">, amount: string, brand = "mvideo", days = 90): Promise<string> {
    const now = this.ledger.clock.now();
    const { lotId } = await this.ask<{ lotId: string }>(accrual, {
      identifier: card,
      amount,
      brand,
      kind: "promo",
      activeAt: new Date(now).toISOString(),
      expiresAt: new Date(now + days * 86_400_000).toISOString(),
      reason: "test",
      reference: "test",
    });
    return lotId;
  }

  async giveUntil({ card }: Pick<Person, "card">, amount: string, brand: string, end: number): Promise<string> {
    const { lotId } = await this.ask<{ lotId: string }>(accrual, {
      identifier: card,
      amount,
      brand,
      kind: "promo",
      activeAt: new Date(this.ledger.clock.now()).toISOString(),
      expiresAt: new Date(end).toISOString(),
      reason: "test",
      reference: "test",
    });
    return lotId;
  }

  /** Two things that earn nothing, half paid with bonuses. */
  async buyOnly(who: object, spend: bigint): Promise<PurchaseId> {
    const line = {
      lineId: "1",
      sku: "a",
      category: "tv",
      quantity: "2",
      unitPrice: formatAmount(spend + 100n),
      noEarn: true,
    };
    const { purchaseId } = await this.ask<{ purchaseId: PurchaseId }>(purchase, {
      receipt: { brand: "mvideo", storeId: "M-1", terminalId: "1", shift: "1", number: next() },
      channel: "pos",
      ...who,
      lines: [line],
      spend: formatAmount(spend),
      occurredAt: new Date(this.ledger.clock.now()).toISOString(),
    });
    return purchaseId;
  }

  /** Lots with something free, with all that is due applied. */
  async dueWallet({
    memberId,
  }: Pick<Person, "memberId">): Promise<{ id: string; available: bigint; expiresAt: number }[]> {
    const { service, clock } = this.ledger;
    const draft = await service.reader.snapshot((tx) => walletNow(tx, memberId, clock));
    const lots = draft?.lots() ?? [];
    return lots
      .filter(({ available }) => available > 0n)
      .map(({ id, available, expiresAt }) => ({ id, available, expiresAt }));
  }

  async buy(who: object, total: string, spend: string, store = "M-1"): Promise<PurchaseId> {
    const brand = store.startsWith("M") ? "mvideo" : "eldorado";
    const { purchaseId } = await this.ask<{ purchaseId: PurchaseId }>(purchase, {
      receipt: { brand, storeId: store, terminalId: "1", shift: "1", number: next() },
      channel: "pos",
      ...who,
      lines: [{ lineId: "1", sku: "a", category: "tv", quantity: "2", unitPrice: (Number(total) / 2).toFixed(2) }],
      spend,
      occurredAt: new Date(this.ledger.clock.now()).toISOString(),
    });
    return purchaseId;
  }

  bring(
    purchaseId: PurchaseId,
    units: number,
    store = "E-1",
  ): Promise<{ bonusesBack: string; debtAdded: string; memberId: string }> {
    const brand = store.startsWith("M") ? "mvideo" : "eldorado";
    return this.ask(
      returnById,
      {
        receipt: { brand, storeId: store, terminalId: "2", shift: "1", number: next() },
        lines: [{ lineId: "1", quantity: `${units}` }],
        occurredAt: new Date(this.ledger.clock.now()).toISOString(),
      },
      { purchaseId },
    );
  }

  redeem(who: object, amount: string, brand = "mvideo"): Promise<unknown> {
    const storeId = brand === "mvideo" ? "M-1" : "E-1";
    return this.ask(redemption, { ...who, amount, brand, storeId, reference: "test" });
  }

  async pin(who: object, amount: string, minutes = 15, brand = "mvideo"): Promise<string> {
    const expiresAt = new Date(this.ledger.clock.now() + minutes * 60_000).toISOString();
    const { holdId } = await this.ask<{ holdId: string }>(hold, {
      ...who,
      amount,
      brand,
      expiresAt,
      reference: "test",
    });
    return holdId;
  }

  join(a: Person, b: Person): Promise<MergeAnswer> {
    return this.ask(merge, { memberIds: [a.memberId, b.memberId], reason: "the same" });
  }

  part(mergeId: MergeId, reason = "two people"): Promise<PartingAnswer> {
    return this.ask(unmerge, { reason }, { mergeId });
  }

  async available({ memberId }: Pick<Person, "memberId">): Promise<bigint> {
    return parseAmount((await balanceOf(this.ledger.service, memberId)).available);
  }

  /** All that a wallet has, lot by lot, and what it owes. */
  async wallet({ memberId }: Pick<Person, "memberId">) {
    const { service, clock } = this.ledger;
    const wallet = await service.reader.snapshot((tx) => presentWallet(tx, memberId, clock.now()));
    if (wallet === undefined) throw new Error("no such wallet");
    return {
      lots: wallet.lots.map(({ id, pending, available, held, activeAt, expiresAt, closed }) => {
        return { id, pending, available, held, activeAt, expiresAt, closed };
      }),
      holds: [...wallet.holds.values()]
        .filter(({ status }) => status === "open")
        .map(({ id, parts }) => ({ id, parts }))
        .sort((one, other) => (one.id < other.id ? -1 : 1)),
      totals: new Map(
        [...wallet.byIssuer].filter(([, { pending, available, held, debt }]) => pending + available + held + debt > 0n),
      ),
    };
  }
}
