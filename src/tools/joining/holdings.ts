/** What customers have, read lot by lot: the ids of lots differ from run to run, whose they are and when they end do not. */
import { z } from "zod";
import { type Api, bodyOf } from "../client/api.ts";
import { Amount } from "../client/wire.ts";
import { balanceOf } from "../report/balances.ts";

const Lots = z.object({
  items: z.array(
    z.object({
      issuer: z.string(),
      pending: Amount,
      available: Amount,
      held: Amount,
      activeAt: z.string(),
      expiresAt: z.string(),
    }),
  ),
  nextCursor: z.string().nullable(),
});

export interface Holdings {
  /** What is in lots of one issuer that begin and end at the same time. */
  readonly lots: ReadonlyMap<string, bigint>;
  /** In all lots. */
  readonly left: bigint;
  readonly byIssuer: ReadonlyMap<string, bigint>;
  readonly debt: bigint;
}

/** What there is of each issuer by its beginning, whenever it ends. */
export function amountsOf({ lots }: Holdings): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const [key, amount] of lots) add(sums, key.slice(0, key.indexOf(" to ")), amount);
  return sums;
}

/** Of the same amounts: whether what the one has ends no later, lot by lot in the order of their ends. */
export function isEarlier(one: Holdings, other: Holdings): boolean {
  return [...amountsOf(one).keys()].every((begin) => {
    const ends = (holdings: Holdings): string[] =>
      [...holdings.lots.keys()].filter((key) => key.startsWith(`${begin} to `)).sort();
    const [own, others] = [ends(one), ends(other)];
    return own.every((end, place) => end <= (others[Math.min(place, others.length - 1)] ?? ""));
  });
}

export const worthOf = ({ left, debt }: Pick<Holdings, "left" | "debt">): bigint => left - debt;

/** What one customer has, as one member or as several. */
export async function holdingsOf(api: Api, memberIds: readonly string[]): Promise<Holdings> {
  const lots = new Map<string, bigint>();
  const byIssuer = new Map<string, bigint>();
  let [left, debt] = [0n, 0n];
  for (const memberId of memberIds) {
    debt += (await balanceOf(api, memberId)).debt;
    for (const lot of await lotsOf(api, memberId)) {
      const amount = lot.pending + lot.available + lot.held;
      if (amount === 0n) continue;
      left += amount;
      add(lots, `${lot.issuer} from ${lot.activeAt} to ${lot.expiresAt}`, amount);
      add(byIssuer, lot.issuer, amount);
    }
  }
  return { lots, left, byIssuer, debt };
}

async function lotsOf(api: Api, memberId: string): Promise<z.infer<typeof Lots>["items"]> {
  const lots: z.infer<typeof Lots>["items"] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? "" : `&cursor=${cursor}`;
    const page = await api.get(`/v1/members/${memberId}/lots?limit=200${after}`);
    const { items, nextCursor } = bodyOf(Lots, page, "a member's lots");
    lots.push(...items);
    cursor = nextCursor;
  } while (cursor !== null);
  return lots;
}

/** Adds to what there is under a key. */
function add(sums: Map<string, bigint>, key: string, amount: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + amount);
}
