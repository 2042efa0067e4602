/** Adjustments of a member, of an incident, or of a state: one by its id, or page by page, the newest first. */
import { z } from "@hono/zod-openapi";
import { uuidsOf } from "../../db/arrays.ts";
import { pageSchema } from "../../kernel/answers.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import { idInPath, text } from "../../kernel/fields.ts";
import { bucketOf, isId, type MemberId, uuidOf } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { keyIn, pageOf, PageQuery } from "../../engine/definition/page.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { seesOwnOf } from "../../engine/definition/visibility.ts";
import { partsIn, standingFor } from "../../members/owner.ts";
import { foundIn, SEEN, seen, SeenAdjustment } from "./seen.ts";
import { ADJUSTMENT_STATES, type AdjustmentState, INCIDENT } from "./words.ts";

export const readAdjustment = defineRead({
  name: "read-adjustment",
  permission: "adjustments.read",
  http: { method: "get", path: "/v1/adjustments/{adjustmentId}", tag: "Adjustments", summary: "Read an adjustment" },
  params: idInPath("adjustmentId", "adj"),
  answer: { description: "The adjustment.", schema: SeenAdjustment },
  problems: ["adjustment_not_found"],
  async read({ reader, clock }, { actor, params: { adjustmentId: id } }) {
    const one = `${SEEN} where a.bucket = $1::smallint and a.adjustment_id = $2::uuid`;
    const [values] = isId("adj", id) ? await reader.values(one, [bucketOf(id), uuidOf(id)]) : [];
    const found = values === undefined ? undefined : foundIn(values);
    if (found === undefined || !seesOwnOf(actor, found.adjustment.brand)) throw new Problem("adjustment_not_found");
    return seen(found, clock.now());
  },
});

const UNDECIDED = "a.applied_by is null and a.rejected_by is null";
const STATES: Readonly<Record<AdjustmentState, (now: string) => string>> = {
  applied: () => "a.applied_by is not null",
  rejected: () => "a.rejected_by is not null",
  awaiting_approval: (now) => `${UNDECIDED} and a.expires_at > ${now}::timestamptz`,
  expired: (now) => `${UNDECIDED} and a.expires_at <= ${now}::timestamptz`,
};

interface Wanted {
  readonly brand: string | null;
  /** Who are one member. */
  readonly members?: readonly MemberId[] | undefined;
  readonly incident?: string | undefined;
  readonly state?: AdjustmentState | undefined;
}

/** One statement for each set of questions: what is not asked for stands in none. */
function statementOf({ brand, members, incident, state }: Wanted, before: string, now: Instant, most: number) {
  const parameters: (string | number)[] = [before, most];
  const given = (value: string) => `$${parameters.push(value)}`;
  const conditions = ["a.adjustment_id < $1::uuid"];
  if (brand !== null) conditions.push(`a.brand = ${given(brand)}::text`);
  if (members !== undefined) conditions.push(`a.member_id = any(${given(uuidsOf(members))}::uuid[])`);
  if (incident !== undefined) conditions.push(`a.incident = ${given(incident)}::text`);
  if (state !== undefined) {
    const condition = STATES[state]("$NOW");
    conditions.push(condition.includes("$NOW") ? condition.replace("$NOW", given(formatInstant(now))) : condition);
  }
  const order = "order by a.adjustment_id desc limit $2::int";
  return { text: `${SEEN} where ${conditions.join(" and ")} ${order}`, parameters };
}

const KEY = /^[0-9a-f]{32}$/;

export const listAdjustments = defineRead({
  name: "list-adjustments",
  permission: "adjustments.read",
  http: {
    method: "get",
    path: "/v1/adjustments",
    tag: "Adjustments",
    summary: "List adjustments",
    description:
      "The newest first. Of a member: those of all who are one with it. A client of one brand sees those in that brand's books.",
  },
  query: z.strictObject({
    ...PageQuery.shape,
    memberId: text(64).optional().openapi({ pattern: "^mbr_[0-9a-f]{32}$" }),
    incident: z.string().regex(INCIDENT, "not the number of an incident").optional(),
    state: z.enum(ADJUSTMENT_STATES).optional(),
  }),
  answer: { description: "A page of adjustments.", schema: pageSchema(SeenAdjustment).openapi("Adjustments") },
  problems: ["unprocessable_request", "member_not_found"],
  async read({ reader, clock }, { actor, query: { limit, cursor, memberId, incident, state } }) {
    const now = clock.now();
    const standing = memberId === undefined ? undefined : await standingFor(reader, memberId);
    const members = standing === undefined ? undefined : await reader.snapshot((tx) => partsIn(tx, standing));
    const before = keyIn(cursor, KEY) ?? "f".repeat(32);
    const statement = statementOf({ brand: actor.brand, members, incident, state }, before, now, limit + 1);
    const found = await reader.values(statement.text, statement.parameters);
    return pageOf(
      found.map(foundIn),
      limit,
      ({ adjustment: { id } }) => uuidOf(id),
      (each) => seen(each, now),
    );
  },
});
