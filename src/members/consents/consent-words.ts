/** What customers may allow, or forbid, a brand to do, by purpose. */
import { z } from "@hono/zod-openapi";
import { boundedRecord } from "../../kernel/fields.ts";

/** Of one profile, by its purposes. */
export const MOST_CONSENTS = 50;

/** Purposes are the brands' own words: `sms`, `email`, `profiling`. The same word means the same at all of them. */
export const Consents = boundedRecord(64, z.boolean(), { max: MOST_CONSENTS, of: "consents" });

/** How a brand was told. */
export const CONSENT_CHANNELS = ["pos", "web", "app", "call", "email", "sms", "paper"] as const;
