/**
 * What people who become one and part again are worth, by one rule and without a line of the system's code: whatever is asked
 * with somebody's card is his, for ever. He is worth what he was granted, less what he has spent and what has ended of his
 * own; those who are one have together what they are worth, and whoever parts has what he is worth, or owes it.
 *
 * So it needs to know of no lots, and of no debts: those are only how the ledger keeps it. What lies with somebody of a lot of
 * one who has left is not his alone to tell apart later; those of whom that is so are `blurred`, and only their sum is known.
 */

interface Joined {
  readonly id: string;
  readonly survivor: Member;
  readonly absorbed: Member;
}

/** A member as it was born: with those who are at home there. */
export interface Member {
  readonly id: string;
  people: number[];
  /** Who has parted from another home when this one was made, and the members whom he had left by then; absent: nobody. */
  readonly madeFor?: { readonly person: number; readonly hadLeft: readonly string[] };
}

export class WorthModel {
  readonly worth: bigint[] = [];
  /** Whose worth is only known together with that of others who were one with them then. */
  readonly blurred = new Set<number>();
  readonly members: Member[] = [];
  /** Who has ever been one with another. */
  readonly joined = new Set<Member>();
  merges: Joined[] = [];
  readonly #apart = new Set<string>();

  /** Somebody new, who is a member; or who is at home with somebody. */
  add(memberId: string): number {
    const person = this.worth.push(0n) - 1;
    const home = this.members.find(({ id }) => id === memberId);
    if (home === undefined) this.members.push({ id: memberId, people: [person] });
    else home.people.push(person);
    return person;
  }

  move(person: number, amount: bigint): void {
    this.worth[person] = (this.worth[person] ?? 0n) + amount;
  }

  homeOf(person: number): Member {
    const home = this.members.find(({ people }) => people.includes(person));
    if (home === undefined) throw new Error("everybody is at home somewhere");
    return home;
  }

  /** Who stands for a member. */
  rootOf(member: Member): Member {
    const merge = this.merges.find(({ absorbed }) => absorbed === member);
    return merge === undefined ? member : this.rootOf(merge.survivor);
  }

  /** A member with all who have become part of it. */
  #with(member: Member): Member[] {
    const parts = this.merges.filter(({ survivor }) => survivor === member);
    return [member, ...parts.flatMap(({ absorbed }) => this.#with(absorbed))];
  }

  get roots(): Member[] {
    return this.members.filter((member) => this.rootOf(member) === member);
  }

  /** All members that are one with a member. */
  membersOf(member: Member): Member[] {
    return this.#with(this.rootOf(member));
  }

  /** All who are. */
  peopleOf(member: Member): number[] {
    return this.membersOf(member).flatMap(({ people }) => people);
  }

  worthOf(people: readonly number[]): bigint {
    return people.reduce((sum, person) => sum + (this.worth[person] ?? 0n), 0n);
  }

  mayJoin(a: number, b: number): boolean {
    const [one, other] = [this.homeOf(a), this.homeOf(b)].map((home) => this.rootOf(home)) as [Member, Member];
    if (one === other) return false;
    return this.#with(one).every(({ id }) => this.#with(other).every((x) => !this.#apart.has(pairOf(id, x.id))));
  }

  /** `survivorId` and `absorbedId` as the ledger has chosen them. */
  join(id: string, survivorId: string, absorbedId: string): void {
    const [survivor, absorbed] = [survivorId, absorbedId].map((memberId) =>
      this.members.find((member) => member.id === memberId),
    ) as [Member, Member];
    this.merges.push({ id, survivor, absorbed });
    for (const member of this.membersOf(survivor)) this.joined.add(member);
  }

  /** Undoes a merge; answers who leaves whom. */
  part(id: string): { readonly leaving: number[]; readonly staying: number[] } {
    const merge = this.merges.find((each) => each.id === id);
    if (merge === undefined) throw new Error("no such merge");
    const root = this.rootOf(merge.survivor);
    this.merges = this.merges.filter((each) => each !== merge);
    this.#apart.add(pairOf(merge.survivor.id, merge.absorbed.id));
    return { leaving: this.peopleOf(merge.absorbed), staying: this.peopleOf(root) };
  }

  /** A person leaves home, and is a member of his own. */
  leaveHome(person: number, memberId: string): { readonly leaving: number[]; readonly staying: number[] } {
    const home = this.homeOf(person);
    home.people = home.people.filter((each) => each !== person);
    // Whoever parts again from the home that was made for him takes along whom he had left before.
    const before = home.madeFor?.person === person ? home.madeFor.hadLeft : [];
    const hadLeft = [home.id, ...before];
    this.members.push({ id: memberId, people: [person], madeFor: { person, hadLeft } });
    for (const each of hadLeft) this.#apart.add(pairOf(each, memberId));
    return { leaving: [person], staying: this.peopleOf(home) };
  }

  /** What has ended of a lot of a person's, in the wallet of a member: of so many who are one. */
  ended(walletId: string, owner: number, amount: bigint): readonly number[] {
    const wallet = this.members.find(({ id }) => id === walletId);
    if (wallet === undefined) throw new Error("no such wallet");
    const people = this.peopleOf(wallet);
    if (people.includes(owner)) this.move(owner, -amount);
    else {
      // A share of a lot of one who has left: of several who are one nobody can say whose.
      this.move(people[0] ?? owner, -amount);
      if (people.length > 1) for (const each of people) this.blurred.add(each);
    }
    return people;
  }

  /** What several have together is known anew, and not how much each has of it. */
  settle(people: readonly number[], worth: bigint): void {
    const [first = 0, ...others] = people;
    this.worth[first] = worth - this.worthOf(others);
    if (others.length > 0) for (const each of people) this.blurred.add(each);
    else this.blurred.delete(first);
  }
}

const pairOf = (one: string, other: string): string => [one, other].sort().join("|");
