/** Whose bonuses were spent at whose tills: read from the sales themselves, lot by lot. */
import { type Api, bodyOf } from "../client/api.ts";
import { BRANDS, type Brand, otherBrand } from "../client/brands.ts";
import { SpentLots } from "../client/wire.ts";

/** Bonuses of one brand that were spent at the other, as sold: what returns gave back is not taken off. */
export interface Crossing {
  readonly issuer: Brand;
  readonly seller: Brand;
  readonly amount: bigint;
}

const SIDE_BY_SIDE = 16;

/** Adds up the lots of these purchases. */
export async function crossingsOf(api: Api, purchaseIds: readonly string[]): Promise<Crossing[]> {
  const amounts = new Map<string, bigint>();
  for (let first = 0; first < purchaseIds.length; first += SIDE_BY_SIDE) {
    const some = purchaseIds.slice(first, first + SIDE_BY_SIDE);
    const sales = await Promise.all(some.map((id) => readSale(api, id)));
    for (const { receipt, lines } of sales) {
      for (const { issuer, amount } of lines.flatMap(({ lots }) => lots)) {
        const key = `${issuer} at ${receipt.brand}`;
        amounts.set(key, (amounts.get(key) ?? 0n) + amount);
      }
    }
  }
  return BRANDS.map((issuer) => {
    const seller = otherBrand(issuer);
    return { issuer, seller, amount: amounts.get(`${issuer} at ${seller}`) ?? 0n };
  });
}

const readSale = async (api: Api, id: string) =>
  bodyOf(SpentLots, await api.get(`/v1/purchases/${id}`), "a purchase, read again");
