/** The route of a read: parsed input in, the answer out. */
import type { AnyRead } from "../../engine/definition/read.ts";
import { onRecord } from "../on-record.ts";
import { reply, type Route } from "../route.ts";
import { allow, operationIdOf } from "./operation-route.ts";

export function routeOfRead(read: AnyRead): Route {
  const { name, http, permission, params, query, body, answer, problems, showsPersonal = false } = read;
  const terms = { name, seeks: showsPersonal };
  return {
    ...http,
    ...(showsPersonal ? { description: describedAsKept(http.description) } : {}),
    permission,
    problems,
    operationId: operationIdOf(name),
    idempotency: "never",
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
    answers: { 200: answer },
    actsForBrand: read.actsFor !== undefined,
    allow: ({ actor, body: asked }) => allow(read, actor, asked),
    handle: async (call) => reply(200, await onRecord(call, terms, (service) => read.read(service, call))),
  };
}

const describedAsKept = (description: string | undefined): string =>
  [...(description === undefined ? [] : [description]), "Who was shown whose is kept in the access log."].join(" ");
