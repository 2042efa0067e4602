/** Systems that may call: made, given new keys, ended, listed. */
import { z } from "@hono/zod-openapi";
import { formatInstant } from "../../kernel/clock.ts";
import { isId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { type ClientId, type KeyGiven, makeClientOnce, revokeClient, rotateKeyOnce } from "../../directory/clients.ts";
import { SCOPES } from "../../directory/directory.ts";
import { listClients } from "../../directory/lists.ts";
import { onceFor } from "../../directory/once.ts";
import { type Caller, requireBrand } from "../../members/desk.ts";
import { idText, InstantText } from "../answers.ts";
import { Brand, IdParams, senseless, text } from "../fields.ts";
import { defineRoute, reply, type Reply } from "../route.ts";
import { pageAsked, pageOf, pageQuery, pageReply } from "./admin-page.ts";

const ClientBody = z
  .strictObject({
    name: text(200).openapi({ example: "Tills of M.Video" }),
    // One order of scopes, so that the same list in another order is the same request.
    scopes: z
      .array(z.enum(SCOPES))
      .min(1)
      .max(SCOPES.length)
      .transform((scopes) => SCOPES.filter((scope) => scopes.includes(scope))),
    brand: Brand.nullish().openapi({ description: "The only brand that it may act for; absent for systems of both." }),
  })
  .refine(({ scopes, brand }) => !scopes.includes("admin") || typeof brand !== "string", {
    ...senseless("an administrator belongs to no brand"),
    path: ["brand"],
  })
  .openapi("NewClient", { example: { name: "Tills of M.Video", scopes: ["pos"], brand: "mvideo" } });

const GivenKey = z
  .strictObject({
    clientId: idText("cli"),
    key: z.string().openapi({ description: "Shown this once, and never stored.", example: "mck_…" }),
  })
  .openapi("GivenKey");

const KnownClient = z.strictObject({ clientId: idText("cli") }).openapi("KnownClient");

const ListedClient = z
  .strictObject({
    clientId: idText("cli"),
    name: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    brand: z.string().nullable(),
    createdAt: InstantText,
    keySince: InstantText.nullable().openapi({ description: "When its present key was given." }),
    revokedAt: InstantText.nullable(),
  })
  .openapi("Client");

const REPEATED = `The key is never stored. So a repeated request, under the same \`Idempotency-Key\` and with the same
body, does nothing and is answered with 200 and the \`clientId\` alone, with \`Idempotency-Replayed: true\`. Where the
first answer was lost, rotate under a new \`Idempotency-Key\`.`;

const GIVEN = {
  201: { description: "Done: the only time that the key is shown.", schema: GivenKey },
  200: {
    description: "Had been done before, under the same Idempotency-Key; the key is not shown again.",
    schema: KnownClient,
  },
};

const createClient = defineRoute({
  method: "post",
  path: "/v1/clients",
  operationId: "createClient",
  tag: "Administration",
  summary: "Register a system that may call",
  description: REPEATED,
  permission: "administer",
  idempotency: "always",
  body: ClientBody,
  answers: GIVEN,
  problems: ["idempotency_mismatch", "unknown_brand"],
  async handle({ service, caller, body }) {
    const { name, scopes, brand = null } = body;
    const terms = { name, scopes, brand };
    if (brand !== null) await requireBrand(service, brand);
    const once = onceOf(caller, "client", terms);
    const given = await makeClientOnce(service.reader, service.clock, terms, once);
    service.directory.changed();
    return givenReply(given);
  },
});

const rotateKey = defineRoute({
  method: "post",
  path: "/v1/clients/{id}/rotate",
  operationId: "rotateClientKey",
  tag: "Administration",
  summary: "Give a client a new key",
  description: `Its old keys end at once; in other instances of the service within a second. ${REPEATED}`,
  permission: "administer",
  idempotency: "always",
  params: IdParams,
  answers: GIVEN,
  problems: ["not_found", "idempotency_mismatch"],
  async handle({ service, caller, params: { id } }) {
    const clientId = clientIdOf(id);
    const once = onceOf(caller, "rotate", { clientId });
    const given = await rotateKeyOnce(service.pool, service.reader, service.clock, clientId, once);
    if (given === undefined) throw new Problem("not_found", { clientId });
    service.directory.changed();
    return givenReply(given);
  },
});

const revoke = defineRoute({
  method: "post",
  path: "/v1/clients/{id}/revoke",
  operationId: "revokeClient",
  tag: "Administration",
  summary: "End a client for ever",
  description: "Its keys end at once; in other instances of the service within a second. Repeating it changes nothing.",
  permission: "administer",
  idempotency: "always",
  params: IdParams,
  answers: {
    200: {
      description: "It is revoked, since then.",
      schema: z.strictObject({ clientId: idText("cli"), revokedAt: InstantText }).openapi("RevokedClient"),
    },
  },
  problems: ["not_found"],
  async handle({ service, params: { id } }) {
    const clientId = clientIdOf(id);
    const revokedAt = await revokeClient(service.reader, service.clock, clientId);
    if (revokedAt === undefined) throw new Problem("not_found", { clientId });
    service.directory.changed();
    return reply(200, { clientId, revokedAt: formatInstant(revokedAt) });
  },
});

const clients = defineRoute({
  method: "get",
  path: "/v1/clients",
  operationId: "listClients",
  tag: "Administration",
  summary: "Systems that may call, without their keys",
  permission: "administer",
  idempotency: "never",
  query: pageQuery(/^[0-9a-f]{32}$/),
  answers: { 200: { description: "A page, oldest first.", schema: pageOf(ListedClient).openapi("Clients") } },
  problems: [],
  handle: async ({ service, query }) => pageReply(await listClients(service.reader, pageAsked(query))),
});

export const adminClientRoutes = [createClient, rotateKey, revoke, clients];

/** One that is malformed is not found, as one that does not exist. */
function clientIdOf(id: string): ClientId {
  if (!isId("cli", id)) throw new Problem("not_found");
  return id;
}

function onceOf({ clientId, idempotencyKey }: Caller, operation: string, body: unknown) {
  if (idempotencyKey === null) throw new Problem("idempotency_key_required");
  return onceFor(clientId, idempotencyKey, { operation, body });
}

function givenReply(given: KeyGiven): Reply {
  if (given === "mismatch") throw new Problem("idempotency_mismatch");
  const { clientId, key } = given;
  return key === null ? { ...reply(200, { clientId }), replayed: true } : reply(201, { clientId, key });
}
