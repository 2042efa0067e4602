/** Invariants of who takes part. */
import { brokenUnless, id, type Invariant } from "../engine/definition/invariant.ts";

const storesAreOfTheirBrands: Invariant = {
  name: "stores_are_of_their_brands",
  statement:
    "Each store is registered, with the brand for which everything that happened there was done: receipts, returns, reversals, redemptions, registrations.",
  facts: `select ${brokenUnless("s.store_id is not null and (o.brand is null or s.brand = o.brand)", {
    storeId: "o.store_id",
    entity: "o.brand",
    brand: "json_build_array(s.brand, o.brand)",
    operations: "o.count",
    operationId: id("opn", "o.one"),
  })}
    from (select store_id, brand, count(*) as count, min(operation_id::text) as one
      from operations where store_id is not null group by store_id, brand) o left join stores s using (store_id)`,
};

export const programmeInvariants: readonly Invariant[] = [storesAreOfTheirBrands];
