/** A file of receipts that differs from the ledger: breaks that are worked off, a rule that explains a later one, and a file that waits. */
import type { Actor } from "../../src/engine/actor.ts";
import type { AnyOperation } from "../../src/engine/definition/operation.ts";
import { submit } from "../../src/engine/group/submit.ts";
import { adjustmentApproval } from "../../src/finance/adjustments/approval.ts";
import { breakCorrection } from "../../src/finance/adjustments/correction.ts";
import { adjustmentRejection } from "../../src/finance/adjustments/rejection.ts";
import { breakAssign } from "../../src/finance/reconciliation/breaks/assign.ts";
import { breakComment } from "../../src/finance/reconciliation/breaks/comment.ts";
import { breakRuleEnd } from "../../src/finance/reconciliation/breaks/end-rule.ts";
import { breakResolve } from "../../src/finance/reconciliation/breaks/resolve.ts";
import { matchNext } from "../../src/finance/reconciliation/matching/run-next.ts";
import { reconciliationCancel } from "../../src/finance/reconciliation/cancel.ts";
import { reconciliationUpload } from "../../src/finance/reconciliation/start.ts";
import { fromUuid } from "../../src/kernel/ids.ts";
import { answerOf, newTestKey, TILL, type TestLedger } from "./ledger.ts";

const staff = (staffId: string): Actor => ({ ...TILL, brand: null, staffId });
const columns = { number: "number", store: "store", day: "day", card: "card", paid: "paid", spent: "spent" };
const HEADER = "number,store,day,card,paid,spent";
/** No receipt of the ledger has these. */
const file = (...lines: readonly string[]) => [HEADER, ...lines, ""].join("\n");

/** Has a file taken; it is of days on which nothing else is compared. */
export async function take({ service }: TestLedger, text: string, names: object = columns): Promise<void> {
  const asked = { brand: "mvideo", system: "tills", from: "2026-01-10", to: "2026-01-12" };
  const query = reconciliationUpload.query.parse({ ...asked, mapping: JSON.stringify({ columns: names }) });
  const bytes = ReadableStream.from([Buffer.from(text)]);
  const received = { media: "text/csv", bytes: bytes as unknown as AsyncIterable<Uint8Array> };
  const kept = await reconciliationUpload.keep({ look: service, target: service.target }, received, query);
  const { operation } = reconciliationUpload;
  const request = { actor: staff("anna-1"), idempotencyKey: newTestKey(), params: {}, body: kept.body };
  answerOf(
    await submit(service, operation, { ...request, received: { operation: operation.name, body: kept.received } }),
  );
}

export async function liveReconciling(ledger: TestLedger): Promise<void> {
  const matched = () => matchNext({ target: ledger.database, clock: ledger.clock });
  const ask = async (operation: AnyOperation, params: Record<string, string>, body: object, staffId = "anna-1") =>
    answerOf(await ledger.ask(operation, body, { actor: staff(staffId), params }));
  await take(ledger, file("A-1,M-1,2026-01-10,,10.00,0.00", "A-2,M-1,2026-01-11,2900000077771,-5.00,0.00"));
  await matched();
  const found = await ledger.database.sql<
    { id: string }[]
  >`select break_id as id from reconciliation_breaks order by ordinal`;
  const [first = "", second = ""] = found.map(({ id }) => fromUuid("brk", id));
  await ask(breakAssign, { breakId: first }, { owner: "boris-2", reason: "his stores" });
  await ask(breakComment, { breakId: first }, { reason: "looked at" }, "boris-2");
  const rule = { system: "tills", storeId: "M-1", days: 1, amount: "1.00" };
  const none = { resolution: "no_correction", reason: "a test of the till" };
  await ask(breakResolve, { breakId: first }, { ...none, rule }, "boris-2");
  const [made] = await ledger.database.sql<{ id: string }[]>`
    select operation_id as id from operations where name = 'accrual' and refusal is null and brand = 'mvideo' limit 1`;
  const operationId = fromUuid("opn", made?.id ?? "");
  await ask(breakResolve, { breakId: second }, { resolution: "corrected", operationId, reason: "given by hand" });
  await take(ledger, file("A-3,M-1,2026-01-12,,7.00,0.00", "A-4,M-9,2026-01-12,,8.00,0.00"));
  await matched();
  const [learnt] = await ledger.database.sql<{ id: string }[]>`select rule_id as id from break_rules`;
  await ask(breakRuleEnd, { ruleId: fromUuid("rul", learnt?.id ?? "") }, { reason: "the till is gone" });
  await correctBreaks(ledger, ask);
  await take(ledger, file("A-6,M-1,2026-01-12,,9.00,0.00"));
  const [dropped] = await ledger.database.sql<
    { id: string }[]
  >`select reconciliation_id as id from reconciliations where status = 'waiting'`;
  await ask(
    reconciliationCancel,
    { reconciliationId: fromUuid("rec", dropped?.id ?? "") },
    { reason: "the wrong days" },
  );
  await take(ledger, file("A-5,M-1,2026-01-12,,9.00,0.00"));
}

type Ask = (
  operation: AnyOperation,
  params: Record<string, string>,
  body: object,
  staffId?: string,
) => Promise<unknown>;

/** Breaks that are put right by adjustments: at once, by two people, when the first was rejected, and one that waits. */
async function correctBreaks(ledger: TestLedger, ask: Ask): Promise<void> {
  const member = await ledger.newMember();
  const { card: _, ...others } = columns;
  const lines = ["B-1", "B-2", "B-3", "B-4"].map((number) => `${number},M-1,2026-01-10,${member},10.00,0.00`);
  await take(ledger, file(...lines), { ...others, member: "card" });
  await matchNext({ target: ledger.database, clock: ledger.clock });
  const found = await ledger.database.sql<{ id: string }[]>`
    select break_id as id from reconciliation_breaks where there->>'number' like 'B-%' order by ordinal`;
  const [once = "", approved = "", rejected = "", waiting = ""] = found.map(({ id }) => fromUuid("brk", id));
  const correct = async (breakId: string, amount: string) => {
    const terms = { direction: "credit", reason: "wrong_bonuses", incident: "INC-3", comment: "the till was offline" };
    // Somebody who has not adjusted before: of the others the last day stays as it was.
    const answer = await ask(breakCorrection, { breakId }, { side: "there", amount, ...terms }, "new");
    return answer as { readonly adjustmentId: string };
  };
  await correct(once, "5.00");
  await ask(breakComment, { breakId: once }, { reason: "put right" }, "boris-2");
  const agreed = await correct(approved, "3500.00");
  await ask(adjustmentApproval, { adjustmentId: agreed.adjustmentId }, { comment: "seen" }, "boris-2");
  const refused = await correct(rejected, "3600.00");
  await ask(adjustmentRejection, { adjustmentId: refused.adjustmentId }, { comment: "too much" }, "boris-2");
  await correct(rejected, "6.00");
  await correct(waiting, "3700.00");
}
