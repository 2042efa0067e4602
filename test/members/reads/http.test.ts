import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatInstant } from "../../../src/kernel/clock.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { DAY_MS, liveThrough, type Town } from "../../support/town.ts";

let http: TestHttp;
let town: Town;
let supportKey: string;
beforeAll(async () => {
  http = await testHttp();
  town = await liveThrough(http);
  supportKey = await http.newKey(["support"]);
});
afterAll(() => http.close());

const get = <T = Record<string, unknown>>(path: string) => http.get<T>(path, { key: supportKey });
const ofRich = (tail: string) => `/v1/members/${town.rich}${tail}`;

describe("reads of a member over HTTP", () => {
  it("find a member by what it presents, and tell nothing of who is not found", async () => {
    const identifier = { kind: "card", value: "2900000000024" };
    const profile = {
      brand: "mvideo",
      externalId: "H-1",
      identifiers: [{ ...identifier, verified: true }],
      person: {},
    };
    const { memberId } = (await http.post<{ memberId: string }>("/v1/profiles", profile)).body;
    const lookup = (value: string) =>
      http.post("/v1/members/lookup", { identifier: { ...identifier, value } }, { key: supportKey });
    expect(await lookup("2900 0000 0002 4")).toMatchObject({ status: 200, body: { memberId } });
    for (const value of ["2900000000031", "no card"]) {
      expect(await lookup(value)).toMatchObject({ status: 404, body: { code: "member_not_found" } });
    }
  });

  it("answer card, balance, lots and transfers", async () => {
    const balance = await get(ofRich("/balance"));
    expect(balance).toMatchObject({ status: 200, body: { memberId: town.rich, debt: "0.00" } });
    expect(await get(ofRich(""))).toMatchObject({
      status: 200,
      body: { balance: { available: balance.body["available"] } },
    });
    for (const list of ["/lots", "/transfers"]) {
      const first = await get<{ items: unknown[]; nextCursor: string }>(ofRich(`${list}?limit=2`));
      expect(first).toMatchObject({ status: 200, body: { items: [{}, {}] } });
      const next = await get<{ items: unknown[] }>(ofRich(`${list}?limit=2&cursor=${first.body.nextCursor}`));
      expect(next.body.items[0]).not.toEqual(first.body.items[1]);
    }
  });

  it("answer for an instant with an offset, encoded or not", async () => {
    const at = http.clock.now() - DAY_MS;
    const moscow = `${formatInstant(at + 3 * 3_600_000).slice(0, -1)}+03:00`;
    for (const asOf of [formatInstant(at), moscow, encodeURIComponent(moscow)]) {
      expect(await get(ofRich(`/balance?asOf=${asOf}`))).toMatchObject({
        status: 200,
        body: { asOf: formatInstant(at) },
      });
    }
  });

  it.each([
    ["/balance?asOf=2099-01-01T00:00:00Z", 422, "unprocessable_request"],
    ["/balance?asOf=9999-01-01T00:00:00Z", 422, "unprocessable_request"],
    ["/balance?asOf=yesterday", 400, "invalid_request"],
    ["/balance?asof=2026-01-01T00:00:00Z", 400, "invalid_request"],
    ["/lots?limit=0", 422, "unprocessable_request"],
    ["/lots?limit=201", 422, "unprocessable_request"],
    ["/transfers?limit=1e2", 400, "invalid_request"],
    ["/transfers?cursor=zz", 400, "invalid_request"],
    ["/lots?cursor=", 400, "invalid_request"],
  ])("refuse %s", async (tail, status, code) => {
    expect(await get(ofRich(tail))).toMatchObject({ status, body: { code } });
  });

  it.each(["", "/balance", "/lots", "/transfers"])("know no stranger: %s", async (tail) => {
    for (const id of ["mbr_1", `${town.rich.slice(0, -3)}fff`]) {
      expect(await get(`/v1/members/${id}${tail}`)).toMatchObject({ status: 404, body: { code: "member_not_found" } });
    }
  });
});
