/** How tests end: every invariant of the ledger holds, and was looked at. */
import { expect } from "vitest";
import { LEDGER_ITSELF } from "../../src/engine/actor.ts";
import { modules } from "../../src/modules.ts";
import type { Service } from "../../src/service.ts";
import type { Proof } from "../../src/finance/proof.ts";

const proof = modules.flatMap(({ reads }) => reads).find(({ http }) => http.path === "/v1/proof");

/** What the proof is read by. */
type Proven = Pick<Service, "audit">;

/** Asks for the proof, and answers what was found. */
export async function prove(service: Proven): Promise<Proof> {
  const asked = { actor: LEDGER_ITSELF, params: {}, query: {}, body: {} };
  return (await proof!.read(service as Service, asked)) as Proof;
}

/** Asks for the proof, and fails with what is broken and where. */
export async function expectProof({ service }: { readonly service: Proven }): Promise<Proof> {
  const found = await prove(service);
  const broken = found.invariants.filter(({ holds }) => !holds);
  expect(broken, "the ledger's invariants").toEqual([]);
  expect(found.holds, "the proof as a whole").toBe(true);
  return found;
}
