import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Actor } from "../../../src/engine/actor.ts";
import type { Judged } from "../../../src/engine/outcome.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { unmerge } from "../../../src/members/joining/parting/unmerge.ts";
import { memberBlock } from "../../../src/members/blocking/block.ts";
import { memberUnblock } from "../../../src/members/blocking/unblock.ts";
import { mergeOverrideApproval } from "../../../src/members/overriding/approval.ts";
import { mergeOverride } from "../../../src/members/overriding/request.ts";
import { registration } from "../../../src/members/registration/registration.ts";
import { openService } from "../../../src/service.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { TEST_KEYS } from "../../support/keys.ts";
import { answerOf, ask, newTestKey, TILL } from "../../support/ledger.ts";

let ledger: TestHttp;
beforeAll(async () => {
  ledger = await testHttp();
});
afterAll(() => ledger.close());

const staff = (staffId: string | null): Actor => ({ ...TILL, scopes: new Set(["support", "security"]), staffId });
const [ANNA, BORIS] = [staff("anna-1"), staff("boris-2")];
const refused = (code: string, data: object = {}) => ({ kind: "refused", code, data });

async function born(birthDate: string, fields: object = {}): Promise<string> {
  const body = { brand: "mvideo", externalId: newTestKey(), identifiers: [], person: { birthDate }, ...fields };
  return (answerOf(await ledger.ask(registration, body)) as { memberId: string }).memberId;
}
const pair = async () => [await born("1980-01-01"), await born("1981-01-01")] as const;
const request = (memberIds: readonly string[], actor = ANNA): Promise<Judged> =>
  ledger.ask(mergeOverride, { memberIds, blocker: "birth_dates_differ", reason: "mistyped" }, { actor });
const requested = async (memberIds: readonly string[]) =>
  (answerOf(await request(memberIds)) as { overrideId: string }).overrideId;
const approve = (overrideId: string, actor = BORIS, on = ledger.service): Promise<Judged> =>
  ask(on, mergeOverrideApproval, { reason: "seen as well" }, { actor, params: { overrideId } });

describe("two whose birth dates differ", () => {
  it("are joined by two people, never by one, and can be parted again", async () => {
    const memberIds = await pair();
    await ledger.give(memberIds[1] as `mbr_${string}`, 40_00n);
    expect(await ledger.ask(merge, { memberIds, reason: "x" })).toMatchObject(
      refused("merge_blocked", { blockers: [{ code: "birth_dates_differ" }] }),
    );
    const outcome = await request(memberIds);
    expect(outcome).toMatchObject({ kind: "accepted", status: 202 });
    const { overrideId } = answerOf(outcome) as { overrideId: string };
    expect(await approve(overrideId, ANNA)).toMatchObject(refused("second_person_needed"));
    // The same person behind another system is the same person.
    expect(await approve(overrideId, { ...ANNA, clientId: "cli_00000000000070008000000000000009" })).toMatchObject(
      refused("second_person_needed"),
    );
    const joined = answerOf(await approve(overrideId)) as { merge: { mergeId: string } };
    expect(joined).toMatchObject({
      status: "approved",
      merge: { survivorId: memberIds[0], blockers: [], moved: { amounts: [{ available: "40.00" }] } },
    });
    expect(await approve(overrideId)).toMatchObject(refused("override_ended", { because: "approved" }));
    answerOf(await ledger.ask(unmerge, { reason: "two" }, { params: { mergeId: joined.merge.mergeId } }));
    const again = await requested(memberIds);
    expect(await approve(again)).toMatchObject(refused("merge_blocked", { blockers: [{ code: "cannot_link" }] }));
  });

  it("are not joined where something else stands against it, and are once it does not", async () => {
    const memberIds = await pair();
    const overrideId = await requested(memberIds);
    const asked = { params: { memberId: memberIds[1] }, actor: ANNA };
    answerOf(await ledger.ask(memberBlock, { reason: "stolen" }, asked));
    expect(await approve(overrideId)).toMatchObject(
      refused("merge_blocked", { blockers: [{ code: "blocked_by_security" }] }),
    );
    answerOf(await ledger.ask(memberUnblock, { reason: "found" }, asked));
    answerOf(await approve(overrideId));
  });

  it("are joined once, whoever approves at the same moment on two services", async () => {
    const { database, clock } = ledger;
    const second = await openService({ personal: TEST_KEYS, target: database, clock, readers: 2 });
    for (let round = 0; round < 5; round += 1) {
      const overrideId = await requested(await pair());
      const told = await Promise.all([approve(overrideId, BORIS), approve(overrideId, staff("vera-3"), second)]);
      expect(told.map(({ kind }) => kind).sort()).toEqual(["accepted", "refused"]);
      expect(told.find(({ kind }) => kind === "refused")).toMatchObject({ code: "override_ended" });
    }
    await second.close();
  });
});

describe("a request for an override", () => {
  it("expires after seven days", async () => {
    const overrideId = await requested(await pair());
    ledger.clock.moveTo(ledger.clock.now() + 7 * 86_400_000);
    expect(await approve(overrideId)).toMatchObject(refused("override_ended", { because: "expired" }));
  });

  it("is about the two as they were: who is part of a third by then is somebody else", async () => {
    const elder = await ledger.newMember();
    ledger.clock.moveTo(ledger.clock.now() + 1_000);
    const memberIds = await pair();
    const overrideId = await requested(memberIds);
    answerOf(await ledger.ask(merge, { memberIds: [elder, memberIds[1]], reason: "x" }));
    expect(await approve(overrideId)).toMatchObject(refused("override_ended", { because: "members_changed" }));
  });

  it("is about just those who were the two: whoever is joined with one since, or leaves it, ends it", async () => {
    for (const side of [0, 1]) {
      const memberIds = await pair();
      const third = (await born("1980-01-01", { person: {} })) as `mbr_${string}`;
      const overrideId = await requested(memberIds);
      const joined = await ledger.ask(merge, { memberIds: [memberIds[side], third], reason: "x" });
      const { mergeId, survivorId } = answerOf(joined) as { mergeId: string; survivorId: string };
      expect(survivorId).toBe(memberIds[side]);
      expect(await approve(overrideId)).toMatchObject(refused("override_ended", { because: "members_changed" }));
      // Asked for anew it is about all of them.
      const again = await requested(memberIds);
      answerOf(await ledger.ask(unmerge, { reason: "two" }, { params: { mergeId } }));
      expect(await approve(again)).toMatchObject(refused("override_ended", { because: "members_changed" }));
      answerOf(await approve(await requested(memberIds)));
    }
  });

  it("joins no third that is merged on another service at the same moment", async () => {
    const { database, clock } = ledger;
    const second = await openService({ personal: TEST_KEYS, target: database, clock, readers: 2 });
    for (let round = 0; round < 8; round += 1) {
      const memberIds = await pair();
      const third = await born("1980-01-01", { person: {} });
      const overrideId = await requested(memberIds);
      const joining = { memberIds: [memberIds[1], third], reason: "x" };
      const [approved] = await Promise.all([approve(overrideId), ask(second, merge, joining)]);
      const told =
        approved.kind === "refused"
          ? approved.data["because"]
          : (answerOf(approved) as { merge: { moved: { members: string[] } } }).merge.moved.members;
      expect([[memberIds[1]], "members_changed"]).toContainEqual(told);
    }
    await second.close();
  });

  it("needs two birth dates that differ, and two members", async () => {
    const one = await born("1980-01-01");
    for (const other of [await born("1980-01-01"), await born("1980-01-01", { person: {} })]) {
      expect(await request([one, other])).toMatchObject(refused("nothing_to_override"));
    }
    expect(await request([one, one])).toMatchObject(refused("already_one_member"));
  });
});

describe("over HTTP", () => {
  it("takes a name for the same person's, however it is written", async () => {
    const memberIds = await pair();
    const key = await ledger.newKey(["support"]);
    const as = (staffId: string) => ({ key, headers: { "x-staff-id": staffId } });
    const body = { memberIds, blocker: "birth_dates_differ", reason: "mistyped" };
    const asked = await ledger.post<{ overrideId: string }>("/v1/merge-overrides", body, as("Anna"));
    const path = `/v1/merge-overrides/${asked.body.overrideId}/approve`;
    for (const name of ["anna", "ANNA", " Anna "]) {
      const told = await ledger.post(path, { reason: "seen" }, as(name));
      expect(told, name).toMatchObject({ status: 409, body: { code: "second_person_needed" } });
    }
    expect(await ledger.post(path, { reason: "seen" }, as("Boris"))).toMatchObject({ status: 200 });
  });

  it("names who asks, lists what waits, and shows nothing to clients of one brand", async () => {
    const memberIds = await pair();
    const body = { memberIds, blocker: "birth_dates_differ", reason: "mistyped" };
    const key = await ledger.newKey(["support"]);
    const as = (staffId: string) => ({ key, headers: { "x-staff-id": staffId } });
    const path = "/v1/merge-overrides";
    expect(await ledger.post(path, body, { key })).toMatchObject({ status: 403, body: { code: "staff_required" } });
    for (const staffId of ["anna@mail.ru", "", "x".repeat(65)]) {
      expect(await ledger.post(path, body, as(staffId))).toMatchObject({
        status: 400,
        body: { code: "invalid_request", errors: [{ path: "X-Staff-Id" }] },
      });
    }
    const made = await ledger.post<{ overrideId: string }>(path, body, as("anna-1"));
    expect(made).toMatchObject({ status: 202, body: { status: "waiting", memberIds: [...memberIds].sort() } });
    const { overrideId } = made.body;
    const listed = async (query: string) =>
      (await ledger.get<{ items: { overrideId: string }[] }>(`${path}${query}`, { key })).body.items.filter(
        (each) => each.overrideId === overrideId,
      );
    expect(await listed("?limit=200")).toMatchObject([{ staffId: "anna-1", reason: "mistyped", status: "waiting" }]);
    const approval = `${path}/${overrideId}/approve`;
    expect(await ledger.post(approval, { reason: "x" }, { key })).toMatchObject({ body: { code: "staff_required" } });
    expect(await ledger.post(approval, { reason: "x" }, as("anna-1"))).toMatchObject({
      status: 409,
      body: { code: "second_person_needed" },
    });
    expect(await ledger.post(approval, { reason: "x" }, as("boris-2"))).toMatchObject({ status: 200 });
    expect(await listed("?limit=200")).toEqual([]);
    expect(await listed("?limit=200&status=approved")).toMatchObject([{ status: "approved" }]);
    expect((await ledger.get(`${path}?status=expired`, { key })).status).toBe(200);
    const ofOne = await ledger.newKey(["support"], "mvideo");
    for (const answer of [
      await ledger.get(path, { key: ofOne }),
      await ledger.post(path, body, { ...as("x"), key: ofOne }),
    ]) {
      expect(answer).toMatchObject({ status: 403, body: { code: "brand_forbidden" } });
    }
    for (const id of ["x", memberIds[0], "ovr_0195560d2a0070008a30f1c2d3e4f000"]) {
      const answer = await ledger.post(`${path}/${id}/approve`, { reason: "x" }, as("boris-2"));
      expect(answer).toMatchObject({ status: 404, body: { code: "override_not_found" } });
    }
    expect(await ledger.post(path, { ...body, blocker: "cannot_link" }, as("x"))).toMatchObject({ status: 400 });
  });
});
