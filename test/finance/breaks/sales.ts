/** Documents of sales, broken by hand. */
import { uuidOf } from "../../../src/kernel/ids.ts";
import {
  aPurchase,
  aReturn,
  type Break,
  keyOfReceipt,
  ofDebtor,
  ofRich,
  oneOperation,
  onePurchase,
  oneReturn,
  oneTransfer,
  textLike,
} from "./break.ts";

export const ofPurchases: readonly Break[] = [
  {
    what: "a return that is said to have taken from active bonuses what it took from pending ones",
    sql: () => `update returns set cover = replace(cover::text, '"pending"', '"available"')::json`,
    broken: ["returns_are_their_transfers"],
    place: () => ({ event: "clawback" }),
  },
  {
    what: "a return of another quantity than its units",
    sql: () => `update returns set lines = replace(lines::text, '"qty":"1"', '"qty":"3"')::json`,
    broken: ["returns_add_up"],
    place: () => ({ returnId: textLike(/^ret_/) }),
  },
  {
    what: "a transfer that is gone",
    sql: () => `delete from transfers where ${oneTransfer("event = 'suspension'")}`,
    broken: ["purchases_are_their_transfers", "suspense_is_waiting_receipts"],
    place: aPurchase,
  },
  {
    what: "a lot of a claimed receipt that goes with nobody's profile",
    sql: () => `update lots set profile_id = null where lot_id in (select p.lot_id from purchases p
      join operations o on o.operation_id = p.purchase_id where o.subject_hash is not null)
      and operation_id in (select operation_id from operations where client_id is null)`,
    broken: ["purchases_have_their_members"],
    place: aPurchase,
  },
  {
    what: "a second purchase under a receipt",
    sql: () =>
      "update purchases p set number = o.number from purchases o where p.brand = o.brand and p.purchase_id > o.purchase_id and p.spent = 0 and p.member_id is null",
    broken: ["one_effect_per_receipt"],
    place: aPurchase,
  },
  {
    what: "a purchase that lies in another bucket than its id says",
    sql: () =>
      `update purchases set bucket = (bucket + 1) % 32 where ${onePurchase("member_id is null and awaits is null")}`,
    broken: ["purchases_are_as_recorded"],
    place: aPurchase,
  },
  {
    what: "a waiting receipt that was deleted",
    sql: () => "delete from purchases where awaits is not null",
    broken: ["suspense_is_waiting_receipts", "purchases_are_as_recorded"],
    place: () => ({ entity: "mvideo" }),
  },
  {
    what: "a receipt that waits no longer, though its money does",
    sql: () => "update purchases set awaits = null where awaits is not null",
    broken: ["suspense_is_waiting_receipts", "purchases_have_their_members"],
    place: () => ({ entity: "mvideo" }),
  },
  {
    what: "a receipt that waits for another card",
    sql: () => "update purchases set awaits = gen_random_uuid() where awaits is not null",
    broken: ["purchases_have_their_members"],
    place: () => ({ ...aPurchase(), waits: true }),
  },
  {
    what: "a receipt that was reversed before it came, and may come after all",
    sql: () =>
      "delete from command_keys where key in (select subject_hash from operations where answer->>'outcome' = 'tombstoned')",
    broken: ["one_effect_per_receipt"],
    place: () => ({ operationId: textLike(/^opn_/), keyLeadsTo: null }),
  },
  {
    what: "a purchase that the till's own key does not find",
    sql: () => `delete from command_keys where operation_id = (select min(purchase_id::text)::uuid from purchases)
      and key <> (${keyOfReceipt("select min(purchase_id::text)::uuid from purchases")})`,
    broken: ["one_effect_per_receipt"],
    place: () => ({ ...aPurchase(), keys: 1 }),
  },
  {
    what: "a purchase of another member",
    sql: (town) =>
      `update purchases set ${ofDebtor(town)} where ${onePurchase(`${ofRich(town)} and lot_id is not null`)}`,
    broken: ["purchases_have_their_members"],
    place: aPurchase,
  },
  {
    what: "a claimed purchase of another member",
    sql: (town) => `update purchases set ${ofDebtor(town)}, lot_id = null where member_id = '${uuidOf(town.late)}'`,
    broken: ["purchases_have_their_members", "sales_moved_on_their_day"],
    place: aPurchase,
  },
  {
    what: "a purchase of more units than were sold",
    sql: () => `update purchases set lines = replace(lines::text, '"qty":"1"', '"qty":"2"')::json
      where ${onePurchase("lines::text like '%\"qty\":\"1\"%' and returned::text = '{}'")}`,
    broken: ["purchases_are_as_recorded"],
    place: aPurchase,
  },
  {
    what: "a purchase that earned into another lot",
    sql: (town) =>
      `update purchases set lot_id = (select max(lot_id::text)::uuid from lots where ${ofRich(town)} and kind = 'ordinary')
      where ${onePurchase(`${ofRich(town)} and lot_id is not null`)}`,
    broken: ["purchases_have_their_members", "sales_moved_on_their_day"],
    place: aPurchase,
  },
  {
    what: "a purchase with another total",
    sql: () => `update purchases set total = total + 1 where ${onePurchase("spent > 0")}`,
    broken: ["purchases_are_as_recorded"],
    place: aPurchase,
  },
  {
    what: "a purchase that says it earned more",
    sql: () => `update purchases set earned = earned + 100 where ${onePurchase("earned > 0 and awaits is null")}`,
    broken: ["purchases_are_their_transfers", "purchases_are_as_recorded"],
    place: aPurchase,
  },
  {
    what: "a line that earned what another line did",
    sql: () => `update purchases set lines = jsonb_set(jsonb_set(lines::jsonb, '{0,total}', lines::jsonb->1->'total'), '{1,total}', lines::jsonb->0->'total')::json
      where json_array_length(lines) = 2`,
    broken: ["purchases_are_as_recorded"],
    place: aPurchase,
  },
  {
    what: "a line whose bonuses came from another lot",
    sql: () =>
      `update purchases set lines = regexp_replace(lines::text, '"lot_[0-9a-f]{28}', '"lot_0123456789abcdef0123456789ab')::json where ${onePurchase("spent > 0")}`,
    broken: ["spent_parts_are_their_transfers"],
    place: aPurchase,
  },
  {
    what: "lines of a purchase that have each other's lots",
    sql: () => `update purchases set lines = (select json_agg(line::jsonb || jsonb_build_object('parts', lines->(2 - place::int)->'parts') order by place)
        from json_array_elements(lines) with ordinality each(line, place))
      where spent = 12000 and json_array_length(lines) = 2`,
    broken: ["spent_parts_are_their_transfers"],
    place: () => ({ ...aPurchase(), lineId: "1", place: 1, spent: ["0.00", "60.00"], burnt: ["60.00", "120.00"] }),
  },
  {
    what: "a line whose lots were used in another order",
    sql: () => `update purchases set lines = jsonb_set(lines::jsonb, '{0,parts}', jsonb_build_array(lines->0->'parts'->1, lines->0->'parts'->0))::json
      where spent = 12000 and json_array_length(lines) = 1`,
    broken: ["spent_parts_are_their_transfers"],
    place: () => ({ ...aPurchase(), lineId: "1", place: 2 }),
  },
  {
    what: "a line on which nothing was spent, with lots that others have used",
    sql: () => `update purchases set lines = jsonb_set(lines::jsonb, '{0,parts}', (select lines->0->'parts' from purchases where spent = 12000 limit 1)::jsonb)::json
      where ${onePurchase("spent = 0 and status = 'sold'")}`,
    broken: ["spent_parts_are_their_transfers"],
    place: () => ({ ...aPurchase(), lineId: "1", place: 1 }),
  },
  {
    what: "a line that names another issuer of a lot",
    sql: () => `update purchases set lines = replace(lines::text, '"eldorado"', '"mvideo"')::json where spent = 12000`,
    broken: ["spent_parts_are_their_transfers"],
    place: () => ({ namedIn: textLike(/^pur_/), issuer: ["mvideo", "eldorado"] }),
  },
  ...["id", "sku", "cat", "qty", "price", "total"].map(
    (field): Break => ({
      what: `a line of a purchase without its ${field}`,
      sql: () =>
        `update purchases set lines = json_build_array(lines->0, (lines->1)::jsonb - '${field}') where ${onePurchase("lines->1->>'qty' = '0.35'")}`,
      broken: ["purchases_are_as_recorded", "sales_can_be_read"],
      place: aPurchase,
    }),
  ),
  {
    what: "a line that has earned, and says that it was not to",
    sql: () =>
      `update purchases set lines = replace(lines::text, '"earn":', '"noEarn":true,"earn":')::json where ${onePurchase("earned > 0")}`,
    broken: ["purchases_are_as_recorded"],
    place: aPurchase,
  },
  {
    what: "a line of which bonuses could have paid a part, and that says that it was to take none",
    sql: () =>
      `update purchases set lines = replace(lines::text, '"qty":', '"noSpend":true,"qty":')::json where ${onePurchase("spent = 0")}`,
    broken: ["purchases_are_as_recorded"],
    place: aPurchase,
  },
  {
    what: "a purchase that another version of the rules has judged",
    sql: () => `update operations set policy_version = 2 where ${oneOperation("name = 'purchase'")}`,
    broken: ["purchases_are_as_recorded", "operations_are_as_judged"],
    place: () => ({ ...aPurchase(), policyVersion: 2 }),
  },
  {
    what: "a purchase of which others were told another amount",
    sql: () =>
      `update operations set events = replace(events::text, '.00', '.01')::json where ${oneOperation("name = 'purchase'")}`,
    broken: ["purchases_are_as_recorded"],
    place: aPurchase,
  },
  {
    what: "a purchase of which nobody was told",
    sql: () => `update operations set events = null where ${oneOperation("name = 'purchase'")}`,
    broken: ["purchases_are_as_recorded"],
    place: () => ({ ...aPurchase(), told: null }),
  },
  {
    what: "a purchase in another bucket than its number says",
    sql: () => `update purchases set bucket = bucket + 1 where ${onePurchase("member_id is null")}`,
    broken: ["purchases_are_as_recorded"],
    place: aPurchase,
  },
  {
    what: "a sale that says that it was reversed",
    sql: ({ debtor }) =>
      `update purchases set status = 'reversed' where purchase_id in (select purchase_id from returns where status = 'returned' and debt_added > 0 and member_id = '${uuidOf(debtor)}')`,
    broken: ["reversals_are_as_answered"],
    place: () => ({ is: "reversed", reversals: 0 }),
  },
  {
    what: "a reversal of which others were told something else",
    sql: () =>
      `update operations set events = replace(events::text, '"purchase"', '"return"')::json where ${oneOperation("name = 'reversal' and answer->>'outcome' = 'reversed' and events::text like '%\"purchase\"%'")}`,
    broken: ["reversals_are_as_answered"],
    place: () => ({ is: "reversed", reversals: 1 }),
  },
  {
    what: "a claim of which nobody was told",
    sql: () => "update operations set events = null where name = 'claim'",
    broken: ["waiting_is_settled_as_told"],
    place: ({ late }) => ({ memberId: late, told: null }),
  },
  {
    what: "a parked return of which nobody was told that it was made",
    sql: () =>
      "update operations set events = json_build_array(events->0) where name = 'purchase' and json_array_length(events) > 1",
    broken: ["waiting_is_settled_as_told"],
    place: () => ({ became: "return.made", told: null }),
  },
  {
    what: "a purchase at another till than its operation's",
    sql: () =>
      `update operations set terminal_id = '9' where operation_id = (select min(purchase_id::text)::uuid from purchases)`,
    broken: ["purchases_are_as_recorded", "places_are_as_registered"],
    place: aPurchase,
  },
];

/** Those of a sale for which two returns have waited: out of the way of each other. */
const OF_TWO =
  "set ordinal = ordinal + 100 where receipt_key in (select receipt_key from parked_returns where ordinal = 2)";

export const ofReturns: readonly Break[] = [
  {
    what: "another unit that came back than the return says",
    sql: () =>
      `update purchases set returned = replace(returned::text, '[["0","1"]]', '[["1","2"]]')::json where returned::text like '%[["0","1"]]%'`,
    broken: ["returned_within_sold"],
    place: aPurchase,
  },
  {
    what: "a return that says to have given bonuses back to another lot",
    sql: () =>
      `update returns set parts = regexp_replace(parts::text, '"lot_[0-9a-f]{28}', '"lot_0123456789abcdef0123456789ab')::json where parts::text <> '[]'`,
    broken: ["returns_are_their_transfers"],
    place: () => ({ event: "unspend" }),
  },
  {
    what: "a return that names another issuer of a lot that it gave back to",
    sql: () =>
      `update returns set parts = replace(parts::text, '"mvideo"', '"eldorado"')::json where ${oneReturn("parts::text like '%mvideo%'")}`,
    broken: ["returns_are_their_transfers"],
    place: () => ({ namedIn: textLike(/^ret_/), issuer: ["eldorado", "mvideo"] }),
  },
  {
    what: "a return that names another issuer of a lot that has covered it",
    sql: () =>
      `update returns set cover = replace(cover::text, '"mvideo"', '"eldorado"')::json where ${oneReturn("cover::text like '%mvideo%'")}`,
    broken: ["returns_are_their_transfers"],
    place: () => ({ namedIn: textLike(/^ret_/), issuer: ["eldorado", "mvideo"] }),
  },
  {
    what: "a return of more of a line than was sold of it, which does not divide",
    sql: () => `update returns set lines = replace(lines::text, '"qty":"0.35"', '"qty":"9.35"')::json`,
    broken: ["returns_add_up"],
    place: aReturn,
  },
  {
    what: "a return of whole units of a line that does not divide",
    sql: () => `update returns set lines = replace(lines::text, '"qty":"0.35"', '"qty":"1"')::json`,
    broken: ["returns_add_up"],
    place: aReturn,
  },
  ...["qty", "bonuses", "earned"].map(
    (field): Break => ({
      what: `a line of a return without its ${field}`,
      sql: () =>
        `update returns set lines = json_build_array((lines->0)::jsonb - '${field}') where ${oneReturn("lines::text like '%\"0.35\"%'")}`,
      broken: ["returns_add_up", "sales_can_be_read"],
      place: aReturn,
    }),
  ),
  {
    what: "a second return under a receipt",
    sql: () => `update returns set shift = '2' where ${oneReturn("true")}`,
    broken: ["one_effect_per_receipt"],
    place: aReturn,
  },
  {
    what: "more units returned than sold",
    sql: () =>
      `update returns set lines = replace(lines::text, '"ranges":[["0","1"]]', '"ranges":[["0","9"]]')::json where status = 'returned'`,
    broken: ["returned_within_sold", "returns_add_up"],
    place: () => ({ returns: 9 }),
  },
  {
    what: "a return that the purchase does not count",
    sql: () => "update purchases set returned = '{}' where status = 'sold' and returned::text like '%[%'",
    broken: ["returned_within_sold"],
    place: () => ({ counted: 0 }),
  },
  {
    what: "more money back than was paid",
    sql: () => `update returns set money_back = money_back + 1000000 where ${oneReturn("status = 'returned'")}`,
    broken: ["returned_amounts_within_sold", "returns_add_up", "returns_are_as_answered"],
    place: aPurchase,
  },
  {
    what: "a return that says less became debt",
    sql: () => "update returns set debt_added = debt_added - 1 where debt_added > 0",
    broken: ["returns_are_their_transfers", "returns_add_up", "returns_are_as_answered"],
    place: () => ({ operationId: textLike(/^opn_/) }),
  },
  {
    what: "a return whose bonuses went to other lots than it says",
    sql: () => `update returns set parts = '[]' where ${oneReturn("bonuses_back > 0")}`,
    broken: ["returns_add_up", "returns_are_their_transfers"],
    place: aReturn,
  },
  {
    what: "a return that happened at another time",
    sql: () =>
      `update operations set occurred_at = occurred_at - interval '1 hour' where ${oneOperation("name = 'return'")}`,
    broken: ["returns_are_as_answered", "sales_moved_on_their_day"],
    place: aReturn,
  },
  {
    what: "a return of which others were told something else",
    sql: () =>
      `update operations set events = replace(events::text, '.00', '.01')::json where ${oneOperation("name = 'return'")}`,
    broken: ["returns_are_as_answered"],
    place: aReturn,
  },
  {
    what: "a return that tells what has become of another one",
    sql: () =>
      `update operations set events = jsonb_build_array(events->0, '{"name":"return.refused","version":1,"data":{"returnId":"ret_0"}}'::jsonb)::json
        where ${oneOperation("name = 'return'")}`,
    broken: ["waiting_is_settled_as_told", "returns_are_as_answered"],
    place: () => ({ returnId: "ret_0", told: "return.refused" }),
  },
  {
    what: "a return that another version of the rules has judged",
    sql: () => `update operations set policy_version = 2 where ${oneOperation("name = 'return'")}`,
    broken: ["returns_are_as_answered", "operations_are_as_judged"],
    place: () => ({ ...aReturn(), policyVersion: 2 }),
  },
  {
    what: "a return in another bucket than its number says",
    sql: () => `update returns set bucket = bucket + 1 where ${oneReturn("true")}`,
    broken: ["returns_are_as_answered"],
    place: aReturn,
  },
  {
    what: "a return that was deleted",
    sql: () => `delete from returns where ${oneReturn("status = 'reversed'")}`,
    broken: ["returns_are_as_answered", "reversals_are_as_answered"],
    place: () => ({ return: "missing" }),
  },
  {
    what: "a parked return of other goods",
    sql: () =>
      `update parked_returns set terms = replace(terms::text, '"quantity":"1"', '"quantity":"2"')::json where status = 'parked'`,
    broken: ["returns_are_as_answered"],
    place: () => ({ ...aReturn(), parked: "parked" }),
  },
  {
    what: "a parked return that waits for another sale",
    sql: () => "update parked_returns set receipt_key = gen_random_uuid() where status = 'parked'",
    broken: ["returns_are_as_answered"],
    place: () => ({ ...aReturn(), parked: "parked" }),
  },
  {
    what: "a parked return out of its turn",
    sql: () => "update parked_returns set ordinal = ordinal + 1 where status = 'parked'",
    broken: ["parked_returns_wait_for_their_sale"],
    place: () => ({ numbered: [2, 1] }),
  },
  {
    what: "a return that is parked twice",
    sql: () => `insert into parked_returns select receipt_key, ordinal + 1, operation_id, terms, status, refusal, parked_at
      from parked_returns q where status = 'parked' and not exists (select from parked_returns o where o.receipt_key = q.receipt_key and o.ordinal > q.ordinal) limit 1`,
    broken: ["parked_returns_wait_for_their_sale"],
    place: () => ({ ...aReturn(), times: 2 }),
  },
  {
    what: "a return that was made of its sale, and is parked twice",
    sql: () => `insert into parked_returns select receipt_key, ordinal + 1, operation_id, terms, status, refusal, parked_at
      from parked_returns where status = 'applied' and ordinal = 2`,
    broken: ["parked_returns_wait_for_their_sale"],
    place: () => ({ ...aReturn(), times: 2 }),
  },
  {
    what: "parked returns of one sale in another order than they came",
    sql: () =>
      `update parked_returns ${OF_TWO}; update parked_returns set ordinal = 303 - ordinal where ordinal > 100; update parked_returns set ordinal = ordinal - 200 where ordinal > 200`,
    broken: ["parked_returns_wait_for_their_sale"],
    place: () => ({ ...aReturn(), numbered: [2, 2] }),
  },
  {
    what: "a parked return that was answered otherwise",
    sql: () => "update operations set answer = '{}' where status = 202 and name = 'return-by-receipt'",
    broken: ["returns_are_as_answered"],
    place: aReturn,
  },
  {
    what: "a reversal that was answered otherwise",
    sql: () => "update operations set answer = '{}' where answer->>'outcome' = 'tombstoned'",
    broken: ["reversals_are_as_answered"],
    place: () => ({ operationId: textLike(/^opn_/), outcome: null }),
  },
  {
    what: "a parked return whose receipt may come again",
    sql: () => `delete from command_keys where operation_id in (select operation_id from parked_returns where status = 'parked')
      and key = (select left(encode(sha256(convert_to(format('["receipt","return","%s","%s","%s","%s","%s"]', r->>'brand', r->>'storeId',
        r->>'terminalId', r->>'shift', r->>'number'), 'UTF8')), 'hex'), 32)::uuid
        from parked_returns, lateral (select terms->'receipt' as r) t where status = 'parked')`,
    broken: ["one_effect_per_receipt"],
    place: () => ({ ...aReturn(), keyLeadsTo: null }),
  },
  {
    what: "a return that still waits though its sale has come",
    sql: () => "update parked_returns set status = 'parked' where status = 'applied'",
    broken: ["parked_returns_wait_for_their_sale", "returns_are_as_answered", "waiting_is_settled_as_told"],
    place: () => ({ sale: textLike(/^opn_/) }),
  },
];
