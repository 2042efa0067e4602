/** A read: what can be asked without changing anything, described once; its route and document are derived from it. */
import type { z } from "@hono/zod-openapi";
import type { Permission } from "../../kernel/permissions.ts";
import type { Problem, ProblemCode } from "../../kernel/problems.ts";
import type { Actor } from "../actor.ts";
import type { Lookup } from "./lookup.ts";
import type { Answer } from "./operation.ts";

export interface Read<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, S extends z.ZodType> {
  readonly name: string;
  readonly permission: Permission;
  readonly http: {
    /** POST where what is looked for must not stand in a URL. */
    readonly method: "get" | "post";
    readonly path: string;
    readonly tag: string;
    readonly summary: string;
    readonly description?: string;
    readonly example?: unknown;
  };
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answer: Answer<S>;
  readonly problems: readonly ProblemCode[];
  /**
   * Its answer shows personal data, or what is kept of who was shown it: it opens sealed fields, and says so by
   * `look.personal.opened`. Tries that find nobody are on record as well. The store and the terminal are those that its query
   * or its body names as `storeId` and `terminalId`.
   */
  readonly showsPersonal?: true;
  /** The brand that the request acts for; a client of another brand is refused. */
  actsFor?(body: z.output<B>): string;
  /** Whether this actor may ask for it; a problem where not. What depends on what is found is for `read` to say. */
  forbids?(actor: Actor, body: z.output<B>): Problem | undefined;
  read(
    look: Lookup,
    asked: {
      readonly actor: Actor;
      readonly params: z.output<P>;
      readonly query: z.output<Q>;
      readonly body: z.output<B>;
    },
  ): Promise<z.input<S>>;
}

/** A read whose types are known to itself only. */
export type AnyRead = Read<z.ZodType, z.ZodType, z.ZodType, z.ZodType>;

/** Checks a read against its own schemas. */
export function defineRead<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, S extends z.ZodType>(
  terms: Read<P, Q, B, S>,
): Read<P, Q, B, S> {
  return terms;
}
