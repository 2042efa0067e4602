/** Customers who link their accounts by themselves, and the letters that they get. */
import type { Actor } from "../../../src/engine/actor.ts";
import type { Judged } from "../../../src/engine/outcome.ts";
import { fromUuid, type MemberId } from "../../../src/kernel/ids.ts";
import { registration } from "../../../src/members/registration/registration.ts";
import { linkConfirmation } from "../../../src/members/linking/confirm.ts";
import { linkStart } from "../../../src/members/linking/start.ts";
import type { Ledger } from "../../../src/engine/group/submit.ts";
import { answerOf, ask, type AskTerms, newTestKey, type TestLedger } from "../../support/ledger.ts";
import { delivered, type Letters } from "../../support/letters.ts";

export interface Customer {
  readonly memberId: MemberId;
  readonly phone: string;
}

export interface StartedLink {
  readonly linkId: string;
  readonly expiresAt: string;
}

/** The site of both brands. */
const SITE: Actor = {
  clientId: fromUuid("cli", "00000000-0000-7000-8000-00000000000a"),
  staffId: null,
  scopes: new Set(["checkout"]),
  brand: null,
};

let numbers = 0;
export const newNumber = (): string => `+7913${String((numbers += 1)).padStart(7, "0")}`;

export class Customers {
  readonly ledger: TestLedger;
  readonly letters: Letters;

  constructor(ledger: TestLedger) {
    this.ledger = ledger;
    this.letters = ledger.letters;
  }

  async register(brand = "mvideo", fields: object = {}): Promise<Customer> {
    const phone = newNumber();
    const identifiers = [{ kind: "phone", value: phone, verified: true }];
    const body = { brand, externalId: newTestKey(), identifiers, person: {}, ...fields };
    const { memberId } = answerOf(await this.ledger.ask(registration, body)) as { memberId: MemberId };
    return { memberId, phone };
  }

  start(memberId: string, phone: string, terms: AskTerms = {}, on: Ledger = this.ledger.service): Promise<Judged> {
    const identifier = { kind: phone.includes("@") ? "email" : "phone", value: phone };
    return ask(on, linkStart, { memberId, identifier }, { actor: SITE, ...terms });
  }

  async started(memberId: string, phone: string, terms: AskTerms = {}): Promise<StartedLink> {
    const started = answerOf(await this.start(memberId, phone, terms)) as StartedLink;
    await delivered(this.ledger.service);
    return started;
  }

  confirm(
    { linkId }: StartedLink,
    codes: { own?: string | undefined; other?: string | undefined },
    terms: AskTerms = {},
    on: Ledger = this.ledger.service,
  ): Promise<Judged> {
    const body = { codes: { own: codes.own ?? "000000", other: codes.other ?? "000000" } };
    return ask(on, linkConfirmation, body, { actor: SITE, ...terms, params: { linkId } });
  }

  /** Both codes, as their owners have got them last. */
  codes(own: Customer, other: Pick<Customer, "phone">) {
    return { own: this.letters.last(own.phone), other: this.letters.last(other.phone) };
  }
}

/** Another code than this. */
export const otherThan = (code: string | undefined): string => (code === "111111" ? "222222" : "111111");
