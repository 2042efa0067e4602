/** Registers a store, or changes its name or zone. */
import { z } from "@hono/zod-openapi";
import { Brand, senseless, StoreId, text } from "../../kernel/fields.ts";
import { isTimeZone } from "../../kernel/zone.ts";
import { accept, refuse, save } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { storeStore } from "../documents.ts";
import { bucketOfSubject, oneAtATime } from "../subject.ts";

const TimeZone = text(64)
  .refine(isTimeZone, senseless("must be the IANA name of a time zone"))
  .openapi({ example: "Europe/Moscow" });

export const StoreView = z
  .strictObject({ storeId: z.string(), brand: z.string(), name: z.string(), timeZone: z.string() })
  .openapi("Store");

export const storeRegistration = defineOperation({
  name: "store-registration",
  permission: "administer",
  http: {
    method: "put",
    path: "/v1/stores/{storeId}",
    tag: "Administration",
    summary: "Register a store, or change its name or zone",
    description: "A store never changes its brand: its receipts are in that legal entity's books.",
    idempotencyKey: "optional",
    example: { brand: "mvideo", name: "М.Видео Тверская", timeZone: "Europe/Moscow" },
  },
  params: z.strictObject({ storeId: StoreId.openapi({ param: { name: "storeId", in: "path" } }) }),
  body: z.strictObject({ brand: Brand, name: text(200), timeZone: TimeZone }).openapi("StoreTerms"),
  answers: { 200: { description: "The store as it is now.", schema: StoreView } },
  problems: ["brand_conflict"],
  actsFor: ({ brand }) => brand,
  prepare: (_look, { params: { storeId }, body: { brand, name, timeZone } }) => ({ storeId, brand, name, timeZone }),
  bucket: ({ storeId }) => bucketOfSubject("store", storeId),
  naturalKeys: ({ storeId }) => oneAtATime("store", storeId),
  needs: ({ storeId }) => ({ documents: [need(storeStore, storeId)] }),
  decide({ document }, store) {
    const { storeId, brand } = store;
    const known = document(storeStore, storeId);
    if (known !== undefined && known.brand !== brand) return refuse("brand_conflict", { storeId });
    return accept({ answer: store, documents: [save(storeStore, storeId, store)] });
  },
});
