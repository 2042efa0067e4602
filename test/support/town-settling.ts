/** Settlements: of a month that is dropped and made anew, agreed and paid, and of the next one, that corrects it and that one side has agreed to. */
import type { AnyOperation } from "../../src/engine/definition/operation.ts";
import { periodClose } from "../../src/finance/periods/close.ts";
import { periodReopen } from "../../src/finance/periods/reopen.ts";
import { settlementAgreement } from "../../src/finance/settlement/agree.ts";
import { settlementDrop } from "../../src/finance/settlement/drop.ts";
import { settlementPayment } from "../../src/finance/settlement/pay.ts";
import { settlement } from "../../src/finance/settlement/settle.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import { answerOf, TILL, type TestLedger } from "./ledger.ts";

interface Life {
  /** Sells at Эльдорадо with bonuses of М.Видео, and answers the purchase. */
  readonly sell: (memberId: MemberId) => Promise<string>;
  readonly bringBack: (purchaseId: string) => Promise<unknown>;
}

/** Beginning in March; ends in May, with April closed. */
export async function liveSettled(ledger: TestLedger, { sell, bringBack }: Life): Promise<void> {
  const ask = async (operation: AnyOperation, body: object, staffId: string, params = {}) =>
    answerOf(await ledger.ask(operation, body, { actor: { ...TILL, brand: null, staffId }, params }));
  const close = async (month: string) => {
    for (const staffId of ["anna-1", "boris-2"]) await ask(periodClose, { reason: "all in" }, staffId, { month });
  };
  const settle = async (month: string) => {
    const made = (await ask(settlement, { from: month, to: month }, "maker-1")) as Made;
    return { settlementId: made.settlements[0]?.settlementId ?? "" };
  };
  const agree = (entity: string, staffId: string, params: object) =>
    ask(settlementAgreement, { entity, reason: "agrees" }, staffId, params);
  const member = await ledger.newMember();
  await ledger.give(member, 900_00n);
  const sold = await sell(member);
  ledger.clock.moveTo(Date.parse("2026-04-01T12:00:00+03:00"));
  await close("2026-03");
  await ask(settlementDrop, { reason: "made anew" }, "maker-1", await settle("2026-03"));
  const march = await settle("2026-03");
  await agree("mvideo", "anna-1", march);
  await agree("eldorado", "boris-2", march);
  await ask(settlementPayment, { reference: "payment order 481", paidOn: "2026-04-01" }, "payer-1", march);
  await bringBack(sold);
  ledger.clock.moveTo(Date.parse("2026-05-01T12:00:00+03:00"));
  await close("2026-04");
  await agree("mvideo", "anna-1", await settle("2026-04"));
  await ask(periodReopen, { reason: "something is missing" }, "boris-2", { month: "2026-04" });
}

interface Made {
  readonly settlements: readonly { readonly settlementId: string }[];
}
