/** What is well formed and makes no sense, or comes at the wrong time: the right problem, and nothing written. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { START } from "../../support/ledger.ts";
import { routeOf, routes } from "../../support/contract.ts";
import { goodsBack, OCCURRED_AT, receipt, sale } from "../bodies.ts";
import { badWorld, refused, subjectNamed, subjects, withAt, type World, writtenBy } from "./subjects.ts";

let world: World;
beforeAll(async () => {
  world = await badWorld();
});
afterAll(() => world.close());

describe("lines", () => {
  const line = (lineId: string) => ({ lineId, sku: "s", category: "tv", quantity: "1", unitPrice: "1.00" });

  it.each(["a sale", "a return", "a return by receipt"])("of %s are 1 to 500, each once", async (name) => {
    const subject = subjectNamed(name);
    const many = Array.from({ length: 501 }, (_, index) => `${index}`);
    const bodies = [[], ["1", "1"], many].map((ids) => ({
      ...subject.body(world),
      lines: ids.map((lineId) => (name === "a sale" ? line(lineId) : { lineId, quantity: "1" })),
    }));
    expect(await writtenBy(world, () => refused(world, subject, bodies, 422, "unprocessable_request"))).toEqual({});
  });

  it("whose total is larger than any amount are senseless", async () => {
    const dear = { ...line("1"), quantity: "9999999", unitPrice: "99999999999.99" };
    const half = { ...line("1"), unitPrice: "60000000000.00" };
    const bodies = [sale({ lines: [dear] }), sale({ lines: [half, { ...half, lineId: "2" }] })];
    expect(
      await writtenBy(world, () => refused(world, subjectNamed("a sale"), bodies, 422, "unprocessable_request")),
    ).toEqual({});
  });

  it("with what is malformed and what is senseless at once are malformed", async () => {
    const body = sale({
      lines: [
        { ...line("1"), quantity: "0" },
        { ...line("2"), unitPrice: "1e3" },
      ],
    });
    const errors = [{ path: "lines.0.quantity" }, { path: "lines.1.unitPrice" }];
    expect(await world.post("/v1/purchases", body)).toMatchObject({ status: 400, body: { errors } });
  });
});

const OF_A_MEMBER = ["a sale", "an accrual", "a redemption", "a hold"];
const OF_A_RECEIPT = ["a sale", "a return", "a return by receipt", "a reversal"];

describe("who", () => {
  it.each(OF_A_MEMBER)("has %s is said once", async (name) => {
    const both = { ...subjectNamed(name).body(world), identifier: { kind: "card", value: "2900000001" } };
    expect(
      await writtenBy(world, () => refused(world, subjectNamed(name), [both], 422, "unprocessable_request")),
    ).toEqual({});
  });

  it.each(OF_A_MEMBER.slice(1))("has %s must be said", async (name) => {
    const nobody = withAt(subjectNamed(name).body(world), "memberId", undefined);
    expect(
      await writtenBy(world, () => refused(world, subjectNamed(name), [nobody], 422, "unprocessable_request")),
    ).toEqual({});
  });

  it.each(OF_A_MEMBER)("has %s is not found where nobody is, whatever the id looks like", async (name) => {
    const ids = ["mbr_0195560d2a0070008a30f1c2d3e4f000", "mbr_x", "1", "' or 1=1 --", world.purchaseId];
    const bodies = ids.map((memberId) => ({ ...subjectNamed(name).body(world), memberId }));
    expect(await writtenBy(world, () => refused(world, subjectNamed(name), bodies, 404, "member_not_found"))).toEqual(
      {},
    );
  });
});

describe("a birth date", () => {
  const born = (birthDate: string) => ({ ...subjectNamed("a profile").body(world), person: { birthDate } });

  it("lies neither before 1900 nor in the future, by the service's clock", async () => {
    // Whatever the machine's calendar says: the sandbox's stands on the 2nd of March.
    const dates = ["0001-01-01", "1899-12-31", "2026-03-03", "2031-01-01", "9999-12-31"];
    const written = await writtenBy(world, async () => {
      await refused(world, subjectNamed("a profile"), dates.map(born), 422, "unprocessable_request");
      const errors = [{ path: "person.birthDate", message: "must not lie in the future" }];
      expect(await world.post("/v1/profiles", born("2026-03-03"))).toMatchObject({ body: { errors } });
      const early = [{ path: "person.birthDate", message: "must not lie before 1900" }];
      expect(await world.post("/v1/profiles", born("1899-12-31"))).toMatchObject({ body: { errors: early } });
    });
    expect(written).toEqual({});
  });

  it("may be today's, and the one that is written where none is known", async () => {
    for (const [index, date] of ["1900-01-01", "1924-02-29", "2026-03-02"].entries()) {
      const body = { ...born(date), externalId: `born-${index}`, identifiers: [] };
      expect(await world.post("/v1/profiles", body)).toMatchObject({ status: 201 });
    }
  });
});

describe("a thing that is not there", () => {
  it.each(["pur_0195560d2a0070008a30f1c2d3e4f000", "hld_0195560d2a0070008a30f1c2d3e4f000", "x", "%27", "..%2f"])(
    "is not found: %s",
    async (id) => {
      const noPurchase = { status: 404, body: { code: "purchase_not_found" } };
      const noHold = { status: 404, body: { code: "hold_not_found" } };
      const written = await writtenBy(world, async () => {
        expect(await world.get(`/v1/purchases/${id}`)).toMatchObject(noPurchase);
        expect(await world.post(`/v1/purchases/${id}/returns`, goodsBack())).toMatchObject(noPurchase);
        expect(await world.get(`/v1/holds/${id}`)).toMatchObject(noHold);
        expect(await world.post(`/v1/holds/${id}/capture`, {})).toMatchObject(noHold);
        expect(await world.post(`/v1/holds/${id}/release`, {})).toMatchObject(noHold);
      });
      expect(written).toEqual({});
    },
  );

  it.each(OF_A_RECEIPT)("is unknown: the store of %s", async (name) => {
    const bodies = ["nowhere", "E-1"].map((storeId) => ({
      ...subjectNamed(name).body(world),
      receipt: { ...receipt(), storeId },
    }));
    expect(await writtenBy(world, () => refused(world, subjectNamed(name), bodies, 422, "unknown_store"))).toEqual({});
  });

  it.each(routes.filter(({ actsForBrand }) => actsForBrand))(
    "is unknown: the brand of $method $path",
    async (route) => {
      const sent = subjects.filter((subject) => routeOf("POST", subject.path(world)) === route);
      const requests = sent.map((subject) => ({ path: subject.path(world), body: subject.body(world) as unknown }));
      if (sent.length === 0) requests.push({ path: route.path.replace(/\{\w+\}/, "X-1"), body: route.example });
      for (const { path, body } of requests) {
        const text = JSON.stringify(body);
        expect(text).toContain('"brand":"mvideo"');
        const ofNobody = text.replaceAll('"brand":"mvideo"', '"brand":"nobody"');
        const written = await writtenBy(world, async () => {
          const answer = route.method === "put" ? await world.put(path, ofNobody) : await world.post(path, ofNobody);
          expect(answer).toMatchObject({ status: 422, body: { code: "unknown_brand", brand: "nobody" } });
        });
        expect(written).toEqual({});
      }
    },
  );
});

describe("when", () => {
  const at = (minutes: number) => new Date(START + minutes * 60_000).toISOString();
  const DAY = 24 * 60;

  it.each(OF_A_RECEIPT.slice(0, 3))("%s is dated too early or too late, it is not taken", async (name) => {
    const dated = (occurredAt: string) => [{ ...subjectNamed(name).body(world), occurredAt }];
    const written = await writtenBy(world, async () => {
      await refused(world, subjectNamed(name), dated(at(6)), 422, "occurred_in_future");
      await refused(world, subjectNamed(name), dated(at(-36 * DAY)), 422, "receipt_too_old");
    });
    expect(written).toEqual({});
  });

  it("a sale is 5 minutes early or 34 days late it is taken, and of any age from an administrator", async () => {
    expect(await world.post("/v1/purchases", sale({ occurredAt: at(5) }), { key: world.till })).toMatchObject({
      status: 201,
    });
    expect(await world.post("/v1/purchases", sale({ occurredAt: at(-34 * DAY) }), { key: world.till })).toMatchObject({
      status: 201,
    });
    expect(await world.post("/v1/purchases", sale({ occurredAt: at(-400 * DAY) }))).toMatchObject({ status: 201 });
  });

  it("bonuses would end before they begin, they are not granted", async () => {
    const dates = { activeAt: "2026-04-01T00:00:00Z", expiresAt: "2026-03-31T00:00:00Z" };
    const accrual = { ...subjectNamed("an accrual").body(world), ...dates };
    const written = await writtenBy(world, async () => {
      await refused(world, subjectNamed("an accrual"), [accrual], 422, "senseless_lifetime");
    });
    expect(written).toEqual({});
  });

  it("a hold would end in the past or last too long, that is what is said, with the instant that it must keep to", async () => {
    const hold = (expiresAt: string) => ({ ...subjectNamed("a hold").body(world), expiresAt });
    const written = await writtenBy(world, async () => {
      expect(await world.post("/v1/holds", hold(OCCURRED_AT))).toMatchObject({
        status: 422,
        body: { code: "hold_ends_in_past", now: at(0) },
      });
      expect(await world.post("/v1/holds", hold(at(31 * DAY + 1)))).toMatchObject({
        status: 422,
        body: { code: "hold_too_long", latest: at(31 * DAY) },
      });
    });
    expect(written).toEqual({});
    expect((await world.post("/v1/holds", hold(at(31 * DAY)))).status).toBe(201);
  });

  it("goods come back before they were sold, they do not", async () => {
    const sold = sale({ memberId: world.memberId });
    const { purchaseId } = (await world.post<{ purchaseId: string }>("/v1/purchases", sold)).body;
    const occurredAt = at(-6);
    const byReceipt = { original: { receipt: sold.receipt }, ...goodsBack({ occurredAt }) };
    const written = await writtenBy(world, async () => {
      const early = { status: 422, body: { code: "returned_before_sale" } };
      const path = `/v1/purchases/${purchaseId}/returns`;
      expect(await world.post(path, goodsBack({ occurredAt }))).toMatchObject(early);
      expect(await world.post(`${path}?dryRun=true`, goodsBack({ occurredAt }))).toMatchObject(early);
      expect(await world.post("/v1/returns", byReceipt)).toMatchObject(early);
    });
    expect(written).toEqual({});
    expect((await world.post(`/v1/purchases/${purchaseId}/returns`, goodsBack())).status).toBe(201);
  });
});

describe("a query", () => {
  it("that a route does not know is refused, so that nobody takes for a dry run what is none", async () => {
    const wrong = { status: 400, body: { code: "invalid_request" } };
    const byReceipt = { original: { receipt: receipt() }, ...goodsBack() };
    const written = await writtenBy(world, async () => {
      expect(await world.post("/v1/returns?dryRun=true", byReceipt)).toMatchObject(wrong);
      expect(await world.post("/v1/purchases?dryRun=true", sale())).toMatchObject(wrong);
      expect(await world.get("/v1/proof?x=1")).toMatchObject(wrong);
    });
    expect(written).toEqual({});
  });

  it.each(["=1", "limit=3&=", "limit=3&limit=4", "__proto__=1", "constructor=1", "Limit=3"])(
    "that is not agreed, or says a thing twice, is refused: %s",
    async (query) => {
      expect(await world.get(`/v1/stores?${query}`)).toMatchObject({ status: 400, body: { code: "invalid_request" } });
    },
  );

  it.each(["dryRun=maybe", "dryRun=", "dryrun=true"])("that is not agreed is refused: %s", async (query) => {
    const answer = await world.post(`/v1/purchases/${world.purchaseId}/returns?${query}`, goodsBack());
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_request" } });
  });
});
