/** What is told of the months of the books. */
import { z } from "@hono/zod-openapi";
import { defineEvent } from "../../engine/event.ts";

const Change = z.strictObject({ month: z.string(), openFrom: z.iso.date() });

export const periodClosed = defineEvent({
  name: "period.closed",
  description: "Two people have closed a month: what is posted from now on is accounted from `openFrom` on.",
  data: Change,
});

export const periodReopened = defineEvent({
  name: "period.reopened",
  description: "Two people have opened the last closed month again.",
  data: Change,
});

export const periodEvents = [periodClosed, periodReopened];
