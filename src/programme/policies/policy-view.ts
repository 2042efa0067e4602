/** A version of the rules as it is told. */
import { z } from "@hono/zod-openapi";
import { InstantText } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import type { PolicyVersion } from "./policy-store.ts";

export const PolicyView = z
  .strictObject({
    version: z.int(),
    effectiveFrom: InstantText,
    note: z.string(),
    rules: z.record(z.string(), z.unknown()).openapi({ description: "Rates are decimal strings." }),
  })
  .openapi("PolicyVersion");

export const policyView = ({ version, effectiveFrom, note, rules }: PolicyVersion): z.input<typeof PolicyView> => ({
  version,
  effectiveFrom: formatInstant(effectiveFrom),
  note,
  rules: rules as Record<string, unknown>,
});
