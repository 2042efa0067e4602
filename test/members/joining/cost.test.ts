/** What parting costs by the number of lots that one side has had of the other's. Pure. */
import { afterEach, expect, it, vi } from "vitest";
import { as, newUuid, uuidOf } from "../../../src/kernel/ids.ts";
import type { Lot } from "../../../src/ledger/lot.ts";
import { WalletDraft } from "../../../src/ledger/wallet-draft.ts";
import { partWallets } from "../../../src/members/joining/parting/part-wallets.ts";
import type { Told } from "../../../src/members/joining/past/told.ts";
import type { Leaving } from "../../../src/members/joining/leaving.ts";
import type { TransferRow } from "../../../src/members/joining/past/read-stays.ts";
import { Alone, staysOfMembers } from "../../../src/members/joining/past/stays.ts";
import { type Place, type PlacedMerge, Timeline } from "../../../src/members/joining/past/timeline.ts";
import { tell } from "../../../src/members/joining/past/whose.ts";
import { wholeWallet } from "../../../src/ledger/wallet.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const DAY = 86_400_000;
const id = <K extends "opn" | "mbr" | "lot">(kind: K) => as(kind, `opn_${newUuid(1).replaceAll("-", "")}` as never);

/** How often all lots of a wallet are looked through, where so many of the other's have been spent. */
function looks(lotsSpent: number): number {
  const operationId = id("opn");
  const [one, other] = [id("mbr"), id("mbr")];
  const lots = Array.from({ length: 2 * lotsSpent }, (_, index): Lot => {
    const terms = { issuer: "mvideo", kind: "promo", profileId: null, operationId, policyVersion: 1 } as const;
    const amounts = { granted: 100n, pending: 0n, available: 50n, held: 0n, spendableFrom: null, closed: false };
    return { memberId: one, id: id("lot"), ...terms, ...amounts, activeAt: 0, expiresAt: (100 + index) * DAY };
  });
  const of = (memberId: typeof one, own: Lot[]) =>
    new WalletDraft(wholeWallet({ memberId, version: 1n, postedAt: 0, debts: new Map(), holds: [], lots: own }));
  const [staying, leaving] = [of(one, lots), of(other, [])];
  const theirs = lots.slice(lotsSpent);
  const told = theirs.flatMap(({ id: lotId }): Told[] => {
    const found = { wallet: one, entity: "mvideo", lotId, amount: 60n, side: "leaving" } as const;
    const terms = { entity: "mvideo", debit: "available", credit: "redemption", amount: 10n, event: "spend" } as const;
    return [{ found }, { posted: { ...terms, wallet: one, by: "spend", lotId, ownedBy: "leaving", side: "staying" } }];
  });
  const owners = new Map(theirs.map((lot) => [lot.id, "leaving"] as const));
  const spies = [vi.spyOn(WalletDraft.prototype, "lots"), vi.spyOn(WalletDraft.prototype, "burnable")];
  const parted = partWallets(
    staying,
    leaving,
    { told, holds: new Map(), lots: owners, ends: new Map() },
    { operationId, now: DAY, graceUntil: 2 * DAY },
  );
  expect(parted.madeGood).toMatchObject([{ to: "leaving", owed: "0.00" }]);
  const count = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
  vi.restoreAllMocks();
  return count;
}

it("does not look through a wallet for each of its lots", () => {
  expect(looks(200)).toBe(looks(20));
});

const SPEND = {
  entity: "mvideo",
  debit: "available",
  credit: "redemption",
  amount: 1n,
  event: "spend",
  lot_profile: null,
  lot_going_on: null,
  profile_id: null,
  going_on: null,
  position: "2000",
  place: 0,
} as const;

/** Milliseconds of processor time for telling whose so many transfers were, among those who have had so many merges. */
function telling(merges: number, transfers: number): number {
  const [here, leaving] = [id("mbr"), id("mbr")];
  const at = (position: number): Place => ({ position: `${position}`, place: 0 });
  const made = Array.from({ length: merges }, (_, nth): PlacedMerge => {
    const from = nth === 0 ? 1000 : 1_000_000 + 10 * nth;
    const undone = nth === 0 ? null : { by: id("opn"), at: at(from + 5) };
    const absorbedId = nth === 0 ? leaving : id("mbr");
    return { id: as("mrg", id("opn")), survivorId: here, absorbedId, at: at(from), undone };
  });
  const leave: Leaving = { members: [leaving], profiles: [] };
  const timeline = new Timeline(made, []);
  const all = [...new Set(made.flatMap(({ survivorId, absorbedId }) => [survivorId, absorbedId]))];
  const stays = staysOfMembers(leave, timeline, new Alone(leave, timeline, all, []), new Map());
  const stay = stays.find(({ wallet }) => wallet === here);
  const [lot, buyer] = [uuidOf(id("lot")), uuidOf(here)];
  const rows = Array.from(
    { length: transfers },
    (_, nth): TransferRow => ({
      ...SPEND,
      lot_id: lot,
      lot_member: buyer,
      operation_id: buyer,
      member_id: buyer,
      ordinal: nth,
    }),
  );
  const together = { merges: made, gone: [], stays, arrival: null };
  const began = process.cpuUsage();
  const told = tell({ leaving: leave, together, timeline }, stay === undefined ? [] : [{ stay, had: [], rows }]);
  const { user } = process.cpuUsage(began);
  expect(told).toHaveLength(transfers + 1);
  return user / 1000;
}

it("does not look through all who ever came and left for each transfer", () => {
  telling(1, 5_000);
  expect(telling(1_000, 10_000)).toBeLessThan(6 * Math.max(telling(1, 10_000), 30));
});
