/** The other half of a history: who becomes one, who parts, and whether each has then what the model says. */
import { isDeepStrictEqual } from "node:util";
import { parseAmount } from "../../../src/kernel/amount.ts";
import type { MemberId, MergeId, ProfileId } from "../../../src/kernel/ids.ts";
import type { PartingAnswer } from "../../../src/members/joining/parting/unmerge-answer.ts";
import { balanceOf } from "../../../src/members/reads/balance.ts";
import type { Command } from "./commands.ts";
import type { Life } from "./life.ts";
import { HOUR, pickOf } from "./world.ts";

type Sides = { readonly leaving: number[]; readonly staying: number[] };
type Books = Map<string, bigint>;

const MOST_PERSONS = 10;

export class Joint {
  readonly #life: Life;
  /** What has ended so far, by wallet and by whose lot it was. */
  #ended = new Map<string, bigint>();
  /** Whose profiles have parted. */
  readonly #hasLeft = new Set<number>();

  constructor(life: Life) {
    this.#life = life;
  }

  /** One command, and what differs from the model afterwards. */
  async play(asked: Command): Promise<string[]> {
    this.#life.log.push(JSON.stringify(asked));
    const faults = await this.#do(asked);
    await this.#countEnded();
    return [...faults, ...(await this.#differences())];
  }

  async #do(command: Command): Promise<string[]> {
    const life = this.#life;
    const there = (who: number) => who % life.persons.length;
    const asked = {
      ...command,
      ...("who" in command ? { who: there(command.who) } : {}),
      ...("other" in command ? { other: there(command.other) } : {}),
    };
    switch (asked.op) {
      case "wait":
        await life.pass(asked.hours * HOUR);
        return [];
      case "join":
        return this.#join(asked.who, asked.other).then(({ faults }) => faults);
      case "part":
        return this.#part(asked.pick);
      case "thereAndBack":
        return this.#thereAndBack(asked.who, asked.other);
      case "leave":
        return this.#leave(this.#left(asked));
      case "link":
        return this.#link(this.#left(asked));
      default:
        await life.play(asked);
        return [];
    }
  }

  async #join(a: number, b: number): Promise<{ readonly faults: string[]; readonly mergeId?: MergeId }> {
    const { model, people } = this.#life;
    if (!model.mayJoin(a, b)) return { faults: [] };
    const [one, other] = [model.homeOf(a), model.homeOf(b)];
    const before = await this.#books();
    const merged = await people.join(this.#person(one.id), this.#person(other.id));
    model.join(merged.mergeId, merged.survivorId, merged.absorbedId);
    this.#life.count("merge");
    this.#life.log.push(`merge of ${a} and ${b}: ${JSON.stringify(merged)}`);
    if (merged.moved.amounts.some(({ debt }) => debt !== "0.00")) this.#life.count("merge of one who owes");
    if (merged.moved.orders > 0) this.#life.count("merge of one with an order");
    if (model.merges.length > 1) this.#life.count("merge beside others");
    const faults = await this.#sameBooks("merge", before, merged.operationId);
    return { faults, mergeId: merged.mergeId };
  }

  async #part(pick: number): Promise<string[]> {
    const { model, people } = this.#life;
    const merge = model.merges[pick % Math.max(1, model.merges.length)];
    if (merge === undefined) return [];
    const before = await this.#books();
    const parted = await people.part(merge.id as MergeId);
    this.#count(parted);
    await this.#apart(model.part(merge.id));
    return this.#sameBooks("parting", before, parted.operationId);
  }

  #count(parted: PartingAnswer): void {
    const { moved, staying, madeGood } = parted;
    const life = this.#life;
    life.log.push(`parting: ${JSON.stringify(parted)}`);
    life.count("parting");
    if (madeGood.some(({ paid }) => paid !== "0.00")) life.count("parting that pays");
    if (madeGood.some(({ owed }) => owed !== "0.00")) life.count("parting that leaves a debt");
    if ([...moved.amounts, ...staying].some(({ debt }) => debt !== "0.00")) life.count("parting of one who owes");
    if (moved.orders > 0) life.count("parting with an order");
    if (moved.holds > 0) life.count("parting with a hold");
  }

  /** A merge that is undone with nothing in between: both wallets are as they were, lot by lot and end by end. */
  async #thereAndBack(a: number, b: number): Promise<string[]> {
    const { model, people } = this.#life;
    if (!model.mayJoin(a, b)) return [];
    const both = [a, b].map((person) => this.#person(model.rootOf(model.homeOf(person)).id));
    const wallets = () => Promise.all(both.map((each) => people.wallet(each)));
    const before = (await wallets()).map(filledOf);
    const { faults, mergeId } = await this.#join(a, b);
    if (mergeId === undefined) return faults;
    await people.part(mergeId);
    model.part(mergeId);
    const after = (await wallets()).map(filledOf);
    this.#life.count("there and back");
    const same = isDeepStrictEqual(before, after);
    return same ? faults : [...faults, `there and back: ${shown(before)} became ${shown(after)}`];
  }

  /** Who is meant: somebody who has left home, if there is anybody. */
  #left({ who, again }: { readonly who: number; readonly again: boolean }): number {
    return (again ? pickOf([...this.#hasLeft], who) : undefined) ?? who;
  }

  /** Somebody new is at home with whoever's card he has brought. */
  async #link(person: number): Promise<string[]> {
    const { model, people, persons } = this.#life;
    if (persons.length >= MOST_PERSONS) return [];
    const { card } = this.#life.someone(person);
    const linked = await people.cardOf({ memberId: model.homeOf(person).id as MemberId, card }, "eldorado");
    const isAgain = this.#hasLeft.has(person);
    this.#life.count(`a stranger is linked${isAgain ? " to a profile that has parted" : ""}`);
    model.add(model.homeOf(person).id);
    persons.push(linked);
    return [];
  }

  /** A profile parts, unless a merge has brought it, or is at home alone. */
  async #leave(person: number): Promise<string[]> {
    const { model, people } = this.#life;
    const home = model.homeOf(person);
    if (home.people.length === 1) return [];
    const isPlain = !model.joined.has(home);
    const before = await this.#books();
    const parted = await people.partProfile(this.#life.someone(person).profileId as ProfileId);
    this.#count(parted);
    this.#life.count(`parting of a profile${isPlain ? "" : " of one who was joined"}`);
    if (this.#hasLeft.has(person)) this.#life.count("parting of a profile that has parted before");
    this.#hasLeft.add(person);
    const sides = model.leaveHome(person, parted.leavingId);
    await this.#apart(sides);
    return this.#sameBooks("parting of a profile", before, parted.operationId);
  }

  /** Of those of whom it is not known what each was worth, what each side has is known now. */
  async #apart({ leaving, staying }: Sides): Promise<void> {
    const { model } = this.#life;
    if (![...leaving, ...staying].some((person) => model.blurred.has(person))) return;
    this.#life.count("parting of whom only the sum is known");
    const all = model.worthOf([...leaving, ...staying]);
    const side = await this.#worth(model.rootOf(model.homeOf(leaving[0] ?? 0)).id);
    model.settle(leaving, side);
    model.settle(staying, all - side);
  }

  #person = (memberId: string) => ({ memberId: memberId as MemberId, card: { kind: "card", value: "" } }) as const;

  async #worth(memberId: string): Promise<bigint> {
    const { available, pending, held, debt } = await balanceOf(this.#life.ledger.service, memberId);
    return parseAmount(available) + parseAmount(pending) + parseAmount(held) - parseAmount(debt);
  }

  /** Each member's balance against what those are worth who are one with him. */
  async #differences(): Promise<string[]> {
    const { model, ledger } = this.#life;
    const faults: string[] = [];
    for (const root of model.roots) {
      const people = model.peopleOf(root);
      const expected = model.worthOf(people);
      const worth = await this.#worth(root.id);
      if (worth !== expected) faults.push(`${people.join("+")}: worth ${worth}, and not ${expected}`);
      const { available, debt } = await balanceOf(ledger.service, root.id);
      if (available !== "0.00" && debt !== "0.00") faults.push(`${people.join("+")}: ${available} beside ${debt} owed`);
    }
    return faults;
  }

  /** What has ended since: of the lots of whom, in which wallets. */
  async #countEnded(): Promise<void> {
    const { model, ledger, persons } = this.#life;
    const rows = await ledger.database.sql<{ wallet: string; profile: string; amount: string }[]>`
      select replace(t.member_id::text, '-', '') as wallet, replace(l.profile_id::text, '-', '') as profile, sum(t.amount)::text as amount
      from transfers t cross join lateral (select profile_id from lots l where l.lot_id = t.lot_id limit 1) l
      where t.event = 'expiry' and t.member_id::text = any(string_to_array(${this.#wallets().join()}, ',')) group by 1, 2`;
    for (const { wallet, profile, amount } of rows) {
      const key = `${wallet}|${profile}`;
      const ended = BigInt(amount.replace(".", "")) - (this.#ended.get(key) ?? 0n);
      if (ended === 0n) continue;
      this.#ended.set(key, BigInt(amount.replace(".", "")));
      const owner = persons.findIndex(({ profileId }) => profileId.slice(4) === profile);
      const people = model.ended(`mbr_${wallet}`, owner, ended);
      this.#life.log.push(`${ended} of ${owner}'s has ended with ${people.join("+")}`);
      const whose = people.includes(owner) ? "one" : "none";
      if (people.length > 1) this.#life.count(`an end of a lot of ${whose} of several`);
    }
  }

  #wallets(): string[] {
    return this.#life.model.members.map(({ id }) => dashed(id.slice(4)));
  }

  /** By entity: what all members have of it, less what they owe to it. */
  async #books(): Promise<Books> {
    const books: Books = new Map();
    for (const { id } of this.#life.model.roots) {
      const { totals } = await this.#life.people.wallet(this.#person(id));
      for (const [entity, { pending, available, held, debt }] of totals) {
        books.set(entity, (books.get(entity) ?? 0n) + pending + available + held - debt);
      }
    }
    return books;
  }

  /** Nothing was gained or lost in the books of any entity, but for debts across two that were paid, or are owed again. */
  async #sameBooks(what: string, before: Books, operationId: string): Promise<string[]> {
    const after = await this.#books();
    const rows = await this.#life.ledger.database.sql<{ entity: string; owed: string }[]>`
      select entity, sum(case when credit like 'due%' then amount when debit like 'due%' then -amount else 0 end)::text as owed
      from transfers where replace(operation_id::text, '-', '') = ${operationId.slice(4)} group by entity`;
    const due = new Map(rows.map(({ entity, owed }) => [entity, BigInt(owed.replace(".", ""))]));
    return [...new Set([...before.keys(), ...after.keys()])].flatMap((entity) => {
      const is = (after.get(entity) ?? 0n) + (due.get(entity) ?? 0n);
      const was = before.get(entity) ?? 0n;
      return is === was ? [] : [`${what}: ${entity} had ${was}, and has ${is}`];
    });
  }
}

const dashed = (digits: string): string => digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/** Without lots in which nothing is: an empty row of another's lot may lie with either afterwards. */
const filledOf = ({ lots, ...rest }: Awaited<ReturnType<Life["people"]["wallet"]>>) => ({
  ...rest,
  lots: lots.filter(({ pending, available, held }) => pending + available + held > 0n),
});

const shown = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === "bigint" ? `${each}` : each instanceof Map ? [...each] : each,
  );
