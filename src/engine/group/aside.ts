/**
 * Commands that need what a stranger has locked, or have a key that he is claiming. They are put aside and tried again every so often, so that whoever else is in
 * their lane does not wait with them; after some time they are told.
 */
import type { MemberId } from "../../kernel/ids.ts";
import type { PolicyTimeline } from "../../policy/timeline.ts";
import { keysOf, type Submission, type Waiting } from "../journal/submission.ts";

/** What is locked for longer is not waited for: a parting of 5,000 lots takes half as long, one of 10,000 twice as long on a busy machine. */
export const MOST_ASIDE_MS = 2_000;
const AGAIN_AFTER_MS = 50;

export class Aside {
  readonly #policies: () => PolicyTimeline;
  readonly #wake: () => void;
  readonly #triedSince = new WeakMap<Waiting, number>();
  readonly #members = new Set<MemberId>();
  readonly #keys = new Set<string>();
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;

  /** `wake`: called when it is time to try them again. */
  constructor(policies: () => PolicyTimeline, wake: () => void) {
    this.#policies = policies;
    this.#wake = wake;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Puts a command aside. Answers false, and does not, where it has been tried for too long: since then, or since it came here first. */
  put(waiting: Waiting, since: number): boolean {
    const first = this.#triedSince.get(waiting) ?? since;
    if (performance.now() - first >= MOST_ASIDE_MS) return false;
    this.#triedSince.set(waiting, first);
    this.#waiting.push(waiting);
    for (const id of this.#membersOf(waiting.submission)) this.#members.add(id);
    for (const key of keysOf(waiting.submission)) this.#keys.add(key);
    this.#timer ??= setTimeout(() => this.#becomeDue(), AGAIN_AFTER_MS);
    return true;
  }

  /** Whether a command has a key or needs a wallet that one of them has or needs: it would wait for the same. */
  concerns(submission: Submission): boolean {
    if (this.#waiting.length === 0) return false;
    const hasKey = keysOf(submission).some((key) => this.#keys.has(key));
    return hasKey || this.#membersOf(submission).some((id) => this.#members.has(id));
  }

  /** All of them, where it is time to try them again. */
  takeDue(): Waiting[] {
    return this.#isDue ? this.takeAll() : [];
  }

  takeAll(): Waiting[] {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isDue = false;
    this.#members.clear();
    this.#keys.clear();
    return this.#waiting.splice(0);
  }

  #becomeDue(): void {
    this.#timer = undefined;
    this.#isDue = true;
    this.#wake();
  }

  #membersOf({ operation, input }: Submission): readonly MemberId[] {
    return operation.needs(input, this.#policies()).wallets ?? [];
  }
}
