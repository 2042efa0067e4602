/** What waits for a second person, and what has ended. */
import { z } from "@hono/zod-openapi";
import { TableRows } from "../../db/table-rows.ts";
import { idText, InstantText, orNull, pageSchema } from "../../kernel/answers.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import { uuidOf } from "../../kernel/ids.ts";
import { keyIn, pageOf, PageQuery } from "../../engine/definition/page.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { ofOneBrand } from "../joining/of-one-brand.ts";
import { OVERRIDDEN_BLOCKERS } from "../merge-words.ts";
import { mergeOverrides } from "../tables.ts";
import type { MergeOverride } from "./override-store.ts";

const rows = new TableRows(mergeOverrides);
const STATUSES = ["waiting", "approved", "expired"] as const;

const SeenOverride = z
  .strictObject({
    overrideId: idText("ovr"),
    status: z.enum(STATUSES),
    memberIds: z.array(idText("mbr")),
    blocker: z.enum(OVERRIDDEN_BLOCKERS),
    reason: z.string(),
    staffId: z.string().openapi({ description: "Who has asked." }),
    requestedAt: InstantText,
    expiresAt: InstantText,
    approvedBy: orNull(idText("opn")).openapi({ description: "The merge that it has let happen." }),
    approvedAt: orNull(InstantText),
  })
  .openapi("SeenMergeOverride");

const CONDITIONS: Readonly<Record<(typeof STATUSES)[number], string>> = {
  waiting: "v.approved_by is null and v.expires_at > $2::timestamptz",
  approved: "v.approved_by is not null and $2::timestamptz is not null",
  expired: "v.approved_by is null and v.expires_at <= $2::timestamptz",
};
const pageOfStatus = (status: (typeof STATUSES)[number]): string =>
  `select ${rows.list("v")} from merge_overrides v where v.override_id > $1::uuid and ${CONDITIONS[status]}
    order by v.override_id limit $3::int`;
const KEY = /^[0-9a-f]{32}$/;

export const listOverrides = defineRead({
  name: "list-merge-overrides",
  permission: "members.merge",
  forbids: ofOneBrand,
  http: {
    method: "get",
    path: "/v1/merge-overrides",
    tag: "Identity",
    summary: "List what waits for a second person",
    description: "The oldest first.",
  },
  query: z.strictObject({ ...PageQuery.shape, status: z.enum(STATUSES).default("waiting") }),
  answer: { description: "A page of requests.", schema: pageSchema(SeenOverride).openapi("MergeOverrides") },
  problems: ["unprocessable_request", "brand_forbidden"],
  async read({ reader, clock }, { query: { status, limit, cursor } }) {
    const now = clock.now();
    const after = keyIn(cursor, KEY) ?? "0".repeat(32);
    const found = await reader.values(pageOfStatus(status), [after, formatInstant(now), limit + 1]);
    return pageOf(
      found.map((values) => rows.decode(values)),
      limit,
      ({ id }) => uuidOf(id),
      (override) => seen(override, now),
    );
  },
});

function seen(override: MergeOverride, now: Instant): z.input<typeof SeenOverride> {
  const { id, oneId, otherId, blocker, reason, staffId, requestedAt, expiresAt, approvedBy, approvedAt } = override;
  const ended = expiresAt > now ? "waiting" : "expired";
  return {
    overrideId: id,
    status: approvedBy === null ? ended : "approved",
    memberIds: [oneId, otherId],
    blocker,
    reason,
    staffId,
    requestedAt: formatInstant(requestedAt),
    expiresAt: formatInstant(expiresAt),
    approvedBy,
    approvedAt: approvedAt === null ? null : formatInstant(approvedAt),
  };
}
