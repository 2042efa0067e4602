/**
 * Receipts, by who they are counted with: what each operation has added to them and taken from them. Returns do not change what was
 * sold, so they count nowhere here.
 */
import { keyHash, oneOf } from "../../engine/definition/invariant.ts";
import { bucketIn } from "../../engine/transfer-sql.ts";
import { CLAIM, MAKES_PURCHASE, REVERSAL } from "../../sales/operation-names.ts";
import { countingDay } from "../periods/open-from.ts";
import { type Holder, receiptsOf, salesOf } from "./figures.ts";
import type { Source, Which } from "./source.ts";

const holder = (name: Holder): string => `'${name}'`;

/** SQL: of a member's receipt, by the brand of the profile that was presented. */
const ofMember = (brand: string, home: string): string =>
  `case when ${home} is null then ${holder("unpresented")} when ${home} = ${brand} then ${holder("home")} else ${holder("away")} end`;

/** A profile is of one brand for ever. */
const homeOf = (profile: string): string =>
  `(select f.brand from profiles f where f.bucket = ${bucketIn(profile)} and f.profile_id = ${profile})`;
const HOMES: Readonly<Record<Which, { readonly home: string; readonly join: string }>> = {
  some: { home: homeOf("o.profile_id"), join: "" },
  all: {
    home: "f.brand",
    join: `left join profiles f on f.bucket = ${bucketIn("o.profile_id")} and f.profile_id = o.profile_id`,
  },
};

/** SQL: a purchase `p` by its number, of which that is read which never changes, and whose identifier has brought it. */
const purchaseBy = (purchaseId: string): string =>
  `cross join lateral (select p.* from purchases p where p.bucket = ${bucketIn(purchaseId)} and p.purchase_id = ${purchaseId} offset 0) p`;

const RECEIPT_KEY = keyHash(["receipt", "purchase"], ["p.brand", "p.store_id", "p.terminal_id", "p.shift", "p.number"]);
/** What was reversed before it was claimed is counted with nobody any more. */
const REVERSED_BEFORE = `exists (select from operations v where v.subject_hash = ${RECEIPT_KEY} and v.name = '${REVERSAL}'
  and v.answer->>'outcome' = 'reversed' and (v.position, v.place) < (o.position, o.place))`;

const recorded: Source = (which, holds) => {
  const { home, join } = HOMES[which];
  const known = `case when o.member_id is not null then ${ofMember("o.brand", "home")}
    when o.suspended then ${holder("waiting")} else ${holder("guests")} end`;
  return `select o.brand as entity, o.day, ${known} as holder, 1 as receipts, o.total
    from (select o.brand, o.member_id, ${home} as home, (o.answer->>'suspended')::boolean as suspended,
        ((o.answer->>'total')::numeric * 100)::bigint as total, ${countingDay} as day
      from operations o ${join}
      where o.name in (${oneOf(MAKES_PURCHASE)}) and o.refusal is null and ${holds("o.position")}) o`;
};

const claimed: Source = (
  _which,
  holds,
) => `select p.brand, ${countingDay}, side.holder, side.receipts, side.receipts * p.total
  from operations o cross join lateral json_to_recordset(o.answer->'receipts') as r("purchaseId" text)
    ${purchaseBy(`substr(r."purchaseId", 5)::uuid`)}
    cross join lateral (values (${holder("waiting")}, -1), (${ofMember("p.brand", homeOf("p.profile_id"))}, 1)) as side (holder, receipts)
  where o.name = '${CLAIM}' and o.refusal is null and ${holds("o.position")} and not ${REVERSED_BEFORE}`;

/** Whose it was then is what was told of the reversal; a card for which it had waited until then has stayed unknown. */
const TOLD = "o.events->0->'data'";
const reversed: Source = (_which, holds) => `select p.brand, ${countingDay}, case when ${TOLD}->>'memberId' is not null
      then ${ofMember("p.brand", homeOf("p.profile_id"))} when s.suspended then ${holder("waiting")} else ${holder("guests")} end, -1, -p.total
  from operations o ${purchaseBy(`substr(${TOLD}->>'purchaseId', 5)::uuid`)}
    cross join lateral (select (s.answer->>'suspended')::boolean as suspended from operations s
      where s.bucket = p.bucket and s.operation_id = p.purchase_id offset 0) s
  where o.name = '${REVERSAL}' and o.refusal is null and o.answer->>'outcome' = 'reversed' and ${TOLD}->>'kind' = 'purchase'
    and ${holds("o.position")}`;

const named = (nameOf: (name: Holder) => string): string => `'${nameOf("" as Holder)}' || holder`;

export const receiptFigures: Source = (which, holds) =>
  `select entity, day, side.figure, side.value
    from (${[recorded, claimed, reversed].map((part) => part(which, holds)).join(" union all ")}) counted
      cross join lateral (values (${named(receiptsOf)}, receipts::bigint), (${named(salesOf)}, total)) as side (figure, value)`;
