/** What administrators can list: clients, brands and stores. */
import { z } from "@hono/zod-openapi";
import { idText, InstantText, orNull, pageSchema } from "../../kernel/answers.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import { uuidOf } from "../../kernel/ids.ts";
import { SCOPES } from "../../kernel/permissions.ts";
import { PageQuery } from "../../engine/definition/page.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { BRAND_CODE, BrandView } from "../places/brand.ts";
import { StoreView } from "../places/store.ts";
import { brandRows, storeRows, clientRows } from "../rows.ts";
import type { brands, clients, stores } from "../tables.ts";
import { type List, readList } from "./list.ts";

const common = { permission: "administer", query: PageQuery, problems: ["unprocessable_request"] } as const;
const http = { method: "get", tag: "Administration" } as const;

const brandList: List<typeof brands.$inferSelect> = {
  text: `select ${brandRows.list("b")} from brands b where b.brand > $1 order by b.brand limit $2::int`,
  first: "",
  key: BRAND_CODE,
  keyOf: ({ brand }) => brand,
  decode: (values) => brandRows.decode(values),
};

export const listBrands = defineRead({
  ...common,
  name: "list-brands",
  http: { ...http, path: "/v1/brands", summary: "Brands" },
  answer: { description: "A page, by code.", schema: pageSchema(BrandView).openapi("Brands") },
  read: ({ reader }, { query }) => readList(reader, brandList, query, (brand) => brand),
});

const storeList: List<typeof stores.$inferSelect> = {
  text: `select ${storeRows.list("s")} from stores s where s.store_id > $1 order by s.store_id limit $2::int`,
  first: "",
  key: /^[^\p{Cc}\p{Cs}]{1,64}$/u,
  keyOf: ({ storeId }) => storeId,
  decode: (values) => storeRows.decode(values),
};

export const listStores = defineRead({
  ...common,
  name: "list-stores",
  http: { ...http, path: "/v1/stores", summary: "Stores" },
  answer: { description: "A page, by id.", schema: pageSchema(StoreView).openapi("Stores") },
  read: ({ reader }, { query }) => readList(reader, storeList, query, (store) => store),
});

const ClientView = z
  .strictObject({
    clientId: idText("cli"),
    name: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    brand: z.string().nullable(),
    createdAt: InstantText,
    keySince: orNull(InstantText).openapi({ description: "When its present key was given." }),
    revokedAt: orNull(InstantText),
  })
  .openapi("Client");

const clientList: List<typeof clients.$inferSelect & { readonly keySince: Instant | null }> = {
  text: `select (select max(k.created_at) from client_keys k where k.client_id = c.client_id and k.revoked_at is null),
      ${clientRows.list("c")}
    from clients c where c.client_id > $1::uuid order by c.client_id limit $2::int`,
  first: "00000000-0000-0000-0000-000000000000",
  key: /^[0-9a-f]{32}$/,
  keyOf: ({ id }) => uuidOf(id),
  decode: ([keySince, ...values]) => ({ ...clientRows.decode(values), keySince: keySince as Instant | null }),
};

const textOf = (instant: Instant | null): string | null => (instant === null ? null : formatInstant(instant));

export const listClients = defineRead({
  ...common,
  name: "list-clients",
  http: { ...http, path: "/v1/clients", summary: "Systems that may call, without their keys" },
  answer: { description: "A page, oldest first.", schema: pageSchema(ClientView).openapi("Clients") },
  read: ({ reader }, { query }) =>
    readList(reader, clientList, query, ({ id: clientId, name, scopes, brand, createdAt, keySince, revokedAt }) => ({
      clientId,
      name,
      scopes: [...scopes],
      brand,
      createdAt: formatInstant(createdAt),
      keySince: textOf(keySince),
      revokedAt: textOf(revokedAt),
    })),
});
