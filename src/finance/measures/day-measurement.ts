/**
 * Marks the end of a day in the journal: the measures of that day are written as they were at this place, whoever writes them and
 * however often. A day has one mark for ever.
 */
import { z } from "@hono/zod-openapi";
import { accept, stale } from "../../engine/definition/decision.ts";
import { ownOperation } from "../../engine/definition/operation.ts";
import { hash128 } from "../../kernel/hash.ts";
import { bucketOfHash } from "../../kernel/ids.ts";
import { localDate, type LocalDate } from "../../kernel/zone.ts";

interface MeasuredDay {
  readonly day: LocalDate;
}

const keyOf = ({ day }: MeasuredDay): string => hash128(JSON.stringify(["measured-day", day]));

export const dayMeasurement = ownOperation({
  name: "day-measurement",
  answer: z.strictObject({ day: z.iso.date() }),
  bucket: (input: MeasuredDay) => bucketOfHash(keyOf(input)),
  naturalKeys: (input) => [{ key: keyOf(input), role: "own" }],
  // Never told: the key is made of the day, and so is all that is asked.
  conflict: () => "idempotency_mismatch",
  needs: () => ({}),
  decide({ now, policy }, { day }) {
    // A day that is not over has no end yet.
    return day < localDate(now, policy.rules.zone) ? accept({ answer: { day } }) : stale;
  },
});
