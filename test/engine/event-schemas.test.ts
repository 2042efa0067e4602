/**
 * The schemas of all versions of all events stand in `event-schemas.json`, and never change: who reads events relies on
 * them, and the journal keeps them for ever. `MCLUB_UPDATE_SCHEMAS=1` adds what is new to the file, and changes nothing in it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";
import { type EventSchema, versionsOf } from "../../src/engine/event.ts";
import { modules } from "../../src/modules.ts";

const FILE = "test/engine/event-schemas.json";

/** By the name of the event and the number of the version. */
type Schemas = Readonly<Record<string, unknown>>;

/** What holds of the data: not how it is described, nor in which order things are named. */
function schemaOf(data: EventSchema): unknown {
  const { $schema: _, ...schema } = z.toJSONSchema(data, {
    unrepresentable: "any",
    override({ jsonSchema }) {
      for (const key of ["title", "description", "examples"] as const) delete jsonSchema[key];
      jsonSchema.required?.sort();
      jsonSchema.enum?.sort();
    },
  });
  return schema;
}

const schemas: Schemas = Object.fromEntries(
  modules
    .flatMap(({ events = [] }) => events)
    .flatMap(versionsOf)
    .map(({ name, version, data }) => [`${name} ${version}`, schemaOf(data)]),
);

function keptSchemas(): Schemas {
  const kept = JSON.parse(readFileSync(FILE, "utf8")) as Schemas;
  if (process.env["MCLUB_UPDATE_SCHEMAS"] !== "1") return kept;
  const all = { ...schemas, ...kept };
  writeFileSync(FILE, `${JSON.stringify(all, null, 2)}\n`);
  return all;
}
const kept = keptSchemas();

it.each(Object.keys(kept))("%s has the schema that it has had from the beginning", (version) => {
  expect(
    schemas[version],
    "the schema of a version never changes: make another version of it, and keep this one in `former` (docs/new-operation.md)",
  ).toEqual(kept[version]);
});

it("of every version is kept", () => {
  expect(
    Object.keys(schemas).filter((version) => !(version in kept)),
    "not kept yet: `MCLUB_UPDATE_SCHEMAS=1 npx vitest run test/engine/event-schemas.test.ts`, then `npm run format`",
  ).toEqual([]);
});
