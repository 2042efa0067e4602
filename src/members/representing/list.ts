/** Who acts for a member, and for whom it acts; those that are over included, with who has granted and ended each, and why. */
import { z } from "@hono/zod-openapi";
import { uuidsOf } from "../../db/arrays.ts";
import { idText, InstantText, orNull, pageSchema } from "../../kernel/answers.ts";
import { assert } from "../../kernel/assert.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { idInPath } from "../../kernel/fields.ts";
import { as, fromUuid, type MemberId, type OperationId, uuidOf } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { keyIn, pageOf, PageQuery } from "../../engine/definition/page.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { bucketIn } from "../../engine/transfer-sql.ts";
import { ofOneBrand } from "../joining/of-one-brand.ts";
import { partsIn, standingIn } from "../owner.ts";
import { readFacts, type StoredFacts } from "../reads/operation-facts.ts";
import { allowanceOf, allowanceText, isInForce, isOver, type RepresentativeLink } from "./link.ts";
import { Left, linkAnswer, linkFields } from "./rights.ts";
import { linkRows } from "./stores.ts";

const By = z
  .strictObject({
    at: InstantText,
    operationId: idText("opn"),
    reason: orNull(z.string()),
    reference: orNull(z.string()),
    clientId: orNull(idText("cli")),
    staffId: orNull(z.string()),
  })
  .openapi("RepresentativeBy", { description: "Who has done it, when and why." });

const SeenLink = z
  .strictObject({
    ...linkFields,
    status: z.enum(["in_force", "later", "over", "ended", "void"]).openapi({
      description:
        "`later`: it has not begun; `over`: its time has ended; `ended`: somebody has ended it; `void`: both are one member by now.",
    }),
    left: orNull(Left),
    granted: By,
    ended: orNull(By),
  })
  .openapi("RepresentativeLink", { description: "The members are those who stand for them by now." });

/** Served by the indexes of both sides. Newest first. */
const PAGE = `select o.posted_at, coalesce(r.survivor_id, r.member_id), coalesce(p.survivor_id, p.member_id), ${linkRows.list("l")}
  from representative_links l
    join operations o on o.bucket = l.bucket and o.operation_id = l.link_id
    join wallets r on r.bucket = ${bucketIn("l.member_id")} and r.member_id = l.member_id
    join wallets p on p.bucket = ${bucketIn("l.representative_id")} and p.member_id = l.representative_id
  where (l.member_id = any($1::uuid[]) or l.representative_id = any($1::uuid[]))
    and l.link_id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
  order by l.link_id desc limit $3::int`;
const KEY = /^[0-9a-f]{32}$/;

interface Found {
  readonly grantedAt: number;
  /** With those who stand for both by now. */
  readonly link: RepresentativeLink;
}

export const listRepresentatives = defineRead({
  name: "list-representatives",
  permission: "representatives.manage",
  forbids: ofOneBrand,
  http: {
    method: "get",
    path: "/v1/members/{memberId}/representatives",
    tag: "Members",
    summary: "List who acts for a member, and for whom it acts",
    description: "Newest first, those that are over included; with those of all who are part of the member.",
  },
  params: idInPath("memberId", "mbr"),
  query: PageQuery,
  answer: {
    description: "A page of links of both sides.",
    schema: pageSchema(SeenLink).openapi("RepresentativeLinks"),
  },
  problems: ["unprocessable_request", "member_not_found", "brand_forbidden"],
  async read(look, { params, query: { limit, cursor } }) {
    const { reader, clock } = look;
    const after = keyIn(cursor, KEY);
    const policies = await look.readPolicies();
    const now = clock.now();
    const at = { now, policy: policies.at(now) };
    return reader.snapshot(async (tx) => {
      const members = await partsIn(tx, await standingIn(tx, params.memberId));
      const rows = await tx.values(PAGE, [uuidsOf(members), after, limit + 1]);
      const found = rows.map(foundIn);
      const facts = await readFacts(tx, found.flatMap(operationsOf));
      return pageOf(
        found,
        limit,
        ({ link }) => uuidOf(link.id),
        (each) => seen(each, facts, at),
      );
    });
  },
});

function foundIn([grantedAt, memberId, representativeId, ...values]: readonly unknown[]): Found {
  assert(typeof grantedAt === "number", "instants come as milliseconds");
  const standing = (uuid: unknown): MemberId => fromUuid("mbr", String(uuid));
  const link = {
    ...linkRows.decode(values),
    memberId: standing(memberId),
    representativeId: standing(representativeId),
  };
  return { grantedAt, link };
}

const operationsOf = ({ link: { id, endedBy } }: Found): OperationId[] => [
  as("opn", id),
  ...(endedBy === null ? [] : [endedBy]),
];

type Facts = ReadonlyMap<OperationId, StoredFacts>;

function seen({ grantedAt, link }: Found, facts: Facts, at: Pick<CommandContext, "now" | "policy">) {
  const { endedAt, endedBy } = link;
  const status = statusOf(link, at.now);
  return {
    ...linkAnswer(link, grantedAt),
    status,
    left: status === "in_force" ? allowanceText(allowanceOf(link, at)) : null,
    granted: by(grantedAt, as("opn", link.id), facts),
    ended: endedAt === null || endedBy === null ? null : by(endedAt, endedBy, facts),
  };
}

function statusOf(link: RepresentativeLink, now: number): z.input<typeof SeenLink>["status"] {
  if (link.endedAt !== null) return "ended";
  if (isOver(link, now)) return "over";
  if (link.memberId === link.representativeId) return "void";
  return isInForce(link, now) ? "in_force" : "later";
}

function by(at: number, operationId: OperationId, facts: Facts): z.input<typeof By> {
  const known = facts.get(operationId);
  assert(known !== undefined, "whatever has granted or ended a link is an operation");
  const { reason, reference, clientId, staffId } = known;
  return { at: formatInstant(at), operationId, reason, reference, clientId, staffId };
}
