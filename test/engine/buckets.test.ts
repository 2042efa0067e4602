/**
 * An operation changes one bucket; the few that may change several are named in one list. Held against what operations
 * really write, and against what they ask to be locked: every operation that there is happens here at least once.
 */
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { redemption } from "../../src/bonuses/redemption.ts";
import { duePosting } from "../../src/bonuses/due-posting.ts";
import type { AnyJudgeable, AnyOperation } from "../../src/engine/definition/operation.ts";
import type { Submission } from "../../src/engine/journal/submission.ts";
import { submitOwn } from "../../src/engine/group/submit.ts";
import { adjustmentApproval } from "../../src/finance/adjustments/approval.ts";
import { adjustment } from "../../src/finance/adjustments/request.ts";
import { adjustmentReversal } from "../../src/finance/adjustments/reversal.ts";
import { OPERATIONS } from "../../src/finance/explain/words.ts";
import { formatInstant } from "../../src/kernel/clock.ts";
import { as, bucketOf } from "../../src/kernel/ids.ts";
import { consentChange } from "../../src/members/consents/change.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { LOCKS_BEYOND, modules, SEVERAL_BUCKETS } from "../../src/modules.ts";
import { ensureAdministrator } from "../../src/programme/clients/administrator.ts";
import { clockStart } from "../../src/programme/clock/start.ts";
import { makesPurchase, makesReturn } from "../../src/sales/operation-names.ts";
import { merge } from "../../src/members/joining/merging/merge.ts";
import { cancel } from "../../src/orders/changes/order-cancel.ts";
import { ready } from "../../src/orders/changes/order-ready.ts";
import { reroute } from "../../src/orders/changes/order-reroute.ts";
import { TestOrders } from "../support/town-orders.ts";
import { returnByReceipt } from "../../src/sales/return/return-by-receipt.ts";
import { installedRules } from "../policy/rules.ts";
import { answerOf, newTestKey, testLedger, type TestLedger, TILL } from "../support/ledger.ts";
import { bringBack, lineOf, liveThrough, reverse, sellTo } from "../support/town.ts";

const all: readonly AnyJudgeable[] = modules.flatMap(({ operations, uploads = [], ownOperations = [] }) => [
  ...operations,
  ...uploads.map(({ operation }) => operation),
  ...ownOperations,
]);
const named = (name: string): AnyOperation => {
  const found = modules.flatMap(({ operations }) => operations).find((operation) => operation.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};

let ledger: TestLedger;
/** Everything that was submitted. */
const submitted: Submission[] = [];
beforeAll(async () => {
  // One operation a transaction, so that what a transaction has written is what the operation has.
  ledger = await testLedger({ limits: { groupSize: 1, queueLength: 1_000 } });
  await recordWrites();
  const { engine } = ledger.service;
  const run = vi.spyOn(engine, "run");
  await liveThrough(ledger);
  for (let round = 0; round < 5; round += 1) {
    await comeBackAfterClaim();
    await returnEarly();
  }
  await goOnAfterMerge();
  await everythingElse();
  submitted.push(...run.mock.calls.map(([submission]) => submission));
});
afterAll(() => ledger.close());

/** Keys and identifiers must be unique everywhere: they are distributed by themselves, and their bucket is what they lead to. */
const BY_THEMSELVES = ["command_keys", "identifiers"];

/** Has the database write down the bucket of each row that a transaction writes. */
async function recordWrites(): Promise<void> {
  const { sql } = ledger.database;
  await sql.unsafe(`
    create table test_written (xid bigint, name text, bucket smallint);
    create function test_write() returns trigger language plpgsql security definer as $$
    begin
      insert into test_written values (pg_current_xact_id()::text::bigint, tg_table_name, new.bucket);
      return null;
    end $$`);
  const tables = await sql<{ name: string }[]>`select table_name as name from information_schema.columns
    where column_name = 'bucket' and table_schema = 'public' and table_name not in ('test_written', ${BY_THEMSELVES[0]!}, ${BY_THEMSELVES[1]!})`;
  for (const { name } of tables) {
    await sql.unsafe(
      `create trigger test_write after insert or update on ${name} for each row execute function test_write()`,
    );
  }
}

const now = () => formatInstant(ledger.clock.now());
const linesOf = (quantity: string) => [{ lineId: "1", quantity }];
let numbers = 0;
const receipt = () => ({ brand: "eldorado", storeId: "E-1", terminalId: "9", shift: "9", number: `${(numbers += 1)}` });

/** Goods of a receipt that waited for its card come back once that was claimed: at the till, by receipt, and as a whole. */
async function comeBackAfterClaim(): Promise<void> {
  const card = { kind: "card", value: newTestKey() };
  const lines = [lineOf("1", 100_000n, "5")];
  const sold = await sellTo(ledger, undefined, { identifier: card, lines });
  const identifiers = [{ ...card, verified: true }];
  answerOf(await ledger.ask(registration, { brand: "mvideo", externalId: newTestKey(), identifiers, person: {} }));
  const taken = await bringBack(ledger, sold.purchaseId);
  await reverse(ledger, taken, "return");
  const body = { original: { receipt: sold.receipt }, receipt: receipt(), lines: linesOf("1"), occurredAt: now() };
  answerOf(await ledger.ask(returnByReceipt, body));
  await reverse(ledger, sold.receipt, "purchase");
}

/** A return that came before its sale is made by it, and reversed. */
async function returnEarly(): Promise<void> {
  const memberId = await ledger.newMember();
  const original = { ...receipt(), brand: "mvideo", storeId: "M-1" };
  const early = { original: { receipt: original }, receipt: receipt(), lines: linesOf("1"), occurredAt: now() };
  answerOf(await ledger.ask(returnByReceipt, early));
  await sellTo(ledger, memberId, { receipt: original });
  await reverse(ledger, early.receipt, "return");
}

/** Orders that were placed before their member became part of another, and go on. */
async function goOnAfterMerge(): Promise<void> {
  const orders = new TestOrders(ledger);
  const [survivor, absorbed] = [await ledger.newMember(), await ledger.newMember()];
  await ledger.give(absorbed, 500_00n);
  const placed = [];
  for (let count = 0; count < 3; count += 1) placed.push(await orders.place({ memberId: absorbed, spend: "20.00" }));
  const [first, second, third] = placed.map(({ orderId }) => orderId) as [string, string, string];
  const [given, waiting] = [await adjust(absorbed, "5.00"), await adjust(absorbed, "5000.00")];
  answerOf(await ledger.ask(merge, { memberIds: [survivor, absorbed], reason: "the same" }));
  const decided = { comment: "x" };
  answerOf(await ledger.ask(adjustmentReversal, decided, { params: given, actor: by("anna-1") }));
  answerOf(await ledger.ask(adjustmentApproval, decided, { params: waiting, actor: by("boris-2") }));
  const said = { consents: { sms: true }, channel: "app" };
  answerOf(await ledger.ask(consentChange, said, { params: { profileId: as("prf", absorbed) } }));
  await orders.step(first, ready);
  await orders.step(second, reroute, { pickup: { brand: "mvideo", storeId: "M-1" } });
  await orders.step(third, cancel);
  ledger.clock.moveTo(ledger.clock.now() + 40 * 86_400_000);
  await orders.expire(first);
}

const by = (staffId: string) => ({ ...TILL, staffId });

async function adjust(memberId: string, amount: string): Promise<{ adjustmentId: string }> {
  const terms = { direction: "credit", brand: "mvideo", reason: "goodwill", comment: "x" };
  const outcome = await ledger.ask(adjustment, { memberId, amount, ...terms }, { actor: by("anna-1") });
  const { adjustmentId } = answerOf(outcome) as { adjustmentId: string };
  return { adjustmentId };
}

/** What no till does. */
async function everythingElse(): Promise<void> {
  const ask = async (name: string, body: object, params = {}) =>
    answerOf(await ledger.ask(named(name), body, { params }));
  const memberId = await ledger.newMember();
  await ledger.give(memberId, 100n);
  const spent = { memberId, amount: "1.00", brand: "mvideo", storeId: "M-1", reference: "test" };
  answerOf(await ledger.ask(redemption, spent));
  answerOf(await submitOwn(ledger.service, duePosting, { memberId }));
  const published = { effectiveFrom: formatInstant(ledger.clock.now() + 60_000), note: "x", rules: installedRules() };
  await ask("policy-publication", published, { version: 3 });
  await ask("brand-registration", { name: "x", legalEntity: "y" }, { brand: "third" });
  await ask("store-registration", { brand: "third", name: "x", timeZone: "Europe/Moscow" }, { storeId: "T-1" });
  await ask("terminal-registration", { storeId: "T-1" }, { terminalId: "1" });
  const { clientId } = (await ask("client-registration", { name: "x", scopes: ["pos"] })) as { clientId: string };
  await ask("client-key-rotation", {}, { clientId });
  await ask("client-revocation", {}, { clientId });
  await ensureAdministrator(ledger.service, undefined);
  answerOf(await submitOwn(ledger.service, clockStart, { now: ledger.clock.now() }));
  await ask("clock-move", { now: now() });
}

interface Written {
  readonly name: string;
  readonly own: number;
  readonly buckets: readonly number[];
}

/** The buckets of the rows that each operation has written. */
async function written(): Promise<readonly Written[]> {
  return ledger.database.sql<Written[]>`
    select o.name, o.bucket as own, json_agg(distinct w.bucket) as buckets
    from operations o join test_written w on w.xid = o.position group by o.bucket, o.operation_id, o.name`;
}

const listed = [...SEVERAL_BUCKETS.keys()].map(({ name }) => name).sort();
const namesOf = (list: readonly { readonly name: string }[]) => [...new Set(list.map(({ name }) => name))].sort();

it("every operation that there is has happened here", async () => {
  expect(namesOf(await written())).toEqual(namesOf(all));
});

it("is told in words where it moves bonuses: support reads them to customers", async () => {
  const moving = await ledger.database.sql<{ name: string }[]>`
    select o.name from operations o where exists (select from transfers t where t.operation_id = o.operation_id)`;
  expect(namesOf(moving).filter((name) => OPERATIONS[name] === undefined)).toEqual([]);
  expect(Object.keys(OPERATIONS).filter((name) => !namesOf(all).includes(name))).toEqual([]);
});

it("is known to make purchases where it does: receipts are looked for behind its number, and the proof looks at all that it has sold", async () => {
  const making = await ledger.database.sql<{ name: string }[]>`
    select o.name from operations o where o.operation_id in (select purchase_id from purchases)`;
  expect(namesOf(making)).toEqual(namesOf(all.filter(({ name }) => makesPurchase(name))));
});

it("is known to make returns where it does: explanations and reversals look for one behind its number", async () => {
  const making = await ledger.database.sql<{ name: string }[]>`
    select o.name from operations o where o.operation_id in (
      select return_id from returns union all select operation_id from parked_returns)`;
  expect(namesOf(making)).toEqual(namesOf(all.filter(({ name }) => makesReturn(name))));
});

it("writes rows of several buckets if it is in the list, and of its own bucket only if it is not", async () => {
  const operations = await written();
  for (const { own, buckets, name } of operations) expect(buckets, name).toContain(own);
  expect(namesOf(operations.filter(({ buckets }) => buckets.length > 1))).toEqual(listed);
});

/** Members, purchases, returns and holds carry their bucket; what else is asked for is distributed by itself. */
const CARRIES_BUCKET = /^(?:mbr|pur|ret|hld|lot)_[0-9a-f]{32}$/;

it("asks for nothing of another bucket to be locked, unless it is in the list", () => {
  const asking = submitted.filter(({ operation, input, bucket }) => {
    const { wallets = [], holds = [], documents = [] } = operation.needs(input, ledger.service.policies);
    const ids: string[] = [...wallets, ...holds, ...documents.map(({ id }) => id)];
    return ids.filter((id) => CARRIES_BUCKET.test(id)).some((id) => bucketOf(id) !== bucket);
  });
  const others = namesOf(asking.map(({ operation }) => operation)).filter((name) => !listed.includes(name));
  expect(others).toEqual(namesOf([...LOCKS_BEYOND.keys()]));
});
