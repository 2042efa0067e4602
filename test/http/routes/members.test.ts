import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MemberId } from "../../../src/kernel/ids.ts";
import { newTestKey } from "../../support/ledger.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { receipt, sale } from "../bodies.ts";

let http: TestHttp;
beforeAll(async () => {
  http = await testHttp();
});
afterAll(() => http.close());

interface Registered {
  readonly memberId: string;
  readonly link: { readonly band: string };
}

const profile = (fields: object = {}) => ({
  brand: "mvideo",
  externalId: newTestKey(),
  identifiers: [],
  person: { firstName: "Анна" },
  consents: { sms: true },
  ...fields,
});
/** In hand: the till has read it. */
const card = (value: string) => [{ kind: "card", value, verified: true }];

describe("a profile", () => {
  it("of the other brand with the same card leads to the same member", async () => {
    const first = await http.post<Registered>("/v1/profiles", profile({ identifiers: card("2900 0000 0001") }));
    expect(first).toMatchObject({ status: 201, body: { link: { band: "new" } } });
    const second = await http.post<Registered>(
      "/v1/profiles",
      profile({ brand: "eldorado", identifiers: card("290000000001") }),
    );
    expect(second).toMatchObject({ status: 201, body: { link: { band: "auto" }, memberId: first.body.memberId } });
    const found = await http.post("/v1/members/lookup", { identifier: { kind: "card", value: "290000000001" } });
    expect(found).toMatchObject({ status: 200, body: { memberId: first.body.memberId } });
  });

  it("with a card that was only typed in is not linked by it, and its phone leads to no other member's bonuses", async () => {
    const anna = { firstName: "Анна", lastName: "Смирнова", birthDate: "1990-12-31" };
    const owner = await http.post<Registered>(
      "/v1/profiles",
      profile({ identifiers: card("290000000011"), person: anna }),
    );
    await http.give(owner.body.memberId as MemberId, 500_00n);
    const typed = { kind: "card", value: "290000000011", verified: false };
    const phone = { kind: "phone", value: "+7 916 000-33-44", verified: true };
    // Whoever knows the number of a card may well know whose it is.
    for (const person of [{}, anna]) {
      const other = await http.post<Registered>("/v1/profiles", profile({ identifiers: [typed, phone], person }));
      expect(other).toMatchObject({ status: 201, body: { link: { band: "review", score: null } } });
      expect(other.body.memberId).not.toBe(owner.body.memberId);
      phone.value = "+7 916 000-33-45";
    }
    for (const value of ["89160003344", "89160003345"]) {
      const found = await http.post("/v1/members/lookup", { identifier: { kind: "phone", value } });
      expect(found.body["memberId"]).not.toBe(owner.body.memberId);
      expect(found).toMatchObject({ body: { balance: { available: "0.00" } } });
    }
    // The card goes on leading to whom it led; in hand, it links.
    const read = await http.post<Registered>(
      "/v1/profiles",
      profile({ brand: "eldorado", identifiers: card("290000000011") }),
    );
    expect(read).toMatchObject({ body: { memberId: owner.body.memberId, link: { band: "auto" } } });
  });

  it("is registered once, whichever key it comes under", async () => {
    const body = profile({ identifiers: card("290000000002") });
    const first = await http.post<Registered>("/v1/profiles", body);
    const again = await http.post<Registered>("/v1/profiles", body);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  });

  it("with other content under the same external id is a conflict, each time it is sent", async () => {
    const body = profile();
    await http.post("/v1/profiles", body);
    for (const idempotencyKey of ["other-content", "other-content"]) {
      const other = { ...body, person: { firstName: "Ольга" } };
      const refused = await http.post("/v1/profiles", other, { idempotencyKey });
      expect(refused).toMatchObject({ status: 409, body: { code: "profile_conflict" } });
    }
  });

  it("is not linked by a phone that nobody has verified", async () => {
    const phone = (verified: boolean) => [{ kind: "phone", value: "+7 912 345-67-89", verified }];
    const first = await http.post<Registered>("/v1/profiles", profile({ identifiers: phone(true) }));
    const typed = await http.post<Registered>(
      "/v1/profiles",
      profile({ brand: "eldorado", identifiers: phone(false) }),
    );
    expect(typed.body.memberId).not.toBe(first.body.memberId);
  });

  it("of another person behind the same verified phone is another member, left to people, and has the phone from now on", async () => {
    const phone = [{ kind: "phone", value: "+7 916 000-11-22", verified: true }];
    const anna = { firstName: "Анна", lastName: "Смирнова", birthDate: "1990-12-31" };
    const ivan = { firstName: "Иван", lastName: "Петров", birthDate: "1961-05-09" };
    const first = await http.post<Registered>("/v1/profiles", profile({ identifiers: phone, person: anna }));
    const other = { brand: "eldorado", identifiers: phone };
    const same = await http.post<Registered>(
      "/v1/profiles",
      profile({ ...other, person: { ...anna, lastName: "Кац" } }),
    );
    expect(same).toMatchObject({ body: { memberId: first.body.memberId, link: { band: "auto" } } });
    const lookedUp = () => http.post("/v1/members/lookup", { identifier: { kind: "phone", value: "89160001122" } });
    expect(await lookedUp()).toMatchObject({ body: { memberId: first.body.memberId } });
    const second = await http.post<Registered>("/v1/profiles", profile({ ...other, person: ivan }));
    expect(second).toMatchObject({ status: 201, body: { link: { band: "review", score: null } } });
    expect(second.body.memberId).not.toBe(first.body.memberId);
    expect(await lookedUp()).toMatchObject({ body: { memberId: second.body.memberId } });
    const nobody = await http.post<Registered>("/v1/profiles", profile({ ...other, person: {} }));
    expect(nobody).toMatchObject({ status: 201, body: { link: { band: "review" } } });
    expect(await lookedUp()).toMatchObject({ body: { memberId: nobody.body.memberId } });
  });

  it("has its card without what cannot be seen in it", async () => {
    const first = await http.post<Registered>(
      "/v1/profiles",
      profile({ identifiers: card("2900\u200b0000\ufeff0005") }),
    );
    for (const value of ["290000000005", "29000000\u00ad0005", "\u200d2900 0000 0005"]) {
      const found = await http.post("/v1/members/lookup", { identifier: { kind: "card", value } });
      expect(found).toMatchObject({ status: 200, body: { memberId: first.body.memberId } });
    }
  });

  it("claims the receipts that waited for its card", async () => {
    const identifier = { kind: "card", value: "290000000003" };
    const sold = await http.post("/v1/purchases", sale({ identifier }));
    expect(sold).toMatchObject({ status: 201, body: { memberId: null, suspended: true, earned: "30.00" } });
    await http.post("/v1/profiles", profile({ identifiers: card("290000000003") }));
    const found = await http.post("/v1/members/lookup", { identifier });
    expect(found).toMatchObject({ body: { balance: { pending: "30.00" } } });
  });

  it("with an identifier that cannot be one is refused, and says which", async () => {
    const identifiers = [...card("1"), { kind: "phone", value: "not a phone", verified: true }];
    const refused = await http.post("/v1/profiles", profile({ identifiers }));
    expect(refused).toMatchObject({
      status: 422,
      body: { code: "unprocessable_request", errors: [{ path: "identifiers.1.value" }] },
    });
  });
});

describe("a lookup", () => {
  it("of what leads to nobody finds nobody", async () => {
    const identifier = { kind: "card", value: "299999999999" };
    expect(await http.post("/v1/members/lookup", { identifier })).toMatchObject({
      status: 404,
      body: { code: "member_not_found" },
    });
  });

  it("shows no name but the first, and identifiers masked", async () => {
    const body = profile({
      person: { firstName: "Анна", lastName: "Тайная", birthDate: "1990-12-31" },
      identifiers: [...card("290000000777"), { kind: "email", value: "anna@example.org", verified: true }],
    });
    await http.post("/v1/profiles", body);
    const found = await http.post("/v1/members/lookup", { identifier: { kind: "card", value: "290000000777" } });
    expect(JSON.stringify(found.body)).not.toMatch(/Тайная|1990-12-31|290000000777|anna@/);
    expect(found).toMatchObject({ body: { firstName: "Анна" } });
  });
});

describe("a receipt", () => {
  const onNobodysAccount = { memberId: null, suspended: false, earned: "0.00", balance: null };

  it.each([
    ["card", "not a card, since it has so much text: ё"],
    ["card", "000000000000"],
    ["phone", "123"],
    ["phone", "+7 495 777-77-75 ext. 12"],
    ["phone", "call me at +7 916 123-45-67 after six"],
    ["email", "nobody"],
  ])("with a %s that is none or says nothing of who it is, is nobody's, and stops no till: %s", async (kind, value) => {
    const sold = await http.post("/v1/purchases", sale({ identifier: { kind, value } }));
    expect(sold).toMatchObject({ status: 201, body: onNobodysAccount });
  });

  it("with a phone of an office that somebody has registered, is nobody's", async () => {
    const value = "+7 495 777-77-76 доб. 12";
    await http.post("/v1/profiles", profile({ identifiers: [{ kind: "phone", value, verified: true }] }));
    const sold = await http.post("/v1/purchases", sale({ identifier: { kind: "phone", value } }));
    expect(sold).toMatchObject({ status: 201, body: onNobodysAccount });
  });

  it("without any card is kept, and touches no wallet", async () => {
    expect(await http.post("/v1/purchases", sale({ receipt: receipt() }))).toMatchObject({
      status: 201,
      body: onNobodysAccount,
    });
  });
});
