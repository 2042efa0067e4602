/** The books: a month is closed by two people, opened again and closed. */
import type { Actor } from "../../src/engine/actor.ts";
import type { AnyOperation } from "../../src/engine/definition/operation.ts";
import { periodClose } from "../../src/finance/periods/close.ts";
import { periodReopen } from "../../src/finance/periods/reopen.ts";
import { answerOf, TILL, type TestLedger } from "./ledger.ts";

const staff = (staffId: string): Actor => ({ ...TILL, brand: null, staffId });

export async function liveClosing(ledger: TestLedger): Promise<void> {
  const params = { month: "2026-02" };
  const ask = async (operation: AnyOperation, reason: string, staffId: string) =>
    answerOf(await ledger.ask(operation, { reason }, { actor: staff(staffId), params }));
  for (const operation of [periodClose, periodReopen, periodClose]) {
    await ask(operation, "asked", "anna-1");
    await ask(operation, "agreed", "boris-2");
  }
}
