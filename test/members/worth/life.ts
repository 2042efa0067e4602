/** One history of several people: asked of the ledger, and told to the model by what each has asked for and was answered. */
import { accrual } from "../../../src/bonuses/accrual.ts";
import { redemption } from "../../../src/bonuses/redemption.ts";
import { formatAmount } from "../../../src/kernel/amount.ts";
import { purchase } from "../../../src/sales/purchase/purchase.ts";
import { returnById } from "../../../src/sales/return/return-by-id.ts";
import { reversal } from "../../../src/sales/reversal/reversal.ts";
import type { Command } from "./commands.ts";
import { Holds } from "./holds.ts";
import { Orders } from "./orders.ts";
import { amountIn, DAY, pickOf, World } from "./world.ts";

export class Life extends World {
  readonly #holds = new Holds(this);
  readonly #orders = new Orders(this);

  /** What belongs to one person alone. Merges and partings are asked for elsewhere. */
  async play(
    asked: Exclude<Command, { op: "join" | "part" | "thereAndBack" | "leave" | "link" | "wait" }>,
  ): Promise<void> {
    switch (asked.op) {
      case "give":
        return this.#give(asked);
      case "buy":
        return this.#buy(asked);
      case "redeem":
        return this.#redeem(asked);
      case "bring":
        return this.#bring(asked);
      case "reverse":
        return this.#reverse(asked);
      case "hold":
      case "capture":
      case "release":
        return this.#holds.play(asked);
      case "order":
      case "collect":
      case "cancel":
        return this.#orders.play(asked);
      default:
        throw new Error("no such command");
    }
  }

  async #give({ who, brand, roubles, wait, days }: Extract<Command, { op: "give" }>): Promise<void> {
    const begin = this.ledger.clock.now() + wait * DAY;
    await this.ask(accrual, {
      identifier: this.someone(who).card,
      amount: `${roubles}.00`,
      brand,
      kind: "promo",
      activeAt: new Date(begin).toISOString(),
      expiresAt: new Date(begin + days * DAY).toISOString(),
      reason: "test",
      reference: "test",
    });
    this.model.move(who, BigInt(roubles) * 100n);
  }

  /** Three things, of which each earns three per cent of what is paid for it. */
  async #buy({ who, store, roubles, share }: Extract<Command, { op: "buy" }>): Promise<void> {
    const most = (BigInt(roubles) * 3n * 100n) / 2n;
    const wanted = await this.partOf(who, share);
    const spent = wanted < most ? wanted : most;
    const receipt = this.receipt(store);
    const line = { lineId: "1", sku: "a", category: "tv", quantity: "3", unitPrice: `${roubles}.00` };
    const asked = { receipt, channel: "pos", identifier: this.someone(who).card, lines: [line] };
    const answer = await this.ask(purchase, { ...asked, spend: formatAmount(spent), occurredAt: this.now() });
    if (answer === undefined) return;
    this.sold(who, receipt, answer, 3);
  }

  async #redeem({ who, store, share }: Extract<Command, { op: "redeem" }>): Promise<void> {
    const amount = await this.partOf(who, share);
    if (amount === 0n) return;
    const at = { brand: store.startsWith("M") ? "mvideo" : "eldorado", storeId: store };
    const body = { identifier: this.someone(who).card, amount: formatAmount(amount), ...at, reference: "test" };
    if ((await this.ask(redemption, body)) !== undefined) this.model.move(who, -amount);
  }

  async #bring({ pick, store, units }: Extract<Command, { op: "bring" }>): Promise<void> {
    const sale = pickOf(this.sales, pick);
    const count = Math.min(units, (sale?.units ?? 0) - (sale?.back ?? 0));
    if (sale === undefined || count <= 0) return;
    const lines = [{ lineId: "1", quantity: `${count}` }];
    const body = { receipt: this.receipt(store), lines, occurredAt: this.now() };
    const answer = await this.ask(returnById, body, { purchaseId: sale.id });
    if (answer === undefined) return;
    const [back, clawed] = [amountIn(answer, "bonusesBack"), amountIn(answer, "clawedBack")];
    sale.back += count;
    sale.spent -= back;
    sale.earned -= clawed;
    this.model.move(sale.by, back - clawed);
  }

  async #reverse({ pick }: Extract<Command, { op: "reverse" }>): Promise<void> {
    const sale = pickOf(this.sales, pick);
    if (sale === undefined) return;
    const answer = await this.ask(reversal, { receipt: sale.receipt, kind: "purchase" });
    if (answer?.["outcome"] !== "reversed") return;
    this.sales.splice(this.sales.indexOf(sale), 1);
    this.model.move(sale.by, sale.spent - sale.earned);
  }
}
