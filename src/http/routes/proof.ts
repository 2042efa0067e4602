/** The proof of every invariant, on demand. */
import { z } from "@hono/zod-openapi";
import { prove } from "../../reads/proof.ts";
import { defineRoute, reply } from "../route.ts";

const Finding = z
  .strictObject({
    name: z.string().openapi({ example: "wallets_are_their_transfers" }),
    statement: z.string(),
    holds: z.boolean(),
    checked: z.int().min(0).openapi({ description: "How many facts were looked at." }),
    wrong: z.int().min(0).openapi({ description: "How many of them are broken." }),
    figures: z
      .array(z.strictObject({ label: z.string(), amount: z.string().regex(/^-?\d+\.\d{2}$/) }))
      .openapi({ description: "The amounts that it is about; a credit balance is positive." }),
    broken: z
      .array(z.record(z.string(), z.unknown()))
      .openapi({ description: "The first twenty places where it does not hold, and what was found there." }),
  })
  .openapi("Finding");

const ProofAnswer = z.strictObject({ holds: z.boolean(), invariants: z.array(Finding) }).openapi("Proof");

export const proofRoutes = [
  defineRoute({
    method: "get",
    path: "/v1/proof",
    operationId: "prove",
    tag: "Finance",
    summary: "Prove every invariant of the ledger",
    description:
      "Looks at every row in one state of the database, without a lock. Answers 200 whether the invariants hold or not: see `holds`. " +
      "Over millions of rows it takes from seconds to a minute or so.",
    permission: "proof.read",
    idempotency: "never",
    answers: { 200: { description: "Each invariant, as it was found.", schema: ProofAnswer } },
    problems: [],
    handle: async ({ service }) => reply(200, await prove(service.reader)),
  }),
];
