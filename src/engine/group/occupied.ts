/**
 * Wallets that a command which is judged alone has just now, in this process. Whoever else needs one waits beside the lanes: in a
 * lane the whole of a group would wait with it, for a lock that may be kept for seconds.
 */
import type { MemberId } from "../../kernel/ids.ts";
import type { PolicyTimeline } from "../../policy/timeline.ts";
import type { Submission } from "../journal/submission.ts";

export class Occupied {
  readonly #members = new Set<MemberId>();
  readonly #wake: (() => void)[] = [];

  /** `wake`: called whenever wallets are free again. */
  onFree(wake: () => void): void {
    this.#wake.push(wake);
  }

  /** Whether a command needs one of them. */
  keepsWaiting({ operation, input }: Submission, policies: PolicyTimeline): boolean {
    if (this.#members.size === 0) return false;
    return operation.needs(input, policies).wallets?.some((id) => this.#members.has(id)) === true;
  }

  /** Has the wallets that a command needs for as long as `work` takes. */
  async during<T>({ operation, input }: Submission, policies: PolicyTimeline, work: () => Promise<T>): Promise<T> {
    const members = operation.needs(input, policies).wallets ?? [];
    for (const id of members) this.#members.add(id);
    try {
      return await work();
    } finally {
      for (const id of members) this.#members.delete(id);
      for (const wake of this.#wake) wake();
    }
  }
}
