/** A service in a process of its own, for tests that kill it: answers what its parent asks, one message for each. */
import { classify } from "../../src/db/errors.ts";
import type { Judged } from "../../src/engine/outcome.ts";
import { ManualClock, systemClock } from "../../src/kernel/clock.ts";
import { Problem } from "../../src/kernel/problems.ts";
import { openService } from "../../src/service.ts";
import { type Ask, perform } from "./asks.ts";
import { TEST_KEYS } from "../support/keys.ts";

export interface Question {
  readonly number: number;
  readonly key: string;
  readonly ask: Ask;
}

export type Reply =
  | { readonly ready: true }
  | { readonly number: number; readonly judged: Judged }
  /** No answer: a problem's code, or the kind of fault that the database had. */
  | { readonly number: number; readonly fault: string };

/** A second argument: the instant at which its clock stands. */
const [url, instant] = process.argv.slice(2);
if (url === undefined) throw new Error("which database?");
const clock = instant === undefined ? systemClock : new ManualClock(Number(instant));
const service = await openService({ personal: TEST_KEYS, target: { url }, clock, readers: 4 });

process.on("message", ({ number, key, ask }: Question) => {
  perform(service, key, ask).then(
    (judged) => tell({ number, judged }),
    (error: unknown) => tell({ number, fault: error instanceof Problem ? error.code : faultOf(error) }),
  );
});
process.on("disconnect", () => process.exit(0));
tell({ ready: true });

function faultOf(error: unknown): string {
  const { kind } = classify(error);
  return kind === "other" ? `other: ${String(error)}` : kind;
}

function tell(reply: Reply): void {
  process.send?.(reply);
}
