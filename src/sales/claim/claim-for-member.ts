/** Finds the receipts that wait for identifiers, and has them claimed by the members whom those lead to. */
import type { z } from "@hono/zod-openapi";
import { arrayOf } from "../../db/arrays.ts";
import { groupBy } from "../../kernel/group-by.ts";
import type { Reader } from "../../engine/connection/reader.ts";
import { TableRows } from "../../db/table-rows.ts";
import { after, type LedgerItself } from "../../engine/definition/background.ts";
import { leadsToMember } from "../../members/identifier.ts";
import { identifierAdding } from "../../members/identifying/adding.ts";
import { historyStore } from "../../members/identifier-history.ts";
import { membersOfProfiles } from "../../members/owner.ts";
import { registration } from "../../members/registration/registration.ts";
import { purchases } from "../tables.ts";
import { claim, type ClaimAnswer, type ClaimInput, holderOf } from "./claim.ts";

/** So many receipts in one command; the next one has the rest. */
const RECEIPTS = 200;
/** So many commands before whoever registers is answered: what is left is claimed in as many more as it takes. */
const COMMANDS_AT_ONCE = 20;

const waitingColumns = new TableRows(purchases).only(["id", "awaits", "occurredAt"]);
const AWAITING = `select ${waitingColumns.list("p")} from purchases p
  where p.awaits = any($1::uuid[]) order by p.occurred_at limit ${RECEIPTS}`;

/** What waited for its identifiers is claimed as soon as a member has been registered. */
export const claimAfterRegistration = after(registration, async (ledger, { identifiers }) => {
  await claimFor(
    ledger,
    identifiers.filter(leadsToMember).map(({ key }) => key),
  );
});

/** The same where an identifier was added to a member. */
export const claimAfterAdding = after(identifierAdding, async (ledger, { leads, added }) => {
  if (leads) await claimFor(ledger, [added.key]);
});

/**
 * Claims everything that waits for these identifiers (by their keys), for whoever had them then: a profile may bring a card that
 * is known as somebody else's, one may have gone over to another, and whoever had it may have become part of another since. Safe to repeat, and to lose
 * half-way. Answers how many receipts it has claimed at once.
 */
export async function claimFor(ledger: LedgerItself, presented: readonly string[]): Promise<number> {
  let claimed = 0;
  for (let commands = 0; commands < COMMANDS_AT_ONCE; commands += 1) {
    const some = await claimSome(ledger, presented);
    claimed += some.claimed;
    if (!some.moreMayWait) return claimed;
  }
  ledger.later(async () => {
    const some = await claimSome(ledger, presented);
    return some.claimed > 0 && some.moreMayWait;
  });
  return claimed;
}

interface Claimed {
  readonly claimed: number;
  readonly moreMayWait: boolean;
}
const NONE: Claimed = { claimed: 0, moreMayWait: false };

/** One command, for one of those who had the identifiers when receipts were made out, whoever has them now. */
async function claimSome(ledger: LedgerItself, presented: readonly string[]): Promise<Claimed> {
  const { reader, policies } = ledger.look;
  const waiting = await awaiting(reader, presented);
  if (waiting.length === 0) return NONE;
  const keys = keysOf(waiting);
  const histories = await historyStore.load(reader, keys, "none");
  const held = waiting.flatMap((receipt) => {
    const profileId = holderOf(histories.get(receipt.awaits ?? "") ?? [], policies, receipt);
    return profileId === undefined ? [] : [{ ...receipt, profileId }];
  });
  const owners = await membersOfProfiles.load(reader, [...new Set(held.map(({ profileId }) => profileId))]);
  for (const [memberId, theirs] of groupBy(held, ({ profileId }) => owners.get(profileId))) {
    if (memberId === undefined) continue;
    const identifiers = keysOf(theirs);
    return claimThese(ledger, { memberId, identifiers, purchases: theirs.map(({ id }) => id) });
  }
  return NONE;
}

const keysOf = (waiting: readonly { readonly awaits: string | null }[]): string[] => [
  ...new Set(waiting.flatMap(({ awaits }) => awaits ?? [])),
];

async function claimThese(ledger: LedgerItself, input: ClaimInput): Promise<Claimed> {
  const outcome = await ledger.submit(claim, input);
  // Members have become one meanwhile, or have parted: the next command follows the identifiers.
  if (outcome.kind === "stale") return { claimed: 0, moreMayWait: true };
  if (outcome.kind !== "accepted") return NONE;
  const { receipts } = JSON.parse(outcome.answer) as z.input<typeof ClaimAnswer>;
  return { claimed: receipts.length, moreMayWait: receipts.length > 0 };
}

async function awaiting(reader: Reader, identifiers: readonly string[]) {
  const found = await reader.values(AWAITING, [arrayOf(identifiers, "uuid")]);
  return found.map((values) => waitingColumns.decode(values));
}
