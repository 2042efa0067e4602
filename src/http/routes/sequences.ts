/** What is done one after another, since it speaks of the same things, be it through a third: a sale, its return, the return's reversal. */
export class Sequences {
  readonly #byThing = new Map<string, Sequence>();

  /** Does the work after all earlier work on these things. The work never rejects. */
  follow<T>(things: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = new Set(things.flatMap((thing) => this.#byThing.get(thing) ?? []));
    const done = before.size === 0 ? work() : Promise.all([...before].map(({ last }) => last)).then(work);
    const all = new Set([...things, ...[...before].flatMap((one) => one.things)]);
    const sequence: Sequence = { things: [...all], last: done };
    for (const thing of all) this.#byThing.set(thing, sequence);
    return done;
  }
}

interface Sequence {
  readonly things: readonly string[];
  readonly last: Promise<unknown>;
}
