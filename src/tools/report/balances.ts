/** Balances of many members, as they are now, added up. */
import type { Api } from "../client/api.ts";
import { bodyOf } from "../client/api.ts";
import { Balance } from "../client/wire.ts";

export interface Outstanding {
  pending: bigint;
  available: bigint;
  held: bigint;
  debt: bigint;
  debtors: number;
}

const SIDE_BY_SIDE = 16;

/** Asks for each member's balance. */
export async function balancesOf(api: Api, memberIds: readonly string[]): Promise<Map<string, Balance>> {
  const balances = new Map<string, Balance>();
  for (let first = 0; first < memberIds.length; first += SIDE_BY_SIDE) {
    const some = memberIds.slice(first, first + SIDE_BY_SIDE);
    const found = await Promise.all(some.map((id) => balanceOf(api, id)));
    some.forEach((id, place) => balances.set(id, found[place] as Balance));
  }
  return balances;
}

/** Balances, added up. */
export function outstandingIn(balances: ReadonlyMap<string, Balance>): Outstanding {
  const total: Outstanding = { pending: 0n, available: 0n, held: 0n, debt: 0n, debtors: 0 };
  for (const { pending, available, held, debt } of balances.values()) {
    total.pending += pending;
    total.available += available;
    total.held += held;
    total.debt += debt;
    if (debt > 0n) total.debtors += 1;
  }
  return total;
}

export async function balanceOf(api: Api, memberId: string): Promise<Balance> {
  return bodyOf(Balance, await api.get(`/v1/members/${memberId}/balance`), "a balance");
}
