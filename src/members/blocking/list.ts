/** The history of a member's blocks, with who has blocked it and why: for whoever may block. */
import { z } from "@hono/zod-openapi";
import { bucketsOf, uuidsOf } from "../../db/arrays.ts";
import { idText, InstantText, orNull, pageSchema } from "../../kernel/answers.ts";
import { assert } from "../../kernel/assert.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { idInPath } from "../../kernel/fields.ts";
import { keyIn, pageOf, PageQuery } from "../../engine/definition/page.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { bucketIn } from "../../engine/transfer-sql.ts";
import { blockRows, type MemberBlock } from "../block-store.ts";
import { ofOneBrand } from "../joining/of-one-brand.ts";
import { partsIn, standingIn } from "../owner.ts";
import { readFacts, type StoredFacts } from "../reads/operation-facts.ts";

const SeenBlock = z
  .strictObject({
    memberId: idText("mbr").openapi({
      description: "Of whom it was said: the member, or one who has become part of it.",
    }),
    status: z.enum(["blocked", "active"]).openapi({ description: "As it was from then on." }),
    since: InstantText,
    operationId: idText("opn"),
    partedFrom: orNull(idText("mbr")).openapi({
      description:
        "The blocked member that it has parted from, and whose block it has kept; the reason is then that of the parting.",
    }),
    reason: orNull(z.string()),
    reference: orNull(z.string()),
    clientId: orNull(idText("cli")),
    staffId: orNull(z.string()),
  })
  .openapi("MemberBlock");

/** In the order in which it was decided, which no clock tells, nor the operations' numbers. */
const PAGE = `select ${blockRows.list("b")}, o.position::text, o.place
  from member_blocks b join operations o on o.bucket = ${bucketIn("b.operation_id")} and o.operation_id = b.operation_id
  where b.bucket = any($1::smallint[]) and b.member_id = any($2::uuid[])
    and ($3::bigint is null or (o.position, o.place) < ($3::bigint, $4::int))
  order by o.position desc, o.place desc limit $5::int`;
/** Position and place of the last that was told. */
const KEY = /^[0-9]{1,18}-[0-9]{1,5}$/;

export const listBlocks = defineRead({
  name: "list-blocks",
  permission: "members.block",
  forbids: ofOneBrand,
  http: {
    method: "get",
    path: "/v1/members/{memberId}/blocks",
    tag: "Members",
    summary: "List when a member was blocked and let go, by whom and why",
    description: "Newest first, with those of all who are part of the member.",
  },
  params: idInPath("memberId", "mbr"),
  query: PageQuery,
  answer: { description: "A page of blocks and their ends.", schema: pageSchema(SeenBlock).openapi("MemberBlocks") },
  problems: ["unprocessable_request", "member_not_found", "brand_forbidden"],
  async read({ reader }, { params, query: { limit, cursor } }) {
    const [position = null, place = null] = keyIn(cursor, KEY)?.split("-") ?? [];
    return reader.snapshot(async (tx) => {
      const members = await partsIn(tx, await standingIn(tx, params.memberId));
      const found = await tx.values(PAGE, [bucketsOf(members), uuidsOf(members), position, place, limit + 1]);
      const blocks = found.map((values) => ({
        block: blockRows.decode(values) as MemberBlock,
        key: values.slice(-2).join("-"),
      }));
      const operations = blocks.map(({ block }) => block.operationId);
      const facts = await readFacts(tx, operations);
      return pageOf(
        blocks,
        limit,
        ({ key }) => key,
        ({ block }) => seen(block, facts.get(block.operationId)),
      );
    });
  },
});

function seen(block: MemberBlock, facts: StoredFacts | undefined): z.input<typeof SeenBlock> {
  assert(facts !== undefined, "whatever has blocked a member is an operation");
  const { memberId, status, since, operationId, partedFrom } = block;
  const { reason, reference, clientId, staffId } = facts;
  return {
    memberId,
    status,
    since: formatInstant(since),
    operationId,
    partedFrom,
    reason,
    reference,
    clientId,
    staffId,
  };
}
