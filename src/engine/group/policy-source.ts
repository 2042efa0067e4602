/** The programme's rules as the database has them: each group is judged by those, whichever process added a version. */
import { loadPolicies } from "../../policy/load.ts";
import type { PolicyTimeline } from "../../policy/timeline.ts";
import type { Transaction } from "../connection/session.ts";

/** Versions are only ever added, in whatever order: where there are as many as before, they are the same. */
const COUNT = "select count(*) as versions from policies";
/** What a read shows may be so old. */
const MAX_AGE_MS = 1_000;

export class PolicySource {
  readonly #reader: Transaction;
  #versions: bigint;
  #timeline: PolicyTimeline;
  #lookedAt = performance.now();
  #looking: Promise<PolicyTimeline> | undefined;

  private constructor(reader: Transaction, versions: bigint, timeline: PolicyTimeline) {
    this.#reader = reader;
    this.#versions = versions;
    this.#timeline = timeline;
  }

  static async open(reader: Transaction): Promise<PolicySource> {
    const { versions, timeline } = await loadPolicies(reader);
    return new PolicySource(reader, versions, timeline);
  }

  /** As this process has read them last. */
  get timeline(): PolicyTimeline {
    return this.#timeline;
  }

  /** For a command, within its transaction: reads them anew where there is a version that is not known here. */
  async current(tx: Transaction): Promise<PolicyTimeline> {
    const lookedAt = performance.now();
    const [row] = await tx.run<{ versions: bigint }>(COUNT);
    if (row !== undefined && row.versions !== this.#versions) {
      const { versions, timeline } = await loadPolicies(tx);
      this.#versions = versions;
      this.#timeline = timeline;
    }
    this.#lookedAt = lookedAt;
    return this.#timeline;
  }

  /** The next read looks, however lately another one has. */
  changed(): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY;
  }

  /** For a read: as the database has them, or had them a second ago. Looks once, however many ask. */
  recent(): Promise<PolicyTimeline> | PolicyTimeline {
    if (performance.now() - this.#lookedAt < MAX_AGE_MS) return this.#timeline;
    this.#looking ??= this.current(this.#reader).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }
}
