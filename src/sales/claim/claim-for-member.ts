/** Finds the receipts that wait for identifiers, and has them claimed by the members whom those lead to. */
import type { z } from "@hono/zod-openapi";
import { arrayOf } from "../../db/arrays.ts";
import { groupBy } from "../../kernel/group-by.ts";
import { fromUuid } from "../../kernel/ids.ts";
import { after, type LedgerItself } from "../../engine/definition/background.ts";
import { leadsToMember } from "../../members/identifier.ts";
import { readIdentifiers } from "../../members/identifier-store.ts";
import { registration } from "../../members/registration/registration.ts";
import { claim, type ClaimAnswer, type ClaimInput } from "./claim.ts";

/** So many receipts in one command; the next one has the rest. */
const RECEIPTS = 200;
/** So many commands before whoever registers is answered: what is left is claimed in as many more as it takes. */
const COMMANDS_AT_ONCE = 20;

const AWAITING = `select p.purchase_id from purchases p
  where p.awaits = any($1::uuid[]) order by p.occurred_at limit ${RECEIPTS}`;

/** What waited for its identifiers is claimed as soon as a member has been registered. */
export const claimAfterRegistration = after(registration, async (ledger, { identifiers }) => {
  await claimFor(
    ledger,
    identifiers.filter(leadsToMember).map(({ key }) => key),
  );
});

/**
 * Claims everything that waits for these identifiers (by their keys), for whomever they lead to: a profile may bring a card that
 * is known as somebody else's, and whoever has brought it may have become part of another since. Safe to repeat, and to lose
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

/** One command, for one of those whom the identifiers lead to at this moment. */
async function claimSome(ledger: LedgerItself, presented: readonly string[]): Promise<Claimed> {
  const known = await readIdentifiers(ledger.look.reader, presented);
  for (const [memberId, theirs] of groupBy(known.values(), (each) => each.memberId)) {
    const identifiers = theirs.map(({ key }) => key);
    const purchases = await awaiting(ledger, identifiers);
    if (purchases.length > 0) return claimThese(ledger, { memberId, identifiers, purchases });
  }
  return NONE;
}

async function claimThese(ledger: LedgerItself, input: ClaimInput): Promise<Claimed> {
  const outcome = await ledger.submit(claim, input);
  // Members have become one meanwhile, or have parted: the next command follows the identifiers.
  if (outcome.kind === "stale") return { claimed: 0, moreMayWait: true };
  if (outcome.kind !== "accepted") return NONE;
  const { receipts } = JSON.parse(outcome.answer) as z.input<typeof ClaimAnswer>;
  return { claimed: receipts.length, moreMayWait: receipts.length > 0 };
}

async function awaiting({ look: { reader } }: LedgerItself, identifiers: readonly string[]) {
  const rows = await reader.run<{ purchase_id: string }>(AWAITING, [arrayOf(identifiers, "uuid")]);
  return rows.map((row) => fromUuid("pur", row.purchase_id));
}
