/** Receipts, holds and orders that take thousands of lots each: what the proof takes grows with them, and not with their square. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { accrual } from "../../src/bonuses/accrual.ts";
import { SETTINGS } from "../../src/finance/proof.ts";
import { formatInstant } from "../../src/kernel/clock.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import { invariants } from "../../src/modules.ts";
import { purchase } from "../../src/sales/purchase/purchase.ts";
import { answerOf, newTestKey, testLedger, type TestLedger } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { TestOrders } from "../support/town-orders.ts";
import { bringBack, capture, holdFor, release } from "../support/town.ts";

const LOTS = 3_000;
const AT_ONCE = 1_000;
/** What there is of each lot: grants, uses, and what tells of them, in each of the three ways to use it. */
const ROWS_OF_A_LOT = 30;

let ledger: TestLedger;
let members: readonly MemberId[];
beforeAll(async () => {
  ledger = await testLedger();
  members = [await rich(), await rich(), await rich()];
}, 60_000);
afterAll(() => ledger.close());

/** A member with lots of ten kopecks. */
async function rich(): Promise<MemberId> {
  const memberId = await ledger.newMember();
  const activeAt = formatInstant(ledger.clock.now());
  const body = { memberId, amount: "0.10", brand: "mvideo", kind: "promo", reason: "r", reference: "r", activeAt };
  for (let given = 0; given < LOTS; given += AT_ONCE) {
    const asked = Array.from({ length: AT_ONCE }, () => ledger.ask(accrual, body));
    for (const outcome of await Promise.all(asked)) answerOf(outcome);
  }
  return memberId;
}

const lines = [{ lineId: "1", sku: "s", category: "tv", quantity: "2", unitPrice: "50000.00" }];

interface Node {
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Join Filter"?: number;
  readonly Plans?: readonly Node[];
}

interface Explained {
  readonly "QUERY PLAN": readonly { readonly Plan: Node }[];
}

const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

it("takes no more disk, nor compares more rows, than there are", { timeout: 120_000 }, async () => {
  const [buyer, holder, collector] = members as readonly [MemberId, MemberId, MemberId];
  const receipt = { brand: "mvideo", storeId: "M-1", terminalId: "1", shift: "1", number: newTestKey() };
  const occurredAt = formatInstant(ledger.clock.now());
  const sale = { receipt, channel: "pos", memberId: buyer, spend: "max", lines, occurredAt };
  const sold = answerOf(await ledger.ask(purchase, sale)) as { purchaseId: string; spent: string };
  expect(sold.spent).toBe("300.00");
  await bringBack(ledger, sold.purchaseId, "mvideo", "1");
  const held = await holdFor(ledger, holder, 300_00n, { brand: "mvideo" });
  await capture(ledger, held, 150_00n, false);
  await release(ledger, held);
  const orders = new TestOrders(ledger);
  await orders.collect(await orders.ready({ memberId: collector, lines }), { lines: [{ lineId: "1", quantity: "1" }] });

  const { sql } = ledger.database;
  const [{ name }] = (await sql`select current_database() as name`) as unknown as [{ name: string }];
  await sql.unsafe(`alter database "${name}" set temp_file_limit = '16MB'`);
  await expectProof(ledger);
  await sql.begin(async (tx) => {
    for (const [setting, value] of Object.entries(SETTINGS)) await tx.unsafe(`set local ${setting} = '${value}'`);
    for (const invariant of invariants) {
      const explained = await tx.unsafe<Explained[]>(`explain (analyze, format json) ${invariant.facts}`);
      const nodes = explained.flatMap((row) => row["QUERY PLAN"]).flatMap(({ Plan: plan }) => nodesOf(plan));
      const most = Math.max(
        ...nodes.map(
          (node) => (node["Actual Rows"] + (node["Rows Removed by Join Filter"] ?? 0)) * node["Actual Loops"],
        ),
      );
      expect(most, invariant.name).toBeLessThan(LOTS * ROWS_OF_A_LOT);
    }
  });
});
