/** The route of a read: parsed input in, the answer out. */
import type { AnyRead } from "../../engine/definition/read.ts";
import { onRecord } from "../on-record.ts";
import { type Reply, reply, type Route } from "../route.ts";
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
    handle: async (call) => replyOf(read, await onRecord(call, terms, (service) => read.read(service, call))),
  };
}

/** A page shows what stands in it: it runs nothing, and asks for nothing from elsewhere. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const OF_PAGES = { "content-security-policy": PAGE_POLICY, "x-content-type-options": "nosniff" };

/** What is no JSON is a text already. */
function replyOf({ answer: { media } }: AnyRead, told: unknown): Reply {
  const [type] = media ?? [];
  if (type === undefined || typeof told !== "string") return reply(200, told);
  return { status: 200, text: told, headers: { "content-type": type, ...OF_PAGES } };
}

const describedAsKept = (description: string | undefined): string =>
  [...(description === undefined ? [] : [description]), "Who was shown whose is kept in the access log."].join(" ");
