import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, newTestKey, testLedger, type TestLedger } from "../../support/ledger.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { unmerge } from "../../../src/members/joining/parting/unmerge.ts";
import { matchProposal } from "../../../src/members/review/proposal.ts";
import { balanceOf } from "../../../src/members/reads/balance.ts";
import { openService, type Service } from "../../../src/service.ts";
import { TEST_KEYS } from "../../support/keys.ts";
import { expectProof } from "../../support/proof.ts";
import { type Decided, newCard, reviewer, Reviewers } from "./reviewers.ts";

const DAY_MS = 86_400_000;

let ledger: TestLedger;
/** Another process on the same database. */
let other: Service;
let staff: Reviewers;
beforeAll(async () => {
  ledger = await testLedger();
  other = await openService({ personal: TEST_KEYS, target: ledger.database, clock: ledger.clock, readers: 2 });
  staff = new Reviewers(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await other.close();
  await ledger.close();
});

const join = (memberIds: readonly string[], on: Service = ledger.service) =>
  ask(on, merge, { memberIds, reason: "the same" });
const part = (mergeId: string) => ledger.ask(unmerge, { reason: "two people" }, { params: { mergeId } });

describe("a pair that is linked", () => {
  it("is one member, with all that both had, as a merge would have made it", async () => {
    const { known, found, candidateId } = await staff.pair();
    await ledger.give(known.memberId, 100_00n);
    await ledger.give(found.memberId, 50_00n, "eldorado");
    const { merge: plan } = await staff.read(candidateId);
    const done = await staff.decided(candidateId, "link");
    const { mergeId: _, operationId: __, status: ___, ...moved } = (done.merge ?? {}) as Record<string, unknown>;
    expect(moved).toEqual(plan);
    expect(done).toMatchObject({ status: "linked", merge: { survivorId: known.memberId, absorbedId: found.memberId } });
    expect((await balanceOf(ledger.service, found.memberId)).available).toBe("150.00");
    expect(await staff.read(candidateId)).toMatchObject({
      status: "linked",
      merge: null,
      decision: { name: "match-decision", operationId: done.operationId, reason: "looked at" },
      members: [{ survivorId: known.memberId }, { survivorId: known.memberId }],
    });
  });

  it("can be undone, as any merge, and is never looked at again", async () => {
    const { candidateId, memberIds } = await staff.pair();
    const { merge: made } = await staff.decided(candidateId, "link");
    expect(await part(made?.mergeId ?? "")).toMatchObject({ kind: "accepted" });
    expect(await staff.read(candidateId)).toMatchObject({ status: "linked", merge: null });
    expect(await ledger.ask(matchProposal, { memberIds, reason: "again" })).toMatchObject({
      kind: "refused",
      code: "merge_blocked",
      data: { blockers: [{ code: "cannot_link", detail: "two people" }] },
    });
  });

  it("is refused as a merge would be, and stays in the queue", async () => {
    const { candidateId } = await staff.pair(undefined, [{ birthDate: "1990-12-31" }, { birthDate: "1960-12-31" }]);
    expect((await staff.read(candidateId)).merge?.blockers).toMatchObject([{ code: "birth_dates_differ" }]);
    expect(await staff.decide(candidateId, "link")).toMatchObject({
      kind: "refused",
      code: "merge_blocked",
      data: { blockers: [{ code: "birth_dates_differ" }] },
    });
    expect(await staff.read(candidateId)).toMatchObject({ status: "open", decision: null });
  });
});

describe("a pair that is set apart", () => {
  it("is never one member, whoever asks for it, and however often somebody says that it should be", async () => {
    const { candidateId, memberIds } = await staff.pair();
    const { operationId } = await staff.decided(candidateId, { decision: "apart", reason: "mother and daughter" });
    const blocked = { code: "cannot_link", detail: "mother and daughter", operationId };
    const refused = { kind: "refused", code: "merge_blocked", data: { blockers: [blocked] } };
    expect(await join(memberIds)).toMatchObject(refused);
    expect(await ledger.ask(matchProposal, { memberIds, reason: "again" })).toMatchObject(refused);
    expect(await staff.decide(candidateId, "link")).toMatchObject({ kind: "refused", code: "candidate_decided" });
    expect(await staff.decide(candidateId, "later")).toMatchObject({ kind: "refused", code: "candidate_decided" });
    expect(await staff.read(candidateId)).toMatchObject({ status: "apart", merge: null });
  });

  it("keeps apart whoever either is part of since", async () => {
    const { known, found, candidateId } = await staff.pair();
    const third = await staff.register([]);
    await join([third.memberId, found.memberId]);
    await staff.decided(candidateId, "apart");
    expect(await join([known.memberId, third.memberId])).toMatchObject({ kind: "refused", code: "merge_blocked" });
    expect(await ledger.ask(matchProposal, { memberIds: [known.memberId, third.memberId], reason: "x" })).toMatchObject(
      {
        kind: "refused",
        code: "merge_blocked",
      },
    );
  });

  it("is not joined by a merge that was on its way", async () => {
    for (let round = 0; round < 5; round += 1) {
      const { candidateId, memberIds } = await staff.pair();
      const [apart, joined] = await Promise.all([
        staff.decide(candidateId, "apart"),
        join(memberIds, round % 2 === 0 ? other : ledger.service),
      ]);
      expect([apart.kind, joined.kind].sort()).toEqual(["accepted", "refused"]);
    }
  });
});

describe("a pair that is put off", () => {
  it("is out of the queue until its time, then in it again, and can be decided at any time", async () => {
    const { candidateId } = await staff.pair();
    const until = new Date(ledger.clock.now() + 2 * DAY_MS).toISOString();
    const isListed = async (status: "open" | "later") =>
      (await staff.list({ status, limit: 200 })).items.some((item) => item.candidateId === candidateId);
    await staff.decided(candidateId, { decision: "later", until });
    expect([await isListed("open"), await isListed("later")]).toEqual([false, true]);
    expect(await staff.read(candidateId)).toMatchObject({ status: "later", until, decision: { reason: "looked at" } });
    ledger.clock.moveTo(ledger.clock.now() + 2 * DAY_MS);
    expect([await isListed("open"), await isListed("later")]).toEqual([true, false]);
    expect(await staff.read(candidateId)).toMatchObject({ status: "open", until: null, ageDays: 2 });
    await staff.decided(candidateId, "later");
    expect([await isListed("open"), await isListed("later")]).toEqual([false, true]);
    expect(await staff.decided(candidateId, "apart")).toMatchObject({ status: "apart" });
  });
});

describe("two reviewers at once", () => {
  it("one decides, and the other is told what was decided, by which client and when", async () => {
    for (const [mine, theirs] of [
      ["link", "apart"],
      ["apart", "link"],
      ["link", "link"],
      ["apart", "apart"],
      ["later", "link"],
    ] as const) {
      const { candidateId } = await staff.pair();
      const outcomes = await Promise.all([
        staff.decide(candidateId, mine, { actor: reviewer(1) }),
        staff.decide(candidateId, theirs, { actor: reviewer(2) }, other),
      ]);
      const refused = outcomes.filter(({ kind }) => kind === "refused");
      // What was put off can be decided.
      if (mine === "later" && refused.length === 0) continue;
      expect(refused).toHaveLength(1);
      const decider = outcomes[0].kind === "accepted" ? 1 : 2;
      const { status } = await staff.read(candidateId);
      expect(refused[0]).toMatchObject({
        code: "candidate_decided",
        data: {
          candidateId,
          decided: status,
          operationId: outcomes[decider - 1]?.operationId,
          clientId: reviewer(decider).clientId,
          decidedAt: new Date(ledger.clock.now()).toISOString(),
        },
      });
    }
  });

  it("on many pairs, of one process and of two, each is decided once", async () => {
    const pairs = await Promise.all(Array.from({ length: 8 }, () => staff.pair()));
    const asked = pairs.flatMap(({ candidateId }) =>
      (["link", "apart", "link"] as const).map(async (decision, index) => ({
        candidateId,
        outcome: await staff.decide(candidateId, decision, {}, index === 1 ? other : ledger.service),
      })),
    );
    const outcomes = await Promise.all(asked);
    for (const { candidateId } of pairs) {
      const own = outcomes.filter((each) => each.candidateId === candidateId).map(({ outcome }) => outcome);
      expect(own.filter(({ kind }) => kind === "accepted")).toHaveLength(1);
      const codes = own.flatMap((each) => (each.kind === "refused" ? [each.code] : []));
      expect(codes).toEqual(["candidate_decided", "candidate_decided"]);
    }
  });

  it("say the same of a new pair: it stands in the queue once", async () => {
    for (let round = 0; round < 4; round += 1) {
      const memberIds = [(await staff.register([])).memberId, (await staff.register([])).memberId];
      const body = { memberIds, reason: "both cards are his" };
      const outcomes = await Promise.all([
        ledger.ask(matchProposal, body),
        ask(round % 2 === 0 ? other : ledger.service, matchProposal, { ...body, memberIds: memberIds.toReversed() }),
      ]);
      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["accepted", "refused"]);
      const [refused] = outcomes.filter(({ kind }) => kind === "refused");
      const [item] = (await staff.list({ limit: 200 })).items.filter((each) => each.memberIds.includes(memberIds[0]!));
      expect(refused).toMatchObject({ code: "candidate_exists", data: { candidateId: item?.candidateId } });
    }
  });
});

describe("a decision that is sent again", () => {
  it("under its key is told its outcome again, and under another what was decided", async () => {
    const { candidateId } = await staff.pair();
    const idempotencyKey = newTestKey();
    const first = await staff.decide(candidateId, "link", { idempotencyKey });
    const second = await staff.decide(candidateId, "link", { idempotencyKey });
    expect(second).toEqual({ ...first, replayed: true });
    expect(await staff.decide(candidateId, "apart", { idempotencyKey })).toMatchObject({
      code: "idempotency_mismatch",
    });
    expect(await staff.decide(candidateId, "link")).toMatchObject({ code: "candidate_decided" });
  });
});

describe("members who are one by the time", () => {
  it("are told as linked by the merge that has joined them", async () => {
    const { candidateId, memberIds } = await staff.pair();
    const joined = await join(memberIds);
    expect(await staff.read(candidateId)).toMatchObject({
      status: "linked",
      decision: { name: "merge", operationId: joined.operationId, reason: "the same" },
      merge: null,
    });
    expect(await staff.decide(candidateId, "apart")).toMatchObject({
      code: "candidate_decided",
      data: { decided: "linked", operationId: joined.operationId },
    });
    expect(await ledger.ask(matchProposal, { memberIds, reason: "x" })).toMatchObject({ code: "already_one_member" });
  });

  it("are so too where others were joined, of whom they had become part", async () => {
    const { known, found, candidateId } = await staff.pair();
    const [mine, theirs] = [await staff.register([]), await staff.register([])];
    await join([known.memberId, mine.memberId]);
    await staff.decided(candidateId, "later");
    await join([found.memberId, theirs.memberId]);
    const joined = await join([mine.memberId, theirs.memberId]);
    expect(await staff.read(candidateId)).toMatchObject({
      status: "linked",
      decision: { operationId: joined.operationId },
    });
  });

  it("or is linked for both of those whom it has become part of", async () => {
    const { known, found, candidateId } = await staff.pair();
    const third = await staff.register([]);
    await join([found.memberId, third.memberId]);
    const done: Decided = await staff.decided(candidateId, "link");
    expect(done.merge).toMatchObject({ survivorId: known.memberId });
    expect((await balanceOf(ledger.service, third.memberId)).memberId).toBe(known.memberId);
  });

  it("are linked by one decision with all others of the same two", async () => {
    const cards = [newCard(), newCard()];
    const [one, two] = [await staff.register(cards.slice(0, 1)), await staff.register(cards.slice(1))];
    const third = await staff.register(cards, {}, "eldorado");
    await join([one.memberId, two.memberId]);
    const [first, second] = third.link.candidates.map(({ candidateId }) => candidateId);
    const { operationId } = await staff.decided(first ?? "", "link");
    expect(await staff.read(second ?? "")).toMatchObject({ status: "linked", decision: { operationId } });
  });

  it("and a new candidate of the same two is refused while one waits, whichever of their parts it names", async () => {
    const { known, found, candidateId } = await staff.pair();
    const third = await staff.register([]);
    await join([known.memberId, third.memberId]);
    expect(await ledger.ask(matchProposal, { memberIds: [third.memberId, found.memberId], reason: "x" })).toMatchObject(
      {
        code: "candidate_exists",
        data: { candidateId },
      },
    );
  });
});
