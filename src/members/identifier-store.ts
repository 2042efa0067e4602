/** Identifiers as rows: each leads to one member. */
import { bucketOf, fromUuid, type MemberId, type ProfileId, uuidOf } from "../kernel/ids.ts";
import { arrayOf, insertInto, Rows } from "../engine/rows.ts";
import type { Transaction } from "../engine/session.ts";
import type { DocumentStore } from "../engine/store.ts";
import { type Identifier, type IdentifierKind, identifierRef } from "./identifier.ts";

export interface KnownIdentifier extends Identifier {
  readonly memberId: MemberId;
  readonly profileId: ProfileId;
  readonly verified: boolean;
  readonly createdAt: number;
}

const shape = {
  kind: "text",
  value: "text",
  bucket: "smallint",
  member_id: "uuid",
  profile_id: "uuid",
  verified: "boolean",
  created_at: "timestamptz",
} as const;
const SAVE = insertInto("identifiers", shape, "on conflict (kind, value) do update set verified = excluded.verified");
const SELECT = `select i.kind, i.value, i.member_id, i.profile_id, i.verified, i.created_at
  from unnest($1::text[], $2::text[]) as n(kind, value) join identifiers i on i.kind = n.kind and i.value = n.value
  order by i.kind, i.value`;
const LOCK = `${SELECT} for no key update of i`;

/** Identifiers by `kind|value`. */
export const identifierStore: DocumentStore<KnownIdentifier> = {
  name: "identifiers",
  async load(tx, refs, lock) {
    const split = refs.map((ref) => [ref.slice(0, ref.indexOf("|")), ref.slice(ref.indexOf("|") + 1)] as const);
    const parameters = [
      arrayOf(
        split.map(([kind]) => kind),
        "text",
      ),
      arrayOf(
        split.map(([, value]) => value),
        "text",
      ),
    ];
    const rows = await tx.run<IdentifierRow>(lock ? LOCK : SELECT, parameters);
    return new Map(rows.map(knownOf).map((known) => [identifierRef(known), known]));
  },
  save(tx, changes) {
    const rows = new Rows(shape);
    for (const { document } of changes) {
      rows.add({
        kind: document.kind,
        value: document.value,
        bucket: bucketOf(document.memberId),
        member_id: uuidOf(document.memberId),
        profile_id: uuidOf(document.profileId),
        verified: document.verified,
        created_at: document.createdAt,
      });
    }
    return rows.size === 0 ? [] : [tx.run(SAVE, rows.parameters())];
  },
};

interface IdentifierRow {
  readonly kind: string;
  readonly value: string;
  readonly member_id: string;
  readonly profile_id: string;
  readonly verified: boolean;
  readonly created_at: Date;
}

function knownOf(row: IdentifierRow): KnownIdentifier {
  return {
    kind: row.kind as IdentifierKind,
    value: row.value,
    memberId: fromUuid("mbr", row.member_id),
    profileId: fromUuid("prf", row.profile_id),
    verified: row.verified,
    createdAt: row.created_at.getTime(),
  };
}

/** Reads whom identifiers lead to, outside of any command. */
export function readIdentifiers(
  tx: Transaction,
  identifiers: readonly Identifier[],
): Promise<Map<string, KnownIdentifier>> {
  return identifierStore.load(tx, identifiers.map(identifierRef), false);
}
