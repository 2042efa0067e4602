/** Asks the service to prove its ledger. */
import { type Api, bodyOf } from "./api.ts";
import { Proof } from "./wire.ts";

/** It goes by every row: of a year's sales on a machine that is busy it takes minutes. */
const LONGEST_PROOF_MS = 290_000;

export async function proofOf(api: Api): Promise<Proof> {
  return bodyOf(Proof, await api.get("/v1/proof", LONGEST_PROOF_MS), "GET /v1/proof");
}
