/** Identifiers over HTTP: masked, with since when and until when; each brand's own; and never a value in what is kept or told. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { newTestKey } from "../../support/ledger.ts";

let http: TestHttp;
let support: string;
let mvideo: string;
let eldorado: string;
beforeAll(async () => {
  http = await testHttp();
  support = await http.newKey(["support"]);
  [mvideo, eldorado] = [await http.newKey(["crm"], "mvideo"), await http.newKey(["crm"], "eldorado")];
});
afterAll(() => http.close());

interface Registered {
  readonly memberId: string;
  readonly profileId: string;
}
interface Seen {
  readonly items: readonly Record<string, unknown>[];
  readonly nextCursor: string | null;
}

async function register(identifiers: readonly object[], brand = "mvideo", person = {}): Promise<Registered> {
  const brought = identifiers.map((each) => ({ verified: true, ...each }));
  const body = { brand, externalId: newTestKey(), identifiers: brought, person };
  return (await http.post<Registered>("/v1/profiles", body)).body;
}
const listOf = ({ memberId }: Pick<Registered, "memberId">, key = support, query = "") =>
  http.get<Seen>(`/v1/members/${memberId}/identifiers${query}`, { key });
const later = () => http.clock.moveTo(http.clock.now() + 3_600_000);

describe("a member's identifiers", () => {
  it("are listed with their intervals, masked, the last first, page by page", async () => {
    const card = { kind: "card", value: "2900000055501" };
    const phone = { kind: "phone", value: "+79165550001" };
    const anna = await register([card, phone]);
    later();
    const end = { identifier: card, reason: "lost", reference: "CRM-7" };
    expect((await http.post(`/v1/members/${anna.memberId}/identifiers/end`, end, { key: support })).status).toBe(200);
    later();
    const olga = await register([phone], "eldorado", { firstName: "Ольга" });
    later();
    const add = { profileId: anna.profileId, identifier: card, verified: false, reason: "found again" };
    expect((await http.post(`/v1/members/${anna.memberId}/identifiers`, add, { key: support })).status).toBe(200);
    const { body } = await listOf(anna);
    expect(body.items).toMatchObject([
      { kind: "card", masked: "***5501", verified: false, until: null, reason: "found again", endedBy: null },
      { kind: expect.any(String) as string, brand: "mvideo", verified: true, reason: null },
      { profileId: anna.profileId, verified: true },
    ]);
    expect(body.items.slice(1)).toContainEqual(
      expect.objectContaining({ kind: "card", reissued: false, endReason: "lost" }),
    );
    expect(body.items.slice(1)).toContainEqual(
      expect.objectContaining({ kind: "phone", masked: "***0001", reissued: true, endReason: null }),
    );
    expect((await listOf(olga)).body.items).toMatchObject([{ kind: "phone", until: null, brand: "eldorado" }]);
    const pages: unknown[] = [];
    for (let cursor: string | null = "", query = "?limit=1"; cursor !== null; query = `?limit=1&cursor=${cursor}`) {
      const page = await listOf(anna, support, query);
      pages.push(...page.body.items);
      cursor = page.body.nextCursor;
    }
    expect(pages).toEqual(body.items);
    for (const value of [card.value, phone.value]) expect(JSON.stringify(body)).not.toContain(value);
  });

  it("are each brand's own: the other one's are not listed, not ended, and its profiles are added nothing", async () => {
    const card = { kind: "card", value: "2900000055600" };
    const theirs = { kind: "card", value: "2900000055700" };
    const anna = await register([card]);
    const { profileId } = await register([card, theirs], "eldorado");
    expect((await listOf(anna, mvideo)).body.items).toMatchObject([{ masked: "***5600" }]);
    expect((await listOf(anna, eldorado)).body.items).toMatchObject([{ masked: "***5700" }]);
    expect((await listOf(anna)).body.items).toHaveLength(2);
    const path = `/v1/members/${anna.memberId}/identifiers`;
    const end = { identifier: theirs, reason: "r" };
    expect(await http.post(`${path}/end`, end, { key: mvideo })).toMatchObject({
      status: 404,
      body: { code: "identifier_not_found" },
    });
    const add = { profileId, identifier: { kind: "card", value: "2900000055800" }, verified: true, reason: "r" };
    expect(await http.post(path, add, { key: mvideo })).toMatchObject({
      status: 404,
      body: { code: "profile_not_found" },
    });
    expect((await http.post(path, add, { key: eldorado })).status).toBe(200);
  });

  it("of who is not there, and by a cursor of another list, are refused", async () => {
    const nobody = { memberId: "mbr_0195560d2a0070008a30f1c2d3e4f000" };
    expect(await listOf(nobody)).toMatchObject({ status: 404, body: { code: "member_not_found" } });
    const { memberId } = await register([]);
    expect((await listOf({ memberId })).body).toEqual({ items: [], nextCursor: null });
    const cursor = Buffer.from("12-1").toString("base64url");
    expect(await listOf({ memberId }, support, `?cursor=${cursor}`)).toMatchObject({
      status: 400,
      body: { code: "invalid_request" },
    });
  });

  it("are found by their new holder only, and by nobody once they have ended", async () => {
    const phone = { kind: "phone", value: "+79165550099" };
    const former = await register([phone]);
    const next = await register([phone], "mvideo", { firstName: "Ольга" });
    const lookup = () => http.post("/v1/members/lookup", { identifier: phone }, { key: support });
    expect(await lookup()).toMatchObject({ status: 200, body: { memberId: next.memberId } });
    expect((await http.get(`/v1/members/${former.memberId}`, { key: support })).body["identifiers"]).toEqual([]);
    await http.post(
      `/v1/members/${next.memberId}/identifiers/end`,
      { identifier: phone, reason: "r" },
      { key: support },
    );
    expect(await lookup()).toMatchObject({ status: 404, body: { code: "member_not_found" } });
  });
});
