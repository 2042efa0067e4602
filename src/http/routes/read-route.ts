/** The route of a read: parsed input in, the answer out. */
import { requireOwnBrand } from "../../engine/actor.ts";
import type { AnyRead } from "../../engine/definition/read.ts";
import { reply, type Route } from "../route.ts";
import { operationIdOf } from "./operation-route.ts";

export function routeOfRead(read: AnyRead): Route {
  const { name, http, permission, params, query, body, answer, problems } = read;
  return {
    ...http,
    permission,
    problems,
    operationId: operationIdOf(name),
    idempotency: "never",
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
    answers: { 200: answer },
    actsForBrand: read.actsFor !== undefined,
    allow: ({ actor, body: asked }) => {
      if (read.actsFor !== undefined) requireOwnBrand(actor, read.actsFor(asked));
    },
    handle: async ({ service, ...asked }) => reply(200, await read.read(service, asked)),
  };
}
