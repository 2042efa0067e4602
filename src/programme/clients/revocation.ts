/** Ends a client for ever. */
import { z } from "@hono/zod-openapi";
import { idText, InstantText } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { bucketOf } from "../../kernel/ids.ts";
import { accept, reject, save } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { revoked } from "./client.ts";
import { clientInPath, requireClientId } from "./client-path.ts";
import { clientStore } from "./client-store.ts";

export const clientRevocation = defineOperation({
  name: "client-revocation",
  permission: "administer",
  http: {
    method: "post",
    path: "/v1/clients/{clientId}/revoke",
    tag: "Administration",
    summary: "End a client for ever",
    description:
      "Its keys end at once; in other instances of the service within a second. Repeating it changes nothing.",
    idempotencyKey: "required",
  },
  params: clientInPath,
  answers: {
    200: {
      description: "It is revoked, since then.",
      schema: z.strictObject({ clientId: idText("cli"), revokedAt: InstantText }).openapi("RevokedClient"),
    },
  },
  problems: ["not_found"],
  prepare: (_look, { params }) => ({ clientId: requireClientId(params) }),
  bucket: ({ clientId }) => bucketOf(clientId),
  needs: ({ clientId }) => ({ documents: [need(clientStore, clientId)] }),
  decide({ now, document }, { clientId }) {
    const client = document(clientStore, clientId);
    if (client === undefined) return reject("not_found", { clientId });
    const revokedAt = client.revokedAt ?? now;
    return accept({
      answer: { clientId, revokedAt: formatInstant(revokedAt) },
      documents: [save(clientStore, clientId, revoked(client, now))],
    });
  },
});
