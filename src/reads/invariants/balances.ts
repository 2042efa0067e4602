/** Invariants of amounts: the books of each entity, and the wallets as lots, as transfers, and as debts. */
import { LOT_KINDS } from "../../ledger/account.ts";
import { brokenUnless, decimal, id, type Invariant, moved, OWED } from "./invariant.ts";

const list = (texts: readonly string[]): string => texts.map((text) => `'${text}'`).join(", ");
const PLAIN_ACCOUNTS = [
  "pending",
  "available",
  "held",
  "debt",
  "redemption",
  "breakage",
  "opening",
  "suspense",
  ...LOT_KINDS.map((kind) => `issuance:${kind}`),
];

/** Both sides of every transfer, in the accounts of the chart; a side in any other account is not counted. */
const SIDES = `chart as (
    select account from unnest(array[${list(PLAIN_ACCOUNTS)}]) as account
    union all select side || brand from brands, unnest(array['due_to:', 'due_from:']) as side),
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
    select entity || ' debits' as label, sum(debits)::text as amount from sides group by entity
    union all select entity || ' credits', sum(credits)::text from sides group by entity
    union all select entity || ' ' || account, (sum(credits) - sum(debits))::text from sides group by entity, account
    order by label`,
};

const ACCOUNTS = ["pending", "available", "held"] as const;
const same = (a: string, b: string, accounts: readonly string[]): string =>
  accounts.map((account) => `coalesce(${a}.${account}, 0) = coalesce(${b}.${account}, 0)`).join(" and ");
const both = (a: string, b: string, accounts: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    accounts.map((account) => [
      account,
      `json_build_array(${decimal(`${a}.${account}`)}, ${decimal(`${b}.${account}`)})`,
    ]),
  );

const walletsAreTheirLots: Invariant = {
  name: "wallets_are_their_lots",
  statement: "Pending, available and held of each wallet are the sums of its lots. Shown: the wallet's, the lots'.",
  facts: `select ${brokenUnless(same("w", "l", ACCOUNTS), { memberId: id("mbr", "member_id"), ...both("w", "l", ACCOUNTS) })}
    from wallets w full join (
      select bucket, member_id, sum(pending) as pending, sum(available) as available, sum(held) as held
      from lots group by bucket, member_id) l using (bucket, member_id)`,
  figures: `select * from (select coalesce(sum(pending), 0) as pending, coalesce(sum(available), 0) as available,
      coalesce(sum(held), 0) as held, coalesce(sum(debt), 0) as debt from wallets) totals,
    lateral (values ('pending', pending::text), ('available', available::text), ('held', held::text), ('debt', debt::text))
      as figure(label, amount)`,
};

const WITH_DEBT = [...ACCOUNTS, "debt"] as const;
const ON_MEMBERS =
  "(debit in ('pending', 'available', 'held', 'debt') or credit in ('pending', 'available', 'held', 'debt'))";

const walletsAreTheirTransfers: Invariant = {
  name: "wallets_are_their_transfers",
  statement:
    "Pending, available, held and debt of each wallet are the sums of its transfers. Shown: the wallet's, the transfers'.",
  facts: `select ${brokenUnless(`w.status is not null and ${same("w", "t", WITH_DEBT)}`, { memberId: id("mbr", "member_id"), ...both("w", "t", WITH_DEBT) })}
    from wallets w full join (
      select bucket, member_id, ${ACCOUNTS.map((account) => `${moved(account)} as ${account}`).join(", ")}, ${OWED} as debt
      from transfers where ${ON_MEMBERS} group by bucket, member_id) t using (bucket, member_id)`,
};

const WITH_GRANTED = [...ACCOUNTS, "granted"] as const;

const lotsAreTheirTransfers: Invariant = {
  name: "lots_are_their_transfers",
  statement:
    "Pending, available, held and granted of each lot are the sums of its transfers in its issuer's books. Shown: the lot's, the transfers'.",
  facts: `select ${brokenUnless(`l.kind is not null and ${same("l", "t", WITH_GRANTED)}`, {
    memberId: id("mbr", "member_id"),
    lotId: id("lot", "lot_id"),
    issuer: "issuer",
    ...both("l", "t", WITH_GRANTED),
  })}
    from lots l full join (
      select bucket, member_id, lot_id, entity as issuer, ${ACCOUNTS.map((account) => `${moved(account)} as ${account}`).join(", ")},
        coalesce(sum(amount) filter (where event in ('grant', 'claim')), 0) as granted
      from transfers where debit in ('pending', 'available', 'held') or credit in ('pending', 'available', 'held')
      group by bucket, member_id, lot_id, entity) t using (bucket, member_id, lot_id, issuer)`,
};

const debtsAreTheirTransfers: Invariant = {
  name: "debts_are_their_transfers",
  statement:
    "What each member owes, entity by entity, is the sum of transfers in that entity's books, and adds up to the wallet's debt.",
  facts: `with owed as (
      select w.bucket, w.member_id, d.key as entity, d.value::bigint as debt from wallets w, jsonb_each_text(w.debts) d),
    posted as (
      select bucket, member_id, entity, ${OWED} as debt from transfers
      where debit = 'debt' or credit = 'debt' group by bucket, member_id, entity)
    select ${brokenUnless("coalesce(o.debt, 0) = coalesce(p.debt, 0)", {
      memberId: id("mbr", "member_id"),
      entity: "entity",
      debt: `json_build_array(${decimal("o.debt")}, ${decimal("p.debt")})`,
    })}
    from owed o full join posted p using (bucket, member_id, entity)
    union all
    select ${brokenUnless("w.debt = coalesce(o.debt, 0)", {
      memberId: id("mbr", "w.member_id"),
      debt: `json_build_array(${decimal("w.debt")}, ${decimal("o.debt")})`,
    })}
    from wallets w left join (select bucket, member_id, sum(debt) as debt from owed group by bucket, member_id) o using (bucket, member_id)`,
};

const nothingBelowZero: Invariant = {
  name: "nothing_below_zero",
  statement: "No wallet, no lot and no suspense is below zero in any account, and a closed lot is empty.",
  facts: `select ${brokenUnless("least(pending, available, held, debt) >= 0", {
    memberId: id("mbr", "member_id"),
    lowest: decimal("least(pending, available, held, debt)"),
  })} from wallets
    union all
    select ${brokenUnless("least(pending, available, held) >= 0 and (not closed or pending + available + held = 0)", {
      memberId: id("mbr", "member_id"),
      lotId: id("lot", "lot_id"),
      lowest: decimal("least(pending, available, held)"),
      closed: "closed",
    })} from lots
    union all
    select ${brokenUnless("amount >= 0", { entity: "entity", account: "'suspense'", lowest: decimal("amount") })}
    from (select entity, ${moved("suspense")} as amount from transfers
      where debit = 'suspense' or credit = 'suspense' group by entity) s`,
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

const entitiesAgree: Invariant = {
  name: "entities_agree",
  statement: "For each pair of entities, what one owes by its books is what the other is owed by its own.",
  facts: `with ${BETWEEN}
    select ${brokenUnless("coalesce(o.amount, 0) = coalesce(i.amount, 0)", {
      debtor: "debtor",
      creditor: "creditor",
      dueTo: decimal("coalesce(o.amount, 0)"),
      dueFrom: decimal("coalesce(i.amount, 0)"),
    })} from owes o full join is_owed i using (debtor, creditor)`,
  figures: `with ${BETWEEN}
    select debtor || ' owes ' || creditor as label, amount::text from owes order by label limit 200`,
};

export const balanceInvariants: readonly Invariant[] = [
  entitiesBalance,
  walletsAreTheirLots,
  walletsAreTheirTransfers,
  lotsAreTheirTransfers,
  debtsAreTheirTransfers,
  nothingBelowZero,
  entitiesAgree,
];
