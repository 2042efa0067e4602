/**
 * Compares what is known of two people. What is not known, or was only filled in, agrees with nothing and conflicts
 * with nothing. Pure.
 */
import type { Person } from "../person.ts";
import { visibleText } from "../visible-text.ts";

type ComparedField = (typeof COMPARED_FIELDS)[number];
export const COMPARED_FIELDS = ["birthDate", "firstName", "lastName", "middleName", "gender"] as const;

/** Fields that are known of both, and whether they agree. */
export type Comparison = ReadonlyMap<ComparedField, boolean>;

export function compare(one: Person, other: Person): Comparison {
  const known = new Map<ComparedField, boolean>();
  for (const field of COMPARED_FIELDS) {
    const [a, b] = [evidenceOf(one, field), evidenceOf(other, field)];
    if (a !== undefined && b !== undefined) known.set(field, a === b);
  }
  return known;
}

/**
 * By what an identifier was presented: a thing in hand (a card, an app) is exact; an address (a phone, a mailbox) may be
 * a family's, or have been given to somebody else, and never links two people by itself.
 */
export type IdentifierStrength = "in_hand" | "address";

/**
 * Whether an identifier that leads to a member may link a person to it without anybody looking. Every profile that the
 * member has is compared: one conflict is enough to leave it to people.
 */
export function mayLink(strength: IdentifierStrength, comparisons: readonly Comparison[]): boolean {
  if (comparisons.some((comparison) => conflicts(strength, comparison))) return false;
  return strength === "in_hand" || comparisons.some(isSamePerson);
}

/** Two birth dates are two people. Behind one address, so are two given names, or a man and a woman: twins share a birth date. */
function conflicts(strength: IdentifierStrength, fields: Comparison): boolean {
  if (fields.get("birthDate") === false) return true;
  return strength === "address" && (fields.get("firstName") === false || fields.get("gender") === false);
}

/** Of what does not conflict. A surname may have changed since: it tells people apart only where no birth date is known. */
function isSamePerson(fields: Comparison): boolean {
  if (fields.get("birthDate") === true) return true;
  return fields.get("firstName") === true && fields.get("lastName") !== false && fields.get("middleName") !== false;
}

/** A field in the form in which it is compared; undefined where it says nothing. */
function evidenceOf(person: Person, field: ComparedField): string | undefined {
  const value = person[field];
  if (value === undefined || field === "gender") return value;
  return field === "birthDate" ? birthDateOf(value) : nameOf(value);
}

/** Nobody who buys today was born before; and some systems write the first day of the century where they know none. */
const FIRST_BIRTH_DATE = "1901-01-02";
const LAST_BIRTH_DATE = "2100-01-01";

const birthDateOf = (date: string): string | undefined =>
  date >= FIRST_BIRTH_DATE && date < LAST_BIRTH_DATE ? date : undefined;

const FILLERS: ReadonlySet<string> = new Set(["нет", "не указано", "неизвестно", "тест", "test", "none", "unknown"]);

/** Case, ё and е, hyphens and spaces make no difference. An initial is no name. */
function nameOf(given: string): string | undefined {
  const name = visibleText(given)
    .toLowerCase()
    .replaceAll("ё", "е")
    .replaceAll(/[^\p{L}\p{M}]+/gu, " ")
    .trim();
  return name.length < 2 || FILLERS.has(name) ? undefined : name;
}
