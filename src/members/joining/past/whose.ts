/** Whose what was posted was: of those who leave, or of others. Pure. */
import { fromUuid, type LotId, type MemberId } from "../../../kernel/ids.ts";
import { DOES } from "./does.ts";
import type { Leaving } from "../leaving.ts";
import type { LotOrigin, ReadStay, TransferRow } from "./read-stays.ts";
import type { Side } from "./shares.ts";
import { Alone, type Stay, type Together } from "./stays.ts";
import { before, byPlace, type Place, type Timeline, type Who } from "./timeline.ts";
import type { Found, Posted, Told } from "./told.ts";

export interface Telling {
  readonly leaving: Leaving;
  readonly together: Together;
  /** With the homes of all profiles that are spoken of. */
  readonly timeline: Timeline;
}

/** Tells, in the order in which it happened, what was found in wallets and posted there, and whose it was. */
export function tell(telling: Telling, reads: readonly ReadStay[]): Told[] {
  const whose = new Whose(telling);
  const rows = reads.flatMap(({ stay, rows: posted }) => posted.map((row) => ({ row, stay })));
  // An operation may stand at the end of one stay and at the beginning of another in the same wallet.
  const once = new Map(rows.map((each) => [`${each.stay.wallet}|${each.row.operation_id}|${each.row.ordinal}`, each]));
  const keyOf = ({ row, stay }: (typeof rows)[number]) => `${row.operation_id}|${stay.wallet}`;
  // Of two wallets what goes out of the one comes before it is in the other; ordinals are of each.
  const sources = new Set([...once.values()].filter(({ row }) => goesOut(row)).map(keyOf));
  const found = reads.flatMap(({ stay, had }) =>
    [{ entered: stay.wallet }, ...had.map((row) => ({ found: foundOf(row, stay) }))].map((one, ordinal) => ({
      at: before(stay.from),
      rank: 3,
      ordinal,
      told: one as Told,
    })),
  );
  const told = [...once.values()].map((each) => ({
    at: each.row,
    rank: sources.has(keyOf(each)) ? 1 : 2,
    ordinal: each.row.ordinal,
    told: { posted: whose.postedOf(each.row, each.stay) } as Told,
  }));
  return [...found, ...told]
    .sort((a, b) => byPlace(a.at, b.at) || a.rank - b.rank || a.ordinal - b.ordinal)
    .map((each) => each.told);
}

const foundOf = (row: ReadStay["had"][number], { wallet, isOwn }: Stay): Found => ({
  wallet,
  entity: row.entity,
  lotId: lotIn(row),
  amount: row.amount,
  side: isOwn ? "leaving" : "staying",
});

const lotIn = ({ lot_id }: Pick<LotOrigin, "lot_id">): LotId | null =>
  lot_id === null ? null : fromUuid("lot", lot_id);

const whoOf = (profile: string | null, member: string | null): Who => ({
  profile: profile === null ? null : fromUuid("prf", profile),
  member: member === null ? null : fromUuid("mbr", member),
});

/** Whether bonuses leave a wallet by it, for another one. */
const goesOut = ({ event, debit, credit }: TransferRow): boolean =>
  event === "move" && credit === "moved" && debit !== "debt";

class Whose {
  readonly #timeline: Timeline;
  readonly #members: ReadonlySet<MemberId>;
  readonly #profiles: ReadonlySet<string>;
  readonly #alone: Alone;

  constructor({ leaving, together, timeline }: Telling) {
    this.#timeline = timeline;
    this.#members = new Set(leaving.members);
    this.#profiles = new Set(leaving.profiles);
    const all = [...new Set(together.merges.flatMap(({ survivorId, absorbedId }) => [survivorId, absorbedId]))];
    this.#alone = new Alone(leaving, timeline, all, together.gone);
  }

  postedOf(row: TransferRow, { wallet }: Stay): Posted {
    const { operation_id: by, entity, debit, credit, amount, event } = row;
    const owner = whoOf(row.lot_profile, row.lot_member);
    const ownedBy = this.#sideOf(owner, row);
    return {
      wallet,
      by,
      entity,
      debit,
      credit,
      amount,
      lotId: lotIn(row),
      event,
      ownedBy,
      side: this.#side(row, wallet, owner, ownedBy),
    };
  }

  /** Profiles that were at home elsewhere then were not of them yet: what they had by then, a parting has brought. */
  #sideOf({ profile, member }: Who, at: Place): Side {
    const home = profile === null ? member : this.#timeline.homeOf(profile, at);
    const isAtHome = home !== undefined && home !== null && this.#members.has(home);
    const isTheirs =
      profile === null ? isAtHome : this.#profiles.has(profile) && (isAtHome || this.#members.size === 0);
    return isTheirs ? "leaving" : "staying";
  }

  #isIn(who: Who, wallet: MemberId, at: Place): boolean {
    return this.#timeline.walletOf(who, at) === wallet;
  }

  #side(row: TransferRow, wallet: MemberId, owner: Who, ownedBy: Side): Side | null {
    const does = DOES[row.event];
    if (does === "joins") return this.#moved(row, wallet);
    if (this.#alone.isTheirs(wallet, row) && this.#alone.isTheirs(wallet, before(row))) return "leaving";
    if (does === "takes" || does === "gives_back") return this.#asker(row, wallet, owner, ownedBy);
    return does === "grants" ? ownedBy : null;
  }

  /** What leaves a wallet is mostly of those who are not there afterwards; what comes into one, or is made good to it, of those who are. */
  #moved(row: TransferRow, wallet: MemberId): Side | null {
    const goes = goesOut(row);
    if (this.#alone.isTheirs(wallet, row)) return goes ? "staying" : "leaving";
    if (!this.#alone.areThere(wallet, row)) return goes ? "leaving" : "staying";
    return null;
  }

  /**
   * Whoever has presented an identifier has asked for himself. Who is named by his id stands for all who were one with him when it was
   * recorded: it is nobody's in particular, and so of the lot's owner, as long as he is here; else his own.
   */
  #asker(row: TransferRow, wallet: MemberId, owner: Who, ownedBy: Side): Side {
    const hasLot = owner.profile !== null || owner.member !== null;
    const isOwnerHere = hasLot && this.#isIn(owner, wallet, row);
    const who = whoOf(row.profile_id, row.member_id);
    if (who.profile !== null) return this.#isIn(who, wallet, row) || !isOwnerHere ? this.#sideOf(who, row) : ownedBy;
    if (who.member === null) return hasLot ? ownedBy : "staying";
    const recorded = row.recorded ?? row;
    const stood = this.#timeline.rootOf(who.member, recorded);
    if (this.#alone.isTheirs(stood, recorded)) return "leaving";
    const wasOwnerThere = hasLot && this.#isIn(owner, stood, recorded);
    return wasOwnerThere && isOwnerHere ? ownedBy : this.#sideOf(who, row);
  }
}
