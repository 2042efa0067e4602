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
export async function outstandingOf(api: Api, memberIds: readonly string[]): Promise<Outstanding> {
  const total: Outstanding = { pending: 0n, available: 0n, held: 0n, debt: 0n, debtors: 0 };
  for (let first = 0; first < memberIds.length; first += SIDE_BY_SIDE) {
    const some = memberIds.slice(first, first + SIDE_BY_SIDE);
    for (const { pending, available, held, debt } of await Promise.all(some.map((id) => balanceOf(api, id)))) {
      total.pending += pending;
      total.available += available;
      total.held += held;
      total.debt += debt;
      if (debt > 0n) total.debtors += 1;
    }
  }
  return total;
}

export async function balanceOf(api: Api, memberId: string): Promise<Balance> {
  return bodyOf(Balance, await api.get(`/v1/members/${memberId}/balance`), "a balance");
}
