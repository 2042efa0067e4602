/** Whoever blocks members and lets them go, in tests. */
import { memberBlock } from "../../../src/members/blocking/block.ts";
import { memberUnblock } from "../../../src/members/blocking/unblock.ts";
import type { AnyOperation } from "../../../src/engine/definition/operation.ts";
import { People, type Person } from "../joining/people.ts";

export interface Blocked {
  readonly operationId: string;
  readonly memberId: string;
  readonly since: string;
  readonly openHolds: readonly { readonly holdId: string; readonly orderId: string | null; readonly amount: string }[];
  readonly balance: { readonly available: string; readonly held: string };
}

type Named = Pick<Person, "memberId">;

export class Security extends People {
  block({ memberId }: Named): Promise<Blocked> {
    return this.ask(memberBlock, { reason: "three cities in an hour", reference: "SEC-1" }, { memberId });
  }

  unblock({ memberId }: Named): Promise<Blocked> {
    return this.ask(memberUnblock, { reason: "has shown a passport" }, { memberId });
  }

  /** Somebody with so many bonuses who is blocked. */
  async blocked(amount = "100.00"): Promise<Person> {
    const person = await this.person();
    await this.give(person, amount);
    await this.block(person);
    return person;
  }

  /** How it is refused. */
  async refused(operation: AnyOperation, body: unknown, params: Record<string, string> = {}) {
    const outcome = await this.ledger.ask(operation, body, { params });
    if (outcome.kind !== "refused") throw new Error(`not refused: ${JSON.stringify(outcome)}`);
    return { code: outcome.code, data: outcome.data };
  }

  later(ms = 60_000): number {
    this.ledger.clock.moveTo(this.ledger.clock.now() + ms);
    return this.ledger.clock.now();
  }
}
