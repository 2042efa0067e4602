/** Security reads who was shown whose data: of a member by its profiles, wherever they were; of a client by its key. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { all } from "../../support/pages.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { newTestKey } from "../../support/ledger.ts";
import { listOf, logged, registered, type Seen } from "./people.ts";

let http: TestHttp;
let security: string;
beforeAll(async () => {
  http = await testHttp();
  security = await http.newKey(["security"]);
});
afterAll(() => http.close());

interface ListPage {
  readonly items: Seen[];
  readonly nextCursor: string | null;
}

const clientOf = async (memberId: string, key: string): Promise<string> => {
  const { requestId } = await logged(http, `/v1/members/${memberId}`, { key });
  const [first] = (await listOf(http, memberId, security)).filter((each) => each.requestId === requestId);
  return first?.clientId ?? "";
};

describe("the log of a member", () => {
  it("tells each look, newest first, page by page", async () => {
    const { memberId, profileId } = await registered(http);
    const asked: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      asked.push((await logged(http, `/v1/members/${memberId}?storeId=M-1`)).requestId);
      // Some of them at one instant.
      if (count % 2 === 0) http.clock.moveTo(http.clock.now() + 1_000);
    }
    const items = await all(async (cursor) => {
      const path = `/v1/members/${memberId}/accesses?limit=2${cursor === undefined ? "" : `&cursor=${cursor}`}`;
      return (await http.get<ListPage>(path, { key: security })).body;
    });
    const looks = items.filter(({ name }) => name === "read-member");
    expect(looks.map(({ requestId }) => requestId)).toEqual(asked.toReversed());
    expect(looks[0]).toMatchObject({
      profileId,
      memberId,
      brand: "mvideo",
      storeId: "M-1",
      terminalId: null,
      staffId: null,
    });
  });

  it("tells who has read the log itself", async () => {
    const { memberId, profileId } = await registered(http);
    expect(await listOf(http, memberId, security)).toEqual([]);
    expect(await listOf(http, memberId, security)).toMatchObject([{ name: "list-accesses", profileId }]);
  });

  it("is that of all who are part of the member, by any of their ids; whoever parts takes its own along", async () => {
    const [one, other] = [await registered(http), await registered(http)];
    await http.get(`/v1/members/${one.memberId}`);
    await http.get(`/v1/members/${other.memberId}`);
    const body = { memberIds: [one.memberId, other.memberId], reason: "r" };
    const { body: merged } = await http.post<{ mergeId: string; survivorId: string }>("/v1/merges", body);
    const { requestId } = await logged(http, "/v1/members/lookup", { body: { identifier: other.card } });
    for (const id of body.memberIds) {
      const profiles = (await listOf(http, id, security)).filter(({ name }) => !name.startsWith("list"));
      const looked = profiles.map(({ profileId }) => `${profileId}`).toSorted();
      expect(looked).toEqual([one, one, other, other].map(({ profileId }) => profileId).toSorted());
    }
    expect(await http.post(`/v1/merges/${merged.mergeId}/unmerge`, { reason: "two" })).toMatchObject({ status: 200 });
    for (const each of [one, other]) {
      const own = await listOf(http, each.memberId, security);
      expect(new Set(own.map(({ profileId }) => profileId))).toEqual(new Set([each.profileId]));
      // What was shown of it while they were one, under the member who stood for both.
      expect(own.find((seen) => seen.requestId === requestId)).toMatchObject({ memberId: merged.survivorId });
    }
  });

  it("is for security of both brands", async () => {
    const { memberId } = await registered(http);
    const paths = [`/v1/members/${memberId}/accesses`, "/v1/accesses?staffId=x"];
    for (const path of paths) {
      for (const scope of ["pos", "checkout", "crm", "support", "finance"] as const) {
        const key = await http.newKey([scope]);
        expect(await http.get(path, { key })).toMatchObject({ status: 403, body: { code: "forbidden" } });
      }
      const key = await http.newKey(["security"], "mvideo");
      expect(await http.get(path, { key })).toMatchObject({ status: 403, body: { code: "brand_forbidden" } });
    }
    const nobody = { status: 404, body: { code: "member_not_found" } };
    expect(await http.get("/v1/members/x/accesses", { key: security })).toMatchObject(nobody);
    const unborn = "/v1/members/mbr_0195560d2a0070008a30f1c2d3e4f000/accesses";
    expect(await http.get(unborn, { key: security })).toMatchObject(nobody);
  });
});

describe("a cursor that no list has given", () => {
  it("is refused, be it of an instant that no calendar has", async () => {
    const { memberId } = await registered(http);
    for (const path of [`/v1/members/${memberId}/accesses?`, "/v1/accesses?staffId=x&"]) {
      for (const at of ["999999999999999", "-1", "x"]) {
        const cursor = Buffer.from(`${at}-${"f".repeat(32)}`).toString("base64url");
        const told = await http.get<{ code: string }>(`${path}cursor=${cursor}`, { key: security });
        expect([told.status, told.body.code], at).toEqual([400, "invalid_request"]);
      }
    }
  });
});

describe("the log of a client", () => {
  it("tells whom it was shown, and the tries that found nobody, between two instants", async () => {
    const key = await http.newKey(["pos"], "mvideo");
    const { memberId, card, profileId } = await registered(http);
    const clientId = await clientOf(memberId, key);
    http.clock.moveTo(http.clock.now() + 1_000);
    const from = new Date(http.clock.now()).toISOString();
    const found = await logged(http, "/v1/members/lookup", { key, body: { identifier: card } });
    const missed = await logged(http, "/v1/members/lookup", {
      key,
      body: { identifier: { kind: "card", value: newTestKey() } },
    });
    http.clock.moveTo(http.clock.now() + 1_000);
    const to = new Date(http.clock.now()).toISOString();
    await http.get(`/v1/members/${memberId}`, { key });
    const read = async (query: string) =>
      (await http.get<ListPage>(`/v1/accesses?clientId=${clientId}${query}`, { key: security })).body;
    const { items } = await read(`&from=${from}&to=${to}`);
    expect(items.map(({ requestId }) => requestId).toSorted()).toEqual([found.requestId, missed.requestId].toSorted());
    expect(items.find(({ requestId }) => requestId === missed.requestId)).toMatchObject({
      profileId: null,
      memberId: null,
    });
    expect(items.find(({ requestId }) => requestId === found.requestId)).toMatchObject({ profileId, memberId });
    expect((await read("")).items).toHaveLength(4);
    const paged = await all((cursor) => read(`&limit=1${cursor === undefined ? "" : `&cursor=${cursor}`}`));
    expect(paged).toEqual((await read("")).items);
    expect((await read("&staffId=nobody")).items).toEqual([]);
    // Whoever reads of a person is on record, here as well.
    expect((await listOf(http, memberId, security)).some(({ name }) => name === "list-accesses-by")).toBe(true);
  });

  it("asks whose", async () => {
    for (const query of ["", "?from=2026-03-02T12:00:00Z"]) {
      const answer = await http.get(`/v1/accesses${query}`, { key: security });
      expect(answer).toMatchObject({ status: 422, body: { code: "unprocessable_request" } });
    }
    expect(await http.get("/v1/accesses?clientId=x", { key: security })).toMatchObject({ status: 400 });
    const nobody = `cli_${"0".repeat(32)}`;
    expect(await http.get(`/v1/accesses?clientId=${nobody}`, { key: security })).toMatchObject({
      status: 200,
      body: { items: [], nextCursor: null },
    });
  });
});
