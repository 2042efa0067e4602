/** Quotes of members who become one, or part, before the sale: good where nothing has changed, else told anew. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { receipt } from "../http/bodies.ts";
import { testHttp, type TestHttp } from "../support/http.ts";
import { newTestKey } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";

let http: TestHttp;
beforeAll(async () => {
  http = await testHttp();
});
afterAll(async () => {
  await expectProof(http);
  await http.close();
});

interface Person {
  readonly memberId: string;
  readonly identifier: { readonly kind: "card"; readonly value: string };
}

let cards = 0;
const newCard = (): Person["identifier"] => ({ kind: "card", value: `29${`${(cards += 1)}`.padStart(11, "0")}` });
const now = () => new Date(http.clock.now()).toISOString();

async function register(brand: string, cardsOf: readonly Person["identifier"][]) {
  const identifiers = cardsOf.map((card) => ({ ...card, verified: true }));
  const profile = { brand, externalId: newTestKey(), identifiers, person: {} };
  return (await http.post<{ memberId: string; profileId: string }>("/v1/profiles", profile)).body;
}

/** A member with 100.00, younger than whoever came before. */
async function person(): Promise<Person> {
  http.clock.moveTo(http.clock.now() + 1000);
  const identifier = newCard();
  const { memberId } = await register("mvideo", [identifier]);
  await http.give(memberId as Parameters<TestHttp["give"]>[0], 100_00n);
  return { memberId, identifier };
}

const lines = [{ lineId: "1", sku: "s", category: "tv", quantity: "1", unitPrice: "1000.00" }];

async function quote(whose: object, spend: string): Promise<string> {
  const asked = { brand: "mvideo", storeId: "M-1", channel: "pos", lines, spend, ...whose };
  const { status, body } = await http.post<{ quoteId: string }>("/v1/quotes", asked, { idempotencyKey: null });
  expect(status).toBe(200);
  return body.quoteId;
}

const sell = (whose: object, spend: string, quoteId: string) =>
  http.post<{ code?: string; quote?: { quoteId: string; maxSpend: string } }>("/v1/purchases", {
    receipt: receipt(),
    channel: "pos",
    lines,
    spend,
    quoteId,
    occurredAt: now(),
    ...whose,
  });

/** What is done in turn: Q quotes, M joins the two, U lets them part; then it is sold. */
async function quoteOf(two: readonly Person[], whose: object, turns: string): Promise<string> {
  let quoteId = "";
  let mergeId = "";
  for (const turn of turns) {
    if (turn === "Q") quoteId = await quote(whose, "10.00");
    if (turn === "M") {
      const memberIds = two.map(({ memberId }) => memberId);
      mergeId = (await http.post<{ mergeId: string }>("/v1/merges", { memberIds, reason: "r" })).body.mergeId;
    }
    if (turn === "U") await http.post(`/v1/merges/${mergeId}/unmerge`, { reason: "r" });
  }
  return quoteId;
}

const byCard = ({ identifier }: Person) => ({ identifier });
const byId = ({ memberId }: Person) => ({ memberId });

describe.each([
  ["card", byCard],
  ["id", byId],
])("a quote by %s", (_, named) => {
  it.each(["QM", "MQU"])(
    "of either of two, %s: what has changed is told with the fresh quote, which is sold",
    async (turns) => {
      for (const side of [0, 1]) {
        const two = [await person(), await person()] as const;
        const whose = named(two[side]!);
        const quoteId = await quoteOf(two, whose, turns);
        const refused = await sell(whose, "10.00", quoteId);
        const maxSpend = turns === "QM" ? "200.00" : "100.00";
        expect(refused).toMatchObject({ status: 409, body: { code: "quote_changed", quote: { maxSpend } } });
        expect((await sell(whose, "10.00", refused.body.quote?.quoteId ?? "")).status).toBe(201);
      }
    },
  );

  it.each(["QMU", "MQ"])("of either of two, %s, is good", async (turns) => {
    for (const side of [0, 1]) {
      const two = [await person(), await person()] as const;
      const whose = named(two[side]!);
      expect((await sell(whose, "10.00", await quoteOf(two, whose, turns))).status).toBe(201);
    }
  });

  it("of a third, is another's still", async () => {
    const two = [await person(), await person()] as const;
    const quoteId = await quoteOf(two, named(await person()), "QM");
    for (const each of two) {
      expect((await sell(named(each), "10.00", quoteId)).body).toMatchObject({ code: "quote_mismatch" });
    }
  });

  it("of one who has become part of another is no stranger's at an order either", async () => {
    const two = [await person(), await person()] as const;
    const pickup = { brand: "mvideo", storeId: "M-1" };
    const asked = { brand: "mvideo", pickup, channel: "web", lines, spend: "10.00", ...named(two[1]) };
    const quoted = await http.post<{ quoteId: string }>("/v1/quotes", asked, { idempotencyKey: null });
    await quoteOf(two, named(two[1]), "M");
    const placed = await http.post("/v1/orders", { ...asked, orderNumber: newTestKey(), quoteId: quoted.body.quoteId });
    expect(placed.body).toMatchObject({ code: "quote_changed", quote: { maxSpend: "200.00" } });
  });
});

it("a quote of goods that are added at a pickup is told anew as well", async () => {
  const two = [await person(), await person()] as const;
  const pickup = { brand: "mvideo", storeId: "M-1" };
  const asked = { orderNumber: newTestKey(), brand: "mvideo", pickup, channel: "web", lines, spend: "0.00" };
  const { body: order } = await http.post<{ orderId: string; pickupCode: string }>("/v1/orders", {
    ...asked,
    ...byCard(two[1]),
  });
  await http.post(`/v1/orders/${order.orderId}/ready`, {});
  const added = [{ ...lines[0], lineId: "2" }];
  const quoted = { brand: "mvideo", storeId: "M-1", channel: "pos", lines: added, spend: "10.00", ...byCard(two[1]) };
  const { body } = await http.post<{ quoteId: string }>("/v1/quotes", quoted, { idempotencyKey: null });
  await quoteOf(two, {}, "M");
  const collect = (quoteId: string) =>
    http.post<{ quote: { quoteId: string } }>(`/v1/orders/${order.orderId}/pickups`, {
      storeId: "M-1",
      code: order.pickupCode,
      receipt: receipt(),
      added: { lines: added, spend: "10.00", quoteId },
      occurredAt: now(),
    });
  const refused = await collect(body.quoteId);
  expect(refused.body).toMatchObject({ code: "quote_changed", quote: { maxSpend: "200.00" } });
  expect((await collect(refused.body.quote.quoteId)).status).toBe(201);
});

it("a quote by the card of a profile that parts since is told anew", async () => {
  const anna = await person();
  const own = newCard();
  const { profileId } = await register("eldorado", [anna.identifier, own]);
  const quoteId = await quote({ identifier: own }, "0.00");
  const parted = await http.post<{ leavingId: string }>(`/v1/profiles/${profileId}/part`, { reason: "another's" });
  expect(parted.status).toBe(200);
  for (const whose of [{ identifier: own }, { memberId: parted.body.leavingId }]) {
    expect((await sell(whose, "0.00", quoteId)).body).toMatchObject({
      code: "quote_changed",
      quote: { maxSpend: "0.00" },
    });
  }
});

it("a quote by a card that nobody had is good, or told anew, once it is somebody's", async () => {
  const identifier = newCard();
  const quoteId = await quote({ identifier }, "0.00");
  const { memberId } = await register("mvideo", [identifier]);
  expect(await sell({ identifier }, "0.00", quoteId)).toMatchObject({ status: 201 });
  const other = newCard();
  const second = await quote({ identifier: other }, "0.00");
  const late = await register("mvideo", [other]);
  await http.give(late.memberId as Parameters<TestHttp["give"]>[0], 100_00n);
  expect(await sell({ identifier: other }, "10.00", second)).toMatchObject({
    status: 409,
    body: { code: "quote_changed" },
  });
  const third = await quote({ identifier: newCard() }, "0.00");
  expect(await sell({ memberId }, "0.00", third)).toMatchObject({ status: 422, body: { code: "quote_mismatch" } });
});

it("a quote by a card that came to a member who has others is his, whichever of them he presents", async () => {
  const anna = await person();
  for (const whose of [byId(anna), byCard(anna)]) {
    const identifier = newCard();
    const quoteId = await quote({ identifier }, "0.00");
    expect((await register("eldorado", [anna.identifier, identifier])).memberId).toBe(anna.memberId);
    const told = await sell(whose, "0.00", quoteId);
    expect(told, "not another's").toMatchObject({ status: 409, body: { code: "quote_changed" } });
    expect((await sell(whose, "0.00", told.body.quote?.quoteId ?? "")).status).toBe(201);
  }
});

it("a quote by a card that came to another is not his who has only said the card", async () => {
  const identifier = newCard();
  const quoteId = await quote({ identifier }, "0.00");
  await register("mvideo", [identifier]);
  const own = newCard();
  const profile = { brand: "eldorado", externalId: newTestKey(), person: {} };
  const identifiers = [
    { ...own, verified: true },
    { ...identifier, verified: false },
  ];
  const { body } = await http.post<{ memberId: string }>("/v1/profiles", { ...profile, identifiers });
  for (const whose of [{ memberId: body.memberId }, { identifier: own }]) {
    expect(await sell(whose, "0.00", quoteId)).toMatchObject({ status: 422, body: { code: "quote_mismatch" } });
  }
});
