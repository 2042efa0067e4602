/** Debts that lots have paid, summed lot by lot. */
import type { Bonus } from "../../../kernel/amount.ts";
import type { LotId } from "../../../kernel/ids.ts";
import type { Brand } from "../../../ledger/account.ts";
import type { Side } from "./shares.ts";

/** A debt of one side that a lot of the other has paid. */
export interface Repaid {
  readonly lotId: LotId;
  /** To whom it was owed. */
  readonly entity: Brand;
  readonly amount: Bonus;
  /** Of a lot of both: whose share of it has paid. */
  readonly share: Side | null;
}

type OfLot = Pick<Repaid, "lotId" | "entity" | "share">;

const keyOf = ({ lotId, entity, share }: OfLot): string => `${lotId}|${entity}|${share}`;

/** What a lot has paid so far. */
export const amountIn = (sums: ReadonlyMap<string, Repaid>, of: OfLot): Bonus => sums.get(keyOf(of))?.amount ?? 0n;

/** Adds to it, or (-1n) takes away from it. */
export function addTo(sums: Map<string, Repaid>, { lotId, entity, share, amount }: Repaid, sign: 1n | -1n = 1n): void {
  const sum = amountIn(sums, { lotId, entity, share }) + sign * amount;
  sums.set(keyOf({ lotId, entity, share }), { lotId, entity, share, amount: sum });
}
