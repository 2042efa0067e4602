/** Links of representatives are granted and ended with a reason, are kept for ever, and follow members who become one, and part. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { representativeEnd } from "../../../src/members/representing/end.ts";
import { MOST_LINKS, representativeGrant } from "../../../src/members/representing/grant.ts";
import { newTestKey, testLedger, type TestLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { Company } from "./company.ts";

let ledger: TestLedger;
let people: Company;
beforeAll(async () => {
  ledger = await testLedger();
  people = new Company(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

const UP_TO = { see: true, spendUpTo: { perOperation: "300.00", perMonth: "500.00" } };
const NOT = { code: "not_a_representative" };

it("a link holds though many of the same two are over by time", async () => {
  const [company, buyer] = [await people.person(), await people.person()];
  await people.give(company, "1000.00");
  for (let over = 0; over < 2 * MOST_LINKS; over += 1) {
    const until = new Date(ledger.clock.now() + 60_000).toISOString();
    await people.grant(company, buyer, UP_TO, { until });
    people.later(120_000);
  }
  await people.grant(company, buyer, UP_TO);
  expect(await people.redeemFor(buyer, company, "300.00")).toMatchObject({ memberId: company.memberId });
}, 60_000);

it("a link holds though many that are to begin later were there before it, and members have become one", async () => {
  const [company, branch] = [await people.person(), await people.person()];
  const [buyer, other] = [await people.person(), await people.person()];
  await people.give(company, "1000.00");
  const day = 86_400_000;
  for (let ahead = 1; ahead <= MOST_LINKS; ahead += 1) {
    const [from, until] = [ahead, ahead + 1].map((days) => new Date(ledger.clock.now() + days * day).toISOString());
    await people.grant(company, buyer, UP_TO, { from, until });
  }
  await people.grant(branch, other, UP_TO);
  await people.join(company, branch);
  await people.join(buyer, other);
  expect(await people.redeemFor(other, company, "300.00")).toMatchObject({ memberId: company.memberId });
}, 60_000);

describe("a link", () => {
  it("is listed on both sides with its rights, what is left, and who has granted it and why", async () => {
    const { company, buyer, link } = await people.withBuyer(UP_TO);
    await people.redeemFor(buyer, company, "300.00");
    const { items } = await people.list(company);
    expect(items).toEqual((await people.list(buyer)).items);
    expect(items).toMatchObject([
      {
        representationId: link.representationId,
        memberId: company.memberId,
        representativeId: buyer.memberId,
        rights: UP_TO,
        status: "in_force",
        left: { perOperation: "300.00", perMonth: "200.00", most: "200.00" },
        granted: { reason: "buys for the company", reference: "POA-77" },
        ended: null,
        until: null,
      },
    ]);
  });

  it("that has ended stays in the list, with who has ended it, when and why; it ends once", async () => {
    const { company, link } = await people.withBuyer(UP_TO);
    const { operationId } = (await people.end(link)) as { operationId: string };
    expect((await people.list(company)).items).toMatchObject([
      { status: "ended", left: null, ended: { operationId, reason: "has left", reference: null } },
    ]);
    expect(
      await people.refused(representativeEnd, { reason: "again" }, { representationId: link.representationId }),
    ).toMatchObject({
      code: "representative_ended",
      data: { endedBy: operationId },
    });
  });

  it("is granted once under one key, and told again as it was", async () => {
    const [company, buyer] = [await people.person(), await people.person()];
    const { memberId } = company;
    const terms = { idempotencyKey: newTestKey(), params: { memberId } };
    const body = people.grantBody(buyer, UP_TO);
    const first = await ledger.ask(representativeGrant, body, terms);
    expect(await ledger.ask(representativeGrant, body, terms)).toEqual({ ...first, replayed: true });
    expect((await people.list(company)).items).toHaveLength(1);
  });

  it("between the same two is one at a time: its dates do not overlap another's", async () => {
    const { company, buyer, link } = await people.withBuyer(UP_TO);
    const { memberId } = company;
    const ask = (dates: object) =>
      people.refused(representativeGrant, people.grantBody(buyer, UP_TO, dates), { memberId });
    expect(await ask({})).toEqual({ code: "already_represents", data: { representationId: link.representationId } });
    await people.end(link);
    const until = new Date(ledger.clock.now() + 60_000).toISOString();
    await people.grant(company, buyer, UP_TO, { until });
    await people.grant(company, buyer, UP_TO, { from: until });
    expect(await ask({ from: until })).toMatchObject({ code: "already_represents" });
    // The other way round it is another link.
    await people.grant(buyer, company, { see: false });
  });

  it("leads from a member to another; nobody represents himself", async () => {
    const company = await people.person();
    const { memberId } = company;
    expect(await people.refused(representativeGrant, people.grantBody(company, UP_TO), { memberId })).toMatchObject({
      code: "represents_himself",
    });
  });

  it("is of at most fifty at a time, on either side; whichever of two comes last is refused", {
    timeout: 60_000,
  }, async () => {
    const company = await people.person();
    const { memberId } = company;
    const buyers = [];
    for (let made = 0; made < MOST_LINKS - 1; made += 1) {
      const buyer = await people.person();
      buyers.push(await people.grant(company, buyer, { see: false }));
    }
    const [one, other] = [await people.person(), await people.person()];
    const asked = [one, other].map((buyer) =>
      ledger.ask(representativeGrant, people.grantBody(buyer, UP_TO), { params: { memberId } }),
    );
    const told = (await Promise.all(asked)).map((outcome) => (outcome.kind === "refused" ? outcome.code : "granted"));
    expect(told.sort()).toEqual(["granted", "too_many_representatives"]);
    await people.end(buyers[0]!);
    await people.grant(company, await people.person(), UP_TO);
  });
});

describe("where members become one, and part", () => {
  it("a link of the absorbed is the survivor's, whichever of the ids is named, and goes back with him", async () => {
    const { company, buyer } = await people.withBuyer(UP_TO, "100.00");
    const [older, younger] = [await people.person(), await people.person()];
    // The older one survives: of the company it is somebody else, of the buyer himself.
    const head = await people.person();
    await people.give(head, "40.00");
    const companies = await people.join(company, head);
    const late = await people.withBuyer(UP_TO, "100.00");
    const buyers = await people.join(older, late.buyer);
    expect(buyers.survivorId).toBe(older.memberId);
    await people.redeemFor(older, late.company, "10.00");
    await people.redeemFor(late.buyer, late.company, "10.00");
    await people.redeemFor(buyer, head, "120.00");
    expect((await people.list(older)).items).toMatchObject([{ representativeId: older.memberId, status: "in_force" }]);
    await people.part(buyers.mergeId);
    expect(await people.redeemRefused(older, late.company, "1.00")).toMatchObject(NOT);
    await people.redeemFor(late.buyer, late.company, "10.00");
    await people.part(companies.mergeId);
    expect(await people.redeemRefused(buyer, head, "1.00")).toMatchObject(NOT);
    expect(await people.redeemRefused(younger, company, "1.00")).toMatchObject(NOT);
  });

  it("a link that is granted under an absorbed id parts with it", async () => {
    const [anna, boris, buyer] = [await people.person(), await people.person(), await people.person()];
    await people.give(anna, "50.00");
    await people.give(boris, "50.00");
    const { mergeId } = await people.join(anna, boris);
    await people.grant(boris, buyer, UP_TO);
    await people.redeemFor(buyer, anna, "10.00");
    await people.part(mergeId);
    expect(await people.redeemRefused(buyer, anna, "1.00")).toMatchObject(NOT);
    await people.redeemFor(buyer, boris, "10.00");
  });

  it("the month of a link is counted on, whoever stands for its sides", async () => {
    const { company, buyer } = await people.withBuyer({ see: true, spendUpTo: { perMonth: "100.00" } });
    const head = await people.person();
    await people.redeemFor(buyer, company, "60.00");
    const { mergeId } = await people.join(head, company);
    await people.redeemFor(buyer, head, "30.00");
    await people.part(mergeId);
    expect(await people.redeemRefused(buyer, company, "10.01")).toMatchObject({ data: { left: { most: "10.00" } } });
    await people.redeemFor(buyer, company, "10.00");
  });

  it("a link between two who become one is void, and holds again when they part", async () => {
    const { company, buyer } = await people.withBuyer(UP_TO);
    const { mergeId } = await people.join(company, buyer);
    expect(await people.redeemRefused(buyer, company, "1.00")).toMatchObject(NOT);
    expect((await people.list(company)).items).toMatchObject([{ status: "void", left: null }]);
    await people.part(mergeId);
    expect((await people.list(company)).items).toMatchObject([{ status: "in_force" }]);
    await people.redeemFor(buyer, company, "1.00");
  });

  it("what a representative has spent is the side's for whom he was named", async () => {
    const [anna, boris, buyer] = [await people.person(), await people.person(), await people.person()];
    await people.give(anna, "100.00");
    const { mergeId } = await people.join(anna, boris);
    await people.grant(boris, buyer, UP_TO);
    await people.redeemFor(buyer, boris, "30.00");
    expect(await people.part(mergeId)).toMatchObject({ madeGood: [{ owed: "30.00" }] });
    expect(await people.available(anna)).toBe(100_00n);
  });
});
