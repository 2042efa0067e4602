/**
 * A route as data: its contract (for the document), who may use it, and what it does.
 * Routes know nothing of the web framework: they get parsed input, and give JSON text.
 */
import type { z } from "@hono/zod-openapi";
import type { ProblemCode } from "../kernel/problems.ts";
import type { Client } from "../directory/directory.ts";
import type { Outcome } from "../engine/outcome.ts";
import { Problem } from "../kernel/problems.ts";
import type { Caller } from "../members/desk.ts";
import type { Service } from "../service.ts";
import type { Permission } from "./access.ts";

/** What a route is asked, parsed and allowed. */
export interface Call<P = unknown, Q = unknown, B = unknown> {
  readonly service: Service;
  /** Who asks; nobody in particular on public routes. */
  readonly client: Client;
  readonly caller: Caller;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly requestId: string;
  /** As the client asked for it, for problems inside of an answer. */
  readonly acceptLanguage: string | null;
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
}

interface RouteAnswer {
  readonly description: string;
  readonly schema: z.ZodType;
}

/** A route's contract and its handler. P, Q and B are the schemas of path, query and body. */
export interface RouteTerms<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  readonly method: "get" | "post" | "put";
  /** As OpenAPI writes it: `/v1/holds/{id}`. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly permission: Permission;
  /** Whether `Idempotency-Key` is required: `always`, unless it is a dry run (the query's `dryRun`), or `never`. */
  readonly idempotency: "always" | "unless-dry-run" | "never";
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** What the document shows for the body, where that is parsed in steps. */
  readonly bodyForDocument?: z.ZodType;
  readonly bodyExample?: unknown;
  /** The brand that the caller acts for, where the body names one. */
  brandOf?(body: z.output<B>): string;
  readonly answers: Readonly<Record<number, RouteAnswer>>;
  /** Problems of its own; those that any route may answer with are added by the document. */
  readonly problems: readonly ProblemCode[];
  handle(call: Call<z.output<P>, z.output<Q>, z.output<B>>): Promise<Reply> | Reply;
}

/** A route whose types are known to itself only. */
export type Route = RouteTerms<z.ZodType, z.ZodType, z.ZodType>;

/** Checks a route against its own schemas, and lets it stand beside others. */
export function defineRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  terms: RouteTerms<P, Q, B>,
): Route {
  return terms;
}

/** A value as an answer. Amounts must be strings already. */
export const reply = (status: number, value: unknown): Reply => ({ status, text: JSON.stringify(value) });

/** The outcome of a command as an answer; throws what was refused. */
export function replyOf(outcome: Exclude<Outcome, { kind: "stale" }>): Reply {
  if (outcome.kind === "refused") throw new RefusedOutcome(outcome.code, outcome.data, outcome.replayed);
  return { status: outcome.status, text: outcome.answer, replayed: outcome.replayed };
}

/** A refusal by the ledger, on its way to the caller. */
export class RefusedOutcome extends Problem {
  readonly replayed: boolean;

  constructor(code: ProblemCode, data: Problem["data"], replayed: boolean) {
    super(code, data);
    this.replayed = replayed;
  }
}
