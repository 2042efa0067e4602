/** What bad form gets: the right problem, never a 500, and nothing written. Every command, every kind of badness. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { modules } from "../../../src/modules.ts";
import { type ProfileId, uuidOf } from "../../../src/kernel/ids.ts";
import { sale } from "../bodies.ts";
import { badWorld, refused, type Subject, subjects, withAt, type World, writtenBy } from "./subjects.ts";

let world: World;
beforeAll(async () => {
  world = await badWorld();
});
afterAll(() => world.close());

/** The subject's body with each of these values at each of these places. */
const each = (subject: Subject, places: readonly string[] = [], values: readonly unknown[]): unknown[] =>
  places.flatMap((place) => values.map((value) => withAt(subject.body(world), place, value)));

const NO_AMOUNTS = [
  ..."1e3 NaN -5.00 0.001 1.5 1 Infinity +1.00 1,00 0x10 01.00 1.00.00 .50 1. ٣.00 100000000000.00".split(" "),
  "",
  " 1.00",
  "1.00 ",
  "1.00\n",
  `${"9".repeat(40)}.00`,
  5,
  1.5,
  null,
  true,
  {},
  ["1.00"],
];
const NO_QUANTITIES = ["-1", "1.0000", "1e3", "NaN", "", "0,5", "12345678", 1, null];
const NO_INSTANTS = [
  ..."2026-02-30T12:00:00Z 2026-13-01T12:00:00Z 2026-03-02T12:00:00 2026-03-02 10000-01-01T00:00:00Z now".split(" "),
  "2026-03-02 12:00",
  "",
  1_772_000_000,
  null,
];
const SENSELESS_INSTANTS = ["9999-12-31T23:59:59Z", "1999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"];
const NO_TEXTS = ["", "x".repeat(10_000), "a\u0000b", "a\nb", "\ud800", 7, null, {}, []];
const NO_JSON = ["", "{", "{'a':1}", '{"a":1}}', "nul", "[".repeat(100_000)];
const NO_OBJECT = ["null", "[]", "7", '"text"', '{"__proto__":{"a":1}}'];
const NO_JSON_TYPES = ["text/plain", "application/xml", "application/x-www-form-urlencoded", "application/jsonx", ""];

it("a consent that could not be kept under its name is malformed, rather than dropped", async () => {
  const named = (name: string) =>
    `{"brand":"mvideo","externalId":"named","identifiers":[],"person":{},"consents":{"sms":true,"${name}":true}}`;
  const written = await writtenBy(world, async () => {
    const answer = await world.post("/v1/profiles", named("__proto__"));
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_request" } });
    expect(answer.body["errors"]).toEqual([{ path: "consents.__proto__", message: "not a name that can be kept" }]);
  });
  expect(written).toEqual({});
  const { status, body } = await world.post<{ profileId: ProfileId }>("/v1/profiles", named("constructor"));
  expect(status).toBe(201);
  const uuid = uuidOf(body.profileId);
  const kept = await world.database.sql`select consents from profiles where profile_id = ${uuid}::uuid`;
  expect(kept).toMatchObject([{ consents: { sms: true, constructor: true } }]);
});

/** Of lists of things that have no form of their own: the items of a batch are judged each by itself; ids are looked for. */
const LISTS: ReadonlySet<string> = new Set(["a batch", "a merge", "a pair to review", "a merge in spite of a blocker"]);

it("is asked of every operation that is posted with a body", () => {
  const pattern = (path: string) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
  const sent = subjects.map((subject) => subject.path(world));
  const posted = modules
    .flatMap(({ operations }) => operations)
    .flatMap(({ http, body }) => (http?.method === "post" && body !== undefined ? [http.path] : []));
  expect(posted.filter((path) => !sent.some((one) => pattern(path).test(one)))).toEqual([]);
});

describe.each(subjects)("$name", (subject) => {
  it("that is not JSON of an object is malformed", async () => {
    const written = await writtenBy(world, async () => {
      await refused(world, subject, NO_JSON, 400, "malformed_json");
      await refused(world, subject, NO_OBJECT, 400, "invalid_request");
      for (const type of NO_JSON_TYPES) {
        await refused(world, subject, [subject.body(world)], 415, "unsupported_media_type", {
          headers: { "content-type": type },
        });
      }
    });
    expect(written).toEqual({});
  });

  it("over 1 MiB is too large, with and without a stated length", async () => {
    const large = JSON.stringify({ ...subject.body(world), pad: "x".repeat(10_000_000) });
    const stated = { headers: { "content-length": String(large.length) } };
    const written = await writtenBy(world, async () => {
      await refused(world, subject, [large], 413, "body_too_large");
      await refused(world, subject, [large], 413, "body_too_large", stated);
    });
    expect(written).toEqual({});
  });

  it("with a field too many, too few, or of another type has not the agreed form", async () => {
    const good = subject.body(world);
    const fields = Object.keys(good);
    const booleans = fields.filter((field) => typeof good[field] === "boolean");
    const others = fields.filter((field) => !booleans.includes(field));
    const required = fields.filter((field) => field !== "memberId" && subject.optional?.includes(field) !== true);
    const written = await writtenBy(world, async () => {
      await refused(world, subject, [{ ...subject.body(world), surprise: 1 }], 400, "invalid_request");
      await refused(world, subject, each(subject, required, [undefined]), 400, "invalid_request");
      await refused(
        world,
        subject,
        [
          ...each(subject, others, LISTS.has(subject.name) ? [7, true] : [7, true, ["x"]]),
          ...each(
            subject,
            others.filter((field) => subject.nullable?.includes(field) !== true),
            [null],
          ),
        ],
        400,
        "invalid_request",
      );
      await refused(world, subject, each(subject, booleans, [null, 7, "true", ["x"]]), 400, "invalid_request");
      await refused(world, subject, each(subject, subject.texts, NO_TEXTS), 400, "invalid_request");
    });
    expect(written).toEqual({});
  });

  it("with an amount, a quantity or a time that is none is refused", async () => {
    const written = await writtenBy(world, async () => {
      await refused(world, subject, each(subject, subject.amounts, NO_AMOUNTS), 400, "invalid_request");
      await refused(world, subject, each(subject, subject.positive, ["0.00"]), 422, "unprocessable_request");
      await refused(world, subject, each(subject, subject.quantities, NO_QUANTITIES), 400, "invalid_request");
      await refused(world, subject, each(subject, subject.quantities, ["0", "0.000"]), 422, "unprocessable_request");
      await refused(world, subject, each(subject, subject.instants, NO_INSTANTS), 400, "invalid_request");
      await refused(world, subject, each(subject, subject.instants, SENSELESS_INSTANTS), 422, "unprocessable_request");
    });
    expect(written).toEqual({});
  });
});

describe("an idempotency key", () => {
  const keyed = subjects.filter(({ keyless }) => keyless !== true);

  it.each(keyed)("is required of $name, and has a form", async (subject) => {
    const written = await writtenBy(world, async () => {
      for (const idempotencyKey of [null, "", "a b", "x".repeat(256), "é", "tab\there"]) {
        await refused(world, subject, [subject.body(world)], 400, "idempotency_key_required", { idempotencyKey });
      }
    });
    expect(written).toEqual({});
  });

  it("of 255 characters is fit", async () => {
    const answer = await world.post("/v1/accruals", subjects.find(({ name }) => name === "an accrual")!.body(world), {
      idempotencyKey: "x".repeat(255),
    });
    expect(answer.status).toBe(201);
  });
});

it.each(["every", "-1.00", "1.5", 5, null, undefined])("a spend of %j is told what it may be", async (spend) => {
  const body = { brand: "mvideo", storeId: "M-1", channel: "pos", lines: sale().lines, spend };
  const { status, body: told } = await world.post("/v1/quotes", body);
  expect([status, told["errors"]]).toEqual([
    400,
    [{ path: "spend", message: 'an amount with exactly two decimals ("1500.00"), or "max"' }],
  ]);
});
