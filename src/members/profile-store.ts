/** Brand profiles as rows: what one brand knows of a person. Written once here. */
import { bucketOf, type MemberId, type ProfileId, uuidOf } from "../kernel/ids.ts";
import { insertInto, Rows } from "../engine/rows.ts";
import type { DocumentStore } from "../engine/store.ts";
import type { PresentedIdentifier } from "./identifier.ts";

export interface Person {
  readonly lastName?: string | undefined;
  readonly firstName?: string | undefined;
  readonly middleName?: string | undefined;
  /** A calendar date. */
  readonly birthDate?: string | undefined;
  readonly gender?: "female" | "male" | undefined;
}

export interface Profile {
  readonly id: ProfileId;
  readonly memberId: MemberId;
  readonly brand: string;
  readonly externalId: string;
  readonly person: Person;
  readonly identifiers: readonly PresentedIdentifier[];
  readonly consents: Readonly<Record<string, boolean>>;
  readonly storeId: string | null;
  readonly createdAt: number;
}

const shape = {
  bucket: "smallint",
  profile_id: "uuid",
  member_id: "uuid",
  brand: "text",
  external_id: "text",
  person: "json",
  identifiers: "json",
  consents: "json",
  store_id: "text",
  created_at: "timestamptz",
} as const;
const INSERT = insertInto("profiles", shape);

export const profileStore: DocumentStore<Profile> = {
  name: "profiles",
  load: () => Promise.resolve(new Map()),
  save(tx, changes) {
    const rows = new Rows(shape);
    for (const { document: profile } of changes) {
      rows.add({
        bucket: bucketOf(profile.memberId),
        profile_id: uuidOf(profile.id),
        member_id: uuidOf(profile.memberId),
        brand: profile.brand,
        external_id: profile.externalId,
        person: JSON.stringify(profile.person),
        identifiers: JSON.stringify(profile.identifiers),
        consents: JSON.stringify(profile.consents),
        store_id: profile.storeId,
        created_at: profile.createdAt,
      });
    }
    return rows.size === 0 ? [] : [tx.run(INSERT, rows.parameters())];
  },
};
