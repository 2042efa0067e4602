/** Invariants of who takes part. */
import { brokenUnless, id, type Invariant } from "../engine/definition/invariant.ts";

const storesAreOfTheirBrands: Invariant = {
  name: "stores_are_of_their_brands",
  statement:
    "Each store is registered, with the brand for which everything that happened there was done: receipts, returns, reversals, redemptions, registrations.",
  facts: `select ${brokenUnless("s.store_id is not null and (o.brand is null or s.brand = o.brand)", {
    storeId: "o.store_id",
    entity: "o.brand",
    brand: "json_build_array(s.brand, o.brand)",
    operations: "o.count",
    operationId: id("opn", "o.one"),
  })}
    from (select store_id, brand, count(*) as count, min(operation_id::text) as one
      from operations where store_id is not null group by store_id, brand) o left join stores s using (store_id)`,
};

/** What was answered last by operations of a name: by the thing that they are about. Of those of one minute any may be the last: two processes judge at once. */
const lastAnswers = (name: string, key: string): string =>
  `select key, posted_at, answer from (
    select o.answer->>'${key}' as key, o.posted_at, o.answer::jsonb as answer, max(o.posted_at) over (partition by o.answer->>'${key}') as last
    from operations o where o.name = '${name}' and o.refusal is null) a where posted_at > last - interval '1 minute'`;

const BRAND =
  "jsonb_strip_nulls(jsonb_build_object('brand', b.brand, 'name', b.name, 'legalEntity', b.legal_entity, 'inn', b.inn, 'kpp', b.kpp, 'city', b.city))";
const STORE = "jsonb_build_object('storeId', s.store_id, 'brand', s.brand, 'name', s.name, 'timeZone', s.time_zone)";

const placesAreAsRegistered: Invariant = {
  name: "places_are_as_registered",
  statement:
    "Each brand and store that was registered is there as the last registration has answered; and each till at which somebody has sold is known, since then at the latest.",
  facts: `select ${brokenUnless("coalesce(bool_or(jsonb_strip_nulls(a.answer) = r.row), false)", {
    registered: "a.key",
    entity: "min(r.brand)",
    as: "min(r.row::text)::json",
    answered: "min(a.answer::text)::json",
  })}
    from (${lastAnswers("brand-registration", "brand")} union all ${lastAnswers("store-registration", "storeId")}) a
      left join (select b.brand as key, b.brand, ${BRAND} as row from brands b
        union all select s.store_id, s.brand, ${STORE} from stores s) r on r.key = a.key and (r.row ? 'storeId') = (a.answer ? 'storeId')
    group by a.key, a.answer ? 'storeId'
    union all
    select ${brokenUnless("t.first_seen_at <= o.first_posted + interval '1 minute'", {
      storeId: "o.store_id",
      terminalId: "o.terminal_id",
      entity: "o.brand",
      firstSeenAt: "json_build_array(t.first_seen_at, o.first_posted)",
    })}
    from (select store_id, terminal_id, min(brand) as brand, min(posted_at) as first_posted from operations
      where channel is not null and terminal_id is not null and refusal is null group by store_id, terminal_id) o
      left join terminals t using (store_id, terminal_id)`,
};

const brandNamesAreAsRegistered: Invariant = {
  name: "brand_names_are_as_registered",
  statement:
    "What a brand and its legal entity were called from when on is there as each registration has answered, and nothing else is but what was known before them.",
  facts: `select ${brokenUnless(
    `n.brand = o.answer->>'brand' and n.name = o.answer->>'name' and n.legal_entity = o.answer->>'legalEntity' and n.inn is not distinct from o.answer->>'inn'
      and n.kpp is not distinct from o.answer->>'kpp' and n.city is not distinct from o.answer->>'city' and n.since = o.posted_at`,
    {
      entity: "coalesce(n.brand, o.answer->>'brand')",
      operationId: id("opn", "coalesce(n.operation_id, o.operation_id)"),
      names: "json_build_array(n.name, o.answer->>'name')",
      legalEntities: "json_build_array(n.legal_entity, o.answer->>'legalEntity')",
      since: "json_build_array(n.since, o.posted_at)",
    },
  )}
    from (select * from brand_names where operation_id <> '00000000-0000-0000-0000-000000000000') n
      full join (select * from operations where name = 'brand-registration' and refusal is null) o using (operation_id)`,
};

const policiesAreAsPublished: Invariant = {
  name: "policies_are_as_published",
  statement: "Each version of the rules that was published is there as its publication has answered.",
  facts: `select ${brokenUnless(
    `p.effective_from = (o.answer->>'effectiveFrom')::timestamptz and p.note = o.answer->>'note' and p.rules = (o.answer->'rules')::jsonb`,
    {
      version: "o.answer->>'version'",
      operationId: id("opn", "o.operation_id"),
      policy: "case when p.version is null then 'missing' else 'there' end",
      effectiveFrom: "json_build_array(p.effective_from, o.answer->>'effectiveFrom')",
    },
  )}
    from operations o left join policies p on p.version = (o.answer->>'version')::int
    where o.name = 'policy-publication' and o.refusal is null`,
};

export const programmeInvariants: readonly Invariant[] = [
  storesAreOfTheirBrands,
  placesAreAsRegistered,
  brandNamesAreAsRegistered,
  policiesAreAsPublished,
];
