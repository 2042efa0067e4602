/** Exports at a mark are the same bytes from either side of where the journal has been followed. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { followersOf } from "../../../src/jobs/follow.ts";
import { EXPORT_FORMATS, formatsOf } from "../../../src/engine/exporting/formats.ts";
import { allExports, modules } from "../../../src/modules.ts";
import { followToEnd } from "../../support/following.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { liveThrough } from "../../support/town.ts";
import { settled } from "./settled.ts";

let http: TestHttp;
let finance: string;
beforeAll(async () => {
  http = await testHttp();
  finance = await http.newKey(["finance"]);
}, 120_000);
afterAll(() => http.close());

const questionsOf = (name: string): readonly string[] =>
  name === "entries" ? ["month=2026-03&entity=mvideo"] : ["", "month=2026-03", "entity=mvideo"];
const ASKED = allExports.flatMap((each) =>
  questionsOf(each.name).flatMap((question) =>
    formatsOf(each).map((format) => `${each.name}?${question}&format=${format}`),
  ),
);

async function bytesOf(path: string, mark: string): Promise<string> {
  const headers = { authorization: `Bearer ${finance}` };
  const answer = await http.app.request(`/v1/exports/${path}&mark=${mark}`, { headers });
  expect([path, answer.status]).toEqual([path, 200]);
  return Buffer.from(await answer.arrayBuffer()).toString("base64");
}

const atMark = async (mark: string) => {
  const files = new Map<string, string>();
  for (const path of ASKED) files.set(path, await bytesOf(path, mark));
  return files;
};

it("shows of what came after the mark nothing, also where the followers have passed it", {
  timeout: 300_000,
}, async () => {
  expect(new Set(ASKED.map((path) => path.split("format=")[1]))).toEqual(new Set(EXPORT_FORMATS));
  await http.give(await http.newMember(), 12_34n);
  await settled(http.database);
  const { mark } = (await http.get<{ mark: string }>("/v1/exports/journal/totals", { key: finance })).body;
  const before = await atMark(mark);
  // Accounts, kinds, categories, brands and days of which there was nothing at the mark.
  await liveThrough(http);
  const tail = await atMark(mark);
  for (const follower of followersOf({ modules })) await followToEnd(http.database, follower);
  const after = await atMark(mark);
  for (const [path, bytes] of before) {
    expect([path, tail.get(path)]).toEqual([path, bytes]);
    expect([path, after.get(path)]).toEqual([path, bytes]);
  }
  await settled(http.database);
  const now = (await http.get<{ mark: string }>("/v1/exports/journal/totals", { key: finance })).body;
  expect(await bytesOf("trial-balance?format=csv", now.mark)).not.toBe(after.get("trial-balance?&format=csv"));
});
