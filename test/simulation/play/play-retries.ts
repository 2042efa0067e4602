/** Requests that come again: the very same, the same under another key, and others under a key or a receipt that is taken. */
import type { CommandOf } from "../commands.ts";
import type { Sent, World } from "../world.ts";

/** Told once, and never again. */
const ONCE = "pickupCode";

export async function playRetry(world: World, { pick, how }: CommandOf<"retry">): Promise<void> {
  const sent = world.sent.filter((each) => suits(each, how));
  const first = sent[pick % Math.max(1, sent.length)];
  if (first === undefined) return;
  const { path, body, key } = first;
  const again = how === "same" || how === "other_body" ? key : `key-${world.number()}`;
  const other = how === "other_body" || how === "new_key_other_body" ? changed(body) : body;
  const answer = await world.tell(path, other, again);
  if (how === "other_body") {
    world.expect("retry", answer, { status: 409, code: "idempotency_mismatch" });
    return;
  }
  if (how === "new_key_other_body") {
    const code = first.only === "order" ? "order_conflict" : "receipt_conflict";
    world.expect("retry", answer, { status: 409, code });
    return;
  }
  const replayed = answer.headers.get("idempotency-replayed");
  if (replayed !== "true") world.disagree("the answer does not say that it was told before");
  const told = first.answer.body;
  const { [ONCE]: _, ...before } = told;
  const expected = first.answer.status < 300 ? { body: before, status: first.answer.status } : refusal(first);
  world.expect("retry", answer, expected);
  if (ONCE in answer.body) world.disagree("a pickup code is told twice");
}

const refusal = ({ answer }: Sent) => ({ status: answer.status, code: answer.body["code"] as string });

function suits({ answer, only, body }: Sent, how: CommandOf<"retry">["how"]): boolean {
  const accepted = answer.status < 300;
  if (how === "new_key" || how === "new_key_other_body") return accepted && only !== undefined;
  // What cannot be judged has left no trace, and is judged anew.
  const kept = accepted || answer.status === 409;
  return kept && (how === "same" || changed(body) !== body);
}

/** Another request of the same kind; the same where there is none. */
function changed(body: object): object {
  if ("reason" in body) return { ...body, reason: "another one" };
  if ("reference" in body) return { ...body, reference: "another one" };
  if ("channel" in body) return { ...body, channel: body.channel === "pos" ? "web" : "pos" };
  if ("occurredAt" in body) return { ...body, occurredAt: "2026-01-01T12:00:00Z" };
  if ("pickup" in body) return { pickup: { brand: "mvideo", storeId: "M-2" } };
  if ("kind" in body) return { ...body, kind: body.kind === "return" ? "purchase" : "return" };
  if ("final" in body) return { ...body, final: body.final !== true };
  return body;
}
