/** Of a person who was erased nothing is left in the database: no value, sealed or not, and no hash that has a key either. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { ledgerItself } from "../../src/engine/group/submit.ts";
import { keyedHash128 } from "../../src/kernel/hash.ts";
import { identifierKey } from "../../src/members/identifier.ts";
import { eraseMembers } from "../../src/members/erasing/job.ts";
import { goodsBack, sale } from "../http/bodies.ts";
import { type World, badWorld } from "../http/bad-input/subjects.ts";
import { expectProof } from "../support/proof.ts";
import { newTestKey } from "../support/ledger.ts";
import { dumpOf, EXTERNAL_ID, IDENTIFIERS, normal, PERSON, tracesIn, UNKNOWN } from "./marks.ts";

let world: World;
beforeAll(async () => {
  world = await badWorld({});
});
afterAll(() => world.close());

async function post<T>(path: string, body: unknown): Promise<T> {
  const { status, body: answer } = await world.post<T>(path, body, { idempotencyKey: newTestKey() });
  expect(status, `${path} ${JSON.stringify(answer)}`).toBeLessThan(300);
  return answer;
}
const brought = [...IDENTIFIERS, UNKNOWN[0]].map((each) => ({ ...each, verified: true }));
const profile = (brand: string, identifiers: readonly object[] = brought) => ({
  brand,
  externalId: EXTERNAL_ID,
  person: PERSON,
  identifiers,
  consents: { sms: true },
});

/** All by which the person could be looked up, with the key. */
function keyedHashes(): string[] {
  const { lookupKey } = world.service.personal;
  const keys = [...IDENTIFIERS, UNKNOWN[0]].map((each) =>
    identifierKey(lookupKey, { kind: each.kind, value: normal(each) }),
  );
  const numbers = ["mvideo", "eldorado"].map((brand) =>
    keyedHash128(lookupKey, JSON.stringify(["profile", brand, EXTERNAL_ID])),
  );
  return [...keys, ...numbers];
}

async function hashesIn(): Promise<string[]> {
  const { text } = await dumpOf(world.database.sql);
  const bare = text.replaceAll("-", "");
  return keyedHashes().filter((hash) => bare.includes(hash));
}

it("is left with nothing that says who it was, and the proof holds", async () => {
  // Waits for the card, and is claimed with it; an order that nobody can claim.
  const waited = await post<{ purchaseId: string }>("/v1/purchases", sale({ identifier: UNKNOWN[0] }));
  const { receipt: _, ...basket } = sale({ identifier: UNKNOWN[0], spend: "0.00" });
  await post("/v1/orders", {
    orderNumber: "waits-1",
    brand: "mvideo",
    channel: "web",
    pickup: { brand: "mvideo", storeId: "M-1" },
    identifier: UNKNOWN[0],
    lines: basket.lines,
    spend: "0.00",
  });
  const { memberId } = await post<{ memberId: string }>("/v1/profiles", profile("mvideo"));
  expect(await post("/v1/profiles", profile("eldorado"))).toMatchObject({ memberId });
  for (const identifier of IDENTIFIERS) await post("/v1/purchases", sale({ identifier }));
  const stranger = await post<{ memberId: string; profileId: string }>("/v1/profiles", {
    ...profile("mvideo", [{ kind: "phone", value: "+79150001122", verified: true }]),
    externalId: "A-STRANGER",
    person: {},
  });
  await post("/v1/links", { memberId: stranger.memberId, identifier: IDENTIFIERS[1] });
  await post("/v1/links", { memberId, identifier: { kind: "phone", value: "+79150001122" } });
  const ending = { identifier: IDENTIFIERS[3], reason: "lost" };
  await post(`/v1/members/${memberId}/identifiers/end`, ending);
  await post("/v1/match-candidates", { memberIds: [memberId, stranger.memberId], reason: "r" });
  expect((await hashesIn()).length).toBe(keyedHashes().length);

  await post(`/v1/members/${memberId}/erase`, { reason: "asked in writing" });
  world.clock.moveTo(world.clock.now() + 14 * 86_400_000);
  expect(await eraseMembers(ledgerItself(world.service))).toMatchObject({ erased: 1, failed: 0 });

  expect(await hashesIn()).toEqual([]);
  const { text } = await dumpOf(world.database.sql);
  expect(tracesIn(text)).toEqual([]);
  const card = await world.get<object>(`/v1/members/${memberId}`);
  expect(card.body).toMatchObject({
    status: "erased",
    firstName: null,
    identifiers: [],
    profiles: [{ externalId: null }, { externalId: null }],
  });
  for (const path of ["lots", "transfers", "balance", "identifiers", "consents", "merges", "erasure", "card"]) {
    const { status, body } = await world.get<object>(`/v1/members/${memberId}/${path}`);
    expect({ path, status, traces: tracesIn(JSON.stringify(body)) }).toEqual({ path, status: 200, traces: [] });
  }
  await post(`/v1/purchases/${waited.purchaseId}/returns`, goodsBack());
  await expectProof({ service: world.service });
});
