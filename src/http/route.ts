/**
 * A route: what is derived from an operation or a read of a module. Its contract makes the document, its handler the
 * answer. Routes know nothing of the web framework: they get parsed input, and give JSON text.
 */
import type { z } from "@hono/zod-openapi";
import type { Permission } from "../kernel/permissions.ts";
import type { ProblemCode } from "../kernel/problems.ts";
import type { Actor } from "../engine/actor.ts";
import type { Answer } from "../engine/definition/operation.ts";
import type { ReceivedFile } from "../engine/definition/upload.ts";
import type { Service } from "../service.ts";
import type { Rates } from "./rates.ts";

/** What a route is asked, parsed and allowed. */
export interface Call {
  readonly service: Service;
  readonly rates: Rates;
  readonly actor: Actor;
  readonly params: unknown;
  readonly query: unknown;
  /** As the schema reads it, and as it came. */
  readonly body: unknown;
  readonly received: unknown;
  /** The file that is the body, where the route takes one. */
  readonly file?: ReceivedFile;
  readonly idempotencyKey: string | null;
  readonly requestId: string;
  /** As the client asked for it, for problems inside of an answer. */
  readonly acceptLanguage: string | null;
  /** Ends when nobody waits for the answer any more. For routes whose work is worth ending: it costs something to be asked. */
  waiting(): AbortSignal;
  /** Reports what nobody foresaw, where a route answers in spite of it. */
  fault(error: unknown): void;
}

/** What a route answers. */
export interface Reply {
  readonly status: number;
  /** JSON, sent as it is. */
  readonly text: string;
  /** The stored outcome of an earlier request. */
  readonly replayed?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** A file, sent as it comes, in place of the text. */
  readonly stream?: ReadableStream<Uint8Array>;
}

/** `unless-dry-run`: `Idempotency-Key` may be left out where the query says that nothing is to happen. */
export type Idempotency = "required" | "optional" | "unless-dry-run" | "never";

export interface Route {
  readonly method: "get" | "post" | "put";
  /** As OpenAPI writes it: `/v1/holds/{holdId}`. */
  readonly path: string;
  /** Its name in the document. */
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly example?: unknown;
  readonly permission: Permission;
  readonly idempotency: Idempotency;
  /** As what it is counted: see `HttpTerms`. */
  readonly rate?: "sale" | "lookup";
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Types of media of the file that is the body, in place of JSON. */
  readonly file?: readonly string[];
  /** What the document shows for the body, where that is parsed in steps. */
  readonly bodyForDocument?: z.ZodType;
  /** Whether the body names the brand that the client acts for. */
  readonly actsForBrand?: boolean;
  readonly answers: Readonly<Record<number, Answer>>;
  /** Problems of its own; those that any route may answer with are added by the document. */
  readonly problems: readonly ProblemCode[];
  /** Whether this client may ask for just this; throws where not. */
  allow?(call: Pick<Call, "actor" | "body">): void;
  handle(call: Call): Promise<Reply> | Reply;
}

/** A value as an answer. Amounts must be strings already. */
export const reply = (status: number, value: unknown): Reply => ({ status, text: JSON.stringify(value) });

/** Whether a request only asks what would happen: its route says by which of the two names. */
export const isDryRun = (query: unknown): boolean => {
  const { dryRun, preview } = query as { dryRun?: string; preview?: string };
  return dryRun === "true" || preview === "true";
};
