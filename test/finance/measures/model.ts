/**
 * Another way to the figures, which shares no code with the ledger: every operation and transfer is looked at here, one by one, in the
 * order of the journal.
 */
import type { TestDatabase } from "../../support/database/database.ts";

interface Operation {
  readonly operation_id: string;
  readonly name: string;
  readonly refusal: string | null;
  readonly status: number;
  readonly brand: string | null;
  readonly member_id: string | null;
  readonly profile_id: string | null;
  readonly day: string;
  readonly position: bigint;
  readonly answer: string;
  readonly events: string | null;
}

interface Transfer {
  readonly operation_id: string;
  readonly entity: string;
  readonly debit: string;
  readonly credit: string;
  readonly event: string;
  readonly amount: bigint;
  readonly due_day: string;
}

const DAY_MS = 86_400_000;
const monthAfter = (month: string): string => {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
};

/** By `brand day figure`; the brand is empty for the programme's own. */
export type Figures = Map<string, bigint>;

const LIABILITIES = ["pending", "available", "held", "suspense"];
const uuid = (id: string): string => id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

export async function modelOf({ sql }: TestDatabase, isDue: (event: string) => boolean): Promise<Figures> {
  const figures: Figures = new Map();
  const operations = await sql<
    Operation[]
  >`select operation_id, name, refusal, status, brand, member_id, profile_id, position,
      accounting_date::text as day, answer::text as answer, events::text as events from operations order by position, place`;
  const transfers = await sql<Transfer[]>`select operation_id, entity, debit, credit, event, amount,
      ((occurred_at at time zone 'Europe/Moscow')::date)::text as due_day from transfers`;
  const closes = await sql<
    { position: bigint; day: string }[]
  >`select position, open_from::text as day from book_changes order by position`;
  const profiles = new Map(
    (await sql<{ id: string; brand: string }[]>`select profile_id as id, brand from profiles`).map(({ id, brand }) => [
      id,
      brand,
    ]),
  );
  const links = await sql<
    { operation_id: string; profile_id: string; member_id: string }[]
  >`select operation_id, profile_id, member_id from profile_links`;
  const add = (brand: string, day: string, figure: string, value: bigint) => {
    const key = `${brand} ${day} ${figure}`;
    figures.set(key, (figures.get(key) ?? 0n) + value);
  };
  const accounted = (own: string, position: bigint): string => {
    const opened = closes.findLast((close) => close.position <= position)?.day ?? "";
    return own > opened ? own : opened;
  };

  const sold = new Map<string, { brand: string; total: bigint; holder: string | null }>();
  const receipt = (id: string, day: string, holder: string | null) => {
    const known = sold.get(id);
    if (known === undefined) throw new Error(`no sale ${id}`);
    for (const [who, one] of [
      [known.holder, -1n],
      [holder, 1n],
    ] as const) {
      if (who === null) continue;
      add(known.brand, day, `receipts_${who}`, one);
      add(known.brand, day, `sales_${who}`, one * known.total);
    }
    known.holder = holder;
  };
  const holderBy = (brand: string, profile: string | null): string => {
    if (profile === null) return "unpresented";
    return profiles.get(profile) === brand ? "home" : "away";
  };
  const claimers = new Map(
    (await sql<{ id: string; profile_id: string | null }[]>`select purchase_id as id, profile_id from purchases`).map(
      (row) => [row.id, row.profile_id],
    ),
  );

  const settlements = new Map(
    (
      await sql<{ id: string; one: string; other: string; from: string; to: string }[]>`
        select settlement_id as id, one, other, from_month as from, to_month as to from settlements`
    ).map((row) => [row.id, row]),
  );
  const leads = new Map<string, string>();
  const gone = new Set<string>();
  const brandsOf = (member: string): Set<string> =>
    gone.has(member)
      ? new Set()
      : new Set([...leads].filter(([, to]) => to === member).map(([profile]) => profiles.get(profile) ?? "?"));
  const counted = (members: Iterable<string>) => [...members].map((member) => [...brandsOf(member)]);
  const addMembers = (states: string[][], day: string, sign: bigint) => {
    for (const brands of states) {
      for (const brand of brands) {
        add(brand, day, "members", sign);
        if (brands.length > 1) add(brand, day, "members_shared", sign);
      }
      if (brands.length > 0) add("", day, "members", sign);
      if (brands.length > 1) add("", day, "members_shared", sign);
    }
  };

  for (const operation of operations) {
    const { operation_id: id, name, brand, position } = operation;
    const day = accounted(operation.day, position);
    for (const transfer of transfers.filter((one) => one.operation_id === id)) {
      const on = isDue(transfer.event) ? accounted(transfer.due_day, position) : day;
      for (const [account, sign] of [
        [transfer.debit, -1n],
        [transfer.credit, 1n],
      ] as const) {
        const value = sign * transfer.amount;
        const { entity, event } = transfer;
        if (LIABILITIES.includes(account)) {
          add(entity, on, "liability", value);
          if (["grant", "suspension"].includes(event)) add(entity, on, "granted", value);
          if (["clawback", "clawback_reversal"].includes(event)) add(entity, on, "clawed_back", -value);
          if (["spend", "unspend", "spend_reversal"].includes(event)) add(entity, on, "spent", -value);
          if (event === "expiry") add(entity, on, "expired", -value);
        }
        if (account === "debt") add(entity, on, "debt", -value);
        if (account === "redemption") add(entity, on, "redeemed", value);
        if (account.startsWith("due_from:") && ["spend", "unspend", "spend_reversal"].includes(event)) {
          add(entity, on, "redeemed_of_others", -value);
        }
      }
    }
    if (operation.refusal !== null) continue;
    const answer = JSON.parse(operation.answer) as Record<string, unknown>;
    if (name === "purchase" || name === "order-pickup") {
      const total = BigInt(String(answer["total"]).replace(".", ""));
      sold.set(id, { brand: brand ?? "?", total, holder: null });
      const member = operation.member_id === null ? null : holderBy(brand ?? "?", operation.profile_id);
      receipt(id, day, member ?? (answer["suspended"] === true ? "waiting" : "guests"));
    }
    if (name === "claim") {
      for (const { purchaseId } of answer["receipts"] as { purchaseId: string }[]) {
        const purchase = uuid(purchaseId);
        if (sold.get(purchase)?.holder === null) continue;
        receipt(purchase, day, holderBy(sold.get(purchase)?.brand ?? "?", claimers.get(purchase) ?? null));
      }
    }
    if (name === "reversal" && answer["outcome"] === "reversed") {
      const [told] = JSON.parse(operation.events ?? "[]") as { data: { kind: string; purchaseId: string } }[];
      if (told?.data.kind === "purchase") receipt(uuid(told.data.purchaseId), day, null);
    }
    if (operation.status === 200 && (name === "settlement-agreement" || name === "settlement-payment")) {
      const known = settlements.get(uuid(String(answer["settlementId"])));
      if (known === undefined) throw new Error("no settlement");
      const step = name === "settlement-payment" ? "paid" : "agreed";
      for (let month = known.from; month <= known.to; month = monthAfter(month)) {
        // The day before the first one of the next month.
        const end = Date.parse(`${monthAfter(month)}-01T00:00:00Z`) - DAY_MS;
        const days = (Date.parse(`${operation.day}T00:00:00Z`) - end) / DAY_MS;
        for (const party of [known.one, known.other, ""]) {
          add(party, day, `months_${step}`, 1n);
          add(party, day, `days_to_${step}`, BigInt(days));
        }
      }
    }
    const moved = links.filter((link) => link.operation_id === id);
    const erased = name === "member-erasure" && operation.member_id !== null ? [operation.member_id] : [];
    if (moved.length + erased.length === 0) continue;
    const concerned = new Set([
      ...moved.flatMap((link) => [link.member_id, leads.get(link.profile_id) ?? link.member_id]),
      ...erased,
    ]);
    const before = [...concerned].map((member) => counted([member])[0] ?? []);
    for (const link of moved) leads.set(link.profile_id, link.member_id);
    for (const member of erased) gone.add(member);
    const after = [...concerned].map((member) => counted([member])[0] ?? []);
    addMembers(before, day, -1n);
    addMembers(after, day, 1n);
  }
  return figures;
}

/** Without what has come to nothing. */
export const withoutZeros = (figures: Figures): Record<string, bigint> =>
  Object.fromEntries([...figures].filter(([, value]) => value !== 0n).sort(([a], [b]) => (a < b ? -1 : 1)));
