/** What parting costs by the number of lots that one side has had of the other's. Pure. */
import { afterEach, expect, it, vi } from "vitest";
import { as, newUuid } from "../../../src/kernel/ids.ts";
import type { Lot } from "../../../src/ledger/lot.ts";
import { WalletDraft } from "../../../src/ledger/wallet-draft.ts";
import { partWallets } from "../../../src/members/joining/parting/part-wallets.ts";
import type { Told } from "../../../src/members/joining/past/told.ts";
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
