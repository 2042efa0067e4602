/** What is shown of members, in tests. */
import { cardOf, type MemberCard } from "../../../src/members/reads/card.ts";
import { requestOf, type TestLedger } from "../../support/ledger.ts";
import { memberErase } from "../../../src/members/erasing/ask.ts";

export function readCardOf(ledger: TestLedger, memberId: string): Promise<MemberCard> {
  const { actor } = requestOf(memberErase, { reason: "r" }, { params: { memberId } });
  return cardOf(ledger.service, actor, memberId);
}
