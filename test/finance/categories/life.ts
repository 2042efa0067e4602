/** A random life of receipts of several lines and categories: sold, ordered, collected in parts, brought back, undone and claimed, while months are closed. */
import { formatInstant } from "../../../src/kernel/clock.ts";
import { localDate } from "../../../src/kernel/zone.ts";
import type { Actor } from "../../../src/engine/actor.ts";
import { periodClose } from "../../../src/finance/periods/close.ts";
import { returnByReceipt } from "../../../src/sales/return/return-by-receipt.ts";
import { reversal } from "../../../src/sales/reversal/reversal.ts";
import { purchase } from "../../../src/sales/purchase/purchase.ts";
import { newTestKey, TILL, type TestLedger } from "../../support/ledger.ts";
import { TestOrders } from "../../support/town-orders.ts";
import { registered } from "../../support/town-joining.ts";
import { DAY_MS } from "../../support/town.ts";

export const CATEGORIES = ["tv", "kettles", "cables", "gift-card"];
const BRANDS = ["mvideo", "eldorado"];

interface Receipt {
  readonly brand: string;
  readonly storeId: string;
  readonly terminalId: string;
  readonly shift: string;
  readonly number: string;
}
interface Line {
  readonly lineId: string;
  readonly quantity: string;
}
interface Sale {
  readonly receipt: Receipt;
  readonly lines: readonly Line[];
}

/** Numbers below a bound, the same for the same seed. */
function chanceOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

let numbers = 0;

/** Takes steps by chance; what the ledger refuses is no step. Answers how often each was taken. */
export async function sellAtRandom(ledger: TestLedger, seed: number, steps: number): Promise<Map<string, number>> {
  const below = chanceOf(seed);
  const oneOf = <T>(list: readonly T[]): T | undefined => list[below(list.length)];
  const orders = new TestOrders(ledger);
  const people: Awaited<ReturnType<typeof registered>>[] = [];
  const unknown: { kind: "card"; value: string }[] = [];
  const sales: Sale[] = [];
  const early: Sale[] = [];
  const returns: Receipt[] = [];
  const brand = () => oneOf(BRANDS) ?? "mvideo";
  const now = () => formatInstant(ledger.clock.now());
  const receipt = (of = brand()): Receipt => ({
    brand: of,
    storeId: of === "mvideo" ? "M-1" : "E-1",
    terminalId: "7",
    shift: "1",
    number: `C${seed}-${(numbers += 1)}`,
  });
  const linesOf = (count = below(4) + 1) =>
    Array.from({ length: count }, (_, index) => ({
      lineId: `${index + 1}`,
      sku: `sku-${index}`,
      category: oneOf(CATEGORIES) ?? "tv",
      quantity: oneOf(["1", "2", "3", "1.5"]) ?? "1",
      unitPrice: `${below(900) + 10}.${`${below(100)}`.padStart(2, "0")}`,
    }));
  const accepted = async (step: Promise<{ readonly kind: string }>) =>
    step.then(
      ({ kind }) => kind === "accepted",
      () => false,
    );
  const sell = async (who: object, sale: Sale = { receipt: receipt(), lines: linesOf() }) => {
    const spend = oneOf(["max", "3.33", "0.00"]);
    const body = { channel: "pos", receipt: sale.receipt, lines: sale.lines, occurredAt: now(), ...who };
    const asked = "memberId" in who || "identifier" in who ? spend : "0.00";
    const isSold =
      (await accepted(ledger.ask(purchase, { ...body, spend: asked }))) ||
      (await accepted(ledger.ask(purchase, { ...body, spend: "0.00" })));
    if (isSold) sales.push(sale);
    return isSold;
  };
  const some = ({ lines }: Sale): Line[] =>
    lines
      .filter(() => below(3) > 0)
      .map(({ lineId, quantity }) => ({
        lineId,
        quantity: quantity.includes(".") ? quantity : `${below(Number(quantity)) + 1}`,
      }));
  const bringBack = async (sale: Sale | undefined) => {
    if (sale === undefined) return false;
    const lines = some(sale);
    if (lines.length === 0) return false;
    const own = receipt();
    const body = { original: { receipt: sale.receipt }, receipt: own, lines, occurredAt: now(), reason: "broken" };
    const isBack = await accepted(ledger.ask(returnByReceipt, body));
    if (isBack) returns.push(own);
    return isBack;
  };
  const person = () => oneOf(people);
  const step: Readonly<Record<string, () => Promise<boolean>>> = {
    async registers() {
      people.push(await registered(ledger, brand()));
      return true;
    },
    async bringsTheCard() {
      const card = unknown.shift();
      if (card !== undefined) people.push(await registered(ledger, brand(), [card]));
      return card !== undefined;
    },
    buys: async () => sell({ memberId: person()?.memberId }),
    buysByCard: async () => sell({ identifier: person()?.card }),
    async buysWithUnknownCard() {
      const card = oneOf(unknown) ?? ({ kind: "card", value: newTestKey() } as const);
      if (!unknown.includes(card)) unknown.push(card);
      return sell({ identifier: card });
    },
    buysWithoutCard: () => sell({}),
    bringsBack: () => bringBack(oneOf(sales)),
    bringsBackAgain: () => bringBack(sales.at(-1)),
    async bringsBackBeforeItsSale() {
      const sale = { receipt: receipt(), lines: linesOf() };
      const isParked = await bringBack(sale);
      if (isParked) early.push(sale);
      return isParked;
    },
    async itsSaleComes() {
      const sale = early.shift();
      if (sale === undefined) return false;
      return sell(below(2) === 0 ? { memberId: person()?.memberId } : { identifier: unknown[0] }, sale);
    },
    async isReversed() {
      const sale = oneOf(sales);
      return sale !== undefined && accepted(ledger.ask(reversal, { receipt: sale.receipt, kind: "purchase" }));
    },
    async returnIsReversed() {
      const of = oneOf(returns);
      return of !== undefined && accepted(ledger.ask(reversal, { receipt: of, kind: "return" }));
    },
    async isGiven() {
      const { memberId } = person() ?? {};
      if (memberId === undefined) return false;
      await ledger.give(memberId, BigInt(below(9_000) + 1), brand());
      return true;
    },
    async ordersAndCollects() {
      const { memberId } = person() ?? {};
      if (memberId === undefined) return false;
      const lines = linesOf(3).map((line) => ({ ...line, quantity: "2" }));
      const ready = await orders.ready({ memberId, lines, spend: "max" }).catch(() => undefined);
      if (ready === undefined) return false;
      const visit = async (code: string, fields: object, taken: readonly Line[]) => {
        const made = await orders.collect({ ...ready, pickupCode: code }, fields).catch(() => undefined);
        if (made !== undefined) sales.push({ receipt: made, lines: taken });
        return made !== undefined;
      };
      const [first, ...others] = lines;
      const price = oneOf([{}, { unitPrice: "5.55" }]) ?? {};
      const part = [{ lineId: first?.lineId ?? "1", quantity: "1" }];
      const added = { lines: [{ ...lines[0], lineId: "a", category: "kettles", unitPrice: "88.01" }], spend: "max" };
      const hasPart = await visit(
        ready.pickupCode,
        { lines: part.map((each) => ({ ...each, ...price })), ...(below(2) === 0 ? { added } : {}) },
        part,
      );
      if (below(3) === 0) return hasPart;
      const code = await orders.newCode(ready.orderId).catch(() => "");
      return (await visit(code, {}, [...part, ...others])) || hasPart;
    },
    timePasses() {
      ledger.clock.moveTo(ledger.clock.now() + (below(7) + 1) * DAY_MS);
      return Promise.resolve(true);
    },
    async aMonthIsClosed() {
      const [open] = await ledger.database.sql<{ month: string }[]>`
        select to_char(open_from, 'YYYY-MM') as month from book_changes order by position desc limit 1`;
      if (open === undefined || open.month >= localDate(ledger.clock.now(), "Europe/Moscow").slice(0, 7)) return false;
      const by = (staffId: string): Actor => ({ ...TILL, staffId });
      const close = (staffId: string) =>
        accepted(ledger.ask(periodClose, { reason: "over" }, { actor: by(staffId), params: { month: open.month } }));
      return (await close("anna-1")) && close("boris-2");
    },
  };
  const taken = new Map<string, number>();
  const names = Object.keys(step);
  for (let turn = 0; turn < steps; turn += 1) {
    const name = turn < 6 ? "registers" : turn < 12 ? "isGiven" : (oneOf(names) ?? "");
    if (await step[name]?.()) taken.set(name, (taken.get(name) ?? 0) + 1);
  }
  return taken;
}
