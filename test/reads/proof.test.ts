import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TransactionSql } from "../../src/db/connect.ts";
import type { Reader } from "../../src/engine/reader.ts";
import { uuidOf } from "../../src/kernel/ids.ts";
import { INVARIANTS, type Proof, prove } from "../../src/reads/proof.ts";
import { testLedger, type TestLedger } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { liveThrough, type Town } from "./town.ts";

let ledger: TestLedger;
let town: Town;
beforeAll(async () => {
  ledger = await testLedger();
  town = await liveThrough(ledger);
});
afterAll(() => ledger.close());

/** The proof after a statement that nobody but the owner could send; nothing of it stays. */
async function proofAfter(breaking: string): Promise<Proof> {
  const undone = new Error("undone");
  let proof: Proof | undefined;
  const work = ledger.database.sql.begin(async (sql: TransactionSql) => {
    await sql.unsafe(UNGUARD);
    for (const statement of breaking.split(";")) {
      const { count } = await sql.unsafe(statement);
      expect(/^\s*(insert|update|delete)/.test(statement) ? count : 1, statement).toBeGreaterThan(0);
    }
    const reader: Reader = {
      run: (text, parameters = []) => sql.unsafe(text, [...parameters]) as never,
      snapshot: (read) => read(reader),
    };
    proof = await prove(reader);
    throw undone;
  });
  await expect(work).rejects.toBe(undone);
  if (proof === undefined) throw new Error("there was no proof");
  return proof;
}

/** Takes away what keeps the owner from breaking the ledger; the guards themselves are put back for the reader. */
const UNGUARD = `set local session_replication_role = replica;
  alter table wallets drop constraint wallet_not_below_zero;
  alter table lots drop constraint lot_not_below_zero;
  alter table holds drop constraint hold_captures_what_it_held, drop constraint hold_state`;

const brokenIn = (proof: Proof): string[] => proof.invariants.filter(({ holds }) => !holds).map(({ name }) => name);

describe("the proof", () => {
  it("holds after everything that the ledger can do, and looks at facts of every invariant", async () => {
    const proof = await expectProof(ledger);
    expect(proof.invariants.map(({ name }) => name)).toEqual(INVARIANTS.map(({ name }) => name));
    for (const { name, checked } of proof.invariants) expect(checked, name).toBeGreaterThan(0);
  });

  it("tells the amounts that it is about", async () => {
    const { invariants } = await prove(ledger.service.reader);
    const figuresOf = (name: string) =>
      new Map(invariants.find((finding) => finding.name === name)?.figures.map(({ label, amount }) => [label, amount]));
    const books = figuresOf("entities_balance");
    expect(books.get("mvideo debits")).toBe(books.get("mvideo credits"));
    expect(figuresOf("entities_agree").get("mvideo owes eldorado")).toMatch(/^[1-9]\d*\.\d\d$/);
    const totals = await ledger.database.sql`select sum(held)::text as held from wallets`;
    expect(figuresOf("wallets_are_their_lots").get("held")?.replace(".", "")).toBe(totals[0]?.["held"]);
  });

  it("names at most the first twenty places, and counts all", async () => {
    const proof = await proofAfter(
      "insert into command_keys select gen_random_uuid(), 1, gen_random_uuid() from generate_series(1, 25)",
    );
    expect(brokenIn(proof)).toEqual(["keys_lead_to_operations"]);
    const finding = proof.invariants.find(({ holds }) => !holds);
    expect(finding).toMatchObject({ wrong: 25 });
    expect(finding?.broken).toHaveLength(20);
  });

  const breaks: readonly (readonly [
    what: string,
    statement: () => string,
    broken: readonly string[],
    place: () => unknown,
  ])[] = [
    [
      "a transfer to an account that is in no chart",
      () => `insert into transfers select bucket, member_id, operation_id, ${NEXT}, entity, 'redemption', 'nowhere', 7, null, 'spend', occurred_at, posted_at
        from transfers t where member_id = '${uuidOf(town.rich)}' limit 1`,
      ["entities_balance"],
      () => ({ entity: expect.any(String) as string }),
    ],
    [
      "a wallet with more than its lots",
      () => `update wallets set available = available + 100 where member_id = '${uuidOf(town.rich)}'`,
      ["wallets_are_their_lots", "wallets_are_their_transfers"],
      () => ({ memberId: town.rich }),
    ],
    [
      "a lot that has more than was posted on it",
      () => `update lots set available = available + 1 where ${ANY_LOT()}`,
      ["wallets_are_their_lots", "lots_are_their_transfers"],
      () => ({ memberId: town.rich }),
    ],
    [
      "a lot that was granted another amount",
      () => `update lots set granted = granted + 1 where ${ANY_LOT()}`,
      ["lots_are_their_transfers"],
      () => ({ memberId: town.rich }),
    ],
    [
      "a transfer in the books of another entity than the lot's issuer",
      () =>
        `update transfers set entity = 'eldorado' where event = 'activation' and entity = 'mvideo' and member_id = '${uuidOf(town.rich)}'`,
      ["lots_are_their_transfers"],
      () => ({ memberId: town.rich }),
    ],
    [
      "a debt that nobody posted",
      () =>
        `update wallets set debt = debt + 5, debts = jsonb_set(debts, '{mvideo}', to_jsonb(((debts->>'mvideo')::bigint + 5)::text)) where member_id = '${uuidOf(town.debtor)}'`,
      ["wallets_are_their_transfers", "debts_are_their_transfers"],
      () => ({ memberId: town.debtor }),
    ],
    [
      "a debt to the wrong entity",
      () =>
        `update wallets set debts = jsonb_build_object('eldorado', debt::text) where member_id = '${uuidOf(town.debtor)}'`,
      ["debts_are_their_transfers"],
      () => ({ memberId: town.debtor, entity: "eldorado" }),
    ],
    [
      "a lot below zero",
      () => `update lots set pending = pending - 1000000, available = available + 1000000 where ${ANY_LOT()}`,
      ["lots_are_their_transfers", "nothing_below_zero", "wallets_are_their_lots"],
      () => ({ memberId: town.rich }),
    ],
    [
      "an entity that owes more than the other is owed",
      () =>
        `update transfers set credit = 'breakage' where credit = 'due_to:eldorado' and (operation_id, ordinal) = (select operation_id, ordinal from transfers where credit = 'due_to:eldorado' limit 1)`,
      ["entities_agree"],
      () => ({ debtor: "mvideo", creditor: "eldorado" }),
    ],
    [
      "a transfer without its operation",
      () =>
        `update operations set operation_id = gen_random_uuid(), client_id = null where operation_id = (select operation_id from transfers where event = 'hold' limit 1); ${KEYS_FOLLOW}`,
      ["transfers_have_operations"],
      () => ({ operation: "missing" }),
    ],
    [
      "transfers of an operation that was refused",
      () =>
        "update operations set refusal = 'insufficient_bonuses' where operation_id = (select operation_id from transfers where event = 'hold' limit 1)",
      ["transfers_have_operations"],
      () => ({ operation: "insufficient_bonuses" }),
    ],
    [
      "a transfer that is gone",
      () => "delete from transfers where event = 'suspension'",
      ["purchases_are_their_transfers"],
      () => ({ purchaseId: expect.stringMatching(/^pur_/) as string }),
    ],
    [
      "an operation that no key finds",
      () =>
        "delete from command_keys where operation_id = (select operation_id from operations where command = 'place-hold' limit 1)",
      ["keys_lead_to_operations"],
      () => ({ command: "place-hold" }),
    ],
    [
      "a second purchase under a receipt",
      () =>
        "update purchases p set number = o.number from purchases o where p.brand = o.brand and p.purchase_id > o.purchase_id and p.spent = 0 and p.member_id is null",
      ["one_effect_per_receipt"],
      () => ({ purchaseId: expect.stringMatching(/^pur_/) as string }),
    ],
    [
      "a second return under a receipt",
      () => "update returns r set shift = '2' where return_id = (select min(return_id::text)::uuid from returns)",
      ["one_effect_per_receipt"],
      () => ({ returnId: expect.stringMatching(/^ret_/) as string }),
    ],
    [
      "an open hold of which nothing is held",
      () => "update holds set parts = '[]', amount = 0 where status = 'open'",
      ["held_is_open_holds"],
      () => ({ memberId: town.rich, openHolds: "0.00" }),
    ],
    [
      "a hold that was captured and released",
      () => "update holds set status = 'captured', captured = amount where status = 'released'",
      ["holds_end_once"],
      () => ({ status: "captured", endedAs: "released" }),
    ],
    [
      "a hold that ended though it is open",
      () => "update holds set ended_at = expires_at where status = 'open'",
      ["holds_end_once"],
      () => ({ status: "open" }),
    ],
    [
      "a guard that is switched off",
      () => "alter table transfers disable trigger transfers_are_append_only",
      ["guards_stand"],
      () => ({ table: "transfers", guard: "D" }),
    ],
    [
      "a right to rewrite",
      () => "grant update on operations to mclub_app",
      ["guards_stand"],
      () => ({ table: "operations", privilege: "update" }),
    ],
    [
      "more units returned than sold",
      () =>
        `update returns set detail = replace(detail::text, '"ranges":[["0","1"]]', '"ranges":[["0","9"]]')::json where status = 'returned'`,
      ["returned_within_sold"],
      () => ({ returns: 9 }),
    ],
    [
      "a return that the purchase does not count",
      () => "update purchases set returned = '{}' where status = 'sold' and returned::text like '%[%'",
      ["returned_within_sold"],
      () => ({ counted: 0 }),
    ],
    [
      "more money back than was paid",
      () =>
        "update returns set money_back = money_back + 1000000 where return_id = (select min(return_id::text)::uuid from returns where status = 'returned')",
      ["returned_amounts_within_sold"],
      () => ({ purchaseId: expect.stringMatching(/^pur_/) as string }),
    ],
    [
      "a purchase that says it earned more",
      () =>
        "update purchases set earned = earned + 100 where purchase_id = (select min(purchase_id::text)::uuid from purchases where earned > 0)",
      ["purchases_are_their_transfers"],
      () => ({ purchaseId: expect.stringMatching(/^pur_/) as string }),
    ],
    [
      "a return that says less became debt",
      () => "update returns set debt_added = debt_added - 1 where debt_added > 0",
      ["returns_are_their_transfers"],
      () => ({ operationId: expect.stringMatching(/^opn_/) as string }),
    ],
  ];

  const NEXT = "(select max(ordinal) + 1 from transfers n where n.operation_id = t.operation_id)";
  const ANY_LOT = () =>
    `lot_id = (select min(lot_id::text)::uuid from lots where member_id = '${uuidOf(town.rich)}' and available > 0)`;
  const KEYS_FOLLOW = `update command_keys set operation_id = (select operation_id from operations o where o.command = 'place-hold' limit 1)
    where operation_id not in (select operation_id from operations)`;

  it.each(breaks)("finds %s", async (_, statement, broken, place) => {
    const proof = await proofAfter(statement());
    expect(proof.holds).toBe(false);
    expect(brokenIn(proof).sort()).toEqual([...broken].sort());
    const places = proof.invariants.filter(({ name }) => name === broken[0]).flatMap((finding) => finding.broken);
    expect(places).toContainEqual(expect.objectContaining(place() as Record<string, unknown>));
  });

  it("is able to find every invariant broken", () => {
    const found = new Set(breaks.flatMap(([, , broken]) => broken));
    expect(INVARIANTS.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([]);
  });
});
