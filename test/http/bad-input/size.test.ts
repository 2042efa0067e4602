/** What is large and wrong costs little, and is answered briefly: at every list, record and object of every body of every route. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { openApiDocument } from "../../../src/http/routes/document.ts";
import { modules } from "../../../src/modules.ts";
import { badWorld, type World, writtenBy } from "./subjects.ts";

/** What a refusal may cost of one processor, and how long it may be. */
const MOST_MS = 300;
const LONGEST = 10_000;

/** Just under 1 MiB. */
const EMPTY_OBJECTS = `[${"{},".repeat(345_000)}{}]`;
const WORDS = `[${'"ab",'.repeat(209_000)}"ab"]`;
const FIELDS = `{${Array.from({ length: 60_000 }, (_, index) => `"field${index}":1`).join(",")}}`;
const LONG_NAMES = `{${Array.from({ length: 30 }, (_, index) => `"${index}${"x".repeat(30_000)}":1`).join(",")}}`;
const DEEP = `${"[".repeat(5_000)}${"]".repeat(5_000)}`;

interface Part {
  readonly $ref?: string;
  readonly anyOf?: readonly Part[];
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Part>>;
  readonly additionalProperties?: boolean | Part;
  readonly items?: Part;
}

interface Media {
  readonly requestBody?: { readonly content: { readonly "application/json"?: { readonly schema: Part } } };
}

/** A place in a body: its path, and the body with something standing there. */
interface Place {
  readonly at: string;
  readonly kind: "list" | "record" | "object";
  readonly with: (text: string) => string;
}

const document = JSON.parse(JSON.stringify(openApiDocument(modules))) as {
  readonly components: { readonly schemas: Readonly<Record<string, Part>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Media>>>>;
};

/** All lists, records and objects of a part of a body; `within` puts a text where the part stands. */
function placesOf(part: Part, at: string, within: (text: string) => string): Place[] {
  if (part.$ref !== undefined) {
    return placesOf(document.components.schemas[part.$ref.split("/").at(-1) ?? ""] ?? {}, at, within);
  }
  if (part.anyOf !== undefined) return part.anyOf.flatMap((each, index) => placesOf(each, `${at}|${index}`, within));
  if (part.type === "array") {
    const inside = placesOf(part.items ?? {}, `${at}[0]`, (text) => within(`[${text}]`));
    return [{ at, kind: "list", with: within }, ...inside];
  }
  if (part.type !== "object") return [];
  if (part.properties === undefined) return [{ at, kind: "record", with: within }];
  const fields = Object.entries(part.properties);
  // An item of a batch is looked into only where it says of which kind it is.
  const named = fields.flatMap(([name, { enum: words }]) => (words?.length === 1 ? [`"${name}":"${words[0]}",`] : []));
  const beside = named.length === 0 ? "" : `${named.join("")}"idempotencyKey":"k",`;
  const inside = fields.flatMap(([name, field]) =>
    placesOf(field, `${at}.${name}`, (text) => within(`{${beside}"${name}":${text}}`)),
  );
  return [{ at, kind: "object", with: within }, ...inside];
}

const bodies = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, { requestBody }]) => {
    // A file is no JSON: its bounds are tested in test/finance/reconciliation.
    const schema = requestBody?.content["application/json"]?.schema;
    if (schema === undefined) return [];
    return [{ route: `${method} ${path}`, places: placesOf(schema, "body", (text) => text) }];
  }),
);

let world: World;
beforeAll(async () => {
  world = await badWorld();
});
afterAll(() => world.close());

interface Measured {
  readonly status: number;
  readonly briefEnough: boolean;
  readonly cheapEnough: boolean;
}

async function ask(route: string, body: string): Promise<Measured> {
  const [method = "", path = ""] = route.split(" ");
  const before = process.cpuUsage();
  const answer = await world.app.request(path.replaceAll(/\{\w+\}/g, "x"), {
    method: method.toUpperCase(),
    headers: {
      authorization: `Bearer ${world.adminKey}`,
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
      "idempotency-key": "large",
    },
    body,
  });
  const text = await answer.text();
  const { user, system } = process.cpuUsage(before);
  const milliseconds = (user + system) / 1_000;
  return { status: answer.status, briefEnough: text.length < LONGEST, cheapEnough: milliseconds < MOST_MS };
}

/** Nobody is served anything; in a batch the item is refused on its own. */
const refused = (status: number, isBatch: boolean): boolean =>
  status === 400 || status === 422 || (isBatch && status === 200);

it("the walk finds the lists and records that there are", () => {
  const found = bodies.flatMap(({ route, places }) => places.map(({ at, kind }) => `${kind} ${route} ${at}`));
  expect(found).toEqual(
    expect.arrayContaining([
      "list post /v1/purchases body.lines",
      "list post /v1/returns body.lines",
      "list post /v1/profiles body.identifiers",
      "record post /v1/profiles body.consents",
      "list post /v1/clients body.scopes",
      "list post /v1/batches body.items",
      expect.stringMatching(/^list post \/v1\/batches body\.items\[0\]\|\d+\.body\.lines$/),
      "object post /v1/returns body.original.receipt",
    ]),
  );
});

it.each(bodies)(
  "$route: a body of 1 MiB that is wrong is refused at once, and in a few words",
  async ({ route, places }) => {
    const isBatch = route.endsWith("/batches");
    const written = await writtenBy(world, async () => {
      for (const { at, kind, with: put } of places) {
        const fillings = kind === "list" ? [EMPTY_OBJECTS, WORDS, DEEP] : [FIELDS, LONG_NAMES, EMPTY_OBJECTS];
        for (const filling of fillings) {
          const { status, ...enough } = await ask(route, put(filling));
          const shown = filling.slice(0, 12);
          expect({ at, shown, status, ...enough }).toEqual({ at, shown, status, briefEnough: true, cheapEnough: true });
          expect({ at, shown, status, refused: refused(status, isBatch) }).toMatchObject({ refused: true });
        }
      }
    });
    expect(written).toEqual({});
  },
);
