/** Invariants of what was ordered, line by line: as it was placed, what waits, and what was handed out. */
import { stoodFor } from "../../members/owner-sql.ts";
import { brokenUnless, eventOf, hasOnly, id, type Invariant, pair } from "../../engine/definition/invariant.ts";
import { judgedBy, TIMETABLE } from "../../engine/invariants/in-force.ts";
import { issuersAreOfTheirLots } from "../../engine/invariants/named-lots.ts";
import { orderPlaced } from "../events.ts";
import { ORDER } from "../operation-names.ts";

const orderId = id("ord", "d.order_id");

/** What never changes of a line, as one text, out of the names that it has in the document or in the answer. */
const lineText = (line: string, names: Readonly<Record<"id" | "cat" | "qty" | "price", string>>): string =>
  `string_agg(concat_ws('|', ${line}->>'${names.id}', ${line}->>'sku', ${line}->>'${names.cat}', trim_scale((${line}->>'${names.qty}')::numeric),
    ${line}->>'${names.price}', coalesce(${line}->>'noEarn', 'false'), coalesce(${line}->>'noSpend', 'false'), ${line}->>'total', ${line}->>'held'), ',')`;
const STORED = lineText("line", { id: "id", cat: "cat", qty: "qty", price: "price" });
const ANSWERED = lineText("line", { id: "lineId", cat: "category", qty: "quantity", price: "unitPrice" });

/** What everybody is told of an order when it is placed. */
const TOLD = eventOf(orderPlaced, {
  orderId: "o.answer->>'orderId'",
  orderNumber: "o.reference",
  memberId: "o.answer->>'memberId'",
  brand: "o.brand",
  pickupBrand: "o.answer->'pickup'->>'brand'",
  pickupStoreId: "o.answer->'pickup'->>'storeId'",
  status: "'placed'",
  held: "o.answer->>'held'",
  expiresAt: "o.answer->>'expiresAt'",
  total: "o.answer->>'total'",
});

/** Whether the profile has had the identifier for which it had waited. */
const BROUGHT =
  "exists (select from identifier_history h where h.identifier_key = o.subject_hash and h.profile_id = d.profile_id)";

const ordersAreAsPlaced: Invariant = {
  name: "orders_are_as_placed",
  statement:
    "Every order is there, with the number, the brand, the member, the amounts and the lines that its operation has answered and told, by the rules of its day. Shown: the order's, the answer's.",
  facts: `with ${TIMETABLE} select ${brokenUnless(
    `d.order_id is not null and o.operation_id is not null and d.bucket = o.bucket and o.status = 201
      and ${hasOnly("o", ["brand", "channel", "reference", "subject_hash"])}
      and ${judgedBy("o.policy_version", "o.occurred_at", "o.posted_at")} and o.occurred_at = o.posted_at
      and d.brand = o.brand and d.order_number = o.reference and d.channel = o.channel and d.placed_at = o.posted_at
      and ${orderId} = o.answer->>'orderId' and ${id("hld", "d.hold_id")} is not distinct from o.answer->>'holdId'
      and d.hold_id is not distinct from case when d.held > 0 then d.order_id end
      and d.storage_days is not distinct from (o.answer->>'storageDays')::int
      and d.total = (o.answer->>'total')::numeric * 100 and d.held = (o.answer->>'held')::numeric * 100
      and o.member_id is not distinct from substr(o.answer->>'memberId', 5)::uuid
      and case when o.subject_hash is null
          then ${stoodFor("d.member_id", "o.member_id", "o.profile_id")} and d.awaits is null and d.profile_id is not distinct from o.profile_id
        else (d.awaits = o.subject_hash and d.member_id is null and d.profile_id is null)
          or (d.awaits is null and d.member_id is not null and ${BROUGHT} and ${stoodFor("d.member_id", "d.profile_id", "d.profile_id")}) end
      and o.events::jsonb = jsonb_build_array(${TOLD}) and d.line_texts = o.line_texts`,
    {
      orderId: id("ord", "coalesce(d.order_id, o.operation_id)"),
      entity: "coalesce(d.brand, o.brand)",
      order: "case when d.order_id is null then 'missing' else 'placed' end",
      memberId: `json_build_array(${id("mbr", "d.member_id")}, ${id("mbr", "o.member_id")})`,
      total: pair("d.total", "(o.answer->>'total')::numeric * 100"),
      held: pair("d.held", "(o.answer->>'held')::numeric * 100"),
      lines: "json_build_array(d.line_texts, o.line_texts)",
      told: "o.events->0->'data'",
    },
  )}
    from (select d.*, (select ${STORED} from json_array_elements(d.lines) line) as line_texts from orders d) d
    full join (
      select o.*, (select ${ANSWERED} from json_array_elements(o.answer->'lines') line) as line_texts
      from operations o where o.name = '${ORDER}' and o.refusal is null) o on o.operation_id = d.order_id
    cross join timetable`,
};

const UNITS = (quantity: string): string =>
  `case when (${quantity})::numeric = trunc((${quantity})::numeric) then (${quantity})::numeric else 1 end`;

/** Units of each line of each order. */
const ORDERED = `ordered as (
    select d.order_id, d.brand, d.status, line->>'id' as line, ${UNITS("line->>'qty'")} as units,
      (select coalesce(sum((p->>0)::numeric), 0) from json_array_elements(line->'waiting') p) as waiting,
      (line->>'collected')::numeric as collected, (line->>'cancelled')::numeric as cancelled, (line->>'expired')::numeric as expired,
      (select coalesce(bool_and((p->>1)::numeric = (select coalesce(sum((part->>2)::numeric), 0) from json_array_elements(p->2) part)), true)
        from json_array_elements(line->'waiting') p) as adds_up,
      round((line->>'qty')::numeric * (line->>'price')::numeric, 2) = (line->>'total')::numeric as priced
    from orders d, json_array_elements(d.lines) line)`;

/** The lots that lines name: of what waits, and of what was given back. */
const NAMED = `select ${orderId} as named_in, d.brand as entity, substr(part->>0, 5)::uuid as lot_id, part->>1 as issuer
    from orders d, json_array_elements(d.lines) line, lateral (
      select part from json_array_elements(line->'waiting') p, json_array_elements(p->2) part
      union all select part from json_array_elements(line->'released') given, json_array_elements(given->1) part) named`;

const orderLinesAddUp: Invariant = {
  name: "order_lines_add_up",
  statement:
    "Of each line of an order all units wait, were collected, cancelled, or have expired; something waits as long as the order does; what is held for what waits is in its lots; and each part of a lot that is named, also of what was given back, names the lot's issuer.",
  facts: `with ${ORDERED}
    select ${brokenUnless(
      `units = waiting + collected + cancelled + expired and least(waiting, collected, cancelled, expired) >= 0 and adds_up and priced
        and (waiting = 0 or status in ('placed', 'ready'))
        and (status not in ('placed', 'ready') or sum(waiting) over (partition by order_id) > 0)`,
      {
        orderId: id("ord", "order_id"),
        entity: "brand",
        lineId: "line",
        status: "status",
        units: "json_build_array(units, waiting, collected, cancelled, expired)",
      },
    )} from ordered
    union all
    ${issuersAreOfTheirLots(NAMED)}`,
};

/** Units that receipts have handed out and that were not put back: of one that was reversed, what had come back before. */
const HANDED_OUT = `handed as (
    select p.order_id, sold->>'id' as line, sum(case p.status when 'sold' then ${UNITS("sold->>'qty'")} else coalesce(r.units, 0) end) as units
    from purchases p cross join json_array_elements(p.lines) sold left join (
      select r.purchase_id, back->>'id' as line, sum((span->>1)::numeric - (span->>0)::numeric) as units
      from returns r, json_array_elements(r.lines) back, json_array_elements(back->'ranges') span
      where r.status = 'returned' group by 1, 2) r on r.purchase_id = p.purchase_id and r.line = sold->>'id'
    where p.order_id is not null group by 1, 2)`;

/** A till's clock may be slow by as much as a receipt may be early, by any version of the rules. */
const DIFFERENCE_OF_CLOCKS = `(select max((rules->'receipts'->>'earlyMinutes')::int) * interval '1 minute' from policies)`;

/** What is sold of a line as it was ordered. */
const termsOf = (line: string): string =>
  `(${line}->>'sku', ${line}->>'cat', coalesce(${line}->>'noEarn', 'false'), coalesce(${line}->>'noSpend', 'false'))`;

const ordersAreHandedOut: Invariant = {
  name: "orders_are_handed_out",
  statement:
    "What was collected of an order is what the receipts of its pickups have sold, for the order's member and by its channel, under the article and on the terms that were ordered. Shown: the order's units, the receipts'.",
  facts: `with ${ORDERED}, ${HANDED_OUT}
    select ${brokenUnless("d.collected = coalesce(h.units, 0)", {
      orderId,
      entity: "d.brand",
      lineId: "d.line",
      collected: "json_build_array(d.collected, coalesce(h.units, 0))",
    })}
    from ordered d left join handed h on h.order_id = d.order_id and h.line = d.line
    union all
    select ${brokenUnless(
      `d.order_id is not null and p.channel = d.channel and p.occurred_at >= d.placed_at - ${DIFFERENCE_OF_CLOCKS}
        and (${stoodFor("p.member_id", "d.member_id", "d.profile_id")} or ${stoodFor("d.member_id", "p.member_id", "d.profile_id")} or o.subject_hash is not null)`,
      {
        purchaseId: id("pur", "p.purchase_id"),
        orderId: id("ord", "p.order_id"),
        entity: "p.brand",
        memberId: `json_build_array(${id("mbr", "p.member_id")}, ${id("mbr", "d.member_id")})`,
      },
    )}
    from purchases p left join orders d using (order_id) left join operations o on o.operation_id = p.purchase_id
    where p.order_id is not null
    union all
    select ${brokenUnless(`${termsOf("sold")} is not distinct from ${termsOf("line")}`, {
      purchaseId: id("pur", "p.purchase_id"),
      orderId: id("ord", "d.order_id"),
      entity: "p.brand",
      lineId: "line->>'id'",
      ordered: "line->>'sku'",
      sold: "sold->>'sku'",
    })}
    from (select p.purchase_id, p.order_id, p.brand, sold from purchases p, json_array_elements(p.lines) sold where p.order_id is not null) p
      join (select d.order_id, line from orders d, json_array_elements(d.lines) line) d on d.order_id = p.order_id and line->>'id' = sold->>'id'`,
};

export const lineInvariants: readonly Invariant[] = [ordersAreAsPlaced, orderLinesAddUp, ordersAreHandedOut];
