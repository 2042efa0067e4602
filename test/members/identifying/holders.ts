/** People with phones and cards, which go from one to another, in tests. */
import { accrual } from "../../../src/bonuses/accrual.ts";
import type { AnyOperation } from "../../../src/engine/definition/operation.ts";
import type { MemberId, ProfileId } from "../../../src/kernel/ids.ts";
import type { Identifier } from "../../../src/members/identifier.ts";
import { identifierAdding } from "../../../src/members/identifying/adding.ts";
import { identifierEnd } from "../../../src/members/identifying/ending.ts";
import { resolveMember } from "../../../src/members/lookup.ts";
import type { MergeAnswer } from "../../../src/members/joining/merge-answer.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { registration } from "../../../src/members/registration/registration.ts";
import { purchase } from "../../../src/sales/purchase/purchase.ts";
import { newTestKey } from "../../support/ledger.ts";
import { People } from "../joining/people.ts";

export interface Holder {
  readonly memberId: MemberId;
  readonly profileId: ProfileId;
  readonly link: { readonly band: string };
  readonly reissued: readonly { readonly kind: string; readonly memberId: MemberId }[];
}

interface Added {
  readonly outcome: string;
  readonly memberId: MemberId;
  readonly verified: boolean;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

let numbers = 100;
export const aPhone = (): Identifier => ({ kind: "phone", value: `+7912${5_000_000 + (numbers += 13)}` });
export const aCard = (): Identifier => ({ kind: "card", value: newTestKey().replaceAll("-", "") });

export class Holders extends People {
  register(
    brought: readonly Identifier[],
    person: object = {},
    { verified = true, brand = "mvideo" } = {},
  ): Promise<Holder> {
    const identifiers = brought.map((each) => ({ ...each, verified }));
    return this.ask(registration, { brand, externalId: newTestKey(), identifiers, person });
  }

  add({ memberId, profileId }: Pick<Holder, "memberId" | "profileId">, identifier: Identifier, verified = true) {
    const body = { profileId, identifier, verified, reason: "has repeated the code" };
    return this.ask<Added>(identifierAdding, body, { memberId });
  }

  end({ memberId }: Pick<Holder, "memberId">, identifier: Identifier): Promise<{ since: string; until: string }> {
    return this.ask(identifierEnd, { identifier, reason: "lost" }, { memberId });
  }

  /** How it is refused. */
  async refused(operation: AnyOperation, body: unknown, params: Record<string, string> = {}) {
    const outcome = await this.ledger.ask(operation, body, { params });
    if (outcome.kind !== "refused") throw new Error(`not refused: ${JSON.stringify(outcome)}`);
    return { code: outcome.code, data: outcome.data };
  }

  /** Whom an identifier leads to: now, or for what has happened at an instant. */
  async leadsTo(identifier: Identifier, at?: number): Promise<MemberId | undefined> {
    const resolved = await resolveMember(this.ledger.service, { memberId: undefined, identifier }, at);
    return resolved.kind === "member" ? resolved.memberId : undefined;
  }

  /** Buys something by an identifier, as a receipt says that comes later. */
  async sale(identifier: Identifier, occurredAt = this.ledger.clock.now(), spend = "0.00") {
    return this.ask<{ memberId: MemberId | null; purchaseId: string; suspended: boolean; earned: string }>(purchase, {
      receipt: { brand: "mvideo", storeId: "M-1", terminalId: "1", shift: "1", number: newTestKey() },
      channel: "pos",
      identifier,
      lines: [{ lineId: "1", sku: "a", category: "tv", quantity: "1", unitPrice: "1000.00" }],
      spend,
      occurredAt: new Date(occurredAt).toISOString(),
    });
  }

  /** Has two become one. */
  merged(...members: readonly Pick<Holder, "memberId">[]): Promise<MergeAnswer> {
    return this.ask(merge, { memberIds: members.map(({ memberId }) => memberId), reason: "the same" });
  }

  /** Grants bonuses that are active at once to whoever an identifier leads to. */
  grant(identifier: Identifier, amount: string): Promise<unknown> {
    const activeAt = new Date(this.ledger.clock.now()).toISOString();
    const terms = { brand: "mvideo", kind: "promo", activeAt, reason: "test", reference: "test" };
    return this.ask(accrual, { identifier, amount, ...terms });
  }

  later(ms = HOUR_MS): number {
    this.ledger.clock.moveTo(this.ledger.clock.now() + ms);
    return this.ledger.clock.now();
  }
}
