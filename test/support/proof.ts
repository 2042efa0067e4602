/** How tests end: every invariant of the ledger holds, and was looked at. */
import { expect } from "vitest";
import { type Proof, prove } from "../../src/reads/proof.ts";
import type { Service } from "../../src/service.ts";

/** Asks for the proof, and fails with what is broken and where. */
export async function expectProof({ service }: { readonly service: Pick<Service, "reader"> }): Promise<Proof> {
  const proof = await prove(service.reader);
  const broken = proof.invariants.filter(({ holds }) => !holds);
  expect(broken, "the ledger's invariants").toEqual([]);
  expect(proof.holds, "the proof as a whole").toBe(true);
  return proof;
}
