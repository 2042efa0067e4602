/** What each operation on receipts has moved of their lines, by category: one statement for each way in which lines are moved. */
import { keyHash, oneOf } from "../../engine/definition/invariant.ts";
import { bucketIn } from "../../engine/transfer-sql.ts";
import { CLAIM, MAKES_PURCHASE, MAKES_RETURN, REVERSAL } from "../../sales/operation-names.ts";
import { countingDay } from "../periods/open-from.ts";
import { returnedLines, soldLines } from "./lines.ts";

/** SQL: whether a position belongs to the part of the journal that is looked at. */
export type Holds = (position: string) => string;

/** How documents are found: of a few operations by their keys, of all by joins. */
export type Which = "some" | "all";

const FOUND: Readonly<Record<Which, (table: string, alias: string, condition: string) => string>> = {
  some: (table, alias, condition) =>
    `cross join lateral (select ${alias}.* from ${table} ${alias} where ${condition} offset 0) ${alias}`,
  all: (table, alias, condition) => `join ${table} ${alias} on ${condition}`,
};
const byId = (which: Which, table: "purchases" | "returns", alias: string, column: string, uuid: string): string =>
  FOUND[which](table, alias, `${alias}.bucket = ${bucketIn(uuid)} and ${alias}.${column} = ${uuid}`);
const purchaseBy = (which: Which, uuid: string): string => byId(which, "purchases", "p", "purchase_id", uuid);
const returnBy = (which: Which, uuid: string): string => byId(which, "returns", "r", "return_id", uuid);
const uuidIn = (json: string): string => `substr(${json}, 5)::uuid`;

/** SQL: rows of lines of an operation `o`, with their day and store. */
const of = (from: string, lines: string, condition: string, holds: Holds): string =>
  `select m.entity, ${countingDay} as day, m.event, coalesce(o.store_id, '') as store_id, m.category, m.amount
    from operations o ${from} cross join lateral (${lines}) m
    where o.refusal is null and ${condition} and ${holds("o.position")}`;

/** SQL: what is left of one when the others are taken off. */
const less = (all: string, gone: string): string =>
  `select entity, event, category, sum(amount) as amount
    from (${all} union all select g.entity, g.event, g.category, -g.amount from (${gone}) g) l
    group by 1, 2, 3 having sum(amount) <> 0`;

const literal = (event: string): string => `'${event}'`;

const sold = (which: Which, holds: Holds): string =>
  of(
    purchaseBy(which, "o.operation_id"),
    soldLines({
      earned: "case when o.member_id is null then 'suspension' else 'grant' end",
      spent: literal("spend"),
    }),
    `o.name in (${oneOf(MAKES_PURCHASE)})`,
    holds,
  );

const BACK = { earned: literal("clawback"), spent: literal("unspend") };

const returned = (which: Which, holds: Holds): string =>
  of(
    `${returnBy(which, "o.operation_id")} ${purchaseBy(which, "r.purchase_id")}`,
    returnedLines(BACK),
    // One that was parked is made by its sale.
    `o.name in (${oneOf(MAKES_RETURN)}) and o.status = 201`,
    holds,
  );

/** Returns that had waited for their sale: its operation has told of each that it made. */
const settled = (which: Which, holds: Holds): string =>
  of(
    `cross join lateral json_array_elements(o.events) told ${returnBy(which, uuidIn("told->'data'->>'returnId'"))} ${purchaseBy(which, "r.purchase_id")}`,
    returnedLines(BACK),
    `o.name in (${oneOf(MAKES_PURCHASE)}) and told->>'name' = 'return.made'`,
    holds,
  );

const TOLD = "o.events->0->'data'";
const isReversal = (kind: "purchase" | "return"): string =>
  `o.name = '${REVERSAL}' and o.answer->>'outcome' = 'reversed' and ${TOLD}->>'kind' = '${kind}'`;

/** SQL: lines of returns of a purchase `p` that a condition holds of. */
const linesOfReturns = (condition: string, lines: string): string =>
  `select x.* from returns r cross join lateral (${lines}) x where r.purchase_id = p.purchase_id and ${condition}`;

/** All that had not come back. What came back before stays so: no return of a reversed purchase is made or reversed. */
const reversedPurchases = (which: Which, holds: Holds): string =>
  of(
    purchaseBy(which, uuidIn(`${TOLD}->>'purchaseId'`)),
    less(soldLines(BACK), linesOfReturns("r.status = 'returned'", returnedLines(BACK))),
    isReversal("purchase"),
    holds,
  );

/** What was taken off suspense goes back there, or to the member who has the receipt by now. */
const AGAIN = `case when r.from_suspense = 0 then 'clawback_reversal' when ${TOLD}->>'memberId' is null then 'suspension' else 'grant' end`;
const reversedReturns = (which: Which, holds: Holds): string =>
  of(
    `${returnBy(which, uuidIn(`${TOLD}->>'returnId'`))} ${purchaseBy(which, "r.purchase_id")}`,
    `select x.* from (${returnedLines({ earned: AGAIN, spent: literal("spend_reversal") })}) x
      where x.event <> 'spend_reversal' or x.entity = p.brand`,
    `${isReversal("return")} and ${TOLD}->>'returnId' is not null`,
    holds,
  );

const RETURN_KEY = keyHash(["receipt", "return"], ["r.brand", "r.store_id", "r.terminal_id", "r.shift", "r.number"]);
/** What had been taken off suspense until the claim, and not been put back. */
const GONE_BEFORE = `r.from_suspense > 0 and not (r.status = 'reversed' and exists (select from operations v
  where v.subject_hash = ${RETURN_KEY} and v.name = '${REVERSAL}' and v.answer->>'outcome' = 'reversed'
    and (v.position, v.place) < (o.position, o.place)))`;
const CLAIMED = { earned: literal("claim"), spent: literal("") };
const claimed = (which: Which, holds: Holds): string =>
  of(
    `cross join lateral json_array_elements(o.answer->'receipts') claimed ${purchaseBy(which, uuidIn("claimed->>'purchaseId'"))}`,
    `select x.* from (${less(soldLines(CLAIMED), linesOfReturns(GONE_BEFORE, returnedLines(CLAIMED)))}) x where x.event = 'claim'`,
    `o.name = '${CLAIM}' and claimed->'lot'->>'lotId' is not null`,
    holds,
  );

/** SQL: rows of `entity`, `day`, `event`, `store_id`, `category` and `amount`. */
export const linesMoved = (which: Which, holds: Holds): string =>
  [sold, returned, settled, reversedPurchases, reversedReturns, claimed]
    .map((part) => part(which, holds))
    .join(" union all ");
