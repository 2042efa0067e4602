/** Whose what was posted was: of those who leave, or of those who stay. Pure. */
import { fromUuid, type LotId, type MemberId, type ProfileId } from "../../../kernel/ids.ts";
import { isBefore, isWithin, partSince, type Place, type Span, type Together } from "./past-spans.ts";
import { DOES } from "./does.ts";
import type { HadRow, LotOrigin, ReadSpan, TransferRow } from "./read-spans.ts";
import type { Side } from "./shares.ts";
import type { LotOwner, Posted } from "./uses.ts";

/** Members with all that is theirs, and profiles. */
export interface People {
  readonly members: ReadonlySet<MemberId>;
  readonly profiles: ReadonlySet<ProfileId>;
}

/** Those who are one, and are about to part. */
export interface BothSides extends Readonly<Record<Side, People>> {
  /** Where the profiles of those who leave are at home, as far as they have homes that leave with them. */
  readonly homes: ReadonlyMap<ProfileId, MemberId>;
}

const isOf = ({ members, profiles }: People, profile: string | null, member: string | null): boolean =>
  profile === null ? member !== null && members.has(fromUuid("mbr", member)) : profiles.has(fromUuid("prf", profile));

/** Whose something is that goes with a profile, else with a member; whoever is neither here nor leaves counts as one of those who stay. */
export function sideOf({ leaving }: BothSides, profile: string | null, member: string | null): Side | null {
  if (profile === null && member === null) return null;
  return isOf(leaving, profile, member) ? "leaving" : "staying";
}

/** Whose something was at a place, in a stay of some of those who leave: others of them who came to these later were strangers then. */
function sideThen(
  sides: BothSides,
  { standing }: Together,
  { of }: Span,
  who: { readonly profile: string | null; readonly member: string | null; readonly at: Place },
): Side | null {
  const side = sideOf(sides, who.profile, who.member);
  if (side !== "leaving" || of === null) return side;
  const home = who.profile === null ? fromUuid("mbr", who.member ?? "") : sides.homes.get(fromUuid("prf", who.profile));
  const since = home === undefined ? null : partSince(standing, home, of);
  return since === null || (since !== undefined && !isBefore(who.at, since)) ? side : "staying";
}

const lotIn = ({ lot_id }: Pick<LotOrigin, "lot_id">): LotId | null =>
  lot_id === null ? null : fromUuid("lot", lot_id);

/** What a side has on coming, or finds there, and what others bring and take: the side whose that is. */
const ownSideOf = ({ before }: Span): Side => (before === "own" ? "leaving" : "staying");

/**
 * Lots of which both may have some: of whoever is not here any more, and those of one side of which the other has brought a
 * share, which it has had since an earlier parting.
 */
export function lotsOfBoth(spans: readonly ReadSpan[], sides: BothSides, shared: Together): Set<LotId> {
  const came = new Map(shared.brought);
  const skipped = new Set(shared.between);
  const both = new Set<LotId>();
  const see = (row: LotOrigin, broughtBy: Side | null, span: Span, at: Place) => {
    const lotId = lotIn(row);
    if (lotId === null) return;
    const owner = sideHaving(row, sides, (who) => sideThen(sides, shared, span, { ...who, at }));
    if (owner === null || (broughtBy !== null && broughtBy !== owner)) both.add(lotId);
  };
  for (const { span, had, rows, left } of spans) {
    for (const row of had) see(row, ownSideOf(span), span, span.from);
    for (const row of left) see(row, null, span, span.to ?? span.from);
    for (const row of rows) {
      const by = fromUuid("opn", row.operation_id);
      const isBrought = row.event === "move" && row.debit === "moved" && !skipped.has(by);
      see(row, isBrought ? (came.get(by) ?? "staying") : null, span, row);
    }
  }
  return both;
}

/** Null: whoever is neither here nor leaves. */
const sideHaving = (
  { lot_profile: profile, lot_member: member }: LotOrigin,
  { leaving, staying }: BothSides,
  sideOfOne: (who: { readonly profile: string | null; readonly member: string | null }) => Side | null,
): Side | null =>
  isOf(leaving, profile, member)
    ? sideOfOne({ profile, member })
    : isOf(staying, profile, member) || (profile ?? member) === null
      ? "staying"
      : null;

/** Tells of what was posted in one stay whose it was. */
export class Telling {
  readonly #sides: BothSides;
  readonly #shared: Together;
  readonly #both: ReadonlySet<LotId>;
  readonly #came: ReadonlyMap<string, Side>;
  readonly #skipped: ReadonlySet<string>;

  constructor(sides: BothSides, shared: Together, both: ReadonlySet<LotId>) {
    this.#sides = sides;
    this.#shared = shared;
    this.#both = both;
    this.#came = new Map(shared.brought);
    this.#skipped = new Set(shared.between);
  }

  /** What others had in the wallet comes in, then what was posted there, and what they have left there goes. */
  postedIn({ span, had, rows, left }: ReadSpan): Posted[] {
    const posted = rows.filter((row) => this.#counts(row, span)).map((row) => this.#postedOf(row, span));
    return [
      ...this.#movedOf(had, "in", ownSideOf(span), span),
      ...posted,
      ...this.#movedOf(left, "out", "staying", span),
    ];
  }

  #counts(row: TransferRow, span: Span): boolean {
    const { operation_id, event, debit, lot_id } = row;
    if (event === "move" && this.#skipped.has(fromUuid("opn", operation_id))) return false;
    if (!hasEnded(row, span)) return true;
    // What has ended the stay, in the wallet that they have left: what it has moved is told by what was left there,
    // to which belongs what the others owe since they could not make it good.
    const isOfBoth = lot_id !== null && this.#both.has(fromUuid("lot", lot_id)) && event !== "move";
    return isOfBoth || (span.isLeft && (DOES[event] === "repays" || (event === "restitution" && debit === "debt")));
  }

  #postedOf(row: TransferRow, span: Span): Posted {
    const { entity, debit, credit, amount, event } = row;
    const ownedBy = this.#lotOwner(row, span, row);
    if (event === "repayment" && ownedBy === "leaving" && hasEnded(row, span)) {
      // Those who stay have paid what they owed out of what was made good to them just now: it is theirs.
      return { entity, debit, credit, amount, event, lotId: null, ownedBy: null, askedBy: "staying" };
    }
    return {
      entity,
      debit,
      credit,
      amount,
      event,
      lotId: lotIn(row),
      ownedBy,
      askedBy: this.#askedBy(row, span, ownedBy),
    };
  }

  #lotOwner(row: LotOrigin, span: Span, at: Place): LotOwner | null {
    const lotId = lotIn(row);
    if (lotId === null) return null;
    if (this.#both.has(lotId)) return "both";
    return this.#sideThen(row.lot_profile, row.lot_member, span, at) ?? "staying";
  }

  #sideThen(profile: string | null, member: string | null, span: Span, at: Place): Side | null {
    return sideThen(this.#sides, this.#shared, span, { profile, member, at });
  }

  #askedBy(row: TransferRow, span: Span, ownedBy: LotOwner | null): Side | null {
    const came = this.#came.get(fromUuid("opn", row.operation_id));
    // Others come, and leave; what is made good to those who do, or by them, is between them and those who stay.
    if (row.event === "move") return came ?? "staying";
    if (row.event === "restitution") return "staying";
    if (ownedBy === "both" && DOES[row.event] === "grants") {
      return this.#sideThen(row.lot_profile, row.lot_member, span, row);
    }
    return came ?? this.#ownSide(row, span) ?? this.#asker(row, span, ownedBy);
  }

  /**
   * What was recorded for one of those who stay, named by his id, while those who leave were not one with him, is theirs alone: a
   * wallet that is named has been his own then.
   */
  #ownSide(row: TransferRow, span: Span): Side | undefined {
    const { profile_id, member_id, recorded = row } = row;
    if (profile_id !== null || member_id === null || this.#sideThen(null, member_id, span, row) === "leaving") {
      return undefined;
    }
    return this.#stoodForAll(fromUuid("mbr", member_id), recorded) ? undefined : "staying";
  }

  /**
   * Who is named by id stands for all who are one with him: it is nobody's in particular, but where he himself leaves. Where he
   * stood for a third as well, what he had of the third's lots is nobody's either: the third has left without it.
   */
  #asker(row: TransferRow, span: Span, ownedBy: LotOwner | null): Side | null {
    const { profile_id, member_id } = row;
    if (profile_id !== null) return this.#sideThen(profile_id, null, span, row);
    if (member_id === null || this.#sideThen(null, member_id, span, row) !== "leaving") return null;
    const isOfThird = ownedBy !== null && this.#shared.thirds.some((stay) => isWithin(row, stay));
    return isOfThird && this.#stoodForAll(fromUuid("mbr", member_id), row) ? null : "leaving";
  }

  /** Whether all lay with a member: whose wallet it was that they had there. */
  #stoodForAll(member: MemberId, at: Place): boolean {
    return this.#shared.spans.some((span) => span.wallet === member && isWithin(at, span));
  }

  /** What a side brings along, or leaves behind, told as moves: debts, and what it has of lots of those who leave now, or of both. */
  #movedOf(rows: readonly HadRow[], way: "in" | "out", side: Side, span: Span): Posted[] {
    const at = way === "in" ? span.from : (span.to ?? span.from);
    return rows.flatMap((row) => {
      const { entity, amount } = row;
      const lotId = lotIn(row);
      const ownedBy = this.#lotOwner(row, span, at);
      if (ownedBy === "staying") return [];
      // Of a lot it does not matter in which of its accounts it is. What comes in is a credit of a lot, and a debit of a debt.
      const own = lotId === null ? "debt" : "available";
      const isCredit = (way === "in") === (own === "available");
      const accounts = isCredit
        ? ({ debit: "moved", credit: own } as const)
        : ({ debit: own, credit: "moved" } as const);
      return [{ entity, ...accounts, amount, event: "move" as const, lotId, ownedBy, askedBy: side }];
    });
  }
}

/** Whether a transfer was posted by what has ended a stay. */
const hasEnded = ({ position, place }: TransferRow, { to }: Span): boolean =>
  to !== null && position === to.position && place === to.place;
