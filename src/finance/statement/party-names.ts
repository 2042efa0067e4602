/**
 * What parties were called in some months, as the registrations of their brands have named them; and what else documents say of the
 * legal entity, as it was named last.
 */
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import { localDate, type LocalDate, startOfDay } from "../../kernel/zone.ts";
import type { Brand } from "../../ledger/account.ts";
import type { Transaction } from "../../engine/connection/session.ts";

interface Named {
  readonly name: string;
  readonly legalEntity: string;
}

interface LegalDetails {
  readonly inn: string | null;
  readonly kpp: string | null;
  readonly city: string | null;
}

export interface Party extends Named, LegalDetails {
  readonly brand: Brand;
  /** Earlier names that were in use on some day of the months, the oldest first, each with the day on which the next came. */
  readonly former: readonly (Named & { readonly until: LocalDate })[];
}

/** The days of the months, in the programme's zone. */
export interface Days {
  readonly first: LocalDate;
  /** The first day that is not theirs. */
  readonly end: LocalDate;
  readonly zone: string;
}

interface NameRow {
  readonly name: string;
  readonly legal_entity: string;
  readonly since: Instant;
}

const NAMES = `select name, legal_entity, since from brand_names where brand = $1::text and since < $2::timestamptz order by since, operation_id`;
const DETAILS = `select inn, kpp, city from (
    select inn, kpp, city, legal_entity, since, operation_id from brand_names where brand = $1::text
    union all select inn, kpp, city, legal_entity, 'infinity', null from brands where brand = $1::text) named
  where legal_entity = $2::text order by since desc, operation_id desc limit 1`;
const NOW = "select name, legal_entity, 0::float8 as since from brands where brand = $1::text";

/** As it was called when the months ended; as it is called now where it is known only since then. */
export async function partyIn(tx: Transaction, brand: Brand, { first, end, zone }: Days): Promise<Party> {
  const named = await tx.run<NameRow>(NAMES, [brand, formatInstant(startOfDay(end, zone))]);
  const rows = named.length > 0 ? named : await tx.run<NameRow>(NOW, [brand]);
  const names = rows.filter((row, index) => index === 0 || !isSame(row, rows[index - 1]));
  const begins = startOfDay(first, zone);
  const last = names.at(-1);
  const entity = last?.legal_entity ?? brand;
  const [details] = await tx.run<LegalDetails>(DETAILS, [brand, entity]);
  return {
    brand,
    name: last?.name ?? brand,
    legalEntity: entity,
    ...(details ?? { inn: null, kpp: null, city: null }),
    former: names.slice(0, -1).flatMap(({ name, legal_entity: legalEntity }, index) => {
      const until = names[index + 1]?.since ?? begins;
      return until > begins ? [{ name, legalEntity, until: localDate(until, zone) }] : [];
    }),
  };
}

const isSame = (row: NameRow, other: NameRow | undefined): boolean =>
  other !== undefined && row.name === other.name && row.legal_entity === other.legal_entity;
