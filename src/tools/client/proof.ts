/** Asks the service to prove its ledger. */
import { type Api, bodyOf } from "./api.ts";
import { Proof } from "./wire.ts";

export async function proofOf(api: Api): Promise<Proof> {
  return bodyOf(Proof, await api.get("/v1/proof"), "GET /v1/proof");
}
