/** The members and the commands of the comparison: made up, and the same each time for the same seed. */
import { accrue } from "../../bonuses/accrue.ts";
import { bucketOf, isId, type MemberId, newUuid } from "../../kernel/ids.ts";
import type { Desk } from "../../members/desk.ts";
import { register } from "../../members/register.ts";
import { type Judged, type SaleBody, sellAtCounter } from "../../sales/counter.ts";

const CLIENT = "cli_00000000000070008000000000000000";
export const STORES = { mvideo: "BENCH-M", eldorado: "BENCH-E" } as const;

/** A small generator of numbers that look like chance (mulberry32): fast, and repeatable. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

let numbers = 0;
export const nextNumber = (): string => `${process.pid}-${(numbers += 1)}`;

const caller = () => ({ clientId: CLIENT, idempotencyKey: nextNumber(), anyAge: false });

/** Registers members and gives each two lots of bonuses, through the engine itself. */
export async function settle(desk: Desk, count: number, amount: bigint): Promise<MemberId[]> {
  const members: MemberId[] = [];
  const atOnce = 512;
  let next = 0;
  const worker = async () => {
    while (next < count) {
      next += 1;
      const bucket = next % 1024;
      const outcome = await desk.engine.run({
        command: register,
        input: {
          brand: "mvideo",
          externalId: nextNumber(),
          identifiers: [],
          person: {},
          consents: {},
          storeId: null,
          expected: null,
        },
        operationId: `opn_${newUuid(bucket)}`,
        bucket,
        clientId: CLIENT,
        idempotencyKey: nextNumber(),
        asked: { operation: "profile", body: null },
      });
      const memberId = String(must(outcome as Judged)["memberId"]);
      if (!isId("mbr", memberId)) throw new Error("no member was made");
      for (const brand of ["mvideo", "eldorado"]) await give(desk, memberId, amount, brand);
      members.push(memberId);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return members;
}

/** Grants bonuses that can be spent at once. */
export async function give(desk: Desk, memberId: MemberId, amount: bigint, brand: string): Promise<void> {
  const bucket = bucketOf(memberId);
  const activeAt = desk.clock.now() - 1000;
  must(
    (await desk.engine.run({
      command: accrue,
      input: { memberId, amount, brand, kind: "promo", activeAt, expiresAt: null },
      operationId: `opn_${newUuid(bucket)}`,
      bucket,
      clientId: CLIENT,
      idempotencyKey: nextNumber(),
      asked: { operation: "accrual", body: null },
    })) as Judged,
  );
}

/** A receipt of two lines; four in ten spend a little. */
export function saleOf(memberId: MemberId, random: () => number, occurredAt: number): SaleBody {
  const brand = random() < 0.5 ? "mvideo" : "eldorado";
  const line = { sku: "10031234", quantity: 1000n, noEarn: false, noSpend: false };
  return {
    receipt: { brand, storeId: STORES[brand], terminalId: "1", shift: "1", number: nextNumber() },
    channel: "pos",
    memberId,
    lines: [
      { ...line, lineId: "1", category: "tv", unitPrice: BigInt(1_000 + Math.floor(random() * 100_000)) * 100n },
      { ...line, lineId: "2", category: "cable", unitPrice: 49_900n },
    ],
    spend: random() < 0.4 ? 100n : 0n,
    occurredAt,
  };
}

/** Sells in process, as the counter does behind HTTP. */
export async function sellOne(desk: Desk, memberId: MemberId, random: () => number): Promise<void> {
  const outcome = await sellAtCounter(desk, caller(), saleOf(memberId, random, desk.clock.now()));
  if (outcome.kind !== "accepted") throw new Error(`refused: ${JSON.stringify(outcome)}`);
}

/** The answer of what was accepted; anything else ends the comparison. */
function must(outcome: Judged): Readonly<Record<string, unknown>> {
  if (outcome.kind !== "accepted") throw new Error(`refused: ${JSON.stringify(outcome)}`);
  return JSON.parse(outcome.answer) as Record<string, unknown>;
}
