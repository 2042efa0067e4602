/** Reading the access log: who was shown a member's personal data, and what somebody was shown. For security. */
import { z } from "@hono/zod-openapi";
import { idText, InstantText, orNull, pageSchema } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { idInPath, INSTANT_PATTERN, InstantInQuery, senseless, text } from "../../kernel/fields.ts";
import { isId, uuidOf } from "../../kernel/ids.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { keyIn, type Page, PageQuery, pageOf } from "../../engine/definition/page.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { ofOneBrand } from "../joining/of-one-brand.ts";
import { partsIn, standingIn } from "../owner.ts";
import { profileStore } from "../profile-store.ts";
import { type Access, accessRows } from "./access-log.ts";

const SeenAccess = z
  .strictObject({
    accessId: idText("acs"),
    at: InstantText,
    name: z.string().openapi({
      description: "What was asked for: a read, or an operation of which a preview was shown.",
      example: "find-member",
    }),
    profileId: orNull(idText("prf")).openapi({ description: "Whose personal data; null where nobody was found." }),
    memberId: orNull(idText("mbr")).openapi({ description: "Whom the profile led to then." }),
    brand: orNull(z.string()).openapi({ description: "The profile's." }),
    clientId: idText("cli"),
    staffId: orNull(z.string()),
    storeId: orNull(z.string()).openapi({ description: "Where it was asked, as far as the request has said it." }),
    terminalId: orNull(z.string()),
    requestId: z.string().openapi({ description: "As the answer had it in `X-Request-Id`." }),
  })
  .openapi("Access");

const Accesses = pageSchema(SeenAccess).openapi("Accesses");
type Accesses = Page<z.input<typeof SeenAccess>>;

/** Instant in milliseconds and number of the last that was told. */
const KEY = /^[0-9]{1,14}-[0-9a-f]{32}$/;
const keyOf = ({ at, id }: Access): string => `${at}-${uuidOf(id)}`;

function after(cursor: string | undefined): [at: string | null, id: string | null] {
  const [at, id] = keyIn(cursor, KEY)?.split("-") ?? [];
  return at === undefined || id === undefined ? [null, null] : [formatInstant(Number(at)), id];
}

const IN_ORDER = "order by a.at desc, a.access_id desc";
const beyond = (at: number, id: number): string =>
  `($${at}::timestamptz is null or (a.at, a.access_id) < ($${at}::timestamptz, $${id}::uuid))`;

/** Of each profile as many as make a page, by the index `accesses_of_profile`: a member has few profiles. */
const OF_MEMBER = `select ${accessRows.list("a")} from profiles p cross join lateral (
    select * from accesses a where a.bucket = p.bucket and a.profile_id = p.profile_id and ${beyond(2, 3)} ${IN_ORDER} limit $4::int) a
  where p.member_id = $1::uuid ${IN_ORDER} limit $4::int`;

export const listAccesses = defineRead({
  name: "list-accesses",
  permission: "accesses.read",
  forbids: ofOneBrand,
  http: {
    method: "get",
    path: "/v1/members/{memberId}/accesses",
    tag: "Members",
    summary: "List who was shown a member's personal data",
    description:
      "Newest first, of all profiles that the member has now, wherever they were before. What a command has shown stands in the journal instead.",
  },
  params: idInPath("memberId", "mbr"),
  query: PageQuery,
  answer: { description: "A page of the access log.", schema: Accesses },
  problems: ["unprocessable_request", "member_not_found", "brand_forbidden"],
  showsPersonal: true,
  async read(look, { params, query: { limit, cursor } }): Promise<Accesses> {
    const key = after(cursor);
    const [own, found] = await look.reader.snapshot(async (tx) => {
      const memberId = await standingIn(tx, params.memberId);
      await partsIn(tx, memberId);
      const profiles = await profileStore.load(tx, [memberId], "none");
      const page = await tx.values(OF_MEMBER, [uuidOf(memberId), ...key, limit + 1]);
      return [profiles.get(memberId) ?? [], page] as const;
    });
    // Where somebody was served, and when, is about him too: whoever reads it is on record.
    for (const profile of own) look.personal.opened(profile);
    return pageOf(decoded(found), limit, keyOf, seen);
  },
});

const CLIENT_ID = "^cli_[0-9a-f]{32}$";
const ClientId = text(64).regex(new RegExp(CLIENT_ID), "not a client's id").openapi({ pattern: CLIENT_ID });
const instantInQuery = InstantInQuery.optional();
const shown = { type: "string", format: "date-time", pattern: INSTANT_PATTERN } as const;

const BySomebody = PageQuery.extend({
  clientId: ClientId.optional(),
  staffId: text(64).optional(),
  from: instantInQuery.openapi({ ...shown, description: "Not before this instant." }),
  to: instantInQuery.openapi({ ...shown, description: "Before this instant." }),
})
  .refine(({ clientId, staffId }) => clientId !== undefined || staffId !== undefined, {
    ...senseless("give clientId or staffId, or both"),
    path: ["clientId"],
  })
  .openapi({ anyOf: [{ required: ["clientId"] }, { required: ["staffId"] }] });

/** Served by the index of the first: a member of staff asks for less than a client that he works with. */
const by = (first: "staff_id" | "client_id"): string => `select ${accessRows.list("a")} from accesses a
  where a.${first} = $1::${first === "staff_id" ? "text" : "uuid"} and ($2::uuid is null or a.client_id = $2::uuid)
    and a.at >= $3::timestamptz and a.at < $4::timestamptz and ${beyond(5, 6)} ${IN_ORDER} limit $7::int`;
const BY_STAFF = by("staff_id");
const BY_CLIENT = by("client_id");
const [EVER, NEVER] = ["-infinity", "infinity"];

export const listAccessesBy = defineRead({
  name: "list-accesses-by",
  permission: "accesses.read",
  forbids: ofOneBrand,
  http: {
    method: "get",
    path: "/v1/accesses",
    tag: "Members",
    summary: "List what a client, or a member of staff, was shown",
    description: "Newest first; with the tries that found nobody.",
  },
  query: BySomebody,
  answer: { description: "A page of the access log.", schema: Accesses },
  problems: ["unprocessable_request", "brand_forbidden"],
  showsPersonal: true,
  async read(look, { query }): Promise<Accesses> {
    const { staffId, clientId, limit, cursor, from, to } = query;
    const key = after(cursor);
    if (clientId !== undefined && !isId("cli", clientId)) return { items: [], nextCursor: null };
    const client = clientId === undefined ? null : uuidOf(clientId);
    const span = [from === undefined ? EVER : formatInstant(from), to === undefined ? NEVER : formatInstant(to)];
    const terms = [client, ...span, ...key, limit + 1] as const;
    const found = await (staffId === undefined
      ? look.reader.values(BY_CLIENT, [client, ...terms])
      : look.reader.values(BY_STAFF, [staffId.toLowerCase(), ...terms]));
    const page = decoded(found);
    noteShown(look, page.slice(0, limit));
    return pageOf(page, limit, keyOf, seen);
  },
});

const decoded = (found: readonly unknown[][]): Access[] => found.map((values) => accessRows.decode(values));

/** The same of everybody on a page. */
function noteShown(look: Lookup, page: readonly Access[]): void {
  for (const { profileId: id, memberId, brand } of page) {
    if (id !== null && memberId !== null && brand !== null) look.personal.opened({ id, memberId, brand });
  }
}

const seen = ({ id, at, ...access }: Access): z.input<typeof SeenAccess> => ({
  accessId: id,
  at: formatInstant(at),
  name: access.name,
  profileId: access.profileId,
  memberId: access.memberId,
  brand: access.brand,
  clientId: access.clientId,
  staffId: access.staffId,
  storeId: access.storeId,
  terminalId: access.terminalId,
  requestId: access.requestId,
});
