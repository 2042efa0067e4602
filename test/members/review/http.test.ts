import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { newTestKey } from "../../support/ledger.ts";
import { newCard, newPhone, Reviewers } from "./reviewers.ts";

let http: TestHttp;
let staff: Reviewers;
/** Reviewers of M.Video, of Eldorado, and of both. */
let mvideo = "";
let eldorado = "";
let both = "";
beforeAll(async () => {
  http = await testHttp();
  staff = new Reviewers(http);
  [mvideo, eldorado] = [await http.newKey(["support"], "mvideo"), await http.newKey(["support"], "eldorado")];
  both = await http.newKey(["support"]);
});
afterAll(() => http.close());

interface Item {
  readonly candidateId: string;
}
const PATH = "/v1/match-candidates";
const listed = async (key: string, query = "?limit=200") =>
  (await http.get<{ items: readonly Item[] }>(`${PATH}${query}`, { key })).body.items.map((each) => each.candidateId);
const notFound = { status: 404, body: { code: "candidate_not_found" } };

describe("a reviewer of both brands", () => {
  it("is shown the queue, looks at a pair, takes it, and links it", async () => {
    const { candidateId, known } = await staff.pair();
    const page = await http.get<{ items: readonly Item[] }>(PATH, { key: both });
    expect(page.body.items).toContainEqual(expect.objectContaining({ candidateId, status: "open", ageDays: 0 }));
    expect(await http.get(`${PATH}/${candidateId}`, { key: both })).toMatchObject({
      status: 200,
      body: { score: "0.35", evidence: [{ kind: "phone", rule: "same" }], merge: { survivorId: known.memberId } },
    });
    const taken = await http.post(`${PATH}/${candidateId}/assign`, { assignee: "reviewer-7" }, { key: both });
    expect(taken).toMatchObject({ status: 200, body: { assignee: "reviewer-7" } });
    expect(await listed(both, "?assignee=reviewer-7&minScore=0.35")).toEqual([candidateId]);
    const body = { decision: "link", reason: "the same voice" };
    expect(await http.post(`${PATH}/${candidateId}/decision`, body, { key: both })).toMatchObject({
      status: 200,
      body: { status: "linked", merge: { survivorId: known.memberId, status: "merged" } },
    });
    expect(await http.post(`${PATH}/${candidateId}/decision`, body, { key: both })).toMatchObject({
      status: 409,
      body: { code: "candidate_decided", decided: "linked", clientId: expect.stringMatching(/^cli_/) as string },
    });
  });

  it("proposes a pair, once", async () => {
    const body = { memberIds: [await http.newMember(), await http.newMember()], reason: "both cards are his" };
    const made = await http.post<Item>(PATH, body, { key: both });
    expect(made).toMatchObject({ status: 201, body: { source: "staff", evidence: [], score: "0.00" } });
    expect(await http.post(PATH, body, { key: both })).toMatchObject({
      status: 409,
      body: { code: "candidate_exists", candidateId: made.body.candidateId },
    });
    expect(await http.get(`${PATH}/${made.body.candidateId}`, { key: both })).toMatchObject({
      body: { made: { name: "match-proposal", reason: "both cards are his" } },
    });
  });
});

describe("a reviewer of one brand", () => {
  it("sees pairs of which one has a profile of that brand, and of others not that they are there", async () => {
    const [shared, own] = [await staff.pair(["mvideo", "eldorado"]), await staff.pair(["mvideo", "mvideo"])];
    expect(await listed(mvideo)).toEqual(expect.arrayContaining([shared.candidateId, own.candidateId]));
    const seen = await listed(eldorado);
    expect([seen.includes(shared.candidateId), seen.includes(own.candidateId)]).toEqual([true, false]);
    const path = `${PATH}/${own.candidateId}`;
    expect(await http.get(path, { key: eldorado })).toMatchObject(notFound);
    expect(await http.post(`${path}/assign`, { assignee: "x" }, { key: eldorado })).toMatchObject(notFound);
    const body = { decision: "apart", reason: "x" };
    expect(await http.post(`${path}/decision`, body, { key: eldorado })).toMatchObject(notFound);
    const proposal = { memberIds: own.memberIds, reason: "x" };
    expect(await http.post(PATH, proposal, { key: eldorado })).toMatchObject({ body: { code: "member_not_found" } });
  });

  it("sees pairs of whoever has become part of one of that brand's members", async () => {
    const { candidateId, known } = await staff.pair(["mvideo", "mvideo"]);
    const third = await staff.register([], {}, "eldorado");
    expect(await http.get(`${PATH}/${candidateId}`, { key: eldorado })).toMatchObject(notFound);
    await http.post("/v1/merges", { memberIds: [known.memberId, third.memberId], reason: "x" }, { key: both });
    expect(await http.get(`${PATH}/${candidateId}`, { key: eldorado })).toMatchObject({ status: 200 });
    expect(await listed(eldorado)).toContain(candidateId);
  });

  it("is shown of the evidence what its own profiles have, and no number of the other brand's", async () => {
    const [phone, cards] = [newPhone(), [newCard(), newCard()] as const];
    const first = await staff.register([phone, cards[0]], { firstName: "Анна" }, "mvideo");
    // Linked to the first by its card, with a phone that only the other brand knows.
    const theirs = newPhone();
    const linked = await staff.register([cards[0], theirs], { firstName: "Анна" }, "eldorado");
    const found = await staff.register([theirs, phone], { firstName: "Ольга" }, "eldorado");
    const { candidateId } = found.link.candidates[0]!;
    const all = await staff.read(candidateId);
    expect(all.evidence.map(({ kind, rule }) => `${kind} ${rule}`).sort()).toEqual([
      "firstName conflicts",
      "phone same",
      "phone same",
    ]);
    const { body } = await http.get<typeof all>(`${PATH}/${candidateId}`, { key: mvideo });
    for (const evidence of [body.evidence, body.merge?.evidence ?? []]) {
      expect(evidence.length).toBeGreaterThan(0);
      for (const { profileIds } of evidence) expect(profileIds).toEqual([first.profileId]);
    }
    expect(JSON.stringify([body.evidence, body.members])).not.toContain(linked.profileId);
    expect(body.members.map(({ profiles }) => profiles)).toEqual([
      [{ profileId: first.profileId, brand: "mvideo" }],
      [],
    ]);
  });

  it("is not told who has decided at the other brand, nor why", async () => {
    const { candidateId, memberIds } = await staff.pair();
    const body = { decision: "apart", reason: "eldorado knows her" };
    const path = `${PATH}/${candidateId}`;
    await http.post(`${path}/decision`, body, { key: eldorado });
    expect(await http.get(path, { key: mvideo })).toMatchObject({
      body: { status: "apart", decision: { clientId: null, reason: null } },
    });
    expect(await http.get(path, { key: both })).toMatchObject({ body: { decision: { reason: "eldorado knows her" } } });
    expect(await http.post(`${path}/decision`, body, { key: mvideo })).toMatchObject({
      status: 409,
      body: { code: "candidate_decided", decided: "apart", clientId: null },
    });
    for (const [key, detail] of [
      [mvideo, "it was decided that they are two"],
      [both, "eldorado knows her"],
    ] as const) {
      // A client of one brand joins nobody past the queue.
      for (const route of key === mvideo ? [PATH] : [PATH, "/v1/merges"]) {
        expect(await http.post(route, { memberIds, reason: "x" }, { key })).toMatchObject({
          status: 409,
          body: { code: "merge_blocked", blockers: [{ code: "cannot_link", detail }] },
        });
      }
    }
  });
});

describe("what is asked wrongly", () => {
  it("is refused before anything is looked at", async () => {
    const path = `${PATH}/cnd_0195560d2a0070008a30f1c2d3e4f000`;
    const decide = (body: unknown) => http.post(`${path}/decision`, body);
    for (const body of [
      {},
      { decision: "merge", reason: "x" },
      { decision: "link" },
      { decision: "link", reason: "" },
      { decision: "link", reason: "x".repeat(201) },
      { decision: "later", reason: "x", until: "tomorrow" },
      { decision: "link", reason: "x", more: true },
    ]) {
      expect(await decide(body)).toMatchObject({ status: 400, body: { code: "invalid_request" } });
    }
    const future = "2027-03-02T12:00:00+03:00";
    for (const decision of ["link", "apart"]) {
      const until = await decide({ decision, reason: "x", until: future });
      expect(until).toMatchObject({
        status: 400,
        body: { errors: [{ message: expect.stringContaining("until") as string }] },
      });
    }
    const past = "2020-03-02T12:00:00+03:00";
    expect(await decide({ decision: "later", reason: "x", until: past })).toMatchObject({ status: 422 });
    expect(await decide({ decision: "link", reason: "x" })).toMatchObject(notFound);
    expect(await http.post(`${path}/assign`, { assignee: "" })).toMatchObject({ status: 400 });
    expect(await http.post(`${path}/assign`, {})).toMatchObject({ status: 400 });
    expect(await http.post(`${path}/assign`, { assignee: null })).toMatchObject(notFound);
    for (const id of ["x", "mbr_0195560d2a0070008a30f1c2d3e4f000", "cnd_zz"]) {
      expect(await http.get(`${PATH}/${id}`)).toMatchObject(notFound);
    }
  });

  it("is refused where a pair is no pair", async () => {
    const memberId = await http.newMember();
    const propose = (memberIds: unknown) => http.post(PATH, { memberIds, reason: "x" });
    expect(await propose([memberId])).toMatchObject({ status: 422 });
    expect(await propose([memberId, memberId, memberId])).toMatchObject({ status: 422 });
    expect(await propose([memberId, memberId])).toMatchObject({ status: 409, body: { code: "already_one_member" } });
    const missing = { status: 404, body: { code: "member_not_found" } };
    expect(await propose([memberId, "x"])).toMatchObject(missing);
    expect(await propose([memberId, "mbr_0195560d2a0070008a30f1c2d3e4f000"])).toMatchObject(missing);
    expect(await propose(["mbr_0195560d2a0070008a30f1c2d3e4f000", memberId])).toMatchObject(missing);
  });

  it("is refused of a list as well", async () => {
    for (const query of ["status=done", "minScore=2", "minScore=0.5", "limit=x", "cursor=x", "more=1", "assignee="]) {
      expect(await http.get(`${PATH}?${query}`)).toMatchObject({ status: 400, body: { code: "invalid_request" } });
    }
    expect(await http.get(`${PATH}?limit=201`)).toMatchObject({ status: 422 });
  });

  it("needs a key of its own each time", async () => {
    const { candidateId } = await staff.pair();
    const body = { decision: "later", reason: "x" };
    const path = `${PATH}/${candidateId}/decision`;
    expect(await http.post(path, body, { idempotencyKey: null })).toMatchObject({
      status: 400,
      body: { code: "idempotency_key_required" },
    });
    const idempotencyKey = newTestKey();
    const first = await http.post(path, body, { idempotencyKey });
    const again = await http.post(path, body, { idempotencyKey });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  });
});
