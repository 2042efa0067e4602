/** One till: sells, takes back, reverses, holds and redeems, each of them what must succeed, or may be refused for lack of bonuses. */
import type { HoldId, MemberId } from "../../src/kernel/ids.ts";
import type { Judged } from "../../src/sales/counter.ts";
import type { Receipt } from "../../src/sales/receipt.ts";
import type { SaleAnswer } from "../../src/sales/sell.ts";
import type { Client } from "./client.ts";

/** Numbers that look random and are the same for the same seed, from 0 to below 1 (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export class Till {
  readonly #client: Client;
  readonly #name: string;
  readonly #members: readonly MemberId[];
  readonly #random: () => number;
  #asked = 0;

  constructor(client: Client, name: string, members: readonly MemberId[], seed: number) {
    this.#client = client;
    this.#name = name;
    this.#members = members;
    this.#random = randomOf(seed);
  }

  /** Works until told to stop; whatever it has begun is acknowledged in the end. */
  async work(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) await this.#one();
  }

  async #one(): Promise<void> {
    const memberId = this.#members[Math.floor(this.#random() * this.#members.length)] as MemberId;
    const dice = this.#random();
    if (dice < 0.4) await this.#sale(memberId);
    else if (dice < 0.6) await this.#hold(memberId);
    else if (dice < 0.8) await this.#client.ask(this.#key(), { kind: "accrual", memberId, amount: 5_000n });
    else await this.#client.ask(this.#key(), { kind: "redemption", memberId, amount: 4_000n });
  }

  /** A sale of three units; then perhaps a return of one, then perhaps a reversal of it all. */
  async #sale(memberId: MemberId): Promise<void> {
    const occurredAt = Date.now();
    const receipt = this.#receipt();
    const item = { lineId: "1", sku: "tv-1", category: "tv", noEarn: false, noSpend: false };
    const lines = [{ ...item, quantity: 3_000n, unitPrice: 10_000n }];
    const body = { receipt, channel: "pos" as const, memberId, lines, spend: "max" as const, occurredAt };
    const { purchaseId } = parse(await this.#client.ask(this.#key(), { kind: "sale", body })) as SaleAnswer;
    if (this.#random() < 0.5) {
      const back = { receipt: this.#receipt(), lines: [{ lineId: "1", quantity: 1_000n }], occurredAt };
      parse(await this.#client.ask(this.#key(), { kind: "return", purchaseId, body: back }));
    }
    if (this.#random() < 0.3) {
      const answer = await this.#client.ask(this.#key(), { kind: "reversal", body: { receipt, kind: "purchase" } });
      const { outcome } = parse(answer) as { outcome: string };
      if (outcome !== "reversed") throw new Error(`a sale that was acknowledged is ${outcome}`);
    }
  }

  /** A hold that this till alone ends: if it was placed, its end cannot be refused. */
  async #hold(memberId: MemberId): Promise<void> {
    const expiresAt = Date.now() + 600_000;
    const held = await this.#client.ask(this.#key(), { kind: "hold", memberId, amount: 3_000n, expiresAt });
    if (held.kind === "refused") return;
    const { holdId } = parse(held) as { holdId: HoldId };
    const kind = this.#random() < 0.5 ? "capture" : "release";
    parse(await this.#client.ask(this.#key(), { kind, memberId, holdId }));
  }

  #key(): string {
    return `${this.#name}-${(this.#asked += 1)}`;
  }

  #receipt(): Receipt {
    return { brand: "mvideo", storeId: "M-1", terminalId: this.#name, shift: "1", number: `${(this.#asked += 1)}` };
  }
}

/** The answer of what had to be accepted. */
export function parse(judged: Judged): unknown {
  if (judged.kind !== "accepted") throw new Error(`refused wrongly: ${judged.code} ${JSON.stringify(judged.data)}`);
  return JSON.parse(judged.answer);
}
