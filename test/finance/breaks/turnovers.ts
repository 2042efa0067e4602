/** What is kept that follows from the journal, broken by hand. Nothing has been followed in the ledger that is broken. */
import type { Break } from "./break.ts";

export const ofTurnovers: readonly Break[] = [
  {
    what: "a turnover of which no transfer says anything",
    sql: () =>
      "insert into turnovers (entity, day, account, event, kind, store_id, debit, credit) values ('mvideo', '2026-03-02', 'breakage', 'expiry', 'promo', '', 0, 100)",
    broken: ["turnovers_are_the_transfers"],
    place: () => ({ entity: "mvideo", day: "2026-03-02", account: "breakage" }),
  },
  {
    what: "turnovers of none of the transfers that were followed",
    sql: () => "insert into followers (name, position) select 'turnovers', max(position) + 1 from operations",
    broken: ["turnovers_are_the_transfers"],
    place: () => ({}),
  },
  {
    what: "a follower who has stopped where nothing is",
    sql: () => "insert into followers (name, position) values ('somebody', 1000000000000)",
    broken: ["followers_have_stopped_at_operations"],
    place: () => ({ follower: "somebody" }),
  },
];
