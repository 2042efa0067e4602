/**
 * A member's balance, now or as of any instant that has passed. What is due and not posted is applied in memory.
 * The balance of now is one prepared statement; more where time has moved something that nobody has posted yet.
 */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../../kernel/amount.ts";
import { AmountText, idText, InstantText } from "../../kernel/answers.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import { fromUuid, type MemberId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { bucketsOf, uuidsOf } from "../../db/arrays.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { pastWallet, presentWallet, untilPosted } from "../../engine/wallets/wallet-reads.ts";
import { statusThen } from "../block-store.ts";
import { memberIdIn, readOf, survivorIn, survivorOf, survivorThen } from "../owner.ts";
import type { Brand } from "../../ledger/account.ts";
import { applyDue } from "../../ledger/posting/due.ts";
import { isCooling } from "../../ledger/lot.ts";
import { spendableOf } from "../../ledger/posting/spend.ts";
import type { Totals } from "../../ledger/totals.ts";
import type { MemberStatus, Wallet, WalletOwner } from "../../ledger/wallet.ts";
import { WalletDraft } from "../../ledger/wallet-draft.ts";
import type { PolicyTimeline } from "../../policy/timeline.ts";

const DatedAmounts = z.array(z.strictObject({ amount: AmountText, at: InstantText }));

export const Balance = z
  .strictObject({
    memberId: idText("mbr"),
    asOf: InstantText.openapi({
      description:
        "For which it is told. Of now: what is posted meanwhile is not in it. For an instant that was asked for its amounts never change.",
    }),
    pending: AmountText,
    available: AmountText,
    held: AmountText,
    debt: AmountText,
    spendable: z.record(z.string(), AmountText).openapi({
      description: "What can be spent, by the brand that sells.",
      example: { mvideo: "1500.00", eldorado: "1500.00" },
    }),
    expiring: DatedAmounts.openapi({ description: "Of what is available, when it ends; soonest first." }),
    activating: DatedAmounts.openapi({ description: "Of what is pending, when it becomes active; soonest first." }),
    coolingOff: z.array(z.strictObject({ amount: AmountText, until: InstantText })).openapi({
      description:
        "Of what is available, what may not be spent yet, and until when: much of it has come from an account that the customer has just linked.",
    }),
    version: z.string().regex(/^\d+$/).nullable().openapi({
      description: "Of the wallet as it was posted last; null for a day whose wallet has been written over since.",
      example: "17",
    }),
  })
  .openapi("Balance");
export type Balance = z.input<typeof Balance>;

/** Reads a balance; `asOf` absent: now. `member_not_found` where there is no such member. */
export async function balanceOf(look: Lookup, named: string, asOf?: Instant): Promise<Balance> {
  const memberId = memberIdIn(named);
  const now = look.clock.now();
  if (asOf !== undefined && asOf > now) {
    throw new Problem("unprocessable_request", { errors: [{ path: "asOf", message: "must not lie in the future" }] });
  }
  const [standing, brands, policies] = await Promise.all([
    asOf === undefined ? standingNow(look, memberId, now) : standingAsOf(look, memberId, asOf),
    look.directory.brands(),
    look.readPolicies(),
  ]);
  const names = brands.map(({ brand }) => brand);
  return balanceAnswer(policies, standing, names);
}

/** Bonuses that share an issuer and their instants. */
interface Portion {
  readonly issuer: Brand;
  readonly pending: bigint;
  readonly available: bigint;
  readonly activeAt: Instant;
  readonly expiresAt: Instant;
  readonly spendableFrom: Instant | null;
}

/** A wallet at an instant, as far as its balance shows it. */
interface Standing {
  /** Whose it is: of one who has become part of another, the other's. */
  readonly memberId: MemberId;
  readonly at: Instant;
  readonly owner: Pick<WalletOwner, "status" | "erasure">;
  readonly totals: Totals;
  readonly portions: readonly Portion[];
  readonly version: bigint | null;
}

/** One statement, which sees one state of each wallet and its lots. */
const NOW = `select w.member_id, w.survivor_id, w.status, w.erasure, w.version, w.pending, w.available, w.held, w.debt, w.next_move_at, w.posted_at, (
    select json_agg(json_build_array(p.issuer, p.pending::text, p.available::text,
      (extract(epoch from p.active_at) * 1000)::bigint, (extract(epoch from p.expires_at) * 1000)::bigint,
      (extract(epoch from p.spendable_from) * 1000)::bigint))
    from (select issuer, active_at, expires_at, spendable_from, sum(l.pending) as pending, sum(l.available) as available from lots l
      where l.bucket = w.bucket and l.member_id = w.member_id and not l.closed and (l.pending > 0 or l.available > 0)
      group by 1, 2, 3, 4) p) as portions
  from wallets w where w.bucket = any($1::smallint[]) and w.member_id = any($2::uuid[])`;

interface NowRow extends Totals {
  readonly member_id: string;
  readonly survivor_id: string | null;
  readonly status: MemberStatus;
  readonly erasure: WalletOwner["erasure"];
  readonly version: bigint;
  readonly next_move_at: Instant | null;
  readonly posted_at: Instant;
  readonly portions: readonly [Brand, string, string, Instant, Instant, Instant | null][] | null;
}

const standings = {
  async load(tx: Transaction, members: readonly string[]): Promise<Map<string, NowRow>> {
    const rows = await tx.run<NowRow>(NOW, [bucketsOf(members), uuidsOf(members)]);
    return new Map(rows.map((row) => [fromUuid("mbr", row.member_id), row]));
  },
};

async function standingNow(look: Lookup, memberId: MemberId, now: Instant): Promise<Standing> {
  const row = await look.reader.one(standings, memberId);
  if (row === undefined) throw new Problem("member_not_found");
  if (row.survivor_id !== null) {
    return readOf(
      () => survivorOf(look.reader, memberId),
      (survivor) => standingNow(look, survivor, now),
    );
  }
  // Another service's clock may be ahead of this one: a balance never goes back behind what was posted.
  const at = Math.max(now, row.posted_at);
  if (row.next_move_at !== null && row.next_move_at <= at) return standingOnceDue(look, memberId, now);
  const { pending, available, held, debt, version, status, erasure } = row;
  const portions = (row.portions ?? []).map(
    ([issuer, waiting, free, activeAt, expiresAt, spendableFrom]): Portion => ({
      issuer,
      activeAt,
      expiresAt,
      spendableFrom,
      pending: BigInt(waiting),
      available: BigInt(free),
    }),
  );
  return { memberId, at, owner: { status, erasure }, totals: { pending, available, held, debt }, portions, version };
}

/** Where something is due that nobody has posted yet. */
const standingOnceDue = ({ reader }: Lookup, memberId: MemberId, now: Instant): Promise<Standing> =>
  reader.snapshot(async (tx) => {
    const present = await requireWallet(tx, await survivorIn(tx, memberId), now);
    return standingOf(present, Math.max(now, present.postedAt), present);
  });

/** The same amounts whenever they are asked for again. */
async function standingAsOf(look: Lookup, named: MemberId, at: Instant): Promise<Standing> {
  await untilPosted(look.reader, at, look.clock);
  return look.reader.snapshot(async (tx) => {
    const memberId = await survivorThen(tx, named, at);
    const present = await requireWallet(tx, memberId, at);
    if (present.postedAt <= at) return standingOf(present, at, present);
    // Where it has been erased since, it was not then; what came back after that was nobody's, and is told as it lay there.
    const owner = { status: await statusThen(tx, memberId, at), erasure: null };
    return standingOf(await pastWallet(tx, memberId, at), at, { owner, version: null });
  });
}

async function requireWallet(tx: Transaction, memberId: MemberId, at: Instant): Promise<Wallet> {
  const wallet = await presentWallet(tx, memberId, at);
  if (wallet === undefined) throw new Problem("member_not_found");
  return wallet;
}

/** With what is due by an instant applied, and not written. */
function standingOf(wallet: Wallet, at: Instant, { owner, version }: Pick<Standing, "owner" | "version">): Standing {
  const draft = new WalletDraft(wallet);
  applyDue(draft, at);
  return { memberId: wallet.memberId, at, owner, version, totals: draft.totals(), portions: draft.lots() };
}

function balanceAnswer(policies: PolicyTimeline, standing: Standing, brands: readonly Brand[]): Balance {
  const { memberId, at, owner, totals, portions, version } = standing;
  const { burn } = policies.at(at);
  const [cooling, free] = [portions.filter((lot) => isCooling(lot, at)), portions.filter((lot) => !isCooling(lot, at))];
  const byIssuer = free.map((portion) => [portion.issuer, portion] as const);
  const spender = { owner, byIssuer, cooling: new Map<Brand, bigint>() };
  return {
    memberId,
    asOf: formatInstant(at),
    pending: formatAmount(totals.pending),
    available: formatAmount(totals.available),
    held: formatAmount(totals.held),
    debt: formatAmount(totals.debt),
    spendable: Object.fromEntries(brands.map((brand) => [brand, formatAmount(spendableOf(spender, brand, burn))])),
    expiring: byInstant(portions.map(({ expiresAt, available }) => [expiresAt, available])),
    activating: byInstant(portions.map(({ activeAt, pending }) => [activeAt, pending])),
    coolingOff: byInstant(cooling.map(({ spendableFrom, available }) => [spendableFrom ?? at, available])).map(
      ({ amount, at: until }) => ({ amount, until }),
    ),
    version: version?.toString() ?? null,
  };
}

function byInstant(dated: readonly (readonly [Instant, bigint])[]): { amount: string; at: string }[] {
  const amounts = new Map<Instant, bigint>();
  for (const [at, amount] of dated) if (amount > 0n) amounts.set(at, (amounts.get(at) ?? 0n) + amount);
  return [...amounts]
    .sort(([a], [b]) => a - b)
    .map(([at, amount]) => ({ amount: formatAmount(amount), at: formatInstant(at) }));
}
