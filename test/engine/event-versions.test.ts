/** An event says what one of its own version has said: what was told before a field was added stays true for ever. */
import { z } from "zod";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { brokenUnless, eventOf, hasItsFields, tells } from "../../src/engine/definition/invariant.ts";
import { defineEvent, versionsOf } from "../../src/engine/event.ts";
import { type TestDatabase, testDatabase } from "../support/database/database.ts";

const First = z.strictObject({ parcelId: z.string(), shop: z.string() });
const Second = First.extend({ courier: z.string() });

const sent = defineEvent({ name: "parcel.sent", description: "A parcel was sent.", data: Second, former: [First] });
/** The same, later: one field has another name. */
const renamed = defineEvent({
  name: "parcel.sent",
  description: "A parcel was sent.",
  data: Second.omit({ shop: true }).extend({ storeId: z.string() }),
  former: [First, Second],
});

const SAID = { parcelId: "o.answer->>'parcelId'", shop: "o.answer->>'storeId'", courier: "o.answer->>'courier'" };
const IS_TOLD = tells("o.events", [eventOf(sent, SAID)]);
const IS_TOLD_LATER = tells("o.events", [eventOf(renamed, { ...SAID, storeId: "o.answer->>'storeId'" })]);

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const ANSWER = { parcelId: "7", storeId: "M-1", courier: "Anna" };

/** Whether one operation of the journal, which has told this, is as it must be. */
async function holds(rule: string, version: unknown, data: object): Promise<boolean> {
  const { sql } = database;
  const events = JSON.stringify([{ name: "parcel.sent", version, data }]);
  const [row] = await sql.unsafe<{ broken: string | null }[]>(
    `select ${brokenUnless(rule, { told: "o.events->0->'data'" })} from (select $1::text::json as answer, $2::text::json as events) o`,
    [JSON.stringify(ANSWER), events],
  );
  return row?.broken === null;
}

describe("a kind of event with a field more", () => {
  it("is of version 2, makes events of it, and knows what version 1 has", () => {
    expect(sent({ parcelId: "7", shop: "M-1", courier: "Anna" })).toMatchObject({ name: "parcel.sent", version: 2 });
    const versions = versionsOf(renamed).map(({ version, data }) => [version, Object.keys(data.shape)]);
    expect(versions).toEqual([
      [1, ["parcelId", "shop"]],
      [2, ["parcelId", "shop", "courier"]],
      [3, ["parcelId", "courier", "storeId"]],
    ]);
  });

  const of1 = { parcelId: "7", shop: "M-1" };
  const of2 = { ...of1, courier: "Anna" };
  const of3 = { parcelId: "7", storeId: "M-1", courier: "Anna" };

  it.each([
    ["one of version 1, with the fields of that", true, 1, of1],
    ["one of version 2, with all", true, 2, of2],
    ["one of version 1 with a field of version 2", false, 1, of2],
    ["one of version 2 without its field", false, 2, of1],
    ["one of version 1 with another value", false, 1, { ...of1, shop: "M-2" }],
    ["one of version 2 with another value in the new field", false, 2, { ...of2, courier: "Boris" }],
    ["one of a version to come", false, 3, of2],
    ["one of version 0", false, 0, of1],
    ["one whose version is a text", false, "1", of1],
    ["one without a version", false, undefined, of2],
    ["one whose version is null", false, null, of2],
  ])("is held against its own version: %s", async (_, isRight, version, data) => {
    expect(await holds(IS_TOLD, version, data)).toBe(isRight);
  });

  it("may lose a field or rename it in yet another version", async () => {
    const told = await Promise.all([of1, of2, of3].map((data, index) => holds(IS_TOLD_LATER, index + 1, data)));
    expect(told).toEqual([true, true, true]);
    const wrong = await Promise.all([of3, of3, of2].map((data, index) => holds(IS_TOLD_LATER, index + 1, data)));
    expect(wrong).toEqual([false, false, false]);
  });

  it("has the fields of its version, where the proof cannot know what they said", async () => {
    const rule = `coalesce(${hasItsFields(renamed, "o.events->0")}, false)`;
    const has = (version: number, data: object) => holds(rule, version, data);
    expect(await Promise.all([of1, of2, of3].map((data, index) => has(index + 1, data)))).toEqual([true, true, true]);
    expect(await Promise.all([of2, of3, of1].map((data, index) => has(index + 1, data)))).toEqual(Array(3).fill(false));
    expect(await has(1, { parcelId: "8", shop: "another" })).toBe(true);
    expect(await has(4, of3)).toBe(false);
  });

  it("costs nothing as long as it has one version", () => {
    const plain = defineEvent({ name: "parcel.sent", description: "A parcel was sent.", data: First });
    const { courier: _, ...said } = SAID;
    expect(eventOf(plain, said)).toMatch(/^jsonb_build_object\('name', 'parcel.sent', 'version', 1, 'data', /);
  });
});
