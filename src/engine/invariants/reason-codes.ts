/** Reasons of adjustments that the rules have, or have had. */
import { DEFAULT_ADJUSTMENTS } from "../../policy/adjustment-rules.ts";
import { oneOf } from "../definition/invariant.ts";

const DEFAULTS = oneOf(DEFAULT_ADJUSTMENTS.reasons.map(({ code }) => code));

/** SQL: the codes of all versions, once each; versions that say nothing have those by default. */
export const REASON_CODES = `select reason->>'code' as code from policies, jsonb_array_elements(rules->'adjustments'->'reasons') reason
    union select code from unnest(array[${DEFAULTS}]) code where exists (select from policies where not rules ? 'adjustments')`;
