/**
 * What members who are joined and parted should have, by the rules of the programme and without a line of the system's code.
 * People have bonuses, spend them, put them aside and bring goods back; they become one, and part. All in plain arrays.
 */

export interface Share {
  readonly lot: string;
  /** Who was granted it. */
  readonly owner: number;
  readonly issuer: string;
  /** Whose it is among those who have it: the owner, unless he has left. */
  keeper: number;
  free: bigint;
  end: number;
}

interface Part {
  readonly lot: string;
  readonly owner: number;
  readonly issuer: string;
  readonly amount: bigint;
}

export interface Pinned {
  readonly id: string;
  readonly by: number;
  readonly parts: readonly Part[];
  readonly until: number;
}

interface Sale {
  readonly id: string;
  readonly by: number;
  readonly parts: readonly Part[];
}

/** Those who are one. The first is who stands for all. */
export interface Group {
  people: number[];
  shares: Share[];
  holds: Pinned[];
}

export interface Joined {
  readonly id: string;
  readonly survivor: number;
  readonly absorbed: number;
}

const DAY = 86_400_000;
const MOSCOW = 3 * 3_600_000;

/** Midnight of Moscow, fourteen days after the day of an instant. */
const graceAfter = (now: number): number => Math.floor((now + MOSCOW) / DAY) * DAY - MOSCOW + 14 * DAY;

/** Of one end, the one that was granted first: its number is the smaller. */
const soonest = (a: Share, b: Share): number => a.end - b.end || (a.lot < b.lot ? -1 : 1);

/**
 * Bonuses of a lot of one's that another has had. Where the two have parted since, each of them has it in a use of his own, in
 * which the other is gone, and is one of `with`: of those who were left.
 */
interface Use {
  readonly lot: string;
  readonly owner: number;
  readonly keeper: number;
  readonly issuer: string;
  readonly by: number;
  amount: bigint;
  readonly gone?: { readonly who: "owner" | "by"; readonly with: readonly number[] };
}

export class Model {
  groups: Group[];
  readonly sales: Sale[] = [];
  merges: Joined[] = [];
  /** Whoever has had of a lot of another's, and how much. */
  #used: Use[] = [];
  readonly #ends = new Map<string, number>();
  readonly #apart = new Set<string>();

  constructor(people: number) {
    this.groups = Array.from({ length: people }, (_, person) => ({ people: [person], shares: [], holds: [] }));
  }

  groupOf(person: number): Group {
    const group = this.groups.find(({ people }) => people.includes(person));
    if (group === undefined) throw new Error("everybody is in a group");
    return group;
  }

  grant(person: number, lot: string, issuer: string, amount: bigint, end: number): void {
    this.groupOf(person).shares.push({ lot, owner: person, keeper: person, issuer, free: amount, end });
    this.#ends.set(lot, end);
  }

  free(person: number): bigint {
    return this.groupOf(person).shares.reduce((sum, { free }) => sum + free, 0n);
  }

  /** Soonest end first. */
  #take(group: Group, amount: bigint): Part[] {
    const parts: Part[] = [];
    let left = amount;
    for (const share of [...group.shares].sort(soonest)) {
      const part = share.free < left ? share.free : left;
      if (part === 0n) continue;
      share.free -= part;
      left -= part;
      parts.push({ lot: share.lot, owner: share.owner, issuer: share.issuer, amount: part });
    }
    if (left > 0n) throw new Error("no more is spent than there is");
    return parts;
  }

  #use(by: number, parts: readonly Part[], sign: 1n | -1n): void {
    this.#used.push(...parts.map((part) => this.#useOf(by, part, sign)));
  }

  #useOf(by: number, part: Part, sign: 1n | -1n): Use {
    const { keeper } = this.#shareOf(this.groupOf(by), part);
    return { ...part, by, keeper, amount: sign * part.amount };
  }

  spend(person: number, amount: bigint): void {
    this.#use(person, this.#take(this.groupOf(person), amount), 1n);
  }

  buy(person: number, id: string, amount: bigint): void {
    const parts = this.#take(this.groupOf(person), amount);
    this.#use(person, parts, 1n);
    this.sales.push({ id, by: person, parts });
  }

  /** Everything comes back: to whoever has bought, into the lots that were burnt. */
  bringBack(id: string, now: number): void {
    const at = this.sales.findIndex((sale) => sale.id === id);
    const [sale] = this.sales.splice(at, 1);
    if (sale === undefined) throw new Error("no such sale");
    const group = this.groupOf(sale.by);
    for (const part of sale.parts) {
      const share = this.#shareOf(group, part, sale.by);
      share.free += part.amount;
      share.end = Math.max(share.end, graceAfter(now));
      this.#use(sale.by, [part], -1n);
    }
  }

  /** Of a third's lot that comes to somebody again it is he who has it, be he part of another by then. */
  #shareOf(group: Group, { lot, owner, issuer }: Pick<Part, "lot" | "owner" | "issuer">, by?: number): Share {
    const known = group.shares.find((share) => share.lot === lot);
    if (known !== undefined) return known;
    const [root = owner] = group.people;
    const keeper = group.people.includes(owner) ? owner : (by ?? root);
    const share = { lot, owner, issuer, keeper, free: 0n, end: this.#endOf(lot) };
    group.shares.push(share);
    return share;
  }

  /** The end that a lot has where it was last. */
  #endOf(lot: string): number {
    return Math.max(
      ...this.groups.flatMap(({ shares }) => shares.filter((share) => share.lot === lot).map(({ end }) => end)),
    );
  }

  hold(person: number, id: string, amount: bigint, until: number): void {
    const group = this.groupOf(person);
    group.holds.push({ id, by: person, parts: this.#take(group, amount), until });
  }

  capture(id: string): void {
    const hold = this.#letGo(id);
    this.#use(hold.by, hold.parts, 1n);
  }

  release(id: string, now: number): void {
    const group = this.groups.find(({ holds }) => holds.some((hold) => hold.id === id));
    const hold = this.#letGo(id);
    for (const part of hold.parts) {
      const share = this.#shareOf(group ?? this.groupOf(hold.by), part, hold.by);
      if (share.end > now) share.free += part.amount;
    }
  }

  #letGo(id: string): Pinned {
    for (const group of this.groups) {
      const found = group.holds.find((hold) => hold.id === id);
      if (found === undefined) continue;
      group.holds = group.holds.filter((hold) => hold !== found);
      return found;
    }
    throw new Error("no such hold");
  }

  /** What has ended is gone; what was put aside comes back first, and goes too where its lot has ended. */
  pass(now: number): void {
    const over = this.groups.flatMap(({ holds }) => holds.filter(({ until }) => until <= now));
    for (const { id, until } of over) this.release(id, until);
    for (const share of this.groups.flatMap(({ shares }) => shares)) if (share.end <= now) share.free = 0n;
  }

  mayJoin(a: number, b: number): boolean {
    const [one, other] = [this.groupOf(a), this.groupOf(b)];
    const pairs = one.people.flatMap((x) => other.people.map((y) => `${Math.min(x, y)}|${Math.max(x, y)}`));
    return one !== other && pairs.every((pair) => !this.#apart.has(pair));
  }

  /** The elder stands for both: people are numbered by their age. */
  join(a: number, b: number, id: string): void {
    const [survivor, absorbed] = [this.groupOf(a), this.groupOf(b)].sort(
      (x, y) => (x.people[0] ?? 0) - (y.people[0] ?? 0),
    ) as [Group, Group];
    this.merges.push({ id, survivor: survivor.people[0] ?? 0, absorbed: absorbed.people[0] ?? 0 });
    survivor.people.push(...absorbed.people);
    for (const share of absorbed.shares) {
      const known = survivor.shares.find(({ lot }) => lot === share.lot);
      if (known === undefined) survivor.shares.push(share);
      else {
        known.free += share.free;
        known.end = Math.max(known.end, share.end);
        if (survivor.people.includes(share.owner)) known.keeper = share.owner;
      }
    }
    survivor.holds.push(...absorbed.holds);
    this.groups = this.groups.filter((group) => group !== absorbed);
  }

  #with(person: number): number[] {
    return [
      person,
      ...this.merges.filter(({ survivor }) => survivor === person).flatMap(({ absorbed }) => this.#with(absorbed)),
    ];
  }

  /** Undoes a merge. Answers what is owed by whom and could not be paid, by issuer. */
  part(id: string, now: number): Map<string, bigint> {
    const merge = this.merges.find((each) => each.id === id);
    if (merge === undefined) throw new Error("no such merge");
    const leaving = this.#with(merge.absorbed);
    this.merges = this.merges.filter((each) => each !== merge);
    this.#apart.add(`${Math.min(merge.survivor, merge.absorbed)}|${Math.max(merge.survivor, merge.absorbed)}`);
    const stays = this.groupOf(merge.absorbed);
    const goes: Group = { people: leaving, shares: [], holds: [] };
    const isLeaving = (person: number) => leaving.includes(person);
    // What a hold pins of another's is as good as spent.
    const pinned = stays.holds.flatMap(({ by, parts }) => parts.map((part) => this.#useOf(by, part, 1n)));
    goes.shares = stays.shares.filter(({ keeper }) => isLeaving(keeper));
    stays.shares = stays.shares.filter(({ keeper }) => !isLeaving(keeper));
    goes.holds = stays.holds.filter(({ by }) => isLeaving(by));
    stays.holds = stays.holds.filter(({ by }) => !isLeaving(by));
    stays.people = stays.people.filter((person) => !isLeaving(person));
    this.groups.push(goes);
    for (const group of [stays, goes]) {
      for (const part of group.holds.flatMap(({ parts }) => parts)) this.#shareOf(group, part);
    }
    return this.#settle(stays, goes, pinned, now);
  }

  /** Whose lot it was, and who had it, of the two sides; undefined where that is nothing between them. */
  #sides({ keeper, by, gone }: Use, stays: Group, goes: Group): "stays" | "goes" | undefined {
    const [isHis, isBy] = [goes.people.includes(keeper), goes.people.includes(by)];
    const isWithStays = gone?.with.some((person) => stays.people.includes(person)) === true;
    if (gone?.who === "by") return isHis && isWithStays ? "goes" : undefined;
    if (gone?.who === "owner") return isBy && isWithStays ? "stays" : undefined;
    if (isHis && stays.people.includes(by)) return "goes";
    return isBy && stays.people.includes(keeper) ? "stays" : undefined;
  }

  #settle(stays: Group, goes: Group, pinned: readonly Use[], now: number): Map<string, bigint> {
    const owed = new Map<string, bigint>();
    const crossing = [...this.#used, ...pinned].flatMap((use) => {
      const side = this.#sides(use, stays, goes);
      return side === undefined ? [] : [{ ...use, side }];
    });
    const settled: Use[] = [];
    /** What lots of a side's have lost to the other, for those of that side. */
    const lost = (side: Group, amount: bigint, { lot, owner, issuer, keeper }: Share) =>
      settled.push({ lot, owner, issuer, keeper, by: -1, amount, gone: { who: "by", with: [...side.people] } });
    for (const issuer of new Set(crossing.map((use) => use.issuer))) {
      const of = (owners: Group) => {
        const sums = new Map<string, Part>();
        for (const { lot, owner, amount, side, issuer: whose } of crossing) {
          if (side !== (owners === stays ? "stays" : "goes") || whose !== issuer) continue;
          sums.set(lot, { lot, owner, issuer, amount: (sums.get(lot)?.amount ?? 0n) + amount });
        }
        return [...sums.values()];
      };
      const total = (parts: readonly Part[]) => parts.reduce((sum, { amount }) => sum + amount, 0n);
      const net = total(of(stays)) - total(of(goes));
      const [to, from] = net > 0n ? [stays, goes] : [goes, stays];
      let left = net > 0n ? net : -net;
      const shares = of(to).map((part) => ({ share: this.#shareOf(to, part), amount: part.amount }));
      for (const { share, amount } of shares.sort(
        (a, b) => b.share.end - a.share.end || (a.share.lot < b.share.lot ? -1 : 1),
      )) {
        const part = amount < left ? amount : left;
        if (part === 0n) continue;
        left -= part;
        share.end = Math.max(share.end, graceAfter(now));
        share.free += part;
        lost(to, -part, share);
        const missing = this.#pay(from, issuer, part, (amountOut, out) => lost(from, amountOut, out));
        if (missing > 0n) owed.set(issuer, (owed.get(issuer) ?? 0n) + missing);
      }
    }
    const parted = (use: Use): Use[] => {
      const isHis = goes.people.includes(use.keeper);
      if (use.gone !== undefined || this.#sides(use, stays, goes) === undefined) return [use];
      const [his, others] = isHis ? [goes, stays] : [stays, goes];
      return [
        { ...use, gone: { who: "by", with: [...his.people] } },
        { ...use, gone: { who: "owner", with: [...others.people] } },
      ];
    };
    // What is held is held by whoever holds it: it is counted again where the hold is, as long as it is open.
    const ofOwner = (use: Use) => use.gone?.who === "by";
    const held = pinned.flatMap((use) => (use.gone === undefined ? parted(use).filter(ofOwner) : []));
    this.#used = [...this.#used.flatMap(parted), ...held, ...settled];
    return owed;
  }

  #pay(from: Group, issuer: string, amount: bigint, tell: (paid: bigint, of: Share) => unknown): bigint {
    let left = amount;
    for (const share of [...from.shares].sort(soonest)) {
      const part = share.issuer !== issuer ? 0n : share.free < left ? share.free : left;
      share.free -= part;
      left -= part;
      if (part > 0n) tell(part, share);
    }
    return left;
  }
}
