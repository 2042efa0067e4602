/** Invariants of the state of orders, and of what others were told of each step. */
import { stoodFor } from "../../members/owner-sql.ts";
import {
  brokenUnless,
  eventOf,
  hasItsFields,
  hasOnly,
  id,
  type Invariant,
  oneOf,
} from "../../engine/definition/invariant.ts";
import { orderCancelled, orderCollected, orderExpired, orderReady, orderRerouted } from "../events.ts";
import {
  ORDER,
  ORDER_CANCEL,
  ORDER_CODE,
  ORDER_EXPIRY,
  ORDER_PICKUP,
  ORDER_READY,
  ORDER_REROUTE,
  STEP_OPERATIONS,
  SAYS_WHERE,
  TAKES_GOODS,
} from "../operation-names.ts";
import { statusIn, undoesPickup, versionIn } from "./answers.ts";

/** Every step of every order. */
const STEPS = `steps as (
    select o.operation_id, o.name, o.posted_at, o.answer, substr(o.answer->>'orderId', 5)::uuid as order_id,
      ${statusIn("o.answer")} as status, ${versionIn("o.answer")} as version
    from operations o
    where o.refusal is null and (o.name in (${oneOf([ORDER, ...STEP_OPERATIONS])}) or ${undoesPickup("o")}))`;

/** Of each order: its last step, and the last one that said where it waits, and until when. */
const LAST = `last_step as (
    select distinct on (order_id) order_id, name, status from steps where name <> '${ORDER_CODE}' order by order_id, version desc),
  last_place as (
    select distinct on (order_id) order_id, answer from steps where name in (${oneOf(SAYS_WHERE)})
    order by order_id, version desc),
  last_end as (
    select distinct on (order_id) order_id, posted_at from steps where name in (${oneOf(TAKES_GOODS)}) and status in ('collected', 'cancelled')
    order by order_id, version desc),
  versions as (select order_id, max(version) as version, count(distinct version) as steps from steps group by order_id),
  visits as (select order_id, count(*) as visits from steps where name = '${ORDER_PICKUP}' group by order_id)`;

const ordersAreAsTheyWereLeft: Invariant = {
  name: "orders_are_as_they_were_left",
  statement:
    "The state of an order is that which its last step has answered; where it waits, since when and until when, that which placing it, its readiness or its rerouting has; it was collected in as many visits as there are pickups, and has as many versions as steps. Shown: the order's, the answer's.",
  facts: `with ${STEPS}, ${LAST}
    select ${brokenUnless(
      `s.order_id is not null and d.status = s.status and d.visits = coalesce(v.visits, 0) and d.version = n.version and n.steps = n.version
        and d.pickup_brand = w.answer->'pickup'->>'brand' and d.pickup_store_id = w.answer->'pickup'->>'storeId'
        and d.expires_at = (w.answer->>'expiresAt')::timestamptz
        and d.ready_at is not distinct from (w.answer->>'readyAt')::timestamptz
        and d.ended_at is not distinct from case d.status when 'expired' then d.expires_at
          when 'collected' then e.posted_at when 'cancelled' then e.posted_at end`,
      {
        orderId: id("ord", "d.order_id"),
        entity: "d.brand",
        status: "json_build_array(d.status, s.status)",
        lastStep: "s.name",
        expiresAt: "json_build_array(d.expires_at, w.answer->>'expiresAt')",
        endedAt: "json_build_array(d.ended_at, e.posted_at)",
        visits: "json_build_array(d.visits, coalesce(v.visits, 0))",
        version: "json_build_array(d.version, n.version, n.steps)",
      },
    )}
    from orders d left join last_step s using (order_id) left join last_place w using (order_id)
      left join last_end e using (order_id) left join visits v using (order_id) left join versions n using (order_id)`,
};

const ABOUT = {
  orderId: "o.answer->>'orderId'",
  orderNumber: "o.answer->>'orderNumber'",
  memberId: "o.answer->>'memberId'",
  brand: "o.answer->>'brand'",
  pickupBrand: "o.answer->'pickup'->>'brand'",
  pickupStoreId: "o.answer->'pickup'->>'storeId'",
  status: "o.answer->>'status'",
  held: "o.answer->>'held'",
  expiresAt: "o.answer->>'expiresAt'",
};

/** The last event of a pickup, and the only one of an expiry, name the order; what it holds then is told elsewhere. */
const LAST_EVENT = "o.events->(json_array_length(o.events) - 1)";

/** SQL: whether that one has the fields of its version; an event of another step is told whole. */
const LAST_HAS_ITS_FIELDS = `case ${LAST_EVENT}->>'name' when '${orderExpired.name}' then ${hasItsFields(orderExpired, LAST_EVENT)}
          when '${orderCollected.name}' then ${hasItsFields(orderCollected, LAST_EVENT)} else true end`;

const ordersAreToldAsAnswered: Invariant = {
  name: "orders_are_told_as_answered",
  statement:
    "Of each step of an order others were told what was answered, and of an order that has expired that it has; of a new code, nothing. None has facts that it is not asked for.",
  facts: `select ${brokenUnless(
    `d.order_id is not null and (o.member_id is null or ${stoodFor("o.member_id", "d.member_id", "d.profile_id")}
          or ${stoodFor("d.member_id", "o.member_id", "d.profile_id")}) and case o.name
        when '${ORDER_READY}' then o.events::jsonb = jsonb_build_array(${eventOf(orderReady, ABOUT)}) and ${hasOnly("o", [])} and o.status = 200
        when '${ORDER_REROUTE}' then o.events::jsonb = jsonb_build_array(${eventOf(orderRerouted, ABOUT)}) and ${hasOnly("o", [])} and o.status = 200
        when '${ORDER_CANCEL}' then o.events::jsonb = jsonb_build_array(${eventOf(orderCancelled, { ...ABOUT, released: "o.answer->>'released'" })})
          and ${hasOnly("o", ["reason"])} and o.status = 200
        when '${ORDER_CODE}' then o.events is null and ${hasOnly("o", [])} and o.status = 200
        when '${ORDER_EXPIRY}' then json_array_length(o.events) = 1 and ${LAST_EVENT}->>'name' = '${orderExpired.name}' and o.posted_at >= d.expires_at
          and ${LAST_EVENT}->'data'->>'status' = ${statusIn("o.answer")} and (${LAST_EVENT}->'data'->>'expiresAt')::timestamptz = d.expires_at
          and ${LAST_EVENT}->'data'->>'held' = '0.00' and ${hasOnly("o", [])} and o.status = 200
        else ${LAST_EVENT}->>'name' = '${orderCollected.name}' and ${LAST_EVENT}->'data'->>'status' = ${statusIn("o.answer")}
          and ${LAST_EVENT}->'data'->>'purchaseId' = o.answer->>'purchaseId' end
      and (o.events is null or (${LAST_EVENT}->'data'->>'orderId' = o.answer->>'orderId'
        and ${LAST_EVENT}->'data'->>'orderNumber' = d.order_number and ${LAST_EVENT}->'data'->>'brand' = d.brand and ${LAST_HAS_ITS_FIELDS}))`,
    {
      operationId: id("opn", "o.operation_id"),
      orderId: "o.answer->>'orderId'",
      // A pickup is its seller's; what else is done with an order says no brand of its own, and concerns the order's.
      entity: "coalesce(o.brand, d.brand, o.answer->>'brand')",
      name: "o.name",
      status: "o.status",
      told: `${LAST_EVENT}->'data'`,
    },
  )}
    from operations o left join orders d on d.order_id = substr(o.answer->>'orderId', 5)::uuid
    where o.name in (${oneOf(STEP_OPERATIONS)}) and o.refusal is null`,
};

export const stateInvariants: readonly Invariant[] = [ordersAreAsTheyWereLeft, ordersAreToldAsAnswered];
