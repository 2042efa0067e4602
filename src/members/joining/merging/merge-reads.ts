/** Merges as they stand: one by its id, and all that a member has been part of. */
import { z } from "@hono/zod-openapi";
import { uuidsOf } from "../../../db/arrays.ts";
import { idText, InstantText, orNull, pageSchema } from "../../../kernel/answers.ts";
import { formatInstant } from "../../../kernel/clock.ts";
import { idInPath } from "../../../kernel/fields.ts";
import { bucketOf, isId, uuidOf } from "../../../kernel/ids.ts";
import { Problem } from "../../../kernel/problems.ts";
import { keyIn, pageOf, PageQuery } from "../../../engine/definition/page.ts";
import { ofOneBrand } from "../of-one-brand.ts";
import { type AnyRead, defineRead } from "../../../engine/definition/read.ts";
import { MERGE_STATUSES, SURVIVOR_RULES } from "../../merge-words.ts";
import { type Merge, mergeColumns, mergeStore } from "../stores.ts";

const SeenMerge = z
  .strictObject({
    mergeId: idText("mrg"),
    survivorId: idText("mbr").openapi({
      description: "Who stood for both then: it may have become part of another since.",
    }),
    absorbedId: idText("mbr"),
    status: z.enum(MERGE_STATUSES),
    rule: z.enum(SURVIVOR_RULES),
    reason: z.string(),
    mergedAt: InstantText,
    undoneAt: orNull(InstantText),
    undoneBy: orNull(idText("opn")),
  })
  .openapi("SeenMerge");

const readMerge = defineRead({
  name: "read-merge",
  permission: "members.merge",
  forbids: ofOneBrand,
  http: { method: "get", path: "/v1/merges/{mergeId}", tag: "Identity", summary: "Read a merge" },
  params: idInPath("mergeId", "mrg"),
  answer: { description: "The merge.", schema: SeenMerge },
  problems: ["merge_not_found", "brand_forbidden"],
  async read({ reader }, { params: { mergeId } }) {
    const merge = isId("mrg", mergeId) ? await reader.one(mergeStore, mergeId) : undefined;
    if (merge === undefined) throw new Problem("merge_not_found");
    return seen(merge);
  },
});

/** Served by the indexes of survivors and of those absorbed. */
const PAGE = `select ${mergeColumns.list} from merges m
  where m.merge_id in (select merge_id from merges where survivor_id = any($1::uuid[]) union select merge_id from merges where absorbed_id = any($1::uuid[]))
    and m.merge_id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
  order by m.merge_id desc limit $3::int`;
const MEMBER = "select 1 as known from wallets where bucket = $1::smallint and member_id = $2::uuid";
const KEY = /^[0-9a-f]{32}$/;

const listMerges = defineRead({
  name: "list-merges",
  permission: "members.merge",
  forbids: ofOneBrand,
  http: {
    method: "get",
    path: "/v1/members/{memberId}/merges",
    tag: "Identity",
    summary: "List the merges that a member took part in",
    description: "Newest first, those that were undone included: of this very id, whoever stands for it now.",
  },
  params: idInPath("memberId", "mbr"),
  query: PageQuery,
  answer: { description: "A page of merges.", schema: pageSchema(SeenMerge).openapi("Merges") },
  problems: ["unprocessable_request", "member_not_found", "brand_forbidden"],
  async read({ reader }, { params: { memberId }, query: { limit, cursor } }) {
    const after = keyIn(cursor, KEY);
    if (!isId("mbr", memberId)) throw new Problem("member_not_found");
    const [known, found] = await Promise.all([
      reader.run(MEMBER, [bucketOf(memberId), uuidOf(memberId)]),
      reader.values(PAGE, [uuidsOf([memberId]), after, limit + 1]),
    ]);
    if (known.length === 0) throw new Problem("member_not_found");
    return pageOf(found.map(mergeColumns.decode), limit, ({ id }) => uuidOf(id), seen);
  },
});

const seen = ({ id, survivorId, absorbedId, status, rule, reason, mergedAt, undoneAt, undoneBy }: Merge) => ({
  mergeId: id,
  survivorId,
  absorbedId,
  status,
  rule,
  reason,
  mergedAt: formatInstant(mergedAt),
  undoneAt: undoneAt === null ? null : formatInstant(undoneAt),
  undoneBy,
});

export const mergeReads: readonly AnyRead[] = [readMerge, listMerges];
