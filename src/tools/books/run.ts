/** A year of sales whose books are kept: each month is closed, settled and paid, and at the end the shop's receipts are matched. */
import { setTimeout as sleep } from "node:timers/promises";
import { DAY_MS } from "../../kernel/clock.ts";
import { localDate } from "../../kernel/zone.ts";
import type { Progress } from "../../cli/command/progress.ts";
import type { Api } from "../client/api.ts";
import { moveClock } from "../client/clock.ts";
import { proofOf } from "../client/proof.ts";
import { balancesOf, outstandingIn } from "../report/balances.ts";
import type { Invoice } from "../replay/invoice.ts";
import type { OrderRule } from "../replay/plan.ts";
import { AFTERMATH_DAYS, endOfYear, type Outcome, replayInvoices } from "../replay/run.ts";
import { type ShopFiles, shopFiles } from "../replay/shop-files.ts";
import { Accountants } from "./accountant.ts";
import { asideFaults } from "./aside.ts";
import { type Closing, closingsOf, ZONE } from "./calendar.ts";
import { changedFaults, faultsIn, owedFaults } from "./checks.ts";
import { accountRows, fieldOf, liabilityRows, type MonthBooks, rowsOf } from "./figures.ts";
import { untilPosted } from "./posted.ts";
import { type Reconciled, reconcile } from "./reconcile.ts";
import type { SettlementStatement } from "./wire.ts";

export interface BooksOptions {
  readonly seed: string;
  readonly orders: OrderRule;
  /** Whether the clock moves on at the end until all bonuses have ended. */
  readonly aftermath: boolean;
  readonly startProgress: () => Progress;
  /** Told of each step at which nothing is sold. */
  readonly onStep?: (step: string) => void;
  /** Does what the service's jobs do, where it has none: posts what is due, matches a file. */
  readonly jobs?: () => Promise<void>;
}

export interface BooksOutcome {
  readonly replayed: Outcome;
  readonly months: readonly MonthBooks[];
  readonly shop: ShopFiles;
  readonly reconciled: readonly Reconciled[];
  /** Exports of the end, as CSV. */
  readonly ageing: string;
  readonly breakage: string;
  /** Once all bonuses have ended; null where the clock has not moved on. */
  readonly ended: string | null;
  /** What does not hold; nothing where all does. */
  readonly faults: readonly string[];
}

const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 200;

/** The exports of a month that are kept. */
const FILES = ["trial-balance", "liability", "settlement"] as const;

/** Replays invoices, which must be in time order, and keeps the books. */
export async function keepBooks(api: Api, invoices: readonly Invoice[], options: BooksOptions): Promise<BooksOutcome> {
  const keeping = new Keeping(api, options);
  const closings = closingsOf(invoices);
  const end = endOfYear(invoices);
  const within = closings.filter(({ at }) => at < end);
  const { seed, orders, startProgress } = options;
  let members: ReadonlyMap<string, string> = new Map();
  const replayed = await replayInvoices(api, invoices, {
    seed,
    orders,
    startProgress,
    aftermath: false,
    pauses(replay) {
      members = replay.members;
      return within.map((closing) => ({ at: closing.at, happens: () => keeping.close(closing, members) }));
    },
  });
  for (const closing of closings.filter(({ at }) => at >= end)) {
    await moveClock(api, closing.at);
    await keeping.close(closing, members);
  }
  const shop = shopFiles(invoices, seed, orders);
  const reconciled = await keeping.reconcileAll(shop, invoices);
  const last = closings.at(-1)?.month ?? "";
  const [ageing, breakage] = [await keeping.take("ageing", last), await keeping.take("breakage", last)];
  const ended = options.aftermath ? await keeping.untilAllHasEnded(end + AFTERMATH_DAYS * DAY_MS, members) : null;
  const { months } = keeping;
  const faults = [
    ...faultsIn(months),
    ...owedFaults(months),
    ...changedFaults(months, await keeping.again()),
    ...asideFaults(shop, reconciled, replayed.tally),
    ...((await proofOf(api)).holds ? [] : ["the ledger does not prove"]),
  ];
  return { replayed, months, shop, reconciled, ageing, breakage, ended, faults };
}

class Keeping {
  readonly months: MonthBooks[] = [];
  readonly #api: Api;
  readonly #options: BooksOptions;
  readonly #accountants: Accountants;

  constructor(api: Api, options: BooksOptions) {
    this.#api = api;
    this.#options = options;
    this.#accountants = new Accountants(api, options.seed);
  }

  /** Closes a month once all that was due is posted, settles it, and takes its books. */
  async close({ month }: Closing, members: ReadonlyMap<string, string>): Promise<void> {
    await this.#untilPosted(month, members);
    this.#tell(`closing and settling ${month}`);
    await this.#accountants.close(month);
    const statements = await this.#accountants.settle(month);
    const files = await this.#filesBehind(month, statements[0]);
    const of = (name: string) => files.get(name) ?? "";
    const [accounts, liability] = [accountRows(of("trial-balance")), liabilityRows(of("liability"))];
    this.months.push({ month, files, accounts, liability, statements });
  }

  /** The books of the closed months, as they are told now. */
  async again(): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
    this.#tell("taking the books of all months again");
    const told = new Map<string, ReadonlyMap<string, string>>();
    for (const { month } of this.months) told.set(month, await this.#filesOf(month));
    return told;
  }

  async reconcileAll(shop: ShopFiles, invoices: readonly Invoice[]): Promise<Reconciled[]> {
    const [first, last] = [invoices[0], invoices.at(-1)].map((invoice) => localDate(invoice?.at ?? 0, ZONE));
    const found: Reconciled[] = [];
    for (const [brand, csv] of shop.files) {
      this.#tell(`matching the receipts of ${brand}`);
      found.push(await reconcile(this.#api, { brand, csv, from: first ?? "", to: last ?? "" }, this.#options.jobs));
    }
    return found;
  }

  take(name: string, month: string): Promise<string> {
    return this.#accountants.take(name, { month });
  }

  /** Moves the clock on; answers the breakage of then. */
  async untilAllHasEnded(at: number, members: ReadonlyMap<string, string>): Promise<string> {
    await moveClock(this.#api, at);
    await this.#untilPosted("the end", members);
    return this.#accountants.take("breakage");
  }

  /** A mark lies before whatever is under way anywhere on the server: it is waited for until the paid settlement lies behind it. */
  async #filesBehind(month: string, made: SettlementStatement | undefined): Promise<ReadonlyMap<string, string>> {
    const lines = (made?.directions ?? []).flatMap((direction) => direction.lines).length;
    for (const patience = performance.now() + PATIENCE_MS; ; ) {
      const files = await this.#filesOf(month);
      const rows = rowsOf(files.get("settlement") ?? "");
      if (rows.length === lines && rows.every((row) => fieldOf(row, "paid_on") !== "")) return files;
      if (performance.now() > patience) {
        throw new Error(`the settlement of ${month} is in no export of it, or not as paid`);
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  async #filesOf(month: string): Promise<ReadonlyMap<string, string>> {
    const mark = await this.#accountants.mark();
    const files = new Map<string, string>();
    for (const name of FILES) files.set(name, await this.#accountants.take(name, { month, mark }));
    return files;
  }

  async #untilPosted(what: string, members: ReadonlyMap<string, string>): Promise<void> {
    this.#tell(`${what}: waiting until all that was due is posted`);
    const owed = outstandingIn(await balancesOf(this.#api, [...members.values()]));
    await untilPosted(owed, async () => {
      await this.#options.jobs?.();
      return this.#accountants.take("trial-balance");
    });
  }

  #tell(step: string): void {
    this.#options.onStep?.(step);
  }
}
