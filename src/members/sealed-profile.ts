/**
 * What of a profile is personal data, sealed field by field. Sealing takes a nonce by chance, so it belongs to `prepare`;
 * opening may be done wherever the cipher is. A row is known by the profile's natural key, which is there before the row's
 * id is, and never changes: neither a merge nor a new key of the cipher moves it.
 */
import type { FieldCipher, SealedPlace } from "../kernel/sealed.ts";
import type { Personal } from "../engine/definition/lookup.ts";
import type { Person } from "./person.ts";
import type { Profile } from "./profile-store.ts";

interface PersonalFields {
  readonly externalId: string;
  readonly person: Person;
  /** Texts of the identifiers, in their order. */
  readonly identifierValues: readonly string[];
}

type SealedField = keyof PersonalFields;
export type SealedFields = Pick<Profile, SealedField>;
type SealedRow = SealedFields & Pick<Profile, "key">;

/** The columns' names in the database, which stand in what is sealed, for ever. */
export const SEALED_COLUMNS = {
  externalId: "external_id",
  person: "person",
  identifierValues: "identifier_values",
} as const;
const placeOf = (field: SealedField, key: string): SealedPlace => ["profiles", SEALED_COLUMNS[field], key];

/** Seals what a brand tells of a customer, for the profile of this natural key. */
export const sealProfile = (cipher: FieldCipher, key: string, personal: PersonalFields): SealedFields => ({
  externalId: cipher.seal(personal.externalId, placeOf("externalId", key)),
  person: cipher.seal(JSON.stringify(personal.person), placeOf("person", key)),
  identifierValues: sealIdentifierValues(cipher, key, personal.identifierValues),
});

/** In the order of the profile's identifiers. */
export const sealIdentifierValues = (cipher: FieldCipher, key: string, values: readonly string[]): Buffer =>
  cipher.seal(JSON.stringify(values), placeOf("identifierValues", key));

const read = (cipher: FieldCipher, row: SealedRow, field: SealedField): string =>
  cipher.open(row[field], placeOf(field, row.key));

/** Who opens a field for an answer says whose it is, so that it can be kept on record. */
function opened(personal: Personal, profile: Profile, field: SealedField): string {
  personal.opened(profile);
  return read(personal.cipher, profile, field);
}

/** Whether its member is erased: nothing is sealed in it any more. */
export const isErased = ({ person }: Pick<Profile, "person">): boolean => person.length === 0;

/** Null where its member is erased. */
export const openExternalId = (personal: Personal, profile: Profile): string | null =>
  isErased(profile) ? null : opened(personal, profile, "externalId");

export const openPerson = (personal: Personal, profile: Profile): Person =>
  isErased(profile) ? {} : (JSON.parse(opened(personal, profile, "person")) as Person);

/** In the order of the profile's identifiers. */
export const openIdentifierValues = (personal: Personal, profile: Profile): readonly string[] =>
  isErased(profile) ? [] : (JSON.parse(opened(personal, profile, "identifierValues")) as string[]);

/** The same under the first key of the cipher. It is shown to nobody. */
export const reseal = (cipher: FieldCipher, row: SealedRow): SealedFields =>
  sealProfile(cipher, row.key, {
    externalId: read(cipher, row, "externalId"),
    person: JSON.parse(read(cipher, row, "person")) as Person,
    identifierValues: JSON.parse(read(cipher, row, "identifierValues")) as string[],
  });
