/** Registers a brand, or renames it. */
import { z } from "@hono/zod-openapi";
import { text } from "../../kernel/fields.ts";
import { accept, save } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { brandNameStore, brandStore } from "../documents.ts";
import { bucketOfSubject, oneAtATime } from "../subject.ts";
import { legalDetails, toldLegalDetails } from "./legal-details.ts";

/** The code of a brand stands in accounts (`due_to:eldorado`) and for ever in the books. */
export const BRAND_CODE = /^[a-z][a-z0-9_-]{0,31}$/;

export const BrandView = z
  .strictObject({ brand: z.string(), name: z.string(), legalEntity: z.string(), ...toldLegalDetails })
  .openapi("Brand");

export const brandRegistration = defineOperation({
  name: "brand-registration",
  permission: "administer",
  http: {
    method: "put",
    path: "/v1/brands/{brand}",
    tag: "Administration",
    summary: "Register a brand, or rename it",
    description:
      "What it was called before stays on record: a settlement names its parties as they were called in its months. What is left out is not known any more. The numbers of a legal entity stand on its documents, also on those of months before they were named. Where no cell of the rollout is for it, its bonuses and its orders are good at its own stores.",
    idempotencyKey: "optional",
    example: { name: "М.Видео", legalEntity: "ООО «МВМ»", inn: "7707548740", kpp: "770701001", city: "г. Москва" },
  },
  params: z.strictObject({
    brand: z
      .string()
      .regex(BRAND_CODE, "small Latin letters, digits, - and _; at most 32")
      .openapi({ param: { name: "brand", in: "path" }, example: "mvideo" }),
  }),
  body: z.strictObject({ name: text(200), legalEntity: text(200), ...legalDetails }).openapi("BrandTerms"),
  answers: { 200: { description: "The brand as it is now.", schema: BrandView } },
  problems: [],
  prepare: (_look, { params: { brand }, body: { inn = null, kpp = null, city = null, ...names } }) => ({
    brand,
    ...names,
    inn,
    kpp,
    city,
  }),
  bucket: ({ brand }) => bucketOfSubject("brand", brand),
  naturalKeys: ({ brand }) => oneAtATime("brand", brand),
  needs: () => ({}),
  decide: ({ operationId, now: since }, brand) =>
    accept({
      answer: brand,
      documents: [
        save(brandStore, brand.brand, brand),
        save(brandNameStore, operationId, { ...brand, operationId, since }),
      ],
    }),
});
