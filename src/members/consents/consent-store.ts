/** The history of what customers have said, by profile: each piece of news is kept, and the latest that was said holds. */
import { bucketsOf, uuidsOf } from "../../db/arrays.ts";
import { ifAny, type RowOf, TableRows } from "../../db/table-rows.ts";
import { groupBy } from "../../kernel/group-by.ts";
import { bucketOf } from "../../kernel/ids.ts";
import type { DocumentStore } from "../../engine/definition/document-store.ts";
import { profileConsents } from "./tables.ts";

export type Consent = RowOf<typeof profileConsents, "bucket">;

export const consentRows = new TableRows<typeof profileConsents, "bucket">(profileConsents, {
  computed: { bucket: ({ profileId }) => bucketOf(profileId) },
});

const OF_PROFILES = "c.bucket = any($1::smallint[]) and c.profile_id = any($2::uuid[])";
/** What holds for each purpose, and what came last, which may be older. */
const LATEST = `select * from (select distinct on (c.bucket, c.profile_id, c.purpose) ${consentRows.list("c")} from profile_consents c
    where ${OF_PROFILES} order by c.bucket, c.profile_id, c.purpose, c.since desc, c.ordinal desc) latest
  union select * from (select distinct on (c.bucket, c.profile_id) ${consentRows.list("c")} from profile_consents c
    where ${OF_PROFILES} order by c.bucket, c.profile_id, c.ordinal desc) last`;
const insertConsents = consentRows.inserting();

/**
 * What holds for each purpose of a profile, with what came last, by the profile; then what commands of the group have added. No lock
 * of its own: whoever adds news has locked the wallet of the profile's member. Only ever added to.
 */
export const consentStore: DocumentStore<readonly Consent[]> = {
  name: consentRows.name,
  async load(tx, profiles) {
    const found = await tx.values(LATEST, [bucketsOf(profiles), uuidsOf(profiles)]);
    return groupBy<string, Consent>(
      found.map((values) => consentRows.decode(values)),
      ({ profileId }) => profileId,
    );
  },
  save: (changes) =>
    ifAny(
      changes.flatMap(({ document, former = [] }) => document.filter((row) => !former.includes(row))),
      insertConsents,
    ),
};

/** A history with what was said of some purposes, in their order. */
export function withNews(
  history: readonly Consent[],
  told: Pick<Consent, "profileId" | "operationId" | "since">,
  said: Readonly<Record<string, boolean>>,
): Consent[] {
  const last = history.reduce((most, { ordinal }) => Math.max(most, ordinal), 0);
  const news = Object.entries(said).map(([purpose, given], index) => ({
    ...told,
    ordinal: last + 1 + index,
    purpose,
    given,
  }));
  return [...history, ...news];
}

/** Whether a piece of news holds after another one: it was said later or, of one moment, came later. */
const isLater = (one: Consent, other: Consent): boolean =>
  one.since > other.since || (one.since === other.since && one.ordinal > other.ordinal);

/** What holds by a history, by purpose. */
export function inForce(history: readonly Consent[]): ReadonlyMap<string, Consent> {
  const latest = new Map<string, Consent>();
  for (const each of history) {
    const known = latest.get(each.purpose);
    if (known === undefined || isLater(each, known)) latest.set(each.purpose, each);
  }
  return latest;
}
