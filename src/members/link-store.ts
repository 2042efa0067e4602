/** The history of links: whom a profile has led to, and since when. */
import { ifAny, type RowOf, TableRows } from "../db/table-rows.ts";
import { bucketOf } from "../kernel/ids.ts";
import type { DocumentStore } from "../engine/definition/document-store.ts";
import { profileLinks } from "./tables.ts";

export type ProfileLink = RowOf<typeof profileLinks, "bucket">;

const linkRows = new TableRows<typeof profileLinks, "bucket">(profileLinks, {
  computed: { bucket: ({ profileId }) => bucketOf(profileId) },
});
const insertLinks = linkRows.inserting();

/** Links are only ever added. */
export const linkStore: DocumentStore<ProfileLink> = {
  name: linkRows.name,
  load: () => Promise.resolve(new Map()),
  save: (changes) =>
    ifAny(
      changes.map(({ document }) => document),
      insertLinks,
    ),
};

export const linkRef = ({ profileId, operationId }: ProfileLink): string => `${profileId}|${operationId}`;
