/** A purchase as a request about it has found it: whose it is by now, and which wallets and lots it concerns. */
import { as, type LotId, type MemberId, type OperationId, type ProfileId, type PurchaseId } from "../../kernel/ids.ts";
import type { CommandContext, Needs } from "../../engine/definition/context.ts";
import type { Reader } from "../../engine/connection/reader.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import { type Owner, ownerOf, ownersOfLots, type Recorded } from "../../members/owner.ts";
import type { Seeing } from "../../members/representing/acting.ts";
import { begunBy as begunOf } from "../../members/representing/given-back.ts";
import type { RepresentativeUse } from "../../members/representing/link.ts";
import { standingThen } from "../../members/standing-then.ts";
import type { Order } from "./order-document.ts";
import { storedOrder } from "./order-store.ts";
import { lotsOf, type Purchase } from "./purchase-document.ts";

export interface FoundPurchase {
  readonly purchaseId: PurchaseId;
  /** In whose wallet it was recorded. */
  readonly recordedFor: MemberId | null;
  readonly profileId: ProfileId | null;
  /** Whose it is. */
  readonly memberId: MemberId | null;
  readonly foundBy: Owner["foundBy"];
  readonly lotsFrom: readonly MemberId[];
  readonly lots: readonly LotId[];
  /** Lots of others whose bonuses it has spent while they were one member, and to whom they go back. */
  readonly elsewhere: ReadonlyMap<LotId, MemberId>;
  /** How a representative has spent for it; null where none has. */
  readonly actedBy: RepresentativeUse | null;
  /** Whether the representative who has bought or ordered it may see the balance; null where none has. */
  readonly begunBy: Seeing | null;
}

interface Also {
  /** What else is named of it, such as a return's lots, and in whose wallet that was made. */
  readonly lots?: readonly LotId[];
  readonly memberId?: MemberId | null;
  /** Its order, where that has been read already. */
  readonly order?: Order | undefined;
}

export async function findPurchase(reader: Reader, purchase: Purchase, also: Also = {}): Promise<FoundPurchase> {
  const { id: purchaseId, memberId: recordedFor, profileId } = purchase;
  const lots = [...new Set([...lotsOf(purchase), ...(also.lots ?? [])])];
  const [first, begunBy] = await Promise.all([
    firstRecord(reader, purchase, also.order),
    begunOf(reader, purchase, as("opn", purchase.orderId ?? purchase.id)),
  ]);
  const owner = await ownerOf(reader, first);
  const burnt = owner === null ? new Map<LotId, Owner>() : await ownersOfBurnt(reader, purchase, first, owner.memberId);
  const others = [...burnt].filter(([, { memberId }]) => memberId !== owner?.memberId);
  const from = [
    ...(owner?.lotsFrom ?? []),
    ...(recordedFor === null ? [] : [recordedFor]),
    ...(also.memberId === undefined || also.memberId === null ? [] : [also.memberId]),
  ];
  return {
    purchaseId,
    recordedFor,
    profileId,
    memberId: owner?.memberId ?? null,
    foundBy: [...(owner?.foundBy ?? []), ...[...burnt.values()].flatMap(({ foundBy }) => foundBy)],
    lotsFrom: [...new Set(from)].filter((id) => id !== owner?.memberId),
    lots,
    elsewhere: new Map(others.map(([lot, { memberId }]) => [lot, memberId])),
    // Of goods that were ordered the order has counted what was put aside.
    actedBy: purchase.spent === 0n || purchase.orderId !== null ? null : begunBy,
    begunBy,
  };
}

/** As what goes on was recorded first: what is collected, as its order. */
interface FirstRecord extends Recorded {
  readonly operationId: OperationId;
}

async function firstRecord(
  reader: Reader,
  { id, memberId, profileId, orderId }: Purchase,
  known: Order | undefined,
): Promise<FirstRecord> {
  // What waits for a card is nobody's until it is claimed, though its order may be somebody's by then.
  const isByOrder = orderId !== null && memberId !== null && profileId === null;
  const order = isByOrder ? (known ?? (await storedOrder(reader, orderId))) : undefined;
  const isHis = order !== undefined && order.memberId !== null;
  if (!isHis) return { memberId, profileId, operationId: as("opn", id) };
  return { memberId: order.memberId, profileId: order.profileId, operationId: as("opn", order.id) };
}

/**
 * What a member had spent who was named by id is charged to nobody in particular when members part: it stays with the lots
 * that were burnt, and goes back to whoever has those. What was recorded before two were one, or spent after they had parted,
 * out of what a hold had taken along, is his own: he has made it good.
 */
async function ownersOfBurnt(
  reader: Reader,
  { id, memberId, profileId, spent, lines }: Purchase,
  first: FirstRecord,
  ownerId: MemberId,
): Promise<Map<LotId, Owner>> {
  if (profileId !== null || memberId === null || spent === 0n) return new Map();
  const lots = [...new Set(lines.flatMap(({ parts }) => parts.map(({ lotId }) => lotId)))];
  const owners = await ownersOfLots(reader, memberId, lots);
  const others = [...owners.values()].filter((owner) => owner.memberId !== ownerId);
  const ones = [...new Set(others.flatMap(({ foundBy }) => foundBy.map(({ by }) => by)))];
  const own = { memberId, operationId: as("opn", id) };
  const times = first.operationId === own.operationId ? [own] : [first, own];
  const wereOne = await Promise.all(
    ones.map(async (one) => {
      const then = await Promise.all(times.map(({ operationId }) => standingThen(reader, one, operationId)));
      return times.every((time, index) => then[index] === time.memberId);
    }),
  );
  const apart = new Set<string>(ones.filter((_, index) => wereOne[index] !== true));
  return new Map([...owners].filter(([, { foundBy }]) => !foundBy.some(({ by }) => apart.has(by))));
}

/** Whether a purchase is still as it was found: a receipt on suspense may have found its member meanwhile, or made its lot. */
export const isAsFound = ({ memberId, lotId }: Purchase, { recordedFor, lots }: FoundPurchase): boolean =>
  memberId === recordedFor && (lotId === null || lots.includes(lotId));

/** What a command about it needs of wallets; `others`: those of whom it concerns besides. */
export function walletsOf(
  { memberId, elsewhere, foundBy, lots, lotsFrom }: FoundPurchase,
  others: readonly MemberId[] = [],
) {
  const wallets = memberId === null ? [] : [...new Set([memberId, ...elsewhere.values(), ...others])];
  // One of them may never have had a lot that was another's when it was spent, and has ended since.
  const from = wallets.length > 1 ? [...new Set([...wallets, ...lotsFrom])] : lotsFrom;
  return { wallets, foundBy, lots, lotsFrom: from } satisfies Needs;
}

/** The wallet into which a lot's bonuses go back: the owner's, but for lots of others. */
export type BackTo = (lotId: LotId) => WalletDraft | undefined;

export const backTo =
  (context: CommandContext, member: WalletDraft | undefined, { elsewhere }: Pick<FoundPurchase, "elsewhere">): BackTo =>
  (lotId) => {
    const other = elsewhere.get(lotId);
    return other === undefined ? member : context.wallet(other);
  };
