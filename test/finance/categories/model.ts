/**
 * Another way to the turnovers by category, which shares no code with the ledger: the journal is gone through operation by operation,
 * and of every line of a receipt each unit is followed, with what it has earned and of whose bonuses it was paid.
 */
import type { TestDatabase } from "../../support/database/database.ts";

interface Operation {
  readonly operation_id: string;
  readonly name: string;
  readonly status: number;
  readonly store_id: string | null;
  readonly day: string;
  readonly position: bigint;
  readonly answer: string;
  readonly events: string | null;
}

interface Unit {
  readonly category: string;
  readonly earned: bigint;
  /** By whose bonuses. */
  readonly spent: ReadonlyMap<string, bigint>;
  isBack: boolean;
}

interface Sold {
  readonly brand: string;
  readonly lines: ReadonlyMap<string, readonly Unit[]>;
}

const uuid = (id: string): string => id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
const minor = (text = "0.00"): bigint => BigInt(text.replace(".", ""));

interface LineJson {
  readonly id: string;
  readonly cat: string;
  readonly qty: string;
  readonly price: string;
  readonly total: string;
  readonly spend?: string;
  readonly earn?: string;
  readonly parts?: readonly (readonly [string, string, string])[];
}

/** The cheaper units, in money, come first; what is not paid in money was paid with bonuses. */
function unitsOf(line: LineJson): Unit[] {
  const count = Number.isInteger(Number(line.qty)) ? Number(line.qty) : 1;
  const [spend, total, earned] = [minor(line.spend), minor(line.total), minor(line.earn)];
  const queue = (line.parts ?? []).map(([, issuer, amount]) => ({ issuer, left: minor(amount) }));
  const paid = total - spend;
  const units = BigInt(count);
  return Array.from({ length: count }, (_, index) => {
    const place = BigInt(index);
    const money = paid / units + (place >= units - (paid % units) ? 1n : 0n);
    let left = (count === 1 ? total : minor(line.price)) - money;
    const spent = new Map<string, bigint>();
    while (left > 0n) {
      const [first] = queue;
      if (first === undefined) throw new Error("more is paid than the lots had");
      const taken = first.left < left ? first.left : left;
      spent.set(first.issuer, (spent.get(first.issuer) ?? 0n) + taken);
      first.left -= taken;
      left -= taken;
      if (first.left === 0n) queue.shift();
    }
    const share = (upTo: bigint) => (earned * upTo) / units;
    return { category: line.cat, earned: share(place + 1n) - share(place), spent, isBack: false };
  });
}

/** By `entity day event store category`. */
export async function modelOf({ sql }: TestDatabase, isDue: (event: string) => boolean): Promise<Map<string, bigint>> {
  const told = new Map<string, bigint>();
  const operations = await sql<
    Operation[]
  >`select operation_id, name, status, store_id, position, accounting_date::text as day,
    answer::text as answer, events::text as events from operations where refusal is null order by position, place`;
  const transfers = new Map<string, { entity: string; event: string; amount: bigint; due_day: string }[]>();
  for (const row of await sql<
    { operation_id: string; entity: string; event: string; amount: bigint; due_day: string }[]
  >`select operation_id, entity, event, amount, ((occurred_at at time zone 'Europe/Moscow')::date)::text as due_day from transfers`) {
    transfers.set(row.operation_id, [...(transfers.get(row.operation_id) ?? []), row]);
  }
  const closes = await sql<
    { position: bigint; day: string }[]
  >`select position, open_from::text as day from book_changes order by position`;
  const sold = new Map<string, Sold>();
  for (const { id, brand, lines } of await sql<
    { id: string; brand: string; lines: string }[]
  >`select purchase_id as id, brand, lines::text as lines from purchases`) {
    const parsed = JSON.parse(lines) as LineJson[];
    sold.set(id, { brand, lines: new Map(parsed.map((line) => [line.id, unitsOf(line)])) });
  }
  const returns = new Map<string, { sale: Sold; units: Unit[]; offSuspense: boolean }>();
  for (const { id, purchase, lines, from } of await sql<
    { id: string; purchase: string; lines: string; from: bigint }[]
  >`select return_id as id, purchase_id as purchase, lines::text as lines, from_suspense as from from returns`) {
    const sale = sold.get(purchase);
    if (sale === undefined) throw new Error("no sale");
    const parsed = JSON.parse(lines) as { id: string; ranges: [string, string][] }[];
    const units = parsed.flatMap((line) =>
      line.ranges.flatMap(([low, high]) => sale.lines.get(line.id)?.slice(Number(low), Number(high)) ?? []),
    );
    returns.set(id, { sale, units, offSuspense: from > 0n });
  }

  for (const operation of operations) {
    const { operation_id: id, name, status, position } = operation;
    const opened = closes.findLast((close) => close.position <= position)?.day ?? "";
    const on = (day: string) => (day > opened ? day : opened);
    const store = operation.store_id ?? "";
    const moved = transfers.get(id) ?? [];
    const ofLines = new Map<string, bigint>();
    const add = (key: string, amount: bigint) => told.set(key, (told.get(key) ?? 0n) + amount);
    const move = (entity: string, event: string, category: string, amount: bigint) => {
      if (amount === 0n) return;
      add([entity, on(operation.day), event, store, category].join("|"), amount);
      ofLines.set(`${entity}|${event}`, (ofLines.get(`${entity}|${event}`) ?? 0n) + amount);
    };
    const has = (event: string) => moved.some((transfer) => transfer.event === event);
    const moveUnits = (
      { brand }: Sold,
      units: readonly Unit[],
      events: { earned: string; spent: string },
      others = true,
    ) => {
      for (const { category, earned, spent } of units) {
        move(brand, events.earned, category, earned);
        for (const [issuer, amount] of spent) {
          move(brand, events.spent, category, amount);
          if (issuer !== brand && others) move(issuer, events.spent, category, amount);
        }
      }
    };
    const unitsIn = (sale: Sold) => [...sale.lines.values()].flat();
    const bringBack = (returnId: string) => {
      const back = returns.get(returnId);
      if (back === undefined) throw new Error("no return");
      moveUnits(back.sale, back.units, { earned: "clawback", spent: "unspend" });
      for (const unit of back.units) unit.isBack = true;
    };
    const answer = JSON.parse(operation.answer) as Record<string, unknown>;
    const events = JSON.parse(operation.events ?? "[]") as { name: string; data: Record<string, string | null> }[];
    if (name === "purchase" || name === "order-pickup") {
      const sale = sold.get(id);
      if (sale === undefined) throw new Error("no sale");
      moveUnits(sale, unitsIn(sale), { earned: has("suspension") ? "suspension" : "grant", spent: "spend" });
      for (const event of events) if (event.name === "return.made") bringBack(uuid(event.data["returnId"] ?? ""));
    }
    if ((name === "return" || name === "return-by-receipt") && status === 201) bringBack(id);
    if (name === "reversal" && answer["outcome"] === "reversed") {
      const { kind, purchaseId, returnId } = events[0]?.data ?? {};
      if (kind === "purchase") {
        const sale = sold.get(uuid(purchaseId ?? ""));
        if (sale === undefined) throw new Error("no sale");
        const left = unitsIn(sale).filter((unit) => !unit.isBack);
        moveUnits(sale, left, { earned: "clawback", spent: "unspend" });
        for (const unit of left) unit.isBack = true;
      } else if (returnId !== null) {
        const back = returns.get(uuid(returnId ?? ""));
        if (back === undefined) throw new Error("no return");
        const earned = ["grant", "suspension"].find((event) => back.offSuspense && has(event)) ?? "clawback_reversal";
        moveUnits(back.sale, back.units, { earned, spent: "spend_reversal" }, false);
        for (const unit of back.units) unit.isBack = false;
      }
    }
    if (name === "claim") {
      for (const { purchaseId, lot } of answer["receipts"] as { purchaseId: string; lot: object | null }[]) {
        const sale = sold.get(uuid(purchaseId));
        if (sale === undefined) throw new Error("no sale");
        if (lot === null) continue;
        for (const unit of unitsIn(sale)) if (!unit.isBack) move(sale.brand, "claim", unit.category, unit.earned);
      }
    }
    const all = new Map<string, bigint>();
    for (const { entity, event, amount, due_day: due } of moved) {
      const key = isDue(event) ? [entity, on(due), event, "", ""].join("|") : `${entity}|${event}`;
      if (isDue(event)) add(key, amount);
      else all.set(key, (all.get(key) ?? 0n) + amount);
    }
    for (const key of new Set([...all.keys(), ...ofLines.keys()])) {
      const rest = (all.get(key) ?? 0n) - (ofLines.get(key) ?? 0n);
      if (rest < 0n) throw new Error(`${name} ${id}: lines say ${-rest} more of ${key} than was moved`);
      const [entity = "", event = ""] = key.split("|");
      if (rest > 0n) add([entity, on(operation.day), event, store, ""].join("|"), rest);
    }
  }
  return told;
}
