/** Which identifiers a member has, and has had, since when and until when: masked, for whoever may change them. */
import { z } from "@hono/zod-openapi";
import { uuidsOf } from "../../db/arrays.ts";
import { idText, InstantText, orNull, pageSchema } from "../../kernel/answers.ts";
import { assert } from "../../kernel/assert.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { IDENTIFIER_KINDS, idInPath } from "../../kernel/fields.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { keyIn, pageOf, PageQuery } from "../../engine/definition/page.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { seesOwnOf } from "../../engine/definition/visibility.ts";
import { historyRows, historyStore, type IdentifierEvent, type Interval, intervalsOf } from "../identifier-history.ts";
import { mask } from "../mask.ts";
import { standingIn } from "../owner.ts";
import { type Profile, profileStore } from "../profile-store.ts";
import { readFacts, type StoredFacts } from "../reads/operation-facts.ts";
import { openIdentifierValues } from "../sealed-profile.ts";
import { PROFILE_REGISTRATION } from "../registration/words.ts";
import { IDENTIFIER_ADDING, IDENTIFIER_END } from "./asked.ts";

/** By which somebody proves what has led to another. It ends as well where its member is erased. */
const REISSUING: ReadonlySet<string> = new Set([PROFILE_REGISTRATION, IDENTIFIER_ADDING]);

const SeenIdentifier = z
  .strictObject({
    profileId: idText("prf"),
    brand: z.string(),
    kind: z.enum(IDENTIFIER_KINDS),
    masked: z.string().openapi({ example: "***0017" }),
    verified: z.boolean(),
    since: InstantText,
    until: orNull(InstantText).openapi({ description: "Null: it leads to the member still." }),
    reissued: z.boolean().openapi({ description: "Whether it has ended since somebody else has verified it." }),
    begunBy: idText("opn").openapi({ description: "A registration, or whoever has added it." }),
    reason: orNull(z.string()).openapi({ description: "Why it was added." }),
    endedBy: orNull(idText("opn")),
    endReason: orNull(z.string()).openapi({ description: "Why it was ended; null where somebody else has it." }),
  })
  .openapi("MemberIdentifier");

/** Of one operation some begin at once: in the order of their keys, which are told to nobody. */
const PAGE = `select ${historyRows.list("h")}, h.place::text from (
    select b.*, row_number() over (partition by b.operation_id order by b.identifier_key) as place
    from identifier_history b where b.profile_id = any($1::uuid[]) and b.event = 'begun') h
  where $2::timestamptz is null or (h.since, h.operation_id, h.place) < ($2::timestamptz, $3::uuid, $4::bigint)
  order by h.since desc, h.operation_id desc, h.place desc limit $5::int`;
/** Instant, operation and place of the last that was told. */
const KEY = /^[0-9T:.Z-]{24}\|[0-9a-f]{32}\|[0-9]{1,9}$/;

export const listIdentifiers = defineRead({
  name: "list-identifiers",
  permission: "identifiers.change",
  http: {
    method: "get",
    path: "/v1/members/{memberId}/identifiers",
    tag: "Members",
    summary: "List the identifiers that have led to a member, with since when and until when",
    description:
      "The last that was added first, masked as on the card; those of the other brand's profiles are not shown to a client of one brand. What was only claimed has led to nobody, and stands on the card alone.",
  },
  params: idInPath("memberId", "mbr"),
  query: PageQuery,
  answer: { description: "A page of identifiers.", schema: pageSchema(SeenIdentifier).openapi("MemberIdentifiers") },
  problems: ["unprocessable_request", "member_not_found"],
  showsPersonal: true,
  async read(look, { actor, params, query: { limit, cursor } }) {
    const [since = null, operation = null, place = null] = keyIn(cursor, KEY)?.split("|") ?? [];
    return look.reader.snapshot(async (tx) => {
      const memberId = await standingIn(tx, params.memberId);
      const profiles = (await profileStore.load(tx, [memberId], "none")).get(memberId);
      if (profiles === undefined) throw new Problem("member_not_found");
      const shown = profiles.filter(({ brand }) => seesOwnOf(actor, brand));
      const ids = uuidsOf(shown.map(({ id }) => id));
      const found = await tx.values(PAGE, [ids, since, operation, place, limit + 1]);
      const rows = found.map((values) => ({ event: historyRows.decode(values), place: String(values.at(-1)) }));
      const histories = await historyStore.load(tx, [...new Set(rows.map(({ event }) => event.key))], "none");
      const intervals = rows.map(({ event }) => intervalOf(histories.get(event.key) ?? [], event));
      const facts = await readFacts(
        tx,
        intervals.flatMap(({ begunBy, endedBy }) => [begunBy, ...(endedBy === null ? [] : [endedBy])]),
      );
      return pageOf(
        rows.map((row, index) => ({ ...row, interval: intervals[index] })),
        limit,
        ({ event, place: last }) => `${formatInstant(event.since)}|${event.operationId.slice(4)}|${last}`,
        ({ event, interval }) => seen(look, shown, event, facts, interval),
      );
    });
  },
});

/** The interval that an event has begun. */
function intervalOf(history: readonly IdentifierEvent[], { ordinal }: IdentifierEvent): Interval {
  const before = history.filter(({ event, ordinal: at }) => event === "begun" && at < ordinal).length;
  const interval = intervalsOf(history)[before];
  assert(interval !== undefined, "what has begun is an interval");
  return interval;
}

function seen(
  { personal }: Lookup,
  profiles: readonly Profile[],
  { key }: IdentifierEvent,
  facts: ReadonlyMap<string, StoredFacts>,
  interval: Interval | undefined,
): z.input<typeof SeenIdentifier> {
  const profile = profiles.find(({ id }) => id === interval?.profileId);
  assert(interval !== undefined && profile !== undefined, "it was begun for one of these profiles");
  const index = profile.identifiers.findIndex((each) => each.key === key);
  const brought = profile.identifiers[index];
  assert(brought !== undefined, "a profile has all that was begun for it");
  const value = openIdentifierValues(personal, profile)[index] ?? "";
  const { since, until, verified, begunBy, endedBy } = interval;
  const ended = endedBy === null ? undefined : facts.get(endedBy);
  const isOwnEnd = ended?.name === IDENTIFIER_END;
  return {
    profileId: profile.id,
    brand: profile.brand,
    kind: brought.kind,
    masked: mask(brought.kind, value),
    verified,
    since: formatInstant(since),
    until: until === null ? null : formatInstant(until),
    reissued: ended !== undefined && REISSUING.has(ended.name),
    begunBy,
    reason: facts.get(begunBy)?.reason ?? null,
    endedBy,
    endReason: isOwnEnd ? ended.reason : null,
  };
}
