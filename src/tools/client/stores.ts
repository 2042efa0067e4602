/** Registers stores: a receipt of a store that is not known is refused. */
import { randomUUID } from "node:crypto";
import { type Api, UnexpectedAnswer } from "./api.ts";

export interface StoreTerms {
  readonly brand: string;
  readonly name: string;
  readonly timeZone: string;
}

export async function putStore(api: Api, storeId: string, terms: StoreTerms): Promise<void> {
  const answer = await api.send("PUT", `/v1/stores/${storeId}`, JSON.stringify(terms), randomUUID());
  if (answer.status >= 300) throw new UnexpectedAnswer(`PUT /v1/stores/${storeId}`, answer);
}
