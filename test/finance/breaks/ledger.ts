/** The books, wallets and lots, broken by hand. */
import { expect } from "vitest";
import { uuidOf } from "../../../src/kernel/ids.ts";
import { HAPPENS, TRANSFER_EVENTS } from "../../../src/ledger/transfer.ts";
import type { Town } from "../../support/town.ts";
import {
  type Break,
  NEXT,
  ofDebtor,
  ofMember,
  ofRich,
  oneTransfer,
  PROMO,
  REMAKER,
  richLot,
  textLike,
  TRANSFER,
} from "./break.ts";

export const ofBooks: readonly Break[] = [
  {
    what: "a transfer to an account that is in no chart",
    sql: (town) => `insert into transfers (${TRANSFER})
      select bucket, member_id, operation_id, ${NEXT}, entity, 'redemption', 'nowhere', 7, null, 'spend', occurred_at, posted_at, position
      from transfers t where ${ofRich(town)} limit 1`,
    broken: ["entities_balance", "postings_follow_the_chart"],
    place: () => ({ entity: expect.any(String) as unknown }),
  },
  {
    what: "a grant that pays at once",
    sql: () => `update transfers set credit = 'redemption' where ${oneTransfer("event = 'activation'")}`,
    broken: [
      "postings_follow_the_chart",
      "wallets_are_their_transfers",
      "wallets_by_issuer",
      "lots_are_their_transfers",
    ],
    place: () => ({ event: "activation", credit: "redemption" }),
  },
  {
    what: "an entity that owes more than the other is owed",
    sql: () =>
      `update transfers set credit = 'redemption' where ${oneTransfer("event = 'spend' and credit = 'due_to:eldorado'")}`,
    broken: ["entities_agree", "settlement_lines_are_the_journal", "settlements_take_each_transfer_once"],
    place: () => ({ debtor: "mvideo", creditor: "eldorado" }),
  },
  {
    what: "an entry between entities whose halves name two lots",
    sql: () => `update transfers set lot_id = gen_random_uuid() where ${oneTransfer("debit = 'due_from:mvideo'")}`,
    broken: ["entities_agree", "settlement_lines_are_the_journal"],
    place: () => ({ operationId: textLike(/^opn_/), debtor: "mvideo", creditor: "eldorado", dueTo: "0.00" }),
  },
  {
    what: "a lot where none is concerned",
    sql: (town) =>
      `update transfers set lot_id = (select lot_id from lots where ${richLot(town, PROMO)}) where event = 'suspension'`,
    broken: ["postings_follow_the_chart"],
    place: () => ({ event: "suspension", lots: true }),
  },
  {
    what: "what left one wallet and arrived in none",
    sql: () =>
      `update transfers set event = 'move', credit = 'moved' where ${oneTransfer("event = 'spend' and credit = 'redemption' and debit = 'available'")}`,
    broken: ["moved_is_zero", "purchases_are_their_transfers", "spent_parts_are_their_transfers"],
    place: () => ({ operationId: textLike(/^opn_/) }),
  },
];

export const ofInstants: readonly Break[] = [
  ...TRANSFER_EVENTS.map((event) => ({
    what: `a transfer of kind ${event} that happened at another time`,
    sql: () =>
      `update transfers set occurred_at = occurred_at + interval '1 second' where event = '${event}' and operation_id =
        (select min(operation_id::text)::uuid from transfers where event = '${event}')`,
    broken: [
      event === "activation"
        ? "lots_begin_when_activated"
        : HAPPENS[event] === "with_receipt"
          ? "sales_moved_on_their_day"
          : "transfers_happened_when_due",
      ...(event === "release" ? ["holds_move_their_transfers"] : []),
    ],
    place: () => (event === "activation" ? { lotId: textLike(/^lot_/) } : { operationId: textLike(/^opn_/) }),
  })),
  {
    what: "a parked return whose bonuses came back on another day than it says",
    sql: () =>
      "update transfers set occurred_at = occurred_at + interval '1 second' where event = 'clawback' and operation_id in (select operation_id from operations where name = 'purchase')",
    broken: ["sales_moved_on_their_day"],
    place: () => ({ event: "clawback" }),
  },
];

export const ofWallets: readonly Break[] = [
  {
    what: "a wallet with more than its lots",
    sql: (town) => `update wallets set available = available + 100 where ${ofRich(town)}`,
    broken: ["wallets_are_their_lots", "wallets_are_their_transfers", "wallets_by_issuer"],
    place: ofMember,
  },
  {
    what: "a wallet that has another issuer's bonuses",
    sql: (town) =>
      `update wallets set by_issuer = replace(replace(replace(by_issuer::text, 'mvideo', 'x'), 'eldorado', 'mvideo'), 'x', 'eldorado')::json where ${ofRich(town)}`,
    broken: ["wallets_by_issuer"],
    place: (town) => ({ ...ofMember(town), entity: "mvideo" }),
  },
  {
    what: "a debt that nobody posted",
    sql: (town) => `update wallets set debt = debt + 5,
      by_issuer = jsonb_set(by_issuer::jsonb, '{mvideo,3}', to_jsonb(((by_issuer->'mvideo'->>3)::bigint + 5)::text))::json where ${ofDebtor(town)}`,
    broken: ["wallets_are_their_transfers", "wallets_by_issuer"],
    place: ({ debtor }) => ({ memberId: debtor }),
  },
  {
    what: "a wallet that is blocked, though nobody has blocked its member",
    sql: (town) => `update wallets set status = 'blocked' where ${ofRich(town)}`,
    broken: ["wallets_are_blocked_as_decided"],
    place: (town) => ({ ...ofMember(town), status: ["blocked", "active"] }),
  },
  ...["+ 1", "- 1"].map((change) => ({
    what: `a wallet of version ${change}`,
    sql: (town: Town) => `update wallets set version = version ${change} where ${ofRich(town)}`,
    broken: ["wallets_are_as_they_were_left"],
    place: ofMember,
  })),
  {
    what: "a wallet of nobody's transfers that is gone",
    sql: () =>
      `delete from wallets w where w.member_id in (select w.member_id from wallets w
         where not exists (select from transfers t where t.bucket = w.bucket and t.member_id = w.member_id)
           and w.parted is null and not exists (select from member_blocks b where b.member_id = w.member_id)
           and not exists (select from match_candidates c where w.member_id in (c.one_id, c.other_id))
           and w.survivor_id is null and not exists (select from erasures e where e.member_id = w.member_id)
           and not exists (select from representative_links l where w.member_id in (l.member_id, l.representative_id))
           and not exists (select from cannot_links c where w.member_id in (c.one_id, c.other_id)) limit 1)`,
    broken: ["profiles_are_as_registered"],
    place: () => ({ wallet: "missing" }),
  },
  {
    what: "a wallet that was born at another time",
    sql: (town) => `update wallets set created_at = created_at - interval '1 day' where ${ofRich(town)}`,
    broken: ["wallets_are_as_they_were_left"],
    place: ofMember,
  },
  {
    what: "a wallet that was changed later than by its last operation",
    sql: (town) => `update wallets set posted_at = posted_at + interval '1 day' where ${ofRich(town)}`,
    broken: ["wallets_are_as_they_were_left"],
    place: ofMember,
  },
  {
    what: "a wallet that was changed before its last transfer",
    sql: (town) => `update wallets set posted_at = posted_at - interval '1 second' where ${ofRich(town)}`,
    broken: ["wallets_are_their_transfers"],
    place: ofMember,
  },
  {
    what: "a wallet that expects its next move too late",
    sql: (town) => `update wallets set next_move_at = next_move_at + interval '400 days' where ${ofRich(town)}`,
    broken: ["wallets_know_their_next_turn"],
    place: ofMember,
  },
  {
    what: "a wallet that expects no turn at all",
    sql: (town) => `update wallets set next_turn_at = null where ${ofRich(town)}`,
    broken: ["wallets_know_their_next_turn"],
    place: ofMember,
  },
  {
    what: "a wallet that expects no lot of a kind to end so soon",
    sql: (town) =>
      `update wallets set soonest_ends = jsonb_set(soonest_ends::jsonb, '{promo}', '4102444800000')::json where ${ofRich(town)}`,
    broken: ["wallets_know_their_next_turn"],
    place: (town) => ({ ...ofMember(town), kind: "promo" }),
  },
];

export const ofLots: readonly Break[] = [
  {
    what: "a lot that has more than was posted on it",
    sql: (town) => `update lots set available = available + 1 where ${richLot(town, "available > 0")}`,
    broken: ["wallets_are_their_lots", "lots_are_their_transfers"],
    place: ofMember,
  },
  {
    what: "a lot that was granted another amount",
    sql: (town) => `update lots set granted = granted + 1 where ${richLot(town, "available > 0")}`,
    broken: ["lots_are_their_grants"],
    place: ofMember,
  },
  {
    what: "a lot below zero",
    sql: (town) =>
      `update lots set pending = pending - 1000000, available = available + 1000000 where ${richLot(town, PROMO)}`,
    broken: ["nothing_below_zero", "lots_are_their_transfers", "wallets_are_their_lots"],
    place: ofMember,
  },
  {
    what: "a transfer in the books of another entity than the lot's issuer",
    sql: (town) =>
      `update transfers set entity = 'eldorado' where event = 'activation' and entity = 'mvideo' and ${ofRich(town)}`,
    broken: ["lots_are_their_transfers", "wallets_by_issuer"],
    place: ofMember,
  },
  {
    what: "issuance under another kind than the lot's",
    sql: () =>
      `update transfers set debit = 'issuance:offer' where ${oneTransfer("event = 'grant' and debit = 'issuance:promo'")}`,
    broken: ["lots_are_their_grants"],
    place: () => ({ kind: "promo", sources: ["grant issuance:offer"] }),
  },
  {
    what: "a lot of another kind",
    sql: (town) => `update lots set kind = 'compensation' where ${richLot(town, PROMO)}`,
    broken: [
      "lots_are_their_grants",
      "wallets_know_their_next_turn",
      "bonuses_are_told_as_answered",
      "settlement_lines_are_the_journal",
    ],
    place: () => ({ kind: "compensation", sources: ["grant issuance:promo"] }),
  },
  {
    what: "a lot that was made by another version of the rules",
    sql: (town) => `update lots set policy_version = 2 where ${richLot(town, "kind = 'ordinary'")}`,
    broken: ["lots_are_their_grants"],
    place: (town) => ({ ...ofMember(town), policyVersion: 2 }),
  },
  {
    what: "a lot that was granted something by nobody's reversal",
    sql: () => `update transfers set lot_id = (select lot_id from lots where operation_id = (${REMAKER}))
      where event = 'grant' and lot_id = (select min(lot_id::text)::uuid from lots where kind = 'promo')`,
    broken: ["sales_moved_on_their_day", "lots_are_their_grants", "lots_are_their_transfers"],
    place: () => ({ lotId: textLike(/^lot_/) }),
  },
  {
    what: "a lot that a reversal has made and that begins later than its sale says",
    sql: () => `update lots set active_at = active_at + interval '1 day' where operation_id = (${REMAKER})`,
    broken: ["remade_lots_are_as_sold"],
    place: ({ late }) => ({ memberId: late }),
  },
  {
    what: "a lot that is closed before it has ended",
    sql: (town) =>
      `update lots set closed = true where ${ofDebtor(town)} and available = 0 and held = 0 and pending = 0 and not closed`,
    broken: ["nothing_below_zero"],
    place: ({ debtor }) => ({ memberId: debtor, closed: true }),
  },
  {
    what: "a change of terms that has lost its number",
    sql: () => "update lot_terms set ordinal = ordinal + 1",
    broken: ["terms_follow_each_other"],
    place: () => ({ numbered: [2, expect.any(Number)] }),
  },
  {
    what: "a change of terms of another version of the wallet",
    sql: () => "update lot_terms set wallet_version = wallet_version + 1",
    broken: ["terms_follow_each_other"],
    place: () => ({ known: true }),
  },
  {
    what: "a lot that nobody granted",
    sql: (
      town,
    ) => `insert into lots select bucket, member_id, gen_random_uuid(), issuer, profile_id, kind, granted, 0, 0, 0, active_at,
      expires_at, true, operation_id, policy_version from lots where ${richLot(town, PROMO)}`,
    broken: ["lots_are_their_grants", "nothing_below_zero"],
    place: () => ({ grants: 0 }),
  },
  {
    what: "a granted lot that lives longer",
    sql: (town) => `update lots set expires_at = expires_at + interval '1 day' where ${richLot(town, PROMO)}`,
    broken: ["granted_lots_are_as_stated"],
    place: ofMember,
  },
  {
    what: "a granted lot that begins earlier",
    sql: (town) => `update lots set active_at = active_at - interval '1 hour' where ${richLot(town, PROMO)}`,
    broken: ["granted_lots_are_as_stated", "lots_begin_when_activated"],
    place: ofMember,
  },
  {
    what: "a lot that a sale has earned and that lives longer",
    sql: (town) =>
      `update lots set expires_at = expires_at + interval '1 day' where ${richLot(town, "kind = 'ordinary' and not closed and lot_id not in (select lot_id from lot_terms)")}`,
    broken: ["earned_lots_are_as_stated"],
    place: ofMember,
  },
  {
    what: "a lot that was claimed and begins later",
    sql: ({ late }) => `update lots set active_at = active_at + interval '1 day' where member_id = '${uuidOf(late)}'`,
    broken: ["earned_lots_are_as_stated", "remade_lots_are_as_sold"],
    place: ({ late }) => ({ memberId: late }),
  },
  {
    what: "a lot that expired, and has an end in the future",
    sql: (town) =>
      `update lots set expires_at = expires_at + interval '1 year' where ${ofDebtor(town)} and kind = 'compensation'`,
    broken: [
      "lots_expire_at_their_end",
      "granted_lots_are_as_stated",
      "transfers_happened_when_due",
      "nothing_below_zero",
    ],
    place: ({ debtor }) => ({ memberId: debtor }),
  },
  {
    what: "a change of terms that begins with another end",
    sql: () =>
      "update lot_terms set new_end = new_end + interval '1 day' where (lot_id, operation_id) = (select lot_id, operation_id from lot_terms limit 1)",
    broken: ["terms_follow_each_other"],
    place: () => ({ lotId: textLike(/^lot_/), operation: "accepted" }),
  },
  {
    what: "a change of terms that is gone",
    sql: () => "delete from lot_terms where lot_id in (select lot_id from lots where kind = 'ordinary')",
    broken: ["earned_lots_are_as_stated"],
    place: () => ({ lotId: textLike(/^lot_/) }),
  },
];
