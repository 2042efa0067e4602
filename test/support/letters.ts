/** What one-time codes come to in tests: a box of letters. */
import type { CodeMessage, CodeSender } from "../../src/engine/definition/code-sender.ts";
import type { Ledger } from "../../src/engine/group/submit.ts";

/** Keeps what was sent. */
export class Letters implements CodeSender {
  readonly sent: CodeMessage[] = [];
  /** Where it is set, the gateway fails. */
  fails = false;

  send(message: CodeMessage): Promise<void> {
    if (this.fails) return Promise.reject(new Error("no gateway"));
    this.sent.push(message);
    return Promise.resolve();
  }

  /** The last code that an address was sent. */
  last(value: string): string | undefined {
    return this.sent.filter(({ to }) => to.value === value).at(-1)?.code;
  }
}

/** Waits until what has been answered is on its way. */
export const delivered = ({ later }: Pick<Ledger, "later">): Promise<void> =>
  new Promise((resolve) => {
    later.add(() => {
      resolve();
      return Promise.resolve(false);
    });
  });
