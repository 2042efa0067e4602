/** What keeps a member from being erased. Pure. */
import { z } from "@hono/zod-openapi";
import type { CommandContext } from "../../engine/definition/context.ts";
import { isBlocked } from "../../ledger/posting/spend.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import { openOrdersReading } from "./open-orders.ts";

const BLOCKERS = ["open_holds", "open_orders", "blocked_by_security"] as const;

export const ErasureBlocker = z.strictObject({ code: z.enum(BLOCKERS), detail: z.string() }).openapi("ErasureBlocker");
type Blocker = z.input<typeof ErasureBlocker>;

/** What was promised to sellers is handed out first; and whoever is under review does not get away by it. */
export function blockersOf({ document, now }: CommandContext, member: WalletDraft): Blocker[] {
  const blockers: Blocker[] = [];
  const waiting = document(openOrdersReading.store, openOrdersReading.keyOf({ memberId: member.memberId })) ?? [];
  // One whose time is over waits for nobody, whether or not the job that says so has come to it.
  const orders = waiting.filter((expiresAt) => expiresAt > now).length;
  const holds = member.openHolds().filter(({ orderId }) => orderId === null).length;
  if (holds > 0) blockers.push({ code: "open_holds", detail: `${holds} are open: capture or release them` });
  if (orders > 0) blockers.push({ code: "open_orders", detail: `${orders} wait: collect or cancel them` });
  if (isBlocked(member)) blockers.push({ code: "blocked_by_security", detail: "security has to let it go first" });
  return blockers;
}
