/** A company, and a buyer who may act for it, in tests. */
import { hold } from "../../../src/bonuses/hold/hold.ts";
import { redemption } from "../../../src/bonuses/redemption.ts";
import { formatInstant } from "../../../src/kernel/clock.ts";
import { representativeEnd } from "../../../src/members/representing/end.ts";
import { representativeGrant } from "../../../src/members/representing/grant.ts";
import { listRepresentatives } from "../../../src/members/representing/list.ts";
import { purchase } from "../../../src/sales/purchase/purchase.ts";
import type { PurchaseAnswer } from "../../../src/sales/purchase/purchase-answer.ts";
import { returnById } from "../../../src/sales/return/return-by-id.ts";
import { reversal } from "../../../src/sales/reversal/reversal.ts";
import { TILL } from "../../support/ledger.ts";
import { Security } from "../blocking/security.ts";
import type { Person } from "../joining/people.ts";

export interface Rights {
  readonly see: boolean;
  readonly spendUpTo?: { readonly perOperation?: string; readonly perMonth?: string };
}

export interface Granted {
  readonly representationId: string;
  readonly memberId: string;
  readonly representativeId: string;
}

type Named = Pick<Person, "memberId">;

let numbers = 0;

export class Company extends Security {
  /** A company with bonuses, and a buyer of its own. */
  async withBuyer(rights: Rights, amount = "1000.00"): Promise<{ company: Person; buyer: Person; link: Granted }> {
    const [company, buyer] = [await this.person(), await this.person()];
    await this.give(company, amount);
    return { company, buyer, link: await this.grant(company, buyer, rights) };
  }

  grantBody({ memberId: representativeId }: Named, rights: Rights, dates: object = {}) {
    return { representativeId, rights, ...dates, reason: "buys for the company", reference: "POA-77" };
  }

  grant({ memberId }: Named, representative: Named, rights: Rights, dates: object = {}): Promise<Granted> {
    return this.ask(representativeGrant, this.grantBody(representative, rights, dates), { memberId });
  }

  end({ representationId }: Pick<Granted, "representationId">): Promise<unknown> {
    return this.ask(representativeEnd, { reason: "has left" }, { representationId });
  }

  list({ memberId }: Named) {
    const asked = { actor: TILL, params: { memberId }, query: { limit: 50 }, body: undefined };
    return listRepresentatives.read(this.ledger.service, asked);
  }

  /** What a buyer spends at a till for a company. */
  readonly spent = ({ card }: Pick<Person, "card">, { memberId }: Named, amount: string) => ({
    identifier: card,
    actingFor: memberId,
    amount,
    brand: "mvideo",
    storeId: "M-1",
    reference: "service",
  });

  redeemFor(buyer: Person, company: Named, amount: string) {
    return this.ask<{ memberId: string; balance: object | null }>(redemption, this.spent(buyer, company, amount));
  }

  redeemRefused(buyer: Person, company: Named, amount: string) {
    return this.refused(redemption, this.spent(buyer, company, amount));
  }

  holdFor(buyer: Person, company: Named, amount: string) {
    const { storeId: _, ...body } = this.spent(buyer, company, amount);
    return this.ask<{ holdId: string; balance: object | null }>(hold, body);
  }

  saleBody({ card }: Pick<Person, "card">, { memberId }: Named, total: string, spend: string) {
    const number = `C${(numbers += 1)}`;
    return {
      receipt: { brand: "mvideo", storeId: "M-1", terminalId: "1", shift: "1", number },
      channel: "pos",
      identifier: card,
      actingFor: memberId,
      lines: [{ lineId: "1", sku: "a", category: "tv", quantity: "2", unitPrice: (Number(total) / 2).toFixed(2) }],
      spend,
      occurredAt: formatInstant(this.ledger.clock.now()),
    };
  }

  async buyFor(buyer: Person, company: Named, total: string, spend: string) {
    const body = this.saleBody(buyer, company, total, spend);
    return { ...(await this.ask<PurchaseAnswer>(purchase, body)), receipt: body.receipt };
  }

  /** Brings goods back, and answers the receipt. */
  async bringWith(purchaseId: string, units: number) {
    const receipt = { brand: "mvideo", storeId: "M-1", terminalId: "2", shift: "1", number: `B${(numbers += 1)}` };
    const occurredAt = formatInstant(this.ledger.clock.now());
    await this.ask(returnById, { receipt, lines: [{ lineId: "1", quantity: `${units}` }], occurredAt }, { purchaseId });
    return receipt;
  }

  undo(receipt: object, kind = "purchase"): Promise<unknown> {
    return this.ask(reversal, { receipt, kind });
  }
}
