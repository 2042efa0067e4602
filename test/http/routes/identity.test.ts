/** Members who become one, over HTTP: an id that was absorbed is as good as the survivor's, for all that can be asked. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { MemberId } from "../../../src/kernel/ids.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { sale } from "../bodies.ts";

let http: TestHttp;
let survivor: MemberId;
let absorbed: MemberId;
beforeAll(async () => {
  http = await testHttp();
  [survivor, absorbed] = [await http.newMember(), await http.newMember()];
  await http.give(absorbed, 500_00n);
  const merged = await http.post<{ survivorId: string }>("/v1/merges", {
    memberIds: [survivor, absorbed],
    reason: "r",
  });
  if (merged.status !== 201) throw new Error(JSON.stringify(merged.body));
  if (merged.body.survivorId !== survivor) [survivor, absorbed] = [absorbed, survivor];
});
afterAll(() => http.close());

const granted = { amount: "5.00", brand: "mvideo", kind: "promo", reason: "r", reference: "r" };
const line = sale().lines;
const quote = { brand: "mvideo", storeId: "M-1", channel: "pos", lines: line, spend: "max" };
const ordered = {
  brand: "mvideo",
  channel: "web",
  pickup: { brand: "mvideo", storeId: "M-1" },
  lines: line,
  spend: "1.00",
};
const asks: readonly (readonly [string, string, object])[] = [
  ["a sale that spends", "/v1/purchases", sale({ spend: "1.00" })],
  ["a grant", "/v1/accruals", granted],
  ["a redemption", "/v1/redemptions", { amount: "1.00", brand: "mvideo", storeId: "M-1", reference: "r" }],
  ["a hold", "/v1/holds", { amount: "1.00", brand: "mvideo", reference: "r" }],
  ["an order", "/v1/orders", { ...ordered, orderNumber: "identity-1" }],
  ["a quote", "/v1/quotes", quote],
];

it.each(asks)("%s", async (_, path, body) => {
  const answer = await http.post<{ memberId?: string }>(path, { ...body, memberId: absorbed });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  expect([survivor, undefined]).toContain(answer.body.memberId);
});

it("a card, a balance, lots and transfers", async () => {
  for (const part of ["", "/balance", "/lots", "/transfers", "/card"]) {
    expect((await http.get(`/v1/members/${absorbed}${part}`)).status, part).toBe(200);
  }
});
