/**
 * Commands that need what a stranger has locked, or have a key that he is claiming. They are put aside and tried again every so
 * often, so that whoever else is in their lane does not wait with them; after some time they are told.
 */
import type { PolicyTimeline } from "../../policy/timeline.ts";
import { keysOf, type Submission, type Waiting } from "../journal/submission.ts";
import type { Patience } from "./group.ts";

/** What is locked for longer is not waited for: a parting of 5,000 lots takes half as long, one of 10,000 twice as long on a busy machine. */
export const MOST_ASIDE_MS = 2_000;
const AGAIN_AFTER_MS = 50;
/**
 * So often some of them wait for what they need, as they did at first: a wallet that others have again and again is free for
 * moments only, and never when it is just tried.
 */
const IN_TURN_EVERY_MS = 700;

/** A command that was put aside: since when it has been tried, what it is about, and how often it has waited in turn with others. */
interface Tried {
  readonly since: number;
  /** Its wallets and documents. */
  readonly rows: readonly string[];
  /** The same, and its keys. */
  readonly about: readonly string[];
  turns: number;
}

/** Commands to try again, and what they wait for. */
export interface Due {
  readonly waits: Exclude<Patience, "wait">;
  readonly commands: readonly Waiting[];
}

export class Aside {
  readonly #policies: () => PolicyTimeline;
  readonly #wake: () => void;
  readonly #tried = new WeakMap<Waiting, Tried>();
  /** How many of them are about each wallet, document and key. */
  readonly #wanted = new Map<string, number>();
  #waiting: Waiting[] = [];
  /** Those that it is time to try again. */
  #due: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** When some of them waited in turn last. */
  #turnAt = 0;

  /** `wake`: called when it is time to try some again, or the last of them was told. */
  constructor(policies: () => PolicyTimeline, wake: () => void) {
    this.#policies = policies;
    this.#wake = wake;
  }

  get length(): number {
    return this.#waiting.length + this.#due.length;
  }

  /** Puts a command aside; or tells it, where it has been tried for long enough: since then, or since it came here first. */
  put(waiting: Waiting, since: number): void {
    const tried = this.#tried.get(waiting) ?? this.#triedOf(waiting.submission, since);
    this.#tried.set(waiting, tried);
    if (this.#isOver(waiting)) {
      tell(waiting);
      return;
    }
    this.#waiting.push(waiting);
    for (const name of tried.about) this.#wanted.set(name, (this.#wanted.get(name) ?? 0) + 1);
    this.#timer ??= setTimeout(() => this.#becomeDue(), AGAIN_AFTER_MS);
  }

  /** Whether a command is about a wallet, a document or a key that one of them is about: it would wait for the same. */
  concerns(submission: Submission): boolean {
    return this.#wanted.size > 0 && this.#triedOf(submission, 0).about.some((name) => this.#wanted.has(name));
  }

  /**
   * So many of those that it is time to try again, and whether they wait in turn with others: such need the same rows, those
   * first that have waited so the least. Who has been waiting for too long meanwhile is told.
   */
  takeDue(most: number): Due {
    this.#tellOver();
    const inTurn = new Set(this.#inTurn(most));
    if (inTurn.size === 0) return { waits: "skip", commands: this.#forgotten(this.#due.splice(0, most)) };
    this.#due = this.#due.filter((waiting) => !inTurn.has(waiting));
    return { waits: "in_turn", commands: this.#forgotten([...inTurn]) };
  }

  /** Whose turn it is to wait: of those that have not for long one that has the least often, and all that need no other rows. */
  #inTurn(most: number): Waiting[] {
    const now = performance.now();
    if (now < this.#turnAt + IN_TURN_EVERY_MS) return [];
    const due = this.#due.flatMap((waiting) => this.#tried.get(waiting) ?? []);
    const [first] = due
      .filter(({ since, turns }) => now >= since + IN_TURN_EVERY_MS * (turns + 1))
      .toSorted((one, other) => one.turns - other.turns);
    if (first === undefined) return [];
    this.#turnAt = now;
    const rows = new Set(first.rows);
    const needsNoOther = (waiting: Waiting) => this.#tried.get(waiting)?.rows.every((name) => rows.has(name)) === true;
    const chosen = this.#due.filter(needsNoOther).slice(0, most);
    for (const waiting of chosen) {
      const tried = this.#tried.get(waiting);
      if (tried !== undefined) tried.turns += 1;
    }
    return chosen;
  }

  takeAll(): Waiting[] {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.#forgotten([...this.#due.splice(0), ...this.#waiting.splice(0)]);
  }

  #becomeDue(): void {
    this.#timer = undefined;
    this.#due.push(...this.#waiting.splice(0));
    this.#tellOver();
    this.#wake();
  }

  #tellOver(): void {
    const over = new Set(this.#due.filter((waiting) => this.#isOver(waiting)));
    if (over.size === 0) return;
    this.#due = this.#due.filter((waiting) => !over.has(waiting));
    for (const waiting of this.#forgotten([...over])) tell(waiting);
  }

  #isOver(waiting: Waiting): boolean {
    return performance.now() - (this.#tried.get(waiting)?.since ?? 0) >= MOST_ASIDE_MS;
  }

  #forgotten(gone: Waiting[]): Waiting[] {
    for (const name of gone.flatMap((waiting) => this.#tried.get(waiting)?.about ?? [])) {
      const left = (this.#wanted.get(name) ?? 0) - 1;
      if (left > 0) this.#wanted.set(name, left);
      else this.#wanted.delete(name);
    }
    return gone;
  }

  #triedOf(submission: Submission, since: number): Tried {
    const { operation, input } = submission;
    const { wallets = [], documents = [] } = operation.needs(input, this.#policies());
    const rows = [...wallets, ...documents.map(({ store, id }) => `${store.name} ${id}`)];
    return { since, rows, about: [...keysOf(submission), ...rows], turns: 0 };
  }
}

const tell = ({ resolve }: Waiting): void => resolve({ kind: "busy" });
