/** Gives a client a new key, and ends its old one. Of two rotations at once, the later one ends the key of the former. */
import { bucketOf } from "../../kernel/ids.ts";
import { reject, save } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { withOnlyKey } from "./client.ts";
import { clientInPath, requireClientId } from "./client-path.ts";
import { clientStore } from "./client-store.ts";
import { acceptWithKey, keyAnswers, REPEATED } from "./given-key.ts";
import { hashKey, newKey } from "./keys.ts";

export const clientKeyRotation = defineOperation({
  name: "client-key-rotation",
  permission: "administer",
  http: {
    method: "post",
    path: "/v1/clients/{clientId}/rotate",
    tag: "Administration",
    summary: "Give a client a new key",
    description: `Its old keys end at once; in other instances of the service within a second. ${REPEATED}`,
    idempotencyKey: "required",
  },
  params: clientInPath,
  answers: keyAnswers,
  problems: ["not_found"],
  prepare(_look, { params }) {
    const key = newKey();
    return { clientId: requireClientId(params), key, keyHash: hashKey(key) };
  },
  bucket: ({ clientId }) => bucketOf(clientId),
  needs: ({ clientId }) => ({ documents: [need(clientStore, clientId)] }),
  decide({ now, document }, { clientId, key, keyHash }) {
    const client = document(clientStore, clientId);
    if (client === undefined || client.revokedAt !== null) return reject("not_found", { clientId });
    return acceptWithKey(clientId, key, [save(clientStore, clientId, withOnlyKey(client, keyHash, now))]);
  },
});
