/** Debts that lots have paid while a third was there, who leaves: none of it is counted twice. Pure. */
import { expect, it } from "vitest";
import { fromUuid, type LotId, type MemberId, newUuid, type ProfileId } from "../../../../src/kernel/ids.ts";
import type { Span, Together } from "../../../../src/members/joining/past/past-spans.ts";
import type { TransferRow } from "../../../../src/members/joining/past/read-spans.ts";
import { type Posted, usesOf } from "../../../../src/members/joining/past/uses.ts";
import { Telling } from "../../../../src/members/joining/past/whose.ts";

const [lot, wallet, profile] = [newUuid(1), newUuid(1), newUuid(1)];
const lotId: LotId = fromUuid("lot", lot);
const OF_A_LOT = { entity: "mvideo", lotId, ownedBy: "leaving" } as const;
const OF_NONE = { entity: "mvideo", lotId: null, ownedBy: null } as const;

it("a lot had paid a third's debt before its owner came, and the third settles it on leaving", () => {
  const amount = 53_34n;
  const posted: Posted[] = [
    { ...OF_A_LOT, debit: "debt", credit: "available", amount, event: "repayment_reversal", askedBy: null },
    { ...OF_NONE, debit: "moved", credit: "debt", amount, event: "move", askedBy: "staying" },
    { ...OF_A_LOT, debit: "available", credit: "moved", amount, event: "restitution", askedBy: "staying" },
  ];
  const { had, debts, repaid } = usesOf(posted);
  expect([had.leaving.get(lotId), repaid]).toEqual([0n, []]);
  expect([debts.leaving.get("mvideo") ?? 0n, debts.staying.get("mvideo")]).toEqual([0n, 0n]);
});

it("those who stay pay a debt, as others leave, with what was made good to them: it was theirs", () => {
  const memberId = fromUuid("mbr", wallet);
  const profileId = fromUuid("prf", profile);
  const to = { position: "9", place: 0 };
  const span: Span = {
    wallet: memberId,
    from: { position: "5", place: 0 },
    to,
    before: "others",
    isLeft: true,
    of: null,
  };
  const shared: Together = { spans: [span], arrival: null, brought: [], thirds: [], between: [], standing: [] };
  const people = (ids: readonly MemberId[], profiles: readonly ProfileId[]) => ({
    members: new Set(ids),
    profiles: new Set(profiles),
  });
  const sides = { leaving: people([], [profileId]), staying: people([memberId], []), homes: new Map() };
  const row: TransferRow = {
    ...to,
    entity: "mvideo",
    debit: "available",
    credit: "debt",
    amount: 149_00n,
    event: "repayment",
    operation_id: newUuid(1),
    profile_id: null,
    member_id: wallet,
    going_on: null,
    ordinal: 7,
    lot_id: lot,
    lot_profile: profile,
    lot_member: null,
    lot_going_on: null,
  };
  const posted = new Telling(sides, shared, new Set()).postedIn({ span, had: [], rows: [row], left: [] });
  expect(posted).toMatchObject([{ event: "repayment", lotId: null, ownedBy: null, askedBy: "staying" }]);
  expect(usesOf(posted).repaid).toEqual([]);
});
