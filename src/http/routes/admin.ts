/** Administration: brands, stores, tills, the versions of the policy; clients are in a file of their own. */
import { z } from "@hono/zod-openapi";
import { formatInstant } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import { listBrands, listPolicies, listStores } from "../../directory/lists.ts";
import { isTimeZone, saveBrand, saveStore, saveTerminal } from "../../directory/places.ts";
import { requireBrand } from "../../members/desk.ts";
import { InstantText } from "../answers.ts";
import { Brand, senseless, StoreId, text } from "../fields.ts";
import { defineRoute, reply, type Route } from "../route.ts";
import { adminClientRoutes } from "./admin-clients.ts";
import { pageAsked, pageOf, pageQuery, pageReply } from "./admin-page.ts";

/** The code of a brand stands in accounts (`due_to:eldorado`) and for ever in the books. */
const BRAND_CODE = /^[a-z][a-z0-9_-]{0,31}$/;
const PLAIN_KEY = /^[^\p{Cc}\p{Cs}]{1,64}$/u;

const BrandParams = z.strictObject({
  brand: z
    .string()
    .regex(BRAND_CODE, "small Latin letters, digits, - and _; at most 32")
    .openapi({ param: { name: "brand", in: "path" }, example: "mvideo" }),
});
const BrandView = z.strictObject({ brand: z.string(), name: z.string(), legalEntity: z.string() }).openapi("Brand");

const putBrand = defineRoute({
  method: "put",
  path: "/v1/brands/{brand}",
  operationId: "putBrand",
  tag: "Administration",
  summary: "Register a brand, or rename it",
  permission: "administer",
  idempotency: "never",
  params: BrandParams,
  body: z
    .strictObject({ name: text(200), legalEntity: text(200) })
    .openapi("BrandTerms", { example: { name: "М.Видео", legalEntity: "ООО «МВМ»" } }),
  answers: { 200: { description: "The brand as it is now.", schema: BrandView } },
  problems: [],
  async handle({ service, params: { brand }, body }) {
    const entry = { brand, name: body.name, legalEntity: body.legalEntity };
    await saveBrand(service.reader, entry);
    service.directory.changed();
    return reply(200, entry);
  },
});

const brands = defineRoute({
  method: "get",
  path: "/v1/brands",
  operationId: "listBrands",
  tag: "Administration",
  summary: "Brands",
  permission: "administer",
  idempotency: "never",
  query: pageQuery(BRAND_CODE),
  answers: { 200: { description: "A page, by code.", schema: pageOf(BrandView).openapi("Brands") } },
  problems: [],
  handle: async ({ service, query }) => pageReply(await listBrands(service.reader, pageAsked(query))),
});

const StoreParams = z.strictObject({ storeId: StoreId.openapi({ param: { name: "storeId", in: "path" } }) });
const TimeZone = text(64)
  .refine(isTimeZone, senseless("must be the IANA name of a time zone"))
  .openapi({ example: "Europe/Moscow" });
const StoreView = z
  .strictObject({ storeId: z.string(), brand: z.string(), name: z.string(), timeZone: z.string() })
  .openapi("Store");

const putStore = defineRoute({
  method: "put",
  path: "/v1/stores/{storeId}",
  operationId: "putStore",
  tag: "Administration",
  summary: "Register a store, or change its name or zone",
  description: "A store never changes its brand: its receipts are in that legal entity's books.",
  permission: "administer",
  idempotency: "never",
  params: StoreParams,
  body: z
    .strictObject({ brand: Brand, name: text(200), timeZone: TimeZone })
    .openapi("StoreTerms", { example: { brand: "mvideo", name: "М.Видео Тверская", timeZone: "Europe/Moscow" } }),
  answers: { 200: { description: "The store as it is now.", schema: StoreView } },
  problems: ["unknown_brand", "brand_conflict"],
  async handle({ service, params: { storeId }, body: { brand, name, timeZone } }) {
    await requireBrand(service, brand);
    const store = { storeId, brand, name, timeZone };
    if (!(await saveStore(service.reader, store))) throw new Problem("brand_conflict", { storeId });
    service.directory.changed();
    return reply(200, store);
  },
});

const stores = defineRoute({
  method: "get",
  path: "/v1/stores",
  operationId: "listStores",
  tag: "Administration",
  summary: "Stores",
  permission: "administer",
  idempotency: "never",
  query: pageQuery(PLAIN_KEY),
  answers: { 200: { description: "A page, by id.", schema: pageOf(StoreView).openapi("Stores") } },
  problems: [],
  handle: async ({ service, query }) => pageReply(await listStores(service.reader, pageAsked(query))),
});

const putTerminal = defineRoute({
  method: "put",
  path: "/v1/terminals/{terminalId}",
  operationId: "putTerminal",
  tag: "Administration",
  summary: "Register a till of a store",
  description: "Tills register themselves with their first receipt. The same number may be in use in many stores.",
  permission: "administer",
  idempotency: "never",
  params: z.strictObject({ terminalId: text(64).openapi({ param: { name: "terminalId", in: "path" } }) }),
  body: z.strictObject({ storeId: StoreId }).openapi("TerminalTerms"),
  answers: {
    200: {
      description: "The till, and since when it is known.",
      schema: z
        .strictObject({ terminalId: z.string(), storeId: z.string(), firstSeenAt: InstantText })
        .openapi("Terminal"),
    },
  },
  problems: ["unknown_store"],
  async handle({ service, params: { terminalId }, body: { storeId } }) {
    if ((await service.directory.store(storeId)) === undefined) throw new Problem("unknown_store", { storeId });
    const firstSeenAt = await saveTerminal(service.reader, service.clock, storeId, terminalId);
    return reply(200, { terminalId, storeId, firstSeenAt: formatInstant(firstSeenAt) });
  },
});

const PolicyView = z
  .strictObject({
    version: z.int(),
    effectiveFrom: InstantText,
    note: z.string(),
    rules: z.record(z.string(), z.unknown()).openapi({ description: "Rates are decimal strings." }),
  })
  .openapi("PolicyVersion");

const policies = defineRoute({
  method: "get",
  path: "/v1/policies",
  operationId: "listPolicies",
  tag: "Administration",
  summary: "Versions of the programme's rules",
  permission: "administer",
  idempotency: "never",
  query: pageQuery(/^[1-9]\d{0,8}$/),
  answers: { 200: { description: "A page, by version.", schema: pageOf(PolicyView).openapi("PolicyVersions") } },
  problems: [],
  handle: async ({ service, query }) => pageReply(await listPolicies(service.reader, pageAsked(query))),
});

export const adminRoutes: readonly Route[] = [
  ...adminClientRoutes,
  putBrand,
  brands,
  putStore,
  stores,
  putTerminal,
  policies,
];
