/** Whoever has members erased, in tests. */
import { ledgerItself } from "../../../src/engine/group/submit.ts";
import { memberErase } from "../../../src/members/erasing/ask.ts";
import { memberEraseCancel } from "../../../src/members/erasing/cancel.ts";
import { clearErased, eraseMembers } from "../../../src/members/erasing/job.ts";
import { Security } from "../blocking/security.ts";
import type { Person } from "../joining/people.ts";

export const DAYS = 14;
export const DAY_MS = 86_400_000;
type Named = Pick<Person, "memberId">;

export interface AskedErasure {
  readonly erasureId: string;
  readonly memberId: string;
  readonly dueAt: string;
  readonly goes: {
    readonly amounts: readonly object[];
    readonly members: readonly string[];
    readonly identifiers: number;
  };
}

export class Erasers extends Security {
  askErase({ memberId }: Named): Promise<AskedErasure> {
    return this.ask(memberErase, { reason: "asked in writing", reference: "PD-1" }, { memberId });
  }

  cancel({ memberId }: Named): Promise<object> {
    return this.ask(memberEraseCancel, { reason: "has changed her mind" }, { memberId });
  }

  /** One run of the job. */
  run() {
    return eraseMembers(ledgerItself(this.ledger.service));
  }

  clear() {
    return clearErased(ledgerItself(this.ledger.service));
  }

  /** Asks, and waits until it is done. */
  async erase(who: Named): Promise<AskedErasure> {
    const asked = await this.askErase(who);
    this.later(DAYS * DAY_MS);
    const { erased } = await this.run();
    if (erased === 0) throw new Error("nobody was erased");
    return asked;
  }
}
