/** Neither the follower nor a question goes through history: documents are found by their keys. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { BY_POSITIONS } from "../../../src/engine/following/follow.ts";
import { byCategory, categoryFollower } from "../../../src/finance/categories/kept.ts";
import { followToEnd } from "../../support/following.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { liveThrough } from "../../support/town.ts";

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
  await liveThrough(ledger);
  await followToEnd(ledger.database, categoryFollower);
}, 120_000);
afterAll(() => ledger.close());

interface Node {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Cond"?: string;
  readonly "Recheck Cond"?: string;
  readonly Plans?: readonly Node[];
}

/** Few rows, however old the ledger grows. */
const SMALL = new Set(["policies", "book_changes"]);

const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];
const goesThrough = (node: Node): boolean => {
  const table = node["Relation Name"];
  return table !== undefined && !SMALL.has(table) && (node["Index Cond"] ?? node["Recheck Cond"]) === undefined;
};

it("a stretch is read by keys", async () => {
  const statement = byCategory("some", (position) => `${position} >= 1000 and ${position} < 1100`);
  const plan = await ledger.database.sql.begin(async (sql) => {
    for (const [name, value] of Object.entries(BY_POSITIONS)) await sql`select set_config(${name}, ${value}, true)`;
    const [row] = await sql.unsafe<{ "QUERY PLAN": readonly { readonly Plan: Node }[] }[]>(
      `explain (format json) ${statement}`,
    );
    return row?.["QUERY PLAN"][0]?.Plan;
  });
  const nodes = plan === undefined ? [] : nodesOf(plan);
  expect(nodes.filter((node) => node["Relation Name"] === "returns").length).toBeGreaterThan(3);
  expect(nodes.filter(goesThrough).map((node) => `${node["Node Type"]} ${node["Relation Name"]}`)).toEqual([]);
});
