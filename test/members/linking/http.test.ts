import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { newTestKey } from "../../support/ledger.ts";
import { delivered } from "../../support/letters.ts";
import { type Customer, Customers, newNumber } from "./customers.ts";

let http: TestHttp;
let anna: Customer;
let other: Customer;
/** The site of both brands. */
let site = "";
beforeAll(async () => {
  http = await testHttp();
  const people = new Customers(http);
  [anna, other] = [await people.register("mvideo"), await people.register("eldorado")];
  site = await http.newKey(["checkout"]);
});
afterAll(() => http.close());

const start = (phone: string, terms: object = {}) =>
  http.post<{ linkId: string }>(
    "/v1/links",
    { memberId: anna.memberId, identifier: { kind: "phone", value: phone } },
    { key: site, ...terms },
  );
const bodyOf = ({ linkId: _, operationId: __, ...rest }: Record<string, unknown>) => rest;

describe("a site", () => {
  it("starts a link, is told masked addresses once, and joins the two by both codes", async () => {
    const idempotencyKey = newTestKey();
    const started = await start(other.phone, { idempotencyKey });
    expect(started).toMatchObject({
      status: 201,
      body: { status: "open", sentToOwn: `***${anna.phone.slice(-2)}`, sentToOther: `***${other.phone.slice(-2)}` },
    });
    const unknown = newNumber();
    const again = await start(other.phone, { idempotencyKey });
    expect(Object.keys(again.body)).toEqual(["linkId", "operationId", "status", "expiresAt"]);
    await delivered(http.service);
    const [own, theirs] = [http.letters.last(anna.phone), http.letters.last(other.phone)];
    const path = `/v1/links/${started.body.linkId}/confirm`;
    const wrong = { codes: { own: own === "111111" ? "222222" : "111111", other: theirs } };
    expect(await http.post(path, wrong, { key: site })).toMatchObject({
      status: 409,
      body: { code: "link_codes_wrong", triesLeft: 4 },
    });
    expect(await http.post(path, { codes: { own, other: theirs } }, { key: site })).toMatchObject({
      status: 200,
      body: { status: "linked", merge: { survivorId: anna.memberId, absorbedId: other.memberId } },
    });
    const toNobody = bodyOf((await start(unknown)).body);
    expect(toNobody).toEqual({ ...bodyOf(started.body), sentToOther: `***${unknown.slice(-2)}` });
  });

  it("is refused what has no form, no sense, or no such link, and where it is of one brand", async () => {
    const { memberId } = anna;
    const identifier = { kind: "phone", value: newNumber() };
    const post = (body: unknown, key = site) => http.post("/v1/links", body, { key });
    for (const body of [
      {},
      { memberId },
      { memberId, identifier: { kind: "card", value: "1" } },
      { memberId, identifier, more: true },
    ]) {
      expect(await post(body)).toMatchObject({ status: 400, body: { code: "invalid_request" } });
    }
    const noPhone = { memberId, identifier: { kind: "phone", value: "call me" } };
    expect(await post(noPhone)).toMatchObject({ status: 422, body: { errors: [{ message: "not a phone" }] } });
    expect(await post({ memberId: "x", identifier })).toMatchObject({ body: { code: "member_not_found" } });
    const nobody = "mbr_0195560d2a0070008a30f1c2d3e4f000";
    expect(await post({ memberId: nobody, identifier })).toMatchObject({ body: { code: "member_not_found" } });
    const ofOne = await http.newKey(["checkout"], "mvideo");
    expect(await post({ memberId, identifier }, ofOne)).toMatchObject({ body: { code: "brand_forbidden" } });
    const confirm = (linkId: string, codes: unknown, key = site) =>
      http.post(`/v1/links/${linkId}/confirm`, { codes }, { key });
    const codes = { own: "000000", other: "000000" };
    for (const linkId of ["x", "lnk_0195560d2a0070008a30f1c2d3e4f000", nobody]) {
      expect(await confirm(linkId, codes)).toMatchObject({ status: 404, body: { code: "link_not_found" } });
    }
    expect(await confirm("x", { own: "1", other: "000000" })).toMatchObject({ status: 400 });
    expect(await confirm("x", codes, ofOne)).toMatchObject({ body: { code: "brand_forbidden" } });
  });
});
