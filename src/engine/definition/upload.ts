/** An upload: an operation about a file that comes with the request, which is read and kept before it is judged. */
import type { z } from "@hono/zod-openapi";
import type { Target } from "../../db/connect.ts";
import type { ProblemCode } from "../../kernel/problems.ts";
import type { Lookup } from "./lookup.ts";
import type { AnyOperation } from "./operation.ts";

/** A file as it comes. */
export interface ReceivedFile {
  /** As the request says, one of the upload's. */
  readonly media: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

interface Keeping {
  readonly look: Lookup;
  readonly target: Target;
}

/** What an operation is asked about a file, and what it was kept under. */
export interface Kept {
  readonly body: unknown;
  /** What two requests about the same must agree in. */
  readonly received: unknown;
  /** Called once it was judged: what nobody needs any more is let go of. */
  readonly letGo: () => Promise<void>;
}

export interface Upload<Q extends z.ZodObject = z.ZodObject> {
  /** Its `http` says where; its `body` is made here, and is no part of the request. */
  readonly operation: AnyOperation;
  readonly query: Q;
  /** Types of media that it takes. */
  readonly media: readonly string[];
  /** Files that one process reads at once. */
  readonly mostAtOnce: number;
  /** Beside those of the operation. */
  readonly problems: readonly ProblemCode[];
  /** For the brand's own clients only. */
  actsFor(query: z.output<Q>): string;
  keep(keeping: Keeping, file: ReceivedFile, query: z.output<Q>): Promise<Kept>;
}

export type AnyUpload = Upload;

/** Checks an upload against its own schema. */
export const defineUpload = <Q extends z.ZodObject>(terms: Upload<Q>): AnyUpload => terms;
