/** Finds the receipts that wait for a member's identifiers, and has them claimed. */
import type { z } from "@hono/zod-openapi";
import { arrayOf } from "../../db/arrays.ts";
import { fromUuid, type MemberId } from "../../kernel/ids.ts";
import { after, type LedgerItself } from "../../engine/definition/background.ts";
import { leadsToMember } from "../../members/identifier.ts";
import { readIdentifiers } from "../../members/identifier-store.ts";
import { registration } from "../../members/registration/registration.ts";
import { claim, type ClaimAnswer } from "./claim.ts";

/** So many receipts in one command; the next one has the rest. */
const RECEIPTS = 200;
/** So many commands before whoever registers is answered: what is left is claimed in as many more as it takes. */
const COMMANDS_AT_ONCE = 20;

const AWAITING = `select p.purchase_id from purchases p
  where p.awaits = any($1::uuid[]) order by p.occurred_at limit ${RECEIPTS}`;

/** A member that has just been registered claims what waited for it. */
export const claimAfterRegistration = after(registration, async (ledger, { identifiers }, { memberId }) => {
  await claimFor(
    ledger,
    memberId,
    identifiers.filter(leadsToMember).map(({ key }) => key),
  );
});

/**
 * Claims everything that waits for these identifiers (by their keys), as far as they lead to the member: a profile may bring a card that
 * is known as somebody else's. Safe to repeat, and to lose half-way. Answers how many receipts it has claimed at once.
 */
export async function claimFor(
  ledger: LedgerItself,
  memberId: MemberId,
  presented: readonly string[],
): Promise<number> {
  const known = await readIdentifiers(ledger.look.reader, presented);
  const identifiers = presented.filter((key) => known.get(key)?.memberId === memberId);
  if (identifiers.length === 0) return 0;
  let claimed = 0;
  for (let commands = 0; commands < COMMANDS_AT_ONCE; commands += 1) {
    const some = await claimSome(ledger, memberId, identifiers);
    claimed += some.claimed;
    if (!some.moreMayWait) return claimed;
  }
  ledger.later(async () => (await claimSome(ledger, memberId, identifiers)).moreMayWait);
  return claimed;
}

const NONE = { claimed: 0, moreMayWait: false };

/** One command. */
async function claimSome(
  ledger: LedgerItself,
  memberId: MemberId,
  identifiers: readonly string[],
): Promise<{ readonly claimed: number; readonly moreMayWait: boolean }> {
  const purchases = await awaiting(ledger, identifiers);
  if (purchases.length === 0) return NONE;
  const outcome = await ledger.submit(claim, { memberId, identifiers, purchases });
  if (outcome.kind !== "accepted") return NONE;
  const { receipts } = JSON.parse(outcome.answer) as z.input<typeof ClaimAnswer>;
  return { claimed: receipts.length, moreMayWait: receipts.length > 0 && purchases.length === RECEIPTS };
}

async function awaiting({ look: { reader } }: LedgerItself, identifiers: readonly string[]) {
  const rows = await reader.run<{ purchase_id: string }>(AWAITING, [arrayOf(identifiers, "uuid")]);
  return rows.map((row) => fromUuid("pur", row.purchase_id));
}
