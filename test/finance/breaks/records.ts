/** The journal, holds, profiles and identifiers, broken by hand. */
import { uuidOf } from "../../../src/kernel/ids.ts";
import { type Break, KEYS_FOLLOW, ofDebtor, ofMember, ofRich, oneOperation, oneTransfer, textLike } from "./break.ts";

/** SQL: an operation that has posted to a wallet, alone in its transaction, later than others. */
const LAST_ALONE = `select t.operation_id from transfers t
  where (select count(*) from operations o where o.position = t.position) = 1
    and t.posted_at > (select min(e.posted_at) from transfers e where e.member_id = t.member_id)
    and not exists (select from transfers l where l.member_id = t.member_id and l.position > t.position)
  order by t.position desc limit 1`;

export const ofTheJournal: readonly Break[] = [
  {
    what: "a transfer without its operation",
    // A number of another bucket: one by chance may be of the same.
    sql: () => `update operations set client_id = null,
        operation_id = encode(set_byte(uuid_send(operation_id), 9, get_byte(uuid_send(operation_id), 9) # 16), 'hex')::uuid
      where operation_id = (select operation_id from transfers where event = 'suspension' limit 1); ${KEYS_FOLLOW}`,
    broken: [
      "transfers_have_operations",
      "one_effect_per_receipt",
      "purchases_are_as_recorded",
      "purchases_have_their_members",
      "transfers_happened_when_due",
      "operations_are_as_judged",
    ],
    place: () => ({ operation: "missing" }),
  },
  {
    what: "transfers of an operation that was refused",
    sql: () =>
      "update operations set refusal = 'insufficient_bonuses' where name = 'redemption' or operation_id = (select min(operation_id::text)::uuid from operations where name = 'hold-capture')",
    broken: [
      "transfers_have_operations",
      "holds_move_as_answered",
      "operations_are_as_judged",
      "representatives_keep_their_limits",
    ],
    place: () => ({ operation: "insufficient_bonuses" }),
  },
  {
    what: "an operation that was answered with another status",
    sql: () => `update operations set status = 200 where ${oneOperation("name = 'accrual'")}`,
    broken: ["bonuses_are_told_as_answered"],
    place: () => ({ name: "accrual", status: 200 }),
  },
  {
    what: "an operation with a fact that it is never given",
    sql: () => `update operations set channel = 'pos' where ${oneOperation("name = 'accrual'")}`,
    broken: ["bonuses_are_told_as_answered"],
    place: () => ({ name: "accrual" }),
  },
  {
    what: "an operation that is accounted on another day",
    sql: () => `update operations set accounting_date = accounting_date - 1 where ${oneOperation("name = 'hold'")}`,
    broken: ["operations_are_as_judged"],
    place: () => ({ name: "hold" }),
  },
  {
    what: "an operation that another version of the rules has judged",
    sql: () => `update operations set policy_version = 2 where ${oneOperation("name = 'redemption'")}`,
    broken: ["operations_are_as_judged"],
    place: () => ({ name: "redemption", policyVersion: 2 }),
  },
  {
    what: "an operation that happened at another time",
    sql: () =>
      `update operations set occurred_at = occurred_at - interval '1 hour' where ${oneOperation("name = 'accrual'")}`,
    broken: ["operations_are_as_judged", "sales_moved_on_their_day"],
    place: () => ({ name: "accrual" }),
  },
  {
    what: "a reversal that happened at another time",
    sql: () =>
      `update operations set occurred_at = occurred_at - interval '1 hour' where ${oneOperation("name = 'reversal'")}`,
    broken: ["reversals_are_as_answered", "transfers_happened_when_due"],
    place: () => ({ operationId: textLike(/^opn_/) }),
  },
  {
    what: "a refusal that was posted at another time",
    sql: () => "update operations set posted_at = posted_at + interval '1 second' where refusal is not null",
    broken: ["operations_are_as_judged"],
    place: () => ({ name: "redemption" }),
  },
  {
    what: "a refusal of which others were told",
    sql: () => "update operations set events = '[]' where refusal is not null",
    broken: ["operations_are_as_judged"],
    place: () => ({ name: "redemption" }),
  },
  {
    what: "a claim that was posted at another time",
    sql: () => "update operations set posted_at = posted_at + interval '1 second' where name = 'claim'",
    broken: ["transfers_have_operations", "operations_are_as_judged", "wallets_are_as_they_were_left"],
    place: () => ({ operation: "accepted" }),
  },
  {
    what: "a transfer that was committed at another time than its operation",
    sql: () => `update transfers set position = position + 1 where ${oneTransfer("event = 'hold'")}`,
    broken: ["transfers_have_operations"],
    place: () => ({ operation: "accepted" }),
  },
  {
    what: "two operations in one place",
    sql: () => "update operations set place = 1 where position = (select min(position) from operations)",
    broken: ["operations_have_their_place"],
    place: () => ({ place: 1, expected: 0 }),
  },
  {
    what: "a position that nobody has been given",
    sql: () => `with moved as (update operations set position = 1000000000000 where operation_id = (${LAST_ALONE}) returning operation_id)
      update transfers t set position = 1000000000000 from moved m where m.operation_id = t.operation_id`,
    // It is accounted in another month by it.
    broken: ["operations_have_their_place", "settlement_lines_are_the_journal", "settlements_take_each_transfer_once"],
    place: () => ({ position: 1_000_000_000_000 }),
  },
  {
    what: "a grant that stands before what was posted to the wallet earlier",
    sql: () => `with moved as (update operations set position = 1 where operation_id = (${LAST_ALONE}) returning operation_id)
      update transfers t set position = 1 from moved m where m.operation_id = t.operation_id`,
    broken: ["wallets_were_posted_in_order"],
    place: () => ({ memberId: textLike(/^mbr_/) }),
  },
  {
    what: "a transfer of a wallet that does not exist",
    sql: () => `update transfers set member_id = gen_random_uuid() where ${oneTransfer("debit = 'due_from:mvideo'")}`,
    broken: ["transfers_lie_with_their_members", "settlement_lines_are_the_journal"],
    place: () => ({ memberId: textLike(/^mbr_/) }),
  },
  {
    what: "an operation that no key finds",
    sql: () =>
      "delete from command_keys where operation_id = (select operation_id from operations where name = 'hold' limit 1)",
    broken: ["keys_lead_to_operations"],
    place: () => ({ name: "hold" }),
  },
  {
    what: "a guard that is switched off",
    sql: () => "alter table lot_terms disable trigger lot_terms_are_append_only",
    broken: ["guards_stand"],
    place: () => ({ table: "lot_terms", guard: "D" }),
  },
  {
    what: "a guard that is gone",
    sql: () => "drop trigger transfers_are_append_only on transfers",
    broken: ["guards_stand"],
    place: () => ({ table: "transfers", guard: "missing" }),
  },
  {
    what: "a guard that lets rows be deleted",
    sql: () => `drop trigger policies_are_append_only on policies;
      create trigger policies_are_append_only before update on policies for each statement execute function refuse_rewrite()`,
    broken: ["guards_stand"],
    place: () => ({ table: "policies" }),
  },
  {
    what: "a guard that stands by",
    sql: () =>
      "update pg_proc set prosrc = replace(prosrc, 'RAISE EXCEPTION', 'RAISE NOTICE') where proname = 'refuse_rewrite'",
    broken: ["guards_stand", "access_log_is_kept"],
    place: () => ({ table: "transfers" }),
  },
  {
    what: "a guard that minds one column only",
    sql: () => `drop trigger transfers_are_append_only on transfers;
      create trigger transfers_are_append_only before delete or update of entity or truncate on transfers
        for each statement execute function refuse_rewrite()`,
    broken: ["guards_stand"],
    place: () => ({ table: "transfers" }),
  },
  {
    what: "a rule that swallows what is written",
    sql: () => "create rule swallow as on insert to terminals do instead nothing",
    broken: ["guards_stand"],
    place: () => ({ table: "terminals", guard: "swallow" }),
  },
  {
    what: "a guard that never comes",
    sql: () => `drop trigger transfers_are_append_only on transfers;
      create trigger transfers_are_append_only before update or delete on transfers
        for each statement when (false) execute function refuse_rewrite()`,
    broken: ["guards_stand"],
    place: () => ({ table: "transfers" }),
  },
  {
    what: "a right to rewrite a column",
    sql: () => "grant update (amount) on transfers to mclub_app",
    broken: ["guards_stand"],
    place: () => ({ table: "transfers", privilege: "update" }),
  },
  {
    what: "a right to rewrite",
    sql: () => "grant update on policies to mclub_app",
    broken: ["guards_stand"],
    place: () => ({ table: "policies", privilege: "update" }),
  },
  {
    what: "a policy that was published and is gone",
    sql: () => "delete from policies where version = 2",
    broken: ["policies_are_as_published"],
    place: () => ({ version: "2", policy: "missing" }),
  },
  {
    what: "a policy that is in force from another day",
    sql: () => "update policies set effective_from = effective_from - interval '1 day' where version = 1",
    broken: ["policies_are_as_written"],
    place: () => ({ version: 1 }),
  },
  {
    what: "rules of a policy that were edited",
    sql: () => `update policies set rules = jsonb_set(rules, '{earning,rates,0,rate}', '"0.05"') where version = 1`,
    broken: ["policies_are_as_written"],
    place: () => ({ version: 1 }),
  },
];

export const ofHoldsAndMembers: readonly Break[] = [
  {
    what: "an open hold of which nothing is held",
    sql: () => "update holds set parts = '[]', amount = 0 where status = 'open' and order_id is null",
    broken: ["held_is_open_holds", "holds_are_as_placed", "holds_end_once"],
    place: (town) => ({ ...ofMember(town), openHolds: textLike(/^[0-9.]+$/) }),
  },
  {
    what: "a hold that another seller may capture",
    sql: () => "update holds set brand = 'mvideo' where status = 'open' and order_id is null",
    broken: ["holds_are_as_placed"],
    place: () => ({ holdId: textLike(/^hld_/) }),
  },
  {
    what: "a grant that says it gave less",
    sql: () =>
      "update operations set answer = replace(answer::text, answer->>'amount', '0.01')::json where name = 'accrual' and refusal is null",
    broken: ["bonuses_moved_as_answered", "bonuses_are_told_as_answered"],
    place: () => ({ operationId: textLike(/^opn_/) }),
  },
  {
    what: "a hold of another member that has ended",
    sql: (town) => `update holds set ${ofDebtor(town)} where status = 'captured'`,
    broken: ["holds_are_as_placed", "holds_are_in_one_wallet", "holds_move_as_answered"],
    place: ({ rich, debtor }) => ({ memberId: [debtor, rich] }),
  },
  {
    what: "a hold in another bucket than its member's",
    sql: () => "update holds set bucket = bucket + 1 where status = 'expired' and order_id is null",
    broken: ["holds_are_in_one_wallet"],
    place: () => ({ holdId: textLike(/^hld_/) }),
  },
  {
    what: "a hold of another order",
    sql: () => "update holds set reference = 'another' where status = 'released' and order_id is null",
    broken: ["holds_are_as_placed"],
    place: () => ({ holdId: textLike(/^hld_/) }),
  },
  {
    what: "a hold that has ended, and was on another lot",
    sql: () =>
      `update holds set parts = regexp_replace(parts::text, '"lot_[0-9a-f]{28}', '"lot_0123456789abcdef0123456789ab')::json where status = 'captured'`,
    broken: ["held_is_open_holds", "holds_are_as_placed"],
    place: () => ({ lotId: textLike(/^lot_/) }),
  },
  {
    what: "a hold that was released at another time",
    sql: () => "update holds set ended_at = ended_at + interval '1 second' where status = 'released'",
    broken: ["holds_end_once"],
    place: () => ({ status: "released" }),
  },
  {
    what: "a store of another brand",
    sql: () => "update stores set brand = 'eldorado' where store_id = 'M-1'",
    broken: ["stores_are_of_their_brands"],
    place: () => ({ storeId: "M-1", brand: ["eldorado", "mvideo"] }),
  },
  {
    what: "a store in another time zone than was registered",
    sql: () => "update stores set time_zone = 'Asia/Vladivostok' where store_id = 'M-2'",
    broken: ["places_are_as_registered"],
    place: () => ({ registered: "M-2" }),
  },
  {
    what: "a brand of another legal entity than was registered",
    sql: () => "update brands set legal_entity = 'another' where brand = 'mvideo'",
    broken: ["places_are_as_registered"],
    place: () => ({ registered: "mvideo", entity: "mvideo" }),
  },
  {
    what: "a till that is gone",
    sql: () => "delete from terminals where store_id = 'E-1'",
    broken: ["places_are_as_registered"],
    place: () => ({ storeId: "E-1", terminalId: "1" }),
  },
  {
    what: "a store that is gone",
    sql: () => "delete from stores where store_id = 'E-1'",
    broken: ["stores_are_of_their_brands"],
    place: () => ({ storeId: "E-1", brand: [null, "eldorado"] }),
  },
  ...["accrual", "redemption", "hold", "hold-capture", "hold-release"].map((name) => ({
    what: `a ${name} that nobody was told of`,
    sql: () => `update operations set events = null where ${oneOperation(`name = '${name}' and refusal is null`)}`,
    broken: ["bonuses_are_told_as_answered"],
    place: () => ({ name }),
  })),
  {
    what: "a hold of which another amount was told",
    sql: () =>
      `update operations set events = replace(events::text, '.00', '.01')::json where ${oneOperation("name = 'hold'")}`,
    broken: ["bonuses_are_told_as_answered"],
    place: () => ({ name: "hold" }),
  },
  {
    what: "a registration that was told as another member's",
    sql: (town) =>
      `update operations set events = replace(events::text, '"auto"', '"new"')::json where name = 'profile-registration' and ${ofRich(town)};
       update operations set events = replace(events::text, '${town.rich}', '${town.late}')::json where name = 'profile-registration' and ${ofRich(town)}`,
    broken: ["profiles_are_as_registered"],
    place: () => ({ profile: "registered", told: 1 }),
  },
  {
    what: "a hold of which more is said to have been spent than was",
    sql: () => `update holds set moves = replace(moves::text, '"event":"capture"', '"event":"release"')::json, status = 'released', captured = 0
      where status = 'captured' and order_id is null`,
    broken: ["holds_move_as_answered", "holds_move_their_transfers"],
    place: () => ({ holdId: textLike(/^hld_/) }),
  },
  {
    what: "a hold that is gone",
    sql: () => "delete from holds where status = 'expired' and order_id is null",
    broken: ["holds_are_as_placed", "holds_move_their_transfers", "transfers_happened_when_due"],
    place: () => ({ holdId: textLike(/^hld_/) }),
  },
  {
    what: "a hold that was captured and released",
    sql: () => "update holds set status = 'captured', captured = amount where status = 'released' and order_id is null",
    broken: ["holds_end_once", "holds_move_as_answered"],
    place: () => ({ status: "captured", lastMove: "release" }),
  },
  {
    what: "a hold that ended though it is open",
    sql: () => "update holds set ended_at = expires_at where status = 'open'",
    broken: ["holds_end_once"],
    place: () => ({ status: "open" }),
  },
  {
    what: "an identifier that leads to another member than its profile's",
    sql: (town) => `update identifiers set member_id = '${uuidOf(town.rich)}' where member_id = '${uuidOf(town.late)}'`,
    broken: ["identifiers_lead_to_their_profiles"],
    place: ({ rich, late }) => ({ kind: "card", memberId: [rich, late] }),
  },
  {
    what: "an identifier that its profile never brought",
    sql: (town) => `update identifiers set identifier_key = gen_random_uuid() where member_id = '${uuidOf(town.late)}'`,
    broken: ["identifiers_lead_to_their_profiles"],
    place: () => ({ kind: "card", brought: false }),
  },
  {
    what: "an identifier that is gone",
    sql: (town) => `delete from identifiers where member_id = '${uuidOf(town.late)}'`,
    broken: ["identifiers_lead_to_their_profiles"],
    place: () => ({ kind: "card", profileId: textLike(/^prf_/), identifier: "missing" }),
  },
  {
    what: "an identifier that no registration has taken",
    sql: (town) =>
      `delete from command_keys where key in (select identifier_key from identifiers where member_id = '${uuidOf(town.late)}')`,
    broken: ["identifiers_lead_to_their_profiles"],
    place: () => ({ kind: "card", keyLeadsTo: null }),
  },
  {
    what: "an identifier that was verified by nobody",
    sql: () => "update identifiers set verified = not verified",
    broken: ["identifiers_lead_to_their_profiles"],
    place: () => ({ kind: "card" }),
  },
  {
    what: "a registration that the client's own key does not find",
    sql: (
      town,
    ) => `delete from command_keys where operation_id in (select profile_id from profiles where ${ofRich(town)})
      and key <> (select profile_key from profiles where ${ofRich(town)})`,
    broken: ["profiles_are_as_registered"],
    place: () => ({ profile: "registered" }),
  },
  {
    what: "a lot that names a profile which its operation was not given",
    sql: () =>
      `update lots set profile_id = (select min(profile_id::text)::uuid from profiles) where profile_id is null
        and operation_id in (select operation_id from operations where client_id is not null)`,
    broken: ["profiles_are_as_registered", "purchases_have_their_members"],
    place: () => ({ lotId: textLike(/^lot_/), profileId: [textLike(/^prf_/), null] }),
  },
  {
    what: "a profile that was deleted",
    sql: (town) => `delete from profiles where ${ofRich(town)}`,
    broken: ["profiles_are_as_registered", "profiles_lead_where_they_were_led", "accesses_are_of_whom_they_name"],
    place: () => ({ profile: "missing" }),
  },
];
