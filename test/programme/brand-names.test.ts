/** The migration that keeps names of brands: what was registered before it is there as it is written since. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { testHttp } from "../support/http.ts";

const MIGRATIONS = new URL("../../drizzle/", import.meta.url);
const file = readdirSync(MIGRATIONS).find((name) => name.endsWith("_settlements_rights.sql")) ?? "";
const BACKFILL = readFileSync(new URL(file, MIGRATIONS), "utf8")
  .split("--> statement-breakpoint")
  .find((statement) => statement.includes("INSERT INTO brand_names"));

it("names that were given before are kept from when on each was, the first ones included", async () => {
  const http = await testHttp();
  const call = async (brand: string, legalEntity: string) => {
    http.clock.moveTo(http.clock.now() + 60_000);
    expect(await http.put(`/v1/brands/${brand}`, { name: "Имя", legalEntity })).toMatchObject({ status: 200 });
  };
  await call("mvideo", "ПАО «М.видео»");
  await call("technosila", "ООО «Техносила»");
  await call("mvideo", "АО «МВМ»");
  const rows = () =>
    http.database.sql<{ brand: string; legal_entity: string; since: number }[]>`
      select brand, operation_id, legal_entity, name, since from brand_names order by brand, since`;
  const before = await rows();
  expect(before.map(({ brand, legal_entity: entity }) => [brand, entity])).toEqual([
    ["eldorado", "ООО «Эльдорадо»"],
    ["mvideo", "ООО «МВМ»"],
    ["mvideo", "ПАО «М.видео»"],
    ["mvideo", "АО «МВМ»"],
    ["technosila", "ООО «Техносила»"],
  ]);
  await http.database.sql.unsafe(
    "set session_replication_role = replica; delete from brand_names; reset session_replication_role",
  );
  await http.database.sql.unsafe(BACKFILL ?? "");
  expect(await rows()).toEqual(before);
  await http.close();
});
