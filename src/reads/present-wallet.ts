/** A wallet as it was posted last, read without a lock. */
import type { MemberId } from "../kernel/ids.ts";
import type { Transaction } from "../engine/session.ts";
import { loadWallets } from "../engine/wallet-rows.ts";
import { Draft } from "../ledger/draft.ts";
import { applyDue } from "../ledger/due.ts";
import type { Wallet } from "../ledger/wallet.ts";
import type { Clock } from "../kernel/clock.ts";

/** The wallet with its open lots and holds; undefined where there is no such member. Several statements: use a snapshot. */
export async function presentWallet(tx: Transaction, memberId: MemberId): Promise<Wallet | undefined> {
  return (await loadWallets(tx, [memberId], [], new Map(), false)).get(memberId);
}

/** The same with all that is due by now applied, on a draft that nobody will accept. */
export async function walletNow(tx: Transaction, memberId: MemberId, clock: Clock): Promise<Draft | undefined> {
  const wallet = await presentWallet(tx, memberId);
  if (wallet === undefined) return undefined;
  const draft = new Draft(wallet);
  applyDue(draft, Math.max(clock.now(), wallet.postedAt));
  return draft;
}
