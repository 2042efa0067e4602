/** How a new key is told: once, to whoever asked first. */
import { z } from "@hono/zod-openapi";
import { idText } from "../../kernel/answers.ts";
import type { ClientId } from "../../engine/actor.ts";
import { accept, type Accepted, type Saved } from "../../engine/definition/decision.ts";

const GivenKey = z
  .strictObject({
    clientId: idText("cli"),
    key: z.string().optional().openapi({
      description: "Shown this once, and never stored: absent where the request had come before.",
      example: "mck_…",
    }),
  })
  .openapi("GivenKey");

export const keyAnswers = {
  201: { description: "Done: the only time that the key is shown.", schema: GivenKey },
  200: {
    description: "Had been done before, under the same `Idempotency-Key`: without the key.",
    schema: GivenKey,
  },
} as const;

export const REPEATED = `The key is never stored. So a repeated request, under the same \`Idempotency-Key\` and with the same
body, does nothing and is answered with 200 and the \`clientId\` alone, with \`Idempotency-Replayed: true\`. Where the
first answer was lost, rotate under a new \`Idempotency-Key\`.`;

/** Tells a key to the first caller, and keeps only whose it is. */
export function acceptWithKey(
  clientId: ClientId,
  key: string,
  documents: readonly Saved[],
): Accepted<{ clientId: ClientId }> {
  return accept({ status: 201, repeatedStatus: 200, answer: { clientId }, shownOnce: { key }, documents });
}
