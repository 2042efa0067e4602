/** Who is told that a member is blocked, and why: whoever may block, and nobody else. Over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MemberId } from "../../../src/kernel/ids.ts";
import { type ProblemCode, problems } from "../../../src/kernel/problems.ts";
import type { Scope } from "../../../src/kernel/permissions.ts";
import { OF_BLOCKS } from "../../../src/members/reads/operation-facts.ts";
import { modules } from "../../../src/modules.ts";
import { memberBlocked, memberUnblocked } from "../../../src/members/events.ts";
import { REASONS } from "../../../src/sales/plan/reasons.ts";
import { newTestKey } from "../../support/ledger.ts";
import { type Answer, testHttp, type TestHttp } from "../../support/http.ts";

const REASON = "three cities in an hour";
const SECRETS = [REASON, "SEC-1042", "member-block", "blocked"];
const OTHERS: readonly Scope[] = ["pos", "checkout", "crm", "support", "finance"];

let http: TestHttp;
let security: string;
/** Of everything but blocking; of a till of one brand. */
let others: string;
let till: string;
beforeAll(async () => {
  http = await testHttp();
  security = await http.newKey(["security"]);
  others = await http.newKey(OTHERS);
  till = await http.newKey(["pos"], "mvideo");
});
afterAll(() => http.close());

it("every operation of whoever may block is shown to others as what time does", () => {
  const operations = modules.flatMap((module) => module.operations);
  const ofSecurity = operations.filter(({ permission }) => permission === "members.block").map(({ name }) => name);
  expect(ofSecurity.filter((name) => !OF_BLOCKS.has(name))).toEqual([]);
  expect(ofSecurity.length).toBe(OF_BLOCKS.size);
});

const CARD = "2900000077711";
const block = (memberId: string, key = security, step = "block") =>
  http.post(`/v1/members/${memberId}/${step}`, { reason: REASON, reference: "SEC-1042" }, { key });
const exposed = (answer: Answer<unknown>): string[] =>
  SECRETS.filter((secret) => JSON.stringify(answer.body).includes(secret));

/** A blocked member for whom time has moved something: it was posted along with the block. */
async function blockedWhenDue(): Promise<MemberId> {
  const identifiers = [{ kind: "card", value: CARD, verified: true }];
  const body = { brand: "mvideo", externalId: newTestKey(), identifiers, person: {} };
  const { body: registered } = await http.post<{ memberId: MemberId }>("/v1/profiles", body);
  const { memberId } = registered;
  const day = (days: number) => new Date(http.clock.now() + days * 86_400_000).toISOString();
  const terms = { memberId, amount: "70.00", brand: "mvideo", kind: "promo", reason: "r", reference: "r" };
  await http.post("/v1/accruals", { ...terms, activeAt: day(1), expiresAt: day(50) });
  http.clock.moveTo(http.clock.now() + 2 * 86_400_000);
  expect((await block(memberId)).status).toBe(200);
  return memberId;
}

describe("a block", () => {
  it("is for security only: no other scope, and no client of one brand, blocks or reads of it", async () => {
    const memberId = await http.newMember();
    const ofOneBrand = await http.newKey(["security"], "mvideo");
    for (const step of ["block", "unblock"]) {
      expect(await block(memberId, others, step)).toMatchObject({ status: 403, body: { code: "forbidden" } });
      expect(await block(memberId, ofOneBrand, step)).toMatchObject({ status: 403, body: { code: "brand_forbidden" } });
    }
    const path = `/v1/members/${memberId}/blocks`;
    expect(await http.get(path, { key: others })).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await http.get(path, { key: ofOneBrand })).toMatchObject({ status: 403, body: { code: "brand_forbidden" } });
  });

  it("is shown to nobody else in what is read of the member: not that there is one, and not why", async () => {
    const memberId = await blockedWhenDue();
    const { body: lots } = await http.get<{ items: { lotId: string }[] }>(`/v1/members/${memberId}/lots`);
    const { body: moved } = await http.get<{ items: { transferId: string }[] }>(`/v1/members/${memberId}/transfers`);
    const explained = `/explain?transferId=${moved.items[0]?.transferId}`;
    const paths = [explained, "", "/card", "/balance", "/lots", "/transfers", `/explain?lotId=${lots.items[0]?.lotId}`];
    for (const key of [others, till]) {
      const read = await Promise.all(paths.map((path) => http.get(`/v1/members/${memberId}${path}`, { key })));
      const found = await http.post("/v1/members/lookup", { identifier: { kind: "card", value: CARD } }, { key });
      for (const answer of [...read, found]) {
        expect(answer.status).toBe(200);
        expect(exposed(answer)).toEqual([]);
      }
      expect(read[2]?.body).toMatchObject({ status: "active", balance: { spendable: { mvideo: "0.00" } } });
      expect(read[5]?.body).toMatchObject({ items: [{ event: "activation", operation: { name: "due-posting" } }, {}] });
    }
  });

  it("is shown to security with its reason: on the card, along with what was posted, and in its history", async () => {
    const memberId = await http.newMember();
    await http.give(memberId, 10_00n);
    const { body: blocked } = await block(memberId);
    http.clock.moveTo(http.clock.now() + 60_000);
    await block(memberId, security, "unblock");
    await block(memberId);
    expect((await http.get(`/v1/members/${memberId}`, { key: security })).body).toMatchObject({ status: "blocked" });
    const first = await http.get<{ items: object[]; nextCursor: string }>(`/v1/members/${memberId}/blocks?limit=2`, {
      key: security,
    });
    expect(first.body.items).toMatchObject([
      { status: "blocked", reason: REASON, reference: "SEC-1042", partedFrom: null, memberId },
      { status: "active", reason: REASON },
    ]);
    const rest = await http.get(`/v1/members/${memberId}/blocks?cursor=${first.body.nextCursor}`, { key: security });
    expect(rest.body).toMatchObject({
      items: [{ status: "blocked", operationId: blocked["operationId"], since: blocked["since"] }],
      nextCursor: null,
    });
    expect((await http.get(`/v1/members/${memberId}/blocks?cursor=x`, { key: security })).status).toBe(400);
  });

  it("is shown with what was posted along with it to security, by its name and reason", async () => {
    const { body } = await http.post<{ memberId: string }>(
      "/v1/members/lookup",
      { identifier: { kind: "card", value: CARD } },
      { key: security },
    );
    const transfers = await http.get(`/v1/members/${body.memberId}/transfers`, { key: security });
    expect(transfers.body).toMatchObject({
      items: [{ event: "activation", operation: { name: "member-block", reason: REASON, reference: "SEC-1042" } }, {}],
    });
  });

  it("is told to a till in both languages by words that tell nothing of the member", async () => {
    const memberId = await http.newMember();
    await http.give(memberId, 50_00n);
    await block(memberId);
    const asked = { memberId, amount: "5.00", brand: "mvideo", storeId: "M-1", reference: "r" };
    for (const [language, words] of [
      ["en", "Bonuses cannot be spent on this receipt. Sell without bonuses."],
      ["ru", "На этот чек бонусы списать нельзя. Проведите продажу без бонусов."],
    ] as const) {
      const headers = { "accept-language": language };
      const refused = await http.post("/v1/redemptions", asked, { key: till, headers });
      expect(refused).toMatchObject({ status: 409, body: { code: "spending_unavailable", cashierMessage: words } });
      expect(exposed(refused)).toEqual([]);
    }
  });
});

const EXPOSING = /блок|block|fraud|мошен|безопас|secur|провер|review|suspic|подозр/i;

it("no text that a cashier or a customer may read says why", () => {
  const code: ProblemCode = "spending_unavailable";
  const { title, cashier } = problems[code];
  const { spending_unavailable: spending, earning_unavailable: earning } = REASONS;
  for (const text of [code, title, cashier.ru, cashier.en, spending.ru, spending.en, earning.ru, earning.en]) {
    expect(text).not.toMatch(EXPOSING);
  }
});

it("others are told whom it concerns, and no reason", () => {
  for (const { data } of [memberBlocked, memberUnblocked]) expect(Object.keys(data.shape)).toEqual(["memberId"]);
});
