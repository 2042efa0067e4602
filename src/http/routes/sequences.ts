/** What is done one after another, since it speaks of the same documents, be it through a third: a sale, its return, the return's reversal. */
export class Sequences {
  readonly #byDocument = new Map<string, Sequence>();

  /** Does the work after all earlier work on these documents. The work never rejects. */
  inOrder<T>(documents: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = new Set(documents.flatMap((document) => this.#byDocument.get(document) ?? []));
    const done = before.size === 0 ? work() : Promise.all([...before].map(({ last }) => last)).then(work);
    const all = new Set([...documents, ...[...before].flatMap((one) => one.documents)]);
    const sequence: Sequence = { documents: [...all], last: done };
    for (const document of all) this.#byDocument.set(document, sequence);
    return done;
  }
}

interface Sequence {
  readonly documents: readonly string[];
  readonly last: Promise<unknown>;
}
