/**
 * An operation: one change of the ledger, described once. Its HTTP route, the item of a batch and the document of the
 * API are derived from it. What nobody can ask for, and the ledger does by itself, lacks all that belongs to a request.
 */
import type { z } from "@hono/zod-openapi";
import { assert } from "../../kernel/assert.ts";
import type { Bucket, ProfileId } from "../../kernel/ids.ts";
import type { Permission } from "../../kernel/permissions.ts";
import type { Problem, ProblemCode } from "../../kernel/problems.ts";
import type { PolicyTimeline } from "../../policy/timeline.ts";
import type { Actor } from "../actor.ts";
import type { CommandContext, Needs } from "./context.ts";
import type { Decision, Stale } from "./decision.ts";
import type { Lookup } from "./lookup.ts";
import type { NaturalKey } from "./natural-key.ts";

/** Where an operation is served, and what the document says of it. */
export interface HttpTerms {
  readonly method: "post" | "put";
  /** As OpenAPI writes it: `/v1/holds/{holdId}/capture`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly example?: unknown;
  /** `required`, unless the method itself says that repeating is safe (`optional`, of PUT). */
  readonly idempotencyKey: "required" | "optional";
  /**
   * A request that names a member by an identifier is a look-up, and limited more tightly. `sale`: only where it asks for
   * bonuses or cites a quote, and costs nothing where it is made; a till must not be stopped from selling. `lookup`: it is one, whatever it names.
   */
  readonly rate?: "sale" | "lookup";
  /** The name of the parameter that, where it is `true`, has shown what would happen. */
  readonly dryRun?: "dryRun" | "preview";
  /** The `op` of a batch's item; its body is the route's, with the parameters of the path added. */
  readonly batchItem?: string;
}

/** Facts of a request that are kept with the operation, and can be found again: each has a column of its own. */
export const FACT_NAMES = ["storeId", "terminalId", "channel", "reason", "reference"] as const;
export type Facts = { readonly [N in (typeof FACT_NAMES)[number]]?: string | undefined };

/** A request as it stands after its form was checked. */
interface Asked<P, B> {
  readonly actor: Actor;
  /** Parameters of the path. */
  readonly params: P;
  readonly body: B;
}

export interface Answer<S extends z.ZodType = z.ZodType> {
  readonly description: string;
  readonly schema: S;
  /** Absent: JSON. */
  readonly media?: readonly string[];
}

/** What the engine judges, whoever has asked for it. `S`: schema of what an accepted command answers; `I`: what is decided upon. */
export interface Judgeable<S extends z.ZodType, I> {
  /** Stands in the journal, for ever. */
  readonly name: string;
  /** By status. Where there are several, the decision says which one it is. */
  readonly answers: Readonly<Record<number, Answer<S>>>;
  /** Where the operation is kept; absent: with the first member that it needs. */
  bucket?(input: I): Bucket;
  naturalKeys?(input: I): readonly NaturalKey[];
  /**
   * Judged in a transaction of its own, on a connection of its own: it goes by what the database says of a wallet (in the
   * journal, or of lots that another has as well), where commands of its own group would not be yet; and it may take hundreds of
   * milliseconds, for which nobody else is to wait.
   */
  readonly alone?: true;
  /**
   * What becomes of it where a member whose wallet it needs is erased; absent: it is refused with `member_erased`. `goes_on`: it
   * continues what was recorded before, or says itself what stands against it. `as_nobody`: it is prepared again, and finds nobody.
   */
  readonly ofErased?: "goes_on" | "as_nobody";
  /** The profile whose identifier was presented; kept with the operation. */
  presented?(input: I): ProfileId | null;
  /** How the conflict of a natural key of its own is told, by the name of the operation that has it; needed where it has one. */
  conflict?(takenBy: string): ProblemCode;
  /**
   * What is told of the thing that it is, which is there already, under another idempotency key, where that is not what was told
   * at first; undefined: it is. Nothing has happened then, and the key stays free. Stale where it must be looked up.
   */
  toldAgain?(answer: z.input<S>, input: I): z.input<S> | undefined | Stale;
  needs(input: I, policies: PolicyTimeline): Needs;
  decide(context: CommandContext, input: I): Decision<z.input<S>>;
}

/** What can be asked for. `P`, `B`: schemas of path and body; `F`: the facts that it keeps. */
export interface Operation<P extends z.ZodType, B extends z.ZodType, S extends z.ZodType, I, F extends Facts = Facts>
  extends Judgeable<S, I> {
  readonly permission: Permission;
  readonly http: HttpTerms;
  readonly params?: P;
  readonly body?: B;
  /** Problems of its own, beside those that any operation may answer with. */
  readonly problems: readonly ProblemCode[];
  /** The brand that the request acts for: it takes part, and a client of another brand is refused. */
  actsFor?(body: z.output<B>): string;
  /** Whether this actor may ask for just this; a problem where not. */
  forbids?(actor: Actor, body: z.output<B>): Problem | undefined;
  /** Short secrets of the body: only a hash of them, taken with the service's own secret, goes into what is kept. */
  readonly conceals?: readonly (keyof z.output<B> & string)[];
  /** None but those of `FACT_NAMES`: another one would be kept nowhere. */
  facts?(body: z.output<B>): F & { readonly [N in Exclude<keyof F, keyof Facts>]: never };
  /** Documents (a receipt, a purchase) that the request speaks of: items of a batch about one of them wait for each other. */
  concerns?(asked: Pick<Asked<z.output<P>, z.output<B>>, "params" | "body">): readonly string[];
  /** Looks up what deciding needs. Throws problems that leave no trace: 404, 422. */
  prepare(look: Lookup, asked: Asked<z.output<P>, z.output<B>>): Promise<I> | I;
}

/** What the ledger does by itself: nobody can ask for it, and its input is looked up by whoever begins it. */
export type OwnOperation<I> = Judgeable<z.ZodType, I>;

/** An operation whose types are known to itself only. */
export type AnyOperation = Operation<z.ZodType, z.ZodType, z.ZodType, unknown>;
export type AnyJudgeable = Judgeable<z.ZodType, unknown>;

/** How it is told that another operation has taken what this one is. What is a thing says so: see `submissionOf`. */
export function conflictOf(operation: AnyJudgeable, takenBy: string): ProblemCode {
  const code = operation.conflict?.(takenBy);
  assert(code !== undefined, `${operation.name} says how a conflict about it is told`);
  return code;
}

/** Checks an operation against its own schemas. */
export function defineOperation<P extends z.ZodType, B extends z.ZodType, S extends z.ZodType, I, F extends Facts>(
  terms: Operation<P, B, S, I, F>,
): Operation<P, B, S, I> {
  return terms;
}

/** Checks an operation of the ledger's own against its schema. */
export function ownOperation<S extends z.ZodType, I>({
  answer,
  ...terms
}: Omit<Judgeable<S, I>, "answers"> & { readonly answer: S }): Judgeable<S, I> {
  return { ...terms, answers: { 200: { description: "Done.", schema: answer } } };
}
