import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { unmerge } from "../../../src/members/joining/parting/unmerge.ts";
import { openService, type Service } from "../../../src/service.ts";
import { TEST_KEYS } from "../../support/keys.ts";
import { answerOf, newTestKey, testLedger, type TestLedger } from "../../support/ledger.ts";
import { delivered, type Letters } from "../../support/letters.ts";
import { expectProof } from "../../support/proof.ts";
import { type Customer, Customers, newNumber, otherThan } from "./customers.ts";

let ledger: TestLedger;
let letters: Letters;
let people: Customers;
beforeAll(async () => {
  ledger = await testLedger({ codeSecret: "s".repeat(32) });
  letters = ledger.letters;
  people = new Customers(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

const two = async (): Promise<[Customer, Customer]> => [
  await people.register("mvideo"),
  await people.register("eldorado"),
];
const refused = (code: string) => ({ kind: "refused", code });

describe("whoever repeats both codes", () => {
  it("has the two accounts joined, with all that is theirs, and staff can undo it", async () => {
    const [anna, other] = await two();
    await ledger.give(other.memberId, 70_00n);
    const link = await people.started(anna.memberId, other.phone);
    expect(letters.sent.slice(-2).map(({ to, purpose }) => [to.value, purpose])).toEqual([
      [anna.phone, "link"],
      [other.phone, "link"],
    ]);
    const { own, other: theirs } = people.codes(anna, other);
    const linked = answerOf(await people.confirm(link, { own, other: theirs })) as {
      merge: { mergeId: string };
    };
    expect(linked).toMatchObject({
      status: "linked",
      merge: { survivorId: anna.memberId, absorbedId: other.memberId, moved: { amounts: [{ available: "70.00" }] } },
    });
    answerOf(await ledger.ask(unmerge, { reason: "two people" }, { params: { mergeId: linked.merge.mergeId } }));
    // Nobody is joined again who was parted; why is for staff to see.
    const again = await people.started(anna.memberId, other.phone);
    expect(await people.confirm(again, people.codes(anna, other))).toMatchObject({
      ...refused("link_refused"),
      data: { linkId: again.linkId },
    });
    expect(await people.confirm(again, people.codes(anna, other))).toMatchObject(refused("link_ended"));
  });

  it("is told the same again under the same key, and that the link has ended under another", async () => {
    const [anna, other] = await two();
    const link = await people.started(anna.memberId, other.phone);
    const idempotencyKey = newTestKey();
    const first = await people.confirm(link, people.codes(anna, other), { idempotencyKey });
    const again = await people.confirm(link, people.codes(anna, other), { idempotencyKey });
    expect(again).toMatchObject({ kind: "accepted", replayed: true, answer: (first as { answer: string }).answer });
    expect(await people.confirm(link, people.codes(anna, other))).toMatchObject({
      ...refused("link_ended"),
      data: { because: "linked" },
    });
  });
});

describe("of codes that are wrong", () => {
  it("nobody is told which one is", async () => {
    const [anna, other] = await two();
    const link = await people.started(anna.memberId, other.phone);
    const right = people.codes(anna, other);
    const wrong = [
      { own: otherThan(right.own), other: right.other },
      { own: right.own, other: otherThan(right.other) },
      { own: otherThan(right.own), other: otherThan(right.other) },
      { own: right.other, other: right.own },
    ];
    for (const [index, codes] of wrong.entries()) {
      expect(await people.confirm(link, codes)).toEqual({
        kind: "refused",
        operationId: expect.any(String) as string,
        code: "link_codes_wrong",
        data: { linkId: link.linkId, triesLeft: 4 - index },
        replayed: false,
      });
    }
    answerOf(await people.confirm(link, right));
  });

  it("five are counted for good, also over two services at once, and a try that is repeated once", async () => {
    const [anna, other] = await two();
    const link = await people.started(anna.memberId, other.phone);
    const { own } = people.codes(anna, other);
    const wrong = { own, other: otherThan(letters.last(other.phone)) };
    const second = await openSecond();
    const idempotencyKey = newTestKey();
    for (let times = 0; times < 3; times += 1) await people.confirm(link, wrong, { idempotencyKey });
    const tries = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        people.confirm(link, wrong, {}, index % 2 === 0 ? ledger.service : second),
      ),
    );
    const codes = tries.map((outcome) => (outcome.kind === "refused" ? outcome.code : outcome.kind)).sort();
    expect(codes).toEqual([...Array<string>(4).fill("link_codes_wrong"), ...Array<string>(8).fill("link_ended")]);
    expect(await people.confirm(link, people.codes(anna, other), {}, second)).toMatchObject({
      ...refused("link_ended"),
      data: { because: "tried_too_often" },
    });
    await second.close();
  });
});

describe("on two services at once", () => {
  it("one confirmation joins the two, and one start stands", async () => {
    const second = await openSecond();
    for (let round = 0; round < 5; round += 1) {
      const [anna, other] = await two();
      const link = await people.started(anna.memberId, other.phone);
      const codes = people.codes(anna, other);
      const both = [ledger.service, second];
      const told = await Promise.all(both.map((service) => people.confirm(link, codes, {}, service)));
      expect(told.map(({ kind }) => kind).sort()).toEqual(["accepted", "refused"]);
      expect(told.find(({ kind }) => kind === "refused")).toMatchObject(refused("link_ended"));
      const [boris, theirs] = await two();
      await Promise.all(both.map((service) => people.start(boris.memberId, theirs.phone, {}, service)));
      const [row] = await ledger.database.sql<{ open: number; all: number }[]>`
        select count(*) filter (where status = 'open')::int as open, count(*)::int as all from customer_links
        where member_id = ${boris.memberId.slice(4)}::uuid`;
      expect(row).toEqual({ open: 1, all: 2 });
    }
    await second.close();
  });
});

describe("codes are worth nothing any more", () => {
  it("after ten minutes, and once another link was started", async () => {
    const [anna, other] = await two();
    const first = await people.started(anna.memberId, other.phone);
    const old = people.codes(anna, other);
    const next = await people.started(anna.memberId, other.phone);
    expect(await people.confirm(first, old)).toMatchObject({ ...refused("link_ended"), data: { because: "replaced" } });
    ledger.clock.moveTo(ledger.clock.now() + 10 * 60_000);
    expect(await people.confirm(next, people.codes(anna, other))).toMatchObject({
      ...refused("link_ended"),
      data: { because: "expired" },
    });
  });

  it("where one of the two has become part of a third meanwhile", async () => {
    const elder = await ledger.newMember();
    ledger.clock.moveTo(ledger.clock.now() + 1_000);
    for (const absorbed of [0, 1]) {
      const pair = await two();
      const link = await people.started(pair[0].memberId, pair[1].phone);
      answerOf(await ledger.ask(merge, { memberIds: [elder, pair[absorbed]!.memberId], reason: "the same" }));
      const codes = people.codes(...pair);
      expect(await people.confirm(link, { ...codes, own: otherThan(codes.own) })).toMatchObject(
        refused("link_codes_wrong"),
      );
      expect(await people.confirm(link, codes)).toMatchObject(refused("link_refused"));
    }
  });
});

describe("whether an address is somebody's", () => {
  it("is told neither by the answer, nor by what becomes of any code", async () => {
    const [anna, other] = await two();
    const unknown = newNumber();
    const told = [];
    for (const phone of [other.phone, unknown]) {
      const outcome = await people.start(anna.memberId, phone);
      if (outcome.kind !== "accepted") throw new Error("refused");
      await delivered(ledger.service);
      const answer = JSON.parse(outcome.answer) as object;
      const link = answer as { linkId: string; expiresAt: string };
      const tries = [];
      for (let count = 0; count < 6; count += 1) {
        const codes = { own: letters.last(anna.phone), other: "999999" };
        const tried = await people.confirm(link, codes);
        tries.push(tried.kind === "refused" ? [tried.code, Object.keys(tried.data), tried.data["triesLeft"]] : tried);
      }
      told.push({ fields: Object.keys(answer), shown: Object.keys(outcome.shownOnce ?? {}), tries });
    }
    expect(told[0]).toEqual(told[1]);
    expect(letters.sent.filter(({ to }) => to.value === unknown)).toEqual([]);
  });

  it("is not told by the limits of a day either", async () => {
    const unknown = newNumber();
    const outcomes = [];
    for (const phone of [unknown, (await people.register()).phone]) {
      const codes = [];
      for (let count = 0; count < 12; count += 1) {
        const outcome = await people.start((await people.register()).memberId, phone).catch((error: unknown) => error);
        codes.push((outcome as { code?: string }).code ?? "accepted");
      }
      outcomes.push(codes);
    }
    expect(outcomes[0]).toEqual([...Array<string>(10).fill("accepted"), "too_many_links", "too_many_links"]);
    expect(outcomes[1]).toEqual(outcomes[0]);
  });
});

describe("a link is not started", () => {
  it("more than five times in a day, and again the day after", async () => {
    const [anna, other] = await two();
    for (let count = 0; count < 5; count += 1) await people.started(anna.memberId, newNumber());
    expect(await people.start(anna.memberId, other.phone)).toMatchObject({
      ...refused("too_many_links"),
      operationId: null,
      data: { retryAfterSeconds: 86_400 },
    });
    ledger.clock.moveTo(ledger.clock.now() + 86_400_000);
    const link = await people.started(anna.memberId, other.phone);
    answerOf(await people.confirm(link, people.codes(anna, other)));
  });

  it("by whoever has no verified address, nor to an own one, nor where nothing can send codes", async () => {
    const [anna, other] = await two();
    const nobody = await ledger.newMember();
    expect(await people.start(nobody, other.phone)).toMatchObject(refused("no_verified_address"));
    expect(await people.start(anna.memberId, anna.phone)).toMatchObject(refused("already_one_member"));
    const silent = await openSecond(false);
    await expect(people.start(anna.memberId, other.phone, {}, silent)).rejects.toMatchObject({
      code: "links_unavailable",
    });
    await silent.close();
  });
});

describe("letters", () => {
  it("of a start that is repeated are not sent again, and a gateway that fails refuses nothing", async () => {
    const [anna, other] = await two();
    const idempotencyKey = newTestKey();
    await people.started(anna.memberId, other.phone, { idempotencyKey });
    const count = letters.sent.length;
    const again = await people.start(anna.memberId, other.phone, { idempotencyKey });
    await delivered(ledger.service);
    expect(again).toMatchObject({ kind: "accepted", replayed: true });
    expect((again as { shownOnce?: unknown }).shownOnce).toBeUndefined();
    expect(letters.sent).toHaveLength(count);
    letters.fails = true;
    await people.started(anna.memberId, other.phone);
    letters.fails = false;
    expect(letters.sent).toHaveLength(count);
  });

  it("go to the member's phone rather than to its mailbox, and to the mailbox that was given", async () => {
    const [anna] = await two();
    const mailbox = `anna-${newTestKey()}@mail.ru`;
    const phone = newNumber();
    const identifiers = [
      { kind: "email", value: mailbox, verified: true },
      { kind: "phone", value: phone, verified: true },
      { kind: "phone", value: newNumber(), verified: false },
    ];
    const { memberId } = await people.register("eldorado", { identifiers });
    await people.started(memberId, anna.phone);
    expect(letters.last(phone)).toBeDefined();
    const outcome = await people.start(anna.memberId, mailbox);
    await delivered(ledger.service);
    expect(letters.last(mailbox)).toBeDefined();
    expect(outcome).toMatchObject({
      shownOnce: { sentToOwn: `***${anna.phone.slice(-2)}`, sentToOther: "a***@mail.ru" },
    });
  });
});

const openSecond = (sends = true): Promise<Service> =>
  openService({
    personal: TEST_KEYS,
    target: ledger.database,
    clock: ledger.clock,
    readers: 2,
    codeSecret: "s".repeat(32),
    ...(sends ? { codeSender: letters } : {}),
  });
