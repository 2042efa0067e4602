/** For operators: is the process there, is it ready. They need no key, and tell nothing about anybody. */
import type { Hono } from "hono";
import { pendingMigrations } from "../db/migrate.ts";
import { Problem } from "../kernel/problems.ts";
import type { Service } from "../service.ts";
import { problemReply } from "./problem.ts";
import { reply, type Reply } from "./route.ts";
import { requestIdOf, respond } from "./serve.ts";

export interface Operations {
  /** Whether the service is about to stop. */
  draining(): boolean;
}

/** Adds `/healthz` and `/readyz`. */
export function serveOperations(app: Hono, service: Service, { draining = () => false }: Partial<Operations>): void {
  app.get("/healthz", ({ req }) =>
    respond(reply(200, { status: "ok" }), requestIdOf(req.raw.headers.get("x-request-id")), null),
  );
  app.get("/readyz", async ({ req }) => {
    const requestId = requestIdOf(req.raw.headers.get("x-request-id"));
    const acceptLanguage = req.raw.headers.get("accept-language");
    return respond(await readiness(service, draining(), requestId, acceptLanguage), requestId, null);
  });
}

async function readiness(
  service: Service,
  draining: boolean,
  requestId: string,
  acceptLanguage: string | null,
): Promise<Reply> {
  if (draining) return problemReply(new Problem("shutting_down"), requestId, acceptLanguage);
  try {
    const pending = await pendingMigrations(service.pool);
    if (pending.length === 0) return reply(200, { status: "ready" });
    return problemReply(new Problem("unavailable", { pendingMigrations: pending }), requestId, acceptLanguage);
  } catch {
    return problemReply(new Problem("unavailable"), requestId, acceptLanguage);
  }
}
