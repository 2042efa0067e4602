/** An invariant: something that is always true of the ledger, and the one statement that looks at every fact about it. */

import { type EventKind, type EventSchema, versionsOf } from "../event.ts";

export interface Invariant {
  /** Stands in the proof, for ever. */
  readonly name: string;
  /** In words, for who reads the proof. */
  readonly statement: string;
  /**
   * One row for every fact that is looked at, with a column `broken`: null where it holds,
   * else the text of a JSON object that says where it does not, and what was found there.
   * What concerns one entity's books alone says so by a field `entity`: a client of that brand is shown it.
   * Set-based: joins of whole tables, so that millions of rows take seconds.
   */
  readonly facts: string;
  /**
   * Rows of `label`, `amount` (minor units) and `entity` (whose books; null where it is nobody's own) that the invariant
   * is about; few, whatever the ledger's size.
   */
  readonly figures?: string;
}

/** SQL: the identifier that the API shows for a uuid. */
export const id = (prefix: string, uuid: string): string => `'${prefix}_' || encode(uuid_send((${uuid})::uuid), 'hex')`;

/** SQL: the instant that milliseconds stand for. */
export const instantOf = (milliseconds: string): string =>
  `(timestamptz 'epoch' + (${milliseconds})::bigint * interval '1 millisecond')`;

/** SQL: an amount as the API writes it. */
export const decimal = (amount: string): string => `round((${amount}) / 100.0, 2)::text`;

/** SQL: two amounts side by side: what one says, and what the other. */
export const pair = (one: string, other: string): string => `json_build_array(${decimal(one)}, ${decimal(other)})`;

/** SQL: the column `broken`. `fields` are pairs of a name and an expression. */
export function brokenUnless(holds: string, fields: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(fields).map(([name, value]) => `'${name}', ${value}`);
  return `case when ${holds} then null else json_build_object(${pairs.join(", ")})::text end as broken`;
}

/** SQL: the hash of a text, as `hash128` in src/kernel/hash.ts takes it. */
export const hashOf = (text: string): string => `left(encode(sha256(convert_to(${text}, 'UTF8')), 'hex'), 32)::uuid`;

/** SQL: the hash under which a thing stands among the keys: of a list of words, and of texts that rows have. */
export const keyHash = (words: readonly string[], texts: readonly string[]): string => {
  const parts = [...words.map((word) => `'"${word}"'`), ...texts.map((text) => `to_json(${text})::text`)];
  return hashOf(`'[' || ${parts.join(" || ',' || ")} || ']'`);
};

/**
 * SQL: an event of the version that it is stored with, as `jsonb`, with what each field of that version says. Of a version
 * that its kind never had, it is an event as it is told now, which is not what is stored.
 */
function asItsVersion(kind: EventKind, stored: string, said: (field: string) => string): string {
  const versions = versionsOf(kind).map(({ name, version, data }) => {
    const pairs = Object.keys(data.shape).map((field) => `'${field}', ${said(field)}`);
    return `jsonb_build_object('name', '${name}', 'version', ${version}, 'data', jsonb_build_object(${pairs.join(", ")}))`;
  });
  const former = versions.slice(0, -1).map((event, index) => ` when '${index + 1}' then ${event}`);
  const now = versions.slice(-1).join("");
  return former.length === 0 ? now : `case ${stored}->>'version'${former.join("")} else ${now} end`;
}

/** The fields of all versions of a kind. */
type FieldOf<S extends EventSchema> = S extends EventSchema ? keyof S["shape"] & string : never;

/**
 * SQL: an event as an operation keeps it, as `jsonb`, of the version that it is stored with. `data` has an expression for
 * each field of every version; `stored` is where the event stands: most are the first of an operation `o`.
 */
export function eventOf<S extends EventSchema, F extends EventSchema>(
  kind: EventKind<S, F>,
  data: Readonly<Record<FieldOf<S | F>, string>>,
  stored = "o.events->0",
): string {
  return asItsVersion(kind, stored, (field) => data[field as FieldOf<S | F>]);
}

/** SQL: whether an event has the fields of its version, and no others, whatever they say. */
export const hasItsFields = (kind: EventKind, stored: string): string =>
  `(${stored})::jsonb = ${asItsVersion(kind, stored, (field) => `${stored}->'data'->'${field}'`)}`;

/** Facts that an operation may have been given, and what it is about. */
export const FACTS = ["brand", "store_id", "terminal_id", "channel", "reason", "reference", "subject_hash"] as const;

/** SQL: whether an operation has none of the facts but these. */
export const hasOnly = (operation: string, facts: readonly (typeof FACTS)[number][]): string => {
  const others = FACTS.filter((fact) => !facts.includes(fact)).map((fact) => `${operation}.${fact}`);
  return `num_nonnulls(${others.join(", ")}) = 0`;
};

/** SQL: whether an operation tells just these events. */
export const tells = (events: string, told: readonly string[]): string =>
  `coalesce(${events}::jsonb = jsonb_build_array(${told.join(", ")}), false)`;

/** SQL: texts as a list for `in`. */
export const oneOf = (texts: readonly string[]): string => texts.map((text) => `'${text}'`).join(", ");

/** SQL: whether two rows have the same in these columns; nothing is as good as zero. */
export const same = (one: string, other: string, columns: readonly string[]): string =>
  columns.map((column) => `coalesce(${one}.${column}, 0) = coalesce(${other}.${column}, 0)`).join(" and ");

/** SQL: the columns of two rows side by side, as fields of what is broken. */
export const both = (one: string, other: string, columns: readonly string[]): Record<string, string> =>
  Object.fromEntries(columns.map((column) => [column, pair(`${one}.${column}`, `${other}.${column}`)]));
