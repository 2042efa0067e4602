/**
 * What of a profile is personal data, sealed field by field. Sealing takes a nonce by chance, so it belongs to `prepare`;
 * opening may be done wherever the cipher is. A row is known by the profile's natural key, which is there before the row's
 * id is, and never changes: neither a merge nor a new key of the cipher moves it.
 */
import type { FieldCipher, SealedPlace } from "../kernel/sealed.ts";
import type { Person } from "./person.ts";
import type { Profile } from "./profile-store.ts";

interface Personal {
  readonly externalId: string;
  readonly person: Person;
  /** Texts of the identifiers, in their order. */
  readonly identifierValues: readonly string[];
}

type SealedField = keyof Personal;
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
export const sealProfile = (cipher: FieldCipher, key: string, personal: Personal): SealedFields => ({
  externalId: cipher.seal(personal.externalId, placeOf("externalId", key)),
  person: cipher.seal(JSON.stringify(personal.person), placeOf("person", key)),
  identifierValues: sealIdentifierValues(cipher, key, personal.identifierValues),
});

/** In the order of the profile's identifiers. */
export const sealIdentifierValues = (cipher: FieldCipher, key: string, values: readonly string[]): Buffer =>
  cipher.seal(JSON.stringify(values), placeOf("identifierValues", key));

const opened = (cipher: FieldCipher, row: SealedRow, field: SealedField): string =>
  cipher.open(row[field], placeOf(field, row.key));

export const openExternalId = (cipher: FieldCipher, row: SealedRow): string => opened(cipher, row, "externalId");

export const openPerson = (cipher: FieldCipher, row: SealedRow): Person =>
  JSON.parse(opened(cipher, row, "person")) as Person;

/** In the order of the profile's identifiers. */
export const openIdentifierValues = (cipher: FieldCipher, row: SealedRow): readonly string[] =>
  JSON.parse(opened(cipher, row, "identifierValues")) as string[];

/** The same under the first key of the cipher. */
export const reseal = (cipher: FieldCipher, row: SealedRow): SealedFields =>
  sealProfile(cipher, row.key, {
    externalId: openExternalId(cipher, row),
    person: openPerson(cipher, row),
    identifierValues: openIdentifierValues(cipher, row),
  });
