/** The books: a month is closed by two people, opened again and closed, and a day is measured. */
import type { Actor } from "../../src/engine/actor.ts";
import type { AnyOperation } from "../../src/engine/definition/operation.ts";
import { submitOwn } from "../../src/engine/group/submit.ts";
import { dayMeasurement } from "../../src/finance/measures/day-measurement.ts";
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
  answerOf(await submitOwn(ledger.service, dayMeasurement, { day: "2026-03-02" }));
}
