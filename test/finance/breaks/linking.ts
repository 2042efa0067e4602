/** Links that customers have started, changed by hand. */
import { expect } from "vitest";
import type { Break } from "./break.ts";
import { textLike } from "./break.ts";

const aLink = () => ({ linkId: textLike(/^lnk_/) });
const one = (status: string): string =>
  `link_id = (select min(link_id::text)::uuid from customer_links where status = '${status}')`;
/** Accounts that a link was to, and that stand for both. */
const STAYED =
  "select c.other_id from customer_links c join merges m on m.merge_id = c.ended_by and m.survivor_id = c.other_id";

export const ofLinks: readonly Break[] = [
  {
    what: "a link that is there no more",
    sql: () => `delete from customer_links where ${one("open")}`,
    broken: ["customer_links_are_as_started"],
    place: () => ({ ...aLink(), link: "missing" }),
  },
  {
    what: "a link of which the codes are good for longer",
    sql: () => `update customer_links set expires_at = expires_at + interval '1 hour' where ${one("open")}`,
    broken: ["customer_links_are_as_started"],
    place: aLink,
  },
  {
    what: "wrong codes that are forgotten",
    sql: () => "update customer_links set wrong_tries = 0 where wrong_tries > 0",
    broken: ["customer_links_are_as_ended"],
    place: () => ({ ...aLink(), status: "linked", wrongTries: [0, 1] }),
  },
  {
    what: "a link that is open again, though its two were joined by it",
    sql: () => `update customer_links set status = 'open', ended_by = null where ${one("linked")}`,
    broken: ["customer_links_are_as_ended"],
    place: () => ({ ...aLink(), status: "open" }),
  },
  {
    what: "a link of two of whom one is somebody else",
    sql: () =>
      `update customer_links set other_id = (select member_id from wallets order by member_id limit 1) where ${one("linked")}`,
    broken: ["customer_links_are_as_ended"],
    place: () => ({ ...aLink(), status: "linked" }),
  },
  {
    what: "a lot that may be spent, though it cools off",
    sql: () => "update lots set spendable_from = null where spendable_from is not null",
    broken: ["lots_cool_off_as_answered"],
    place: () => ({ lotId: textLike(/^lot_/) }),
  },
  {
    what: "lots of an account that was linked and stands for both, of which all may be spent though they cool off",
    sql: () =>
      `with free as (update lots set spendable_from = null where member_id in (${STAYED}) returning member_id)
        update wallets set cooling_until = null where member_id in (select member_id from free)`,
    broken: ["lots_cool_off_as_answered"],
    place: () => ({ memberId: textLike(/^mbr_/), spendableFrom: [null, expect.any(String) as unknown] }),
  },
  {
    what: "a wallet that does not know that something of it cools off",
    sql: () => "update wallets set cooling_until = null",
    broken: ["lots_cool_off_as_answered"],
    place: () => ({ memberId: textLike(/^mbr_/) }),
  },
  {
    what: "a lot that cools off, though no link has brought it",
    sql: () =>
      `update lots set spendable_from = active_at where lot_id = (select min(lot_id::text)::uuid from lots where spendable_from is null)`,
    broken: ["lots_cool_off_as_answered"],
    place: () => ({ lotId: textLike(/^lot_/) }),
  },
  {
    what: "a link that could not be, and is open again",
    sql: () => `update customer_links set status = 'open', ended_by = null where ${one("refused")}`,
    broken: ["customer_links_are_as_ended"],
    place: () => ({ ...aLink(), status: "open" }),
  },
];
