/** What a member allows each brand, and all of them together; with the history of what was said. */
import { z } from "@hono/zod-openapi";
import { arrayOf, uuidsOf } from "../../db/arrays.ts";
import { idText, InstantText, orNull, pageSchema } from "../../kernel/answers.ts";
import { assert } from "../../kernel/assert.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { idInPath } from "../../kernel/fields.ts";
import { bucketOf, uuidOf } from "../../kernel/ids.ts";
import { keyIn, PageQuery, pageOf } from "../../engine/definition/page.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { seesOwnOf } from "../../engine/definition/visibility.ts";
import { type Consent, consentRows, consentStore, inForce } from "../consents/consent-store.ts";
import { partsIn, standingIn } from "../owner.ts";
import { type Profile, profileStore } from "../profile-store.ts";
import { readFacts, type StoredFacts } from "./operation-facts.ts";
import { sharedConsents } from "../consents/shared.ts";

const said = { purpose: z.string().openapi({ example: "sms" }), given: z.boolean() } as const;

const ProfileConsents = z
  .strictObject({
    profileId: idText("prf"),
    brand: z.string(),
    consents: z.array(z.strictObject({ ...said, since: InstantText }).openapi("CurrentConsent")),
  })
  .openapi("ProfileConsents");

const SeenConsent = z
  .strictObject({
    profileId: idText("prf"),
    brand: z.string(),
    ...said,
    since: InstantText.openapi({ description: "When it was said." }),
    postedAt: InstantText.openapi({ description: "When it was told." }),
    operationId: idText("opn"),
    channel: orNull(z.string()).openapi({ description: "Null where it came with the registration." }),
    reason: orNull(z.string()),
    reference: orNull(z.string()),
    clientId: orNull(idText("cli")),
    staffId: orNull(z.string()),
  })
  .openapi("Consent");

const MemberConsents = z
  .strictObject({
    memberId: idText("mbr").openapi({ description: "Who stands for whom was asked for." }),
    shared: orNull(z.array(z.strictObject(said).openapi("SharedConsent"))).openapi({
      description:
        "For what all brands may do together: given only where every profile of the member has given it; what one was not asked is not given. Null for a client of one brand.",
    }),
    profiles: z
      .array(ProfileConsents)
      .openapi({ description: "What holds. A client of one brand sees that brand's own." }),
    ...pageSchema(SeenConsent).shape,
  })
  .openapi("MemberConsents");

/** Of each profile as many as make a page, by the index `profile_consents_by_time`. */
const PAGE = `select ${consentRows.list("c")} from unnest($1::smallint[], $2::uuid[]) as p(bucket, profile_id) cross join lateral (
    select * from profile_consents c where c.bucket = p.bucket and c.profile_id = p.profile_id
      and ($3::timestamptz is null or (c.since, c.profile_id, c.ordinal) < ($3::timestamptz, $4::uuid, $5::int))
    order by c.since desc, c.ordinal desc limit $6::int) c
  order by c.since desc, c.profile_id desc, c.ordinal desc limit $6::int`;
/** Instant in milliseconds, profile and ordinal of the last that was told. */
const KEY = /^[0-9]{1,15}-[0-9a-f]{32}-[0-9]{1,9}$/;
const keyOf = ({ since, profileId, ordinal }: Consent): string => `${since}-${uuidOf(profileId)}-${ordinal}`;

export const listConsents = defineRead({
  name: "list-consents",
  permission: "consents.read",
  http: {
    method: "get",
    path: "/v1/members/{memberId}/consents",
    tag: "Members",
    summary: "Read what a member allows, by brand and together, and what was said when",
    description: "The history newest first, by when it was said; of all profiles that the member has now.",
  },
  params: idInPath("memberId", "mbr"),
  query: PageQuery,
  answer: { description: "What holds, and a page of the history.", schema: MemberConsents },
  problems: ["unprocessable_request", "member_not_found"],
  async read({ reader }, { actor, params, query: { limit, cursor } }) {
    const [at, profile = null, ordinal = null] = keyIn(cursor, KEY)?.split("-") ?? [];
    const after = [at === undefined ? null : formatInstant(Number(at)), profile, ordinal];
    return reader.snapshot(async (tx) => {
      const memberId = await standingIn(tx, params.memberId);
      await partsIn(tx, memberId);
      const all = (await profileStore.load(tx, [memberId], "none")).get(memberId) ?? [];
      const own = all.filter(({ brand }) => seesOwnOf(actor, brand));
      const ids = own.map(({ id }) => id);
      const known = await consentStore.load(tx, ids, "none");
      const found = await tx.values(PAGE, [arrayOf(ids.map(bucketOf), "smallint"), uuidsOf(ids), ...after, limit + 1]);
      const rows = found.map((values): Consent => consentRows.decode(values));
      const facts = await readFacts(
        tx,
        rows.map(({ operationId }) => operationId),
      );
      const brands = new Map(own.map(({ id, brand }) => [id, brand]));
      return {
        memberId,
        shared: actor.brand === null ? sharedConsents(all) : null,
        profiles: own.map((each) => currentOf(each, known.get(each.id) ?? [])),
        ...pageOf(rows, limit, keyOf, (row) => seen(row, brands.get(row.profileId) ?? "", facts.get(row.operationId))),
      };
    });
  },
});

const currentOf = ({ id, brand }: Profile, history: readonly Consent[]): z.input<typeof ProfileConsents> => ({
  profileId: id,
  brand,
  consents: [...inForce(history).values()]
    .sort((one, other) => (one.purpose < other.purpose ? -1 : 1))
    .map(({ purpose, given, since }) => ({ purpose, given, since: formatInstant(since) })),
});

function seen(row: Consent, brand: string, facts: StoredFacts | undefined): z.input<typeof SeenConsent> {
  assert(facts !== undefined, "whatever has told of a consent is an operation");
  const { profileId, purpose, given, since, operationId } = row;
  const { postedAt, channel, reason, reference, clientId, staffId } = facts;
  return {
    profileId,
    brand,
    purpose,
    given,
    since: formatInstant(since),
    postedAt: formatInstant(postedAt),
    operationId,
    channel,
    reason,
    reference,
    clientId,
    staffId,
  };
}
