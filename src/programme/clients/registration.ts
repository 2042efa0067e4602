/** Registers a system that may call, and gives its first key. */
import { z } from "@hono/zod-openapi";
import { boundedArray, Brand, senseless, text } from "../../kernel/fields.ts";
import { as, bucketOfHash } from "../../kernel/ids.ts";
import { SCOPES } from "../../kernel/permissions.ts";
import { save } from "../../engine/definition/decision.ts";
import { requireBrand } from "../../engine/definition/lookup.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { type ClientDocument, withOnlyKey } from "./client.ts";
import { clientStore } from "./client-store.ts";
import { acceptWithKey, keyAnswers, REPEATED } from "./given-key.ts";
import { hashKey, newKey } from "./keys.ts";

const NO_ADMINISTRATOR_OF_A_BRAND: object = {
  not: { required: ["brand"], properties: { brand: { type: "string" }, scopes: { contains: { const: "admin" } } } },
};

export const clientRegistration = defineOperation({
  name: "client-registration",
  permission: "administer",
  http: {
    method: "post",
    path: "/v1/clients",
    tag: "Administration",
    summary: "Register a system that may call",
    description: REPEATED,
    idempotencyKey: "required",
    example: { name: "Tills of M.Video", scopes: ["pos"], brand: "mvideo" },
  },
  body: z
    .strictObject({
      name: text(200).openapi({ example: "Tills of M.Video" }),
      scopes: boundedArray(z.enum(SCOPES), { min: 1, max: SCOPES.length, of: "scopes" }).transform((scopes) =>
        SCOPES.filter((scope) => scopes.includes(scope)),
      ),
      brand: Brand.nullish().openapi({
        description: "The only brand that it may act for; absent for systems of both.",
      }),
    })
    .refine(({ scopes, brand }) => !scopes.includes("admin") || typeof brand !== "string", {
      ...senseless("an administrator belongs to no brand"),
      path: ["brand"],
    })
    .openapi("NewClient", NO_ADMINISTRATOR_OF_A_BRAND),
  answers: keyAnswers,
  problems: ["unknown_brand"],
  async prepare(look, { body: { name, scopes, brand = null } }) {
    if (brand !== null) await requireBrand(look, brand);
    const key = newKey();
    return { name, scopes, brand, key, keyHash: hashKey(key) };
  },
  bucket: ({ keyHash }) => bucketOfHash(keyHash),
  needs: () => ({}),
  decide({ now, operationId }, { name, scopes, brand, key, keyHash }) {
    const id = as("cli", operationId);
    const born: ClientDocument = { id, name, scopes, brand, createdAt: now, revokedAt: null, keys: [] };
    return acceptWithKey(id, key, [save(clientStore, id, withOnlyKey(born, keyHash, now))]);
  },
});
