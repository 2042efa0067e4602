/** What is told of reconciliations: never who of the staff, nor what they have written. */
import { z } from "@hono/zod-openapi";
import { idText } from "../../kernel/answers.ts";
import { defineEvent } from "../../engine/event.ts";
import { BREAK_KINDS, RESOLUTIONS } from "./words.ts";

export const breakResolved = defineEvent({
  name: "break.resolved",
  description: "What a reconciliation had found was put right by an operation, or needs none.",
  data: z.strictObject({
    breakId: idText("brk"),
    reconciliationId: idText("rec"),
    brand: z.string(),
    kind: z.enum(BREAK_KINDS),
    resolution: z.enum(RESOLUTIONS),
    correctedBy: idText("opn").nullable(),
  }),
});

export const reconciliationEvents = [breakResolved];
