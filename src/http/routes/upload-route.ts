/** The route of an upload: the file is read while it comes, within bounds, and then the operation is judged. */
import { Problem } from "../../kernel/problems.ts";
import { requireOwnBrand } from "../../engine/actor.ts";
import { requireBrand } from "../../engine/definition/lookup.ts";
import type { AnyUpload, Kept } from "../../engine/definition/upload.ts";
import { submit } from "../../engine/group/submit.ts";
import type { Call, Reply, Route } from "../route.ts";
import { operationIdOf, replyOf } from "./operation-route.ts";

export function routeOfUpload(upload: AnyUpload): Route {
  const { operation, query, media, mostAtOnce, problems } = upload;
  const { method, path, tag, summary, description } = operation.http;
  let open = 0;
  return {
    method,
    path,
    tag,
    summary,
    operationId: operationIdOf(operation.name),
    ...(description === undefined ? {} : { description }),
    permission: operation.permission,
    idempotency: "required",
    query,
    file: media,
    answers: operation.answers,
    problems: [...operation.problems, ...problems],
    async handle(call) {
      const brand = upload.actsFor(call.query as never);
      requireOwnBrand(call.actor, brand);
      await requireBrand(call.service, brand);
      if (open >= mostAtOnce) throw new Problem("overloaded");
      open += 1;
      try {
        return await receive(upload, call);
      } finally {
        open -= 1;
      }
    },
  };
}

async function receive(upload: AnyUpload, { service, actor, file, query, idempotencyKey }: Call): Promise<Reply> {
  const { operation, media } = upload;
  if (file === undefined || !media.includes(file.media)) throw new Problem("file_type", { accepted: media });
  const { target } = service;
  const kept: Kept = await upload.keep({ look: service, target }, file, query as never);
  try {
    const { body, received } = kept;
    const asked = { actor, idempotencyKey, params: {}, body, received: { operation: operation.name, body: received } };
    return replyOf(await submit(service, operation, asked));
  } finally {
    // What is told of an earlier request needs nothing of this one. What stays behind is removed later.
    await kept.letGo().catch(() => {});
  }
}
