/** Joins pairs in the middle of the year, parts them at three quarters, and looks each time whether anything was lost. */
import { formatAmount } from "../../kernel/amount.ts";
import type { Instant } from "../../kernel/clock.ts";
import { z } from "zod";
import { type Api, bodyOf } from "../client/api.ts";
import type { Step } from "../client/timeline.ts";
import { Amount, type Balance } from "../client/wire.ts";
import type { Pause } from "../replay/habits.ts";
import { customerKey, type Replay } from "../replay/state.ts";
import { balanceOf } from "../report/balances.ts";
import { type Holdings, holdingsOf } from "./holdings.ts";
import type { Calendar, Pair } from "./pairs.ts";

const Amounts = z.array(
  z.object({ entity: z.string(), pending: Amount, available: Amount, held: Amount, debt: Amount }),
);
const Merge = z.object({
  mergeId: z.string(),
  survivorId: z.string(),
  blockers: z.array(z.object({ code: z.string(), detail: z.string() })),
});
const Parting = z.object({
  stayingId: z.string(),
  leavingId: z.string(),
  moved: z.object({ amounts: Amounts }),
  staying: Amounts,
  madeGood: z.array(z.object({ entity: z.string(), to: z.string(), paid: Amount, owed: Amount })),
});
export type Parting = z.infer<typeof Parting>;

const REASON = "one of two brands' customers in ten";
const SIDE_BY_SIDE = 8;

export class Joiner {
  readonly #api: Api;
  readonly #seed: string;
  readonly #pairs: ReadonlyMap<string, Pair>;
  readonly #calendar: Calendar;
  /** Merges by customer. */
  readonly merges = new Map<string, string>();
  readonly partings = new Map<string, Parting>();
  /** What pairs had just before they were to be parted, and at the end of the year. */
  readonly beforeParting = new Map<string, Holdings>();
  readonly atTheEnd = new Map<string, Holdings>();
  /** What was not as it must be, in words. */
  readonly faults: string[] = [];

  constructor(api: Api, seed: string, pairs: ReadonlyMap<string, Pair>, calendar: Calendar) {
    this.#api = api;
    this.#seed = seed;
    this.#pairs = pairs;
    this.#calendar = calendar;
  }

  /** When all of it happens; in the run without only the looks are taken. */
  pauses(replay: Replay, joins: boolean): Pause[] {
    const { half, threeQuarters, end } = this.#calendar;
    return [
      { at: half, happens: () => (joins ? this.#each(replay, (pair) => this.#join(replay, pair)) : Promise.resolve()) },
      { at: threeQuarters, happens: () => this.#atThreeQuarters(replay, joins) },
      { at: end, happens: () => this.#look(replay, this.atTheEnd) },
    ];
  }

  /** Who comes when pairs are one already is joined at once. */
  *welcome(replay: Replay, customer: string, at: Instant): Generator<Step> {
    const pair = this.#pairs.get(customer);
    const { half, threeQuarters } = this.#calendar;
    if (pair === undefined || at < half || at >= threeQuarters) return;
    yield {
      at,
      keys: [customerKey(customer)],
      call: () => ({ path: "/v1/merges", body: this.#askedOf(replay, pair), idempotencyKey: this.#key("join", pair) }),
      done: (answer) => void this.merges.set(customer, bodyOf(Merge, answer, "a merge").mergeId),
    };
  }

  /** Whether a pair owes something since it was parted. */
  owes(customer: string): boolean {
    return this.partings.get(customer)?.madeGood.some(({ owed }) => owed > 0n) === true;
  }

  /** Whether each pair that was parted is refused ever after, by its parting and by nothing else. */
  async areApart(replay: Replay): Promise<number> {
    let count = 0;
    await this.#each(replay, async (pair) => {
      if (!this.partings.has(pair.customer)) return;
      const body = JSON.stringify(this.#askedOf(replay, pair));
      const answer = await this.#api.send("POST", "/v1/merges?preview=true", body, this.#key("again", pair));
      const { blockers } = bodyOf(Merge, answer, "the preview of a merge");
      if (blockers.length === 1 && blockers[0]?.code === "cannot_link") count += 1;
      else this.faults.push(`${pair.customer}: could be joined again`);
    });
    return count;
  }

  async #atThreeQuarters(replay: Replay, joins: boolean): Promise<void> {
    await this.#look(replay, this.beforeParting);
    if (joins) await this.#each(replay, (pair) => this.#part(replay, pair));
  }

  async #look(replay: Replay, into: Map<string, Holdings>): Promise<void> {
    await this.#each(replay, async (pair) => {
      const ids = new Set<string>();
      for (const memberId of membersOf(replay, pair)) {
        ids.add((await this.#balance(memberId)).memberId);
      }
      into.set(pair.customer, await holdingsOf(this.#api, [...ids]));
    });
  }

  async #join(replay: Replay, pair: Pair): Promise<void> {
    const ids = membersOf(replay, pair);
    const before = await this.#worth(ids);
    const body = JSON.stringify(this.#askedOf(replay, pair));
    const answer = await this.#api.send("POST", "/v1/merges", body, this.#key("join", pair));
    const { mergeId, survivorId } = bodyOf(Merge, answer, "a merge");
    this.merges.set(pair.customer, mergeId);
    this.#same(pair, "merge", before, await this.#worth([survivorId]));
  }

  async #part(replay: Replay, pair: Pair): Promise<void> {
    const mergeId = this.merges.get(pair.customer);
    if (mergeId === undefined) return;
    const [one = "", other = ""] = membersOf(replay, pair);
    const before = await this.#worth([one]);
    const [path, body] = [`/v1/merges/${mergeId}/unmerge`, JSON.stringify({ reason: REASON })];
    const parting = bodyOf(Parting, await this.#api.send("POST", path, body, this.#key("part", pair)), "a parting");
    this.partings.set(pair.customer, parting);
    this.#same(pair, "parting", before, await this.#worth([one, other]));
    const told = [...parting.staying, ...parting.moved.amounts];
    const toldWorth = told.reduce((sum, each) => sum + each.pending + each.available + each.held - each.debt, 0n);
    this.#same(pair, "parting as answered", before, toldWorth);
  }

  #same(pair: Pair, what: string, before: bigint, after: bigint): void {
    if (before === after) return;
    this.faults.push(`${pair.customer}: ${formatAmount(before)} before the ${what}, ${formatAmount(after)} after it`);
  }

  async #worth(memberIds: readonly string[]): Promise<bigint> {
    const balances = await Promise.all(memberIds.map((id) => balanceOf(this.#api, id)));
    return balances.reduce((sum, { pending, available, held, debt }) => sum + pending + available + held - debt, 0n);
  }

  #balance(memberId: string): Promise<Balance> {
    return balanceOf(this.#api, memberId);
  }

  #askedOf(replay: Replay, pair: Pair) {
    return { memberIds: membersOf(replay, pair), reason: REASON };
  }

  #key(what: string, { customer }: Pair): string {
    return `replay-${this.#seed}-${what}-${customer}`;
  }

  /** All pairs that are registered by now, some side by side. */
  async #each(replay: Replay, does: (pair: Pair) => Promise<void>): Promise<void> {
    const there = [...this.#pairs.values()].filter((pair) => membersOf(replay, pair).length > 0);
    for (let first = 0; first < there.length; first += SIDE_BY_SIDE) {
      await Promise.all(there.slice(first, first + SIDE_BY_SIDE).map(does));
    }
  }
}

/** One or two, as they were registered. */
const membersOf = ({ members }: Replay, { cards }: Pair): string[] =>
  cards.map((card) => members.get(card)).filter((id) => id !== undefined);
