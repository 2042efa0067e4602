/** Invariants of the books of each entity: the chart of accounts, what one owes another, what moves between wallets. */
import { type AccountFamily, ACCOUNTS_WITHIN, LOT_ACCOUNTS, MEMBER_ACCOUNTS } from "../../ledger/account.ts";
import type { TransferEvent } from "../../ledger/transfer.ts";
import { REASON_CODES } from "./reason-codes.ts";
import { brokenUnless, decimal, id, type Invariant, oneOf } from "../definition/invariant.ts";
import { moved } from "../transfer-sql.ts";

/** Both sides of every transfer, in the accounts of the chart; a side in any other account is not counted. */
const SIDES = `chart as (
    select account from unnest(array[${oneOf(ACCOUNTS_WITHIN)}]) as account
    union all select side || brand from brands, unnest(array['due_to:', 'due_from:']) as side
    union select 'adjustment:' || code from (${REASON_CODES}) reasons),
  turnover as (
    select entity, debit, credit, sum(amount) as amount from transfers group by entity, debit, credit),
  sides as (
    select entity, debit as account, amount as debits, 0 as credits from turnover where debit in (select account from chart)
    union all
    select entity, credit, 0, amount from turnover where credit in (select account from chart))`;

const entitiesBalance: Invariant = {
  name: "entities_balance",
  statement: "In the books of each entity, over the accounts of the chart, the sum of debits is the sum of credits.",
  facts: `with ${SIDES}
    select ${brokenUnless("debits = credits and known", { entity: "entity", debits: decimal("debits"), credits: decimal("credits") })}
    from (select entity, sum(debits) as debits, sum(credits) as credits, entity in (select brand from brands) as known
      from sides group by entity) books`,
  figures: `with ${SIDES}
    select entity || ' debits' as label, sum(debits)::text as amount, entity from sides group by entity
    union all select entity || ' credits', sum(credits)::text, entity from sides group by entity
    union all select entity || ' ' || account, (sum(credits) - sum(debits))::text, entity from sides group by entity, account
    order by label`,
};

/** What one entity owes another, by the books of either side. */
const BETWEEN = `owes as (
    select entity as debtor, substr(account, 8) as creditor, sum(amount) as amount from (
      select entity, credit as account, amount from transfers where credit like 'due\\_to:%'
      union all select entity, debit, -amount from transfers where debit like 'due\\_to:%') x group by 1, 2),
  is_owed as (
    select substr(account, 10) as debtor, entity as creditor, sum(amount) as amount from (
      select entity, debit as account, amount from transfers where debit like 'due\\_from:%'
      union all select entity, credit, -amount from transfers where credit like 'due\\_from:%') x group by 1, 2)`;

/** The two halves of each entry between entities: on one lot, for one reason, at one instant. */
const HALVES = `select operation_id, lot_id,
      case side when 'due_to' then entity else other end as debtor, case side when 'due_to' then other else entity end as creditor,
      sum(case side when 'due_to' then -amount else 0 end) as owed, sum(case side when 'due_from' then amount else 0 end) as is_owed
    from (
      select operation_id, lot_id, event, occurred_at, entity, split_part(account, ':', 1) as side, split_part(account, ':', 2) as other, amount
      from (select operation_id, lot_id, event, occurred_at, entity, debit as account, amount from transfers where debit like 'due\\_%'
        union all select operation_id, lot_id, event, occurred_at, entity, credit, -amount from transfers where credit like 'due\\_%') s) s
    group by operation_id, lot_id, event, occurred_at, 3, 4`;

const entitiesAgree: Invariant = {
  name: "entities_agree",
  statement:
    "For each pair of entities, what one owes by its books is what the other is owed by its own: altogether, and lot by lot of each operation.",
  facts: `with ${BETWEEN}
    select ${brokenUnless("coalesce(o.amount, 0) = coalesce(i.amount, 0)", {
      debtor: "debtor",
      creditor: "creditor",
      dueTo: decimal("coalesce(o.amount, 0)"),
      dueFrom: decimal("coalesce(i.amount, 0)"),
    })} from owes o full join is_owed i using (debtor, creditor)
    union all
    select ${brokenUnless("owed = is_owed", {
      operationId: id("opn", "operation_id"),
      lotId: id("lot", "lot_id"),
      debtor: "debtor",
      creditor: "creditor",
      dueTo: decimal("owed"),
      dueFrom: decimal("is_owed"),
    })} from (${HALVES}) halves`,
  figures: `with ${BETWEEN}
    select debtor || ' owes ' || creditor as label, amount::text, debtor as entity from owes
    union all select creditor || ' is owed by ' || debtor, amount::text, creditor from is_owed
    order by label limit 400`,
};

/** Out of any of these accounts (debit) into any of those (credit). */
const pairs = (debits: readonly AccountFamily[], credits: readonly AccountFamily[]) =>
  debits.flatMap((debit) => credits.map((credit) => [debit, credit] as const));

/**
 * What a transfer of each kind may move. Parts of the names of accounts after a colon do not matter here: the kind of an
 * issuance is held against its lot, pairs of entities against each other.
 */
const ALLOWED: Readonly<Record<TransferEvent, readonly ReturnType<typeof pairs>[]>> = {
  grant: [pairs(["issuance", "opening"], ["pending"])],
  suspension: [pairs(["issuance"], ["suspense"])],
  claim: [pairs(["suspense"], ["pending"])],
  activation: [pairs(["pending"], ["available"])],
  expiry: [pairs(["available"], ["breakage"])],
  hold: [pairs(["available"], ["held"])],
  release: [pairs(["held"], ["available"])],
  spend: [pairs(["available", "held"], ["redemption", "due_to"]), pairs(["due_from"], ["redemption"])],
  spend_reversal: [
    pairs(["pending", "available"], ["redemption", "due_to"]),
    pairs(["due_from", "debt"], ["redemption"]),
  ],
  unspend: [pairs(["redemption", "due_to"], ["available", "held"]), pairs(["redemption"], ["due_from"])],
  clawback: [
    pairs(["pending", "available"], ["issuance", "opening", "due_to"]),
    pairs(["due_from", "debt", "suspense"], ["issuance", "opening"]),
  ],
  clawback_reversal: [
    pairs(["issuance", "opening", "due_to"], ["pending", "available"]),
    pairs(["issuance", "opening"], ["due_from", "debt"]),
  ],
  repayment: [pairs(["available"], ["debt", "due_to"]), pairs(["due_from"], ["debt"])],
  move: [pairs(MEMBER_ACCOUNTS, ["moved"]), pairs(["moved"], MEMBER_ACCOUNTS)],
  restitution: [pairs(["available", "debt"], ["moved"]), pairs(["moved"], ["available"])],
  repayment_reversal: [pairs(["debt", "due_to"], ["available"]), pairs(["debt"], ["due_from"])],
  forfeit: [pairs(["pending", "available"], ["breakage"])],
  write_off: [pairs(["write_off"], ["debt"])],
  credit_adjustment: [pairs(["adjustment"], ["available"])],
  debit_adjustment: [pairs(["available"], ["adjustment"])],
  credit_reversal: [pairs(["available"], ["adjustment", "due_to"]), pairs(["due_from", "debt"], ["adjustment"])],
  debit_reversal: [pairs(["adjustment"], ["available"])],
};

const allowedRows = Object.entries(ALLOWED).flatMap(([event, moves]) =>
  moves.flat().map(([debit, credit]) => `('${event}', '${debit}', '${credit}')`),
);

/** Accounts of a lot, and those between entities, whose halves both name it. */
const OF_LOTS = oneOf([...LOT_ACCOUNTS, "due_to", "due_from"]);

const postingsFollowTheChart: Invariant = {
  name: "postings_follow_the_chart",
  statement:
    "Transfers of each kind move between those accounts only that the chart has for them; and name a lot just where a lot is concerned.",
  facts: `with allowed (event, debit, credit) as (values ${allowedRows.join(", ")}),
    posted as (
      select entity, event, split_part(debit, ':', 1) as debit, split_part(credit, ':', 1) as credit, lot_id is not null as has_lot,
        count(*) as count from transfers group by 1, 2, 3, 4, 5)
    select ${brokenUnless(`a.event is not null and has_lot = (debit in (${OF_LOTS}) or credit in (${OF_LOTS}))`, {
      entity: "entity",
      event: "event",
      debit: "debit",
      credit: "credit",
      transfers: "count",
      lots: "has_lot",
    })} from posted left join allowed a using (event, debit, credit)`,
};

const movedIsZero: Invariant = {
  name: "moved_is_zero",
  statement:
    "What left one wallet has arrived in another: `moved` is zero in each entity's books, and after each operation.",
  facts: `with moves as (
      select entity, operation_id, ${moved("moved")} as amount from transfers
      where debit = 'moved' or credit = 'moved' group by entity, operation_id)
    select ${brokenUnless("amount = 0", { entity: "entity", operationId: id("opn", "operation_id"), amount: decimal("amount") })}
    from moves
    union all
    select ${brokenUnless("coalesce(m.amount, 0) = 0", { entity: "b.brand", amount: decimal("m.amount") })}
    from brands b left join (select entity, sum(amount) as amount from moves group by entity) m on m.entity = b.brand`,
};

export const entityInvariants: readonly Invariant[] = [
  entitiesBalance,
  postingsFollowTheChart,
  entitiesAgree,
  movedIsZero,
];
