/** A return of goods: by lines and quantity, once or many times, at any store of any brand. */
import { idInPath } from "../../kernel/fields.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { RETURN } from "../operation-names.ts";
import { receiptKey } from "../receipt/receipt.ts";
import { ReturnAnswer } from "./return-answer.ts";
import { ReturnBody } from "./return-body.ts";
import {
  bucketOfFound,
  common,
  decideFound,
  example,
  found,
  needsOfFound,
  ownKey,
  PROBLEMS,
  termsOf,
} from "./return-request.ts";

export const returnById = defineOperation({
  ...common,
  name: RETURN,
  ofErased: "goes_on",
  http: {
    method: "post",
    path: "/v1/purchases/{purchaseId}/returns",
    tag: "Sales",
    summary: "Take goods back, or show what that would do",
    description:
      "By lines and quantity, at any store of any brand, once or many times. What comes back is what was distributed to the returned units. " +
      "With `dryRun=true` nothing is changed, the answer is 200, and no Idempotency-Key is needed.",
    idempotencyKey: "required",
    dryRun: "dryRun",
    batchItem: "return",
    example,
  },
  params: idInPath("purchaseId", "pur"),
  body: ReturnBody,
  answers: { 201: { description: "Taken back.", schema: ReturnAnswer } },
  problems: ["purchase_not_found", ...PROBLEMS],
  concerns: ({ params, body }) => [params.purchaseId, receiptKey(body.receipt, "return")],
  async prepare(look, { params, body }) {
    const terms = await termsOf(look, body);
    return found(look, params.purchaseId, terms);
  },
  bucket: (input) => bucketOfFound(input),
  naturalKeys: ({ terms }) => [ownKey(terms)],
  presented: ({ profileId }) => profileId,
  needs: (input) => needsOfFound(input),
  decide: (context, input) => decideFound(context, input),
});
