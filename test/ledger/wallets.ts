/** Wallets for tests, in days and whole bonuses, and what a draft has done to them, as text that can be compared. */
import type { HoldId, LotId, MemberId, OperationId } from "../../src/kernel/ids.ts";
import type { LotKind } from "../../src/ledger/account.ts";
import { applyDue } from "../../src/ledger/posting/due.ts";
import type { Grant } from "../../src/ledger/posting/grant.ts";
import type { Hold, LotPart, OpenHold } from "../../src/ledger/hold.ts";
import { compareLots, type Lot } from "../../src/ledger/lot.ts";
import { type By, releaseFrom } from "../../src/ledger/posting/held.ts";
import { type BurnRules, hold } from "../../src/ledger/posting/spend.ts";
import { Wallet, wholeWallet } from "../../src/ledger/wallet.ts";
import { WalletDraft } from "../../src/ledger/wallet-draft.ts";

const START = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const MEMBER: MemberId = "mbr_00000000000000000000000000000000";
/** Another member, of another bucket than MEMBER and the lots. */
export const OTHER: MemberId = "mbr_00000000000000008050000000000000";
const OPERATION: OperationId = "opn_00000000000000000000000000000000";

/** The instant at which day n begins. */
export const day = (n: number): number => START + n * DAY_MS;

const dayOf = (instant: number): number => (instant - START) / DAY_MS;

/** Every brand's bonuses may be spent at every brand. */
export const EVERYWHERE: BurnRules = { mayUse: () => true };

const digits = (name: string): string => name.padStart(32, "0");
export const lotId = (name: string): LotId => `lot_${digits(name)}`;
const holdId = (name: string): HoldId => `hld_${digits(name)}`;
const nameOf = (id: string): string => id.slice(4).replace(/^0+/, "");

type LotTerms = Partial<Omit<Lot, "id" | "activeAt" | "expiresAt">> & { from?: number; to?: number };

/** A lot of M.Video, active since day 0 and until day 100, with nothing in it unless told. */
export function lot(name: string, { from = 0, to = 100, ...terms }: LotTerms = {}): Lot {
  return {
    id: lotId(name),
    memberId: MEMBER,
    issuer: "mvideo",
    profileId: null,
    kind: "ordinary",
    granted: 100n,
    pending: 0n,
    available: 0n,
    held: 0n,
    spendableFrom: null,
    closed: false,
    operationId: OPERATION,
    policyVersion: 1,
    ...terms,
    activeAt: day(from),
    expiresAt: day(to),
  };
}

interface WalletTerms {
  readonly memberId?: MemberId;
  readonly lots?: readonly Lot[];
  readonly holds?: readonly Hold[];
  readonly debts?: Readonly<Record<string, bigint>>;
}

/** A wallet whose lots and holds are all there. */
export function walletOf({ memberId = MEMBER, lots = [], holds = [], debts = {} }: WalletTerms): Wallet {
  return wholeWallet({
    memberId,
    version: 1n,
    postedAt: day(0),
    debts: new Map(Object.entries(debts)),
    holds,
    lots,
  });
}

/** A draft of such a wallet with all that is due on that day applied; what that posted is left out of `posted`. */
export function draftOn(n: number, wallet: Wallet | WalletTerms): WalletDraft {
  const draft = new WalletDraft(wallet instanceof Wallet ? wallet : walletOf(wallet));
  applyDue(draft, day(n));
  draft.transfers.length = 0;
  return draft;
}

export function openHold(name: string, to: number, parts: readonly LotPart[], brand = "mvideo"): OpenHold {
  const amount = parts.reduce((sum, part) => sum + part.amount, 0n);
  return {
    id: holdId(name),
    memberId: MEMBER,
    orderId: null,
    brand,
    amount,
    parts,
    moves: [],
    reference: name,
    expiresAt: day(to),
    status: "open",
  };
}

/** Who ends holds in tests, and when. */
export const by = (n: number): By => ({ operationId: `opn_${"0".repeat(32)}`, now: day(n) });

/** Gives back all that a hold has pinned. */
export const releaseAll = (draft: WalletDraft, pinned: OpenHold, n: number): Hold =>
  releaseFrom(draft, pinned, pinned.parts, by(n));

export const part = (name: string, amount: bigint, issuer = "mvideo"): LotPart => ({
  lotId: lotId(name),
  issuer,
  amount,
});

/** Pins an amount on a draft under a hold that ends on that day. */
export function holdOn(draft: WalletDraft, name: string, amount: bigint, to: number, at: number): OpenHold {
  const made = openHold(name, to, hold(draft, amount, "mvideo", EVERYWHERE, day(at)));
  draft.putHold(made);
  return made;
}

type GrantTerms = { issuer?: string; kind?: LotKind; from?: number; to?: number };

export function grantOf(
  name: string,
  amount: bigint,
  { issuer = "mvideo", kind = "ordinary", from = 0, to = 100 }: GrantTerms = {},
): Grant {
  return {
    id: lotId(name),
    issuer,
    profileId: null,
    kind,
    amount,
    activeAt: day(from),
    expiresAt: day(to),
    operationId: OPERATION,
    policyVersion: 1,
  };
}

/** The transfers of a draft: `event entity: debit > credit amount (lot, day)`. */
export function posted(draft: WalletDraft): string[] {
  return draft.transfers.map(
    ({ event, entity, debit, credit, amount, lotId: id, occurredAt }) =>
      `${event} ${entity}: ${debit} > ${credit} ${amount} (${id === null ? "no lot" : nameOf(id)}, ${dayOf(occurredAt)})`,
  );
}

/** Lots in burn order: `name pending/available/held until day`; of a draft, the open ones and those that it has closed. */
export function lotsOf(from: WalletDraft | Wallet): string[] {
  const lots = from instanceof WalletDraft ? new Set([...from.lots(), ...from.changedLots.values()]) : from.lots;
  return [...lots]
    .sort(compareLots)
    .map(
      ({ id, pending, available, held, expiresAt, closed }) =>
        `${nameOf(id)} ${pending}/${available}/${held} to ${dayOf(expiresAt)}${closed ? " closed" : ""}`,
    );
}

/** The changes of terms that a draft has recorded: `name reason: former end > new end`. */
export const termsOf = (draft: WalletDraft): string[] =>
  draft.terms.map(
    ({ lotId: id, reason, formerEnd, newEnd }) => `${nameOf(id)} ${reason}: ${dayOf(formerEnd)} > ${dayOf(newEnd)}`,
  );

/** What is owed, by entity. */
export function debtsOf({ byIssuer }: WalletDraft | Wallet): Record<string, bigint> {
  const owed = [...byIssuer].filter(([, { debt }]) => debt > 0n);
  return Object.fromEntries(owed.map(([entity, { debt }]) => [entity, debt]));
}
