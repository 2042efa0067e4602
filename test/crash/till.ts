/**
 * One till: sells, takes back, reverses, holds and redeems, joins members and parts them, each of them what must succeed, or may
 * be refused for lack of bonuses.
 */
import type { Judged } from "../../src/engine/outcome.ts";
import { formatInstant } from "../../src/kernel/clock.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import type { Client } from "./client.ts";

const SPENT = { storeId: "M-1", reference: "crash" };
const GIFT = { kind: "promo", reason: "crash", reference: "crash" };

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
    if (dice < 0.1) await this.#join(memberId);
    else if (dice < 0.4) await this.#sale(memberId);
    else if (dice < 0.6) await this.#hold(memberId);
    else if (dice < 0.8) await this.#ask("accrual", { memberId, brand: "eldorado", amount: "50.00", ...GIFT });
    else await this.#ask("redemption", { memberId, brand: "mvideo", amount: "40.00", ...SPENT });
  }

  /** A sale of three units; then perhaps a return of one, then perhaps a reversal of it all. */
  async #sale(memberId: MemberId): Promise<void> {
    const occurredAt = formatInstant(Date.now());
    const receipt = this.#receipt();
    const lines = [{ lineId: "1", sku: "tv-1", category: "tv", quantity: "3", unitPrice: "100.00" }];
    const sale = { receipt, channel: "pos", memberId, lines, spend: "max", occurredAt };
    const { purchaseId } = parse(await this.#ask("purchase", sale)) as { purchaseId: string };
    if (this.#random() < 0.5) {
      const back = { receipt: this.#receipt(), lines: [{ lineId: "1", quantity: "1" }], occurredAt };
      parse(await this.#ask("return", back, { purchaseId }));
    }
    if (this.#random() < 0.3) {
      const answer = await this.#ask("reversal", { receipt, kind: "purchase" });
      const { outcome } = parse(answer) as { outcome: string };
      if (outcome !== "reversed") throw new Error(`a sale that was acknowledged is ${outcome}`);
    }
  }

  /** A hold that this till alone ends: if it was placed, its end cannot be refused. */
  async #hold(memberId: MemberId): Promise<void> {
    const expiresAt = formatInstant(Date.now() + 600_000);
    const held = await this.#ask("hold", { memberId, brand: "mvideo", amount: "30.00", expiresAt, reference: "crash" });
    if (held.kind === "refused") return;
    const { holdId } = parse(held) as { holdId: string };
    parse(await this.#ask(this.#random() < 0.5 ? "hold-capture" : "hold-release", {}, { holdId }));
  }

  /** Somebody new becomes part of a member that all sell to; has spent something there; and leaves again. */
  async #join(memberId: MemberId): Promise<void> {
    const numbers = [...this.#name.matchAll(/\d+/g), [`${this.#asked}`]].map(([number = ""]) =>
      number.padStart(5, "0"),
    );
    const card = { kind: "card", value: `2900${numbers.join("")}` };
    const profile = { brand: "mvideo", externalId: card.value, identifiers: [{ ...card, verified: true }], person: {} };
    const other = parse(await this.#ask("profile-registration", profile)) as { memberId: MemberId };
    await this.#ask("accrual", { identifier: card, brand: "mvideo", amount: "50.00", ...GIFT });
    const pair = { memberIds: [memberId, other.memberId], reason: "crash" };
    const { mergeId } = parse(await this.#ask("merge", pair)) as { mergeId: string };
    await this.#ask("redemption", { identifier: card, brand: "mvideo", amount: "20.00", ...SPENT });
    const { leavingId } = parse(await this.#ask("unmerge", { reason: "crash" }, { mergeId })) as { leavingId: string };
    if (leavingId !== other.memberId) throw new Error(`${leavingId} has left, and not ${other.memberId}`);
  }

  #ask(operation: string, body: object, params = {}): Promise<Judged> {
    return this.#client.ask(`${this.#name}-${(this.#asked += 1)}`, { operation, body, params });
  }

  #receipt() {
    return { brand: "mvideo", storeId: "M-1", terminalId: this.#name, shift: "1", number: `${(this.#asked += 1)}` };
  }
}

/** The answer of what had to be accepted. */
export function parse(judged: Judged): unknown {
  if (judged.kind !== "accepted") throw new Error(`refused wrongly: ${judged.code} ${JSON.stringify(judged.data)}`);
  return JSON.parse(judged.answer);
}
