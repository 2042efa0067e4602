/** For operators: is the process there, is it ready, how does it do. They need no key, and tell nothing about anybody. */
import type { Context, Hono } from "hono";
import { Problem } from "../../kernel/problems.ts";
import type { Service } from "../../service.ts";
import { problemReply } from "../problem.ts";
import { reply, type Reply } from "../route.ts";
import type { Metrics } from "./metrics.ts";
import { requestIdOf, respond } from "./serve.ts";

export interface OperatorTerms {
  /** Whether the service is about to stop. */
  draining(): boolean;
  /** Absent: no figures are kept, and `/metrics` is not there. */
  readonly metrics?: Metrics;
}

/** Adds `/healthz`, `/readyz` and `/metrics`. */
export function serveOperators(
  app: Hono,
  service: Service,
  { draining = () => false, metrics }: Partial<OperatorTerms>,
): void {
  app.get("/healthz", (context) => respond(reply(200, { status: "ok" }), idOf(context), null));
  app.get("/readyz", async (context) => {
    const ready = await readiness(service, draining());
    const requestId = idOf(context);
    const answered = ready instanceof Problem ? problemReply(ready, requestId, languageOf(context)) : ready;
    return respond(answered, requestId, null);
  });
  if (metrics === undefined) return;
  app.get("/metrics", async (context) => {
    const headers = { "content-type": metrics.contentType };
    return respond({ status: 200, text: await metrics.text(), headers }, idOf(context), null);
  });
}

const idOf = ({ req }: Context): string => requestIdOf(req.raw.headers.get("x-request-id"));
const languageOf = ({ req }: Context): string | null => req.raw.headers.get("accept-language");

/** Ready: the database answers, and has all that this code needs. */
async function readiness(service: Service, draining: boolean): Promise<Reply | Problem> {
  if (draining) return new Problem("shutting_down");
  try {
    const pending = await service.pendingMigrations();
    return pending.length === 0
      ? reply(200, { status: "ready" })
      : new Problem("unavailable", { pendingMigrations: pending });
  } catch {
    return new Problem("unavailable");
  }
}
