/** Requests to override what stands against a merge, as they are kept. */
import type { RowOf } from "../../db/table-rows.ts";
import { DAY_MS } from "../../kernel/clock.ts";
import { memberDocuments } from "../../engine/definition/document-store.ts";
import { mergeOverrides } from "../tables.ts";

/** Days for which a request waits for a second person. */
export const OVERRIDE_DAYS = 7;
export const OVERRIDE_MS = OVERRIDE_DAYS * DAY_MS;

export type MergeOverride = Readonly<RowOf<typeof mergeOverrides, "bucket">>;

export const overrideStore = memberDocuments(mergeOverrides, [
  ...(["oneId", "otherId", "blocker", "reason", "staffId", "requestedAt", "expiresAt"] as const),
]);
