/** What a customer has said last holds, brand by brand; together only what every brand was given. Over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MemberId, ProfileId } from "../../../src/kernel/ids.ts";
import { consentsChanged } from "../../../src/members/events.ts";
import { all } from "../../support/pages.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { newTestKey } from "../../support/ledger.ts";

let http: TestHttp;
let crm: string;
let own: string;
beforeAll(async () => {
  http = await testHttp();
  crm = await http.newKey(["crm"]);
  own = await http.newKey(["crm"], "mvideo");
});
afterAll(() => http.close());

interface Registered {
  readonly profileId: ProfileId;
  readonly memberId: MemberId;
}
interface Told {
  readonly purpose: string;
  readonly given: boolean;
  readonly since: string;
}
interface Read {
  readonly memberId: string;
  readonly shared: { readonly purpose: string; readonly given: boolean }[] | null;
  readonly profiles: { readonly profileId: string; readonly consents: Told[] }[];
  readonly items: (Told & Record<string, unknown>)[];
  readonly nextCursor: string | null;
}

async function registered(brand = "mvideo", consents: object = { sms: true }): Promise<Registered> {
  const body = { brand, externalId: newTestKey(), identifiers: [], person: {}, consents };
  const { profileId, memberId } = (await http.post<Registered>("/v1/profiles", body)).body;
  return { profileId, memberId };
}
const say = (
  { profileId }: Pick<Registered, "profileId">,
  consents: object,
  fields: object = {},
  asked: object = { key: crm },
) => http.post(`/v1/profiles/${profileId}/consents`, { consents, channel: "app", ...fields }, asked);
const read = async ({ memberId }: Pick<Registered, "memberId">, key = crm, query = "") =>
  (await http.get<Read>(`/v1/members/${memberId}/consents${query}`, { key })).body;
const at = (ms: number): string => new Date(http.clock.now() + ms).toISOString();
const held = async (one: Registered) =>
  Object.fromEntries(
    (await read(one)).profiles
      .filter(({ profileId }) => profileId === one.profileId)
      .flatMap(({ consents }) => consents.map(({ purpose, given }) => [purpose, given])),
  );

describe("what was said", () => {
  it("at a registration begins the history; what is said later holds from then on", async () => {
    const anna = await registered();
    http.clock.moveTo(http.clock.now() + 60_000);
    const terms = { reason: "asked at the till", reference: "F-17" };
    const answer = await say(anna, { sms: false, email: true }, terms);
    const since = at(0);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        ...anna,
        brand: "mvideo",
        consents: [
          { purpose: "sms", given: false, since, inForce: true },
          { purpose: "email", given: true, since, inForce: true },
        ],
      },
    });
    const found = await read(anna);
    expect(found.profiles).toMatchObject([
      {
        profileId: anna.profileId,
        consents: [
          { purpose: "email", given: true, since },
          { purpose: "sms", given: false, since },
        ],
      },
    ]);
    expect(found.items).toMatchObject([
      { purpose: "email", given: true, channel: "app", ...terms },
      { purpose: "sms", given: false, channel: "app", ...terms },
      { purpose: "sms", given: true, since: at(-60_000), channel: null, reason: null },
    ]);
    const pages = await all((cursor) => read(anna, crm, `?limit=1${cursor === undefined ? "" : `&cursor=${cursor}`}`));
    expect(pages).toEqual(found.items);
  });

  it("before, and told late, is kept and changes nothing that was said since", async () => {
    const anna = await registered("mvideo", {});
    http.clock.moveTo(http.clock.now() + 600_000);
    await say(anna, { sms: false }, { occurredAt: at(-60_000) });
    const late = await say(anna, { sms: true, email: true }, { occurredAt: at(-120_000) });
    expect(late.body["consents"]).toMatchObject([
      { purpose: "sms", given: true, inForce: false },
      { purpose: "email", given: true, inForce: true },
    ]);
    expect(await held(anna)).toEqual({ sms: false, email: true });
    expect((await read(anna)).items).toHaveLength(3);
    // Of one moment, what comes later.
    await say(anna, { sms: true }, { occurredAt: at(-60_000) });
    expect(await held(anna)).toEqual({ sms: true, email: true });
    // A clock that is ahead keeps nobody from saying something else at once.
    await say(anna, { sms: true }, { occurredAt: at(60_000) });
    await say(anna, { sms: false });
    expect(await held(anna)).toEqual({ sms: false, email: true });
    expect(await say(anna, { sms: true }, { occurredAt: at(3_600_000) })).toMatchObject({
      status: 422,
      body: { code: "said_in_future" },
    });
  });

  it("twice with one key is said once; all at once is all kept, in some order", async () => {
    const anna = await registered("mvideo", {});
    const asked = { key: crm, idempotencyKey: newTestKey() };
    const first = await say(anna, { sms: true }, {}, asked);
    const again = await say(anna, { sms: true }, {}, asked);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect((await read(anna)).items).toHaveLength(1);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => say(anna, { sms: index % 2 === 0 })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const { items, profiles } = await read(anna);
    expect(items).toHaveLength(21);
    expect(profiles[0]?.consents).toMatchObject([{ given: items[0]?.given }]);
  });

  it("is told to others, without what it was, where it holds", async () => {
    const anna = await registered("mvideo", {});
    await say(anna, { sms: false }, { occurredAt: at(-1_000) });
    await say(anna, { sms: true }, { occurredAt: at(-2_000) });
    const rows = await http.database.sql<
      { events: unknown }[]
    >`select events from operations where name = 'consent-change'
      and answer->>'profileId' = ${anna.profileId} order by position, place`;
    expect(rows.map(({ events }) => events)).toEqual([[consentsChanged({ ...anna, brand: "mvideo" })], null]);
  });

  it("is for fifty purposes at most", async () => {
    const fifty = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`purpose-${index}`, true]));
    const anna = await registered("mvideo", fifty);
    expect(await say(anna, { another: true })).toMatchObject({
      status: 409,
      body: { code: "too_many_consents", most: 50 },
    });
    expect(await say(anna, { "purpose-7": false })).toMatchObject({ status: 200 });
    expect(await say(anna, {})).toMatchObject({ status: 422 });
  });
});

describe("a client of one brand", () => {
  it("tells and reads of its own profiles; those of the other brand are not there", async () => {
    const [mine, theirs] = [await registered(), await registered("eldorado")];
    expect(await say(theirs, { sms: false }, {}, { key: own })).toMatchObject({
      status: 404,
      body: { code: "profile_not_found" },
    });
    expect(await say({ profileId: "prf_x" }, { sms: false })).toMatchObject({ status: 404 });
    expect(await say(mine, { sms: false }, {}, { key: own })).toMatchObject({ status: 200 });
    await http.post("/v1/merges", { memberIds: [mine.memberId, theirs.memberId], reason: "r" });
    const found = await read(mine, own);
    expect(found.shared).toBeNull();
    expect(found.profiles.map(({ profileId }) => profileId)).toEqual([mine.profileId]);
    expect(found.items.map(({ brand }) => brand)).toEqual(["mvideo", "mvideo"]);
  });

  it("may do so in a batch, item by item", async () => {
    const [one, other] = [await registered(), await registered("eldorado")];
    const items = [one, other].map(({ profileId }) => ({
      op: "consents",
      idempotencyKey: newTestKey(),
      body: { profileId, consents: { sms: false }, channel: "paper" },
    }));
    const { body } = await http.post<{ results: { status: number }[] }>("/v1/batches", { items }, { key: own });
    expect(body.results.map(({ status }) => status)).toEqual([200, 404]);
  });
});

describe("for shared use", () => {
  const shared = async (one: Registered) =>
    Object.fromEntries(((await read(one)).shared ?? []).map(({ purpose, given }) => [purpose, given]));

  it("the most restrictive of all profiles holds, and what one was not asked is not given", async () => {
    const mine = await registered("mvideo", { sms: true, email: true, calls: false, post: true });
    const theirs = await registered("eldorado", { sms: true, email: false, calls: true });
    expect(await shared(mine)).toEqual({ calls: false, email: true, post: true, sms: true });
    const members = { memberIds: [mine.memberId, theirs.memberId], reason: "r" };
    const { body: merged } = await http.post<{ mergeId: string }>("/v1/merges", members);
    for (const one of [mine, theirs]) {
      expect(await shared(one)).toEqual({ calls: false, email: false, post: false, sms: true });
    }
    await say(theirs, { sms: false, post: true });
    expect(await shared(mine)).toEqual({ calls: false, email: false, post: true, sms: false });
    // Parted they are at once each one's own again, as each was told, also while they were one.
    expect(await http.post(`/v1/merges/${merged.mergeId}/unmerge`, { reason: "two" })).toMatchObject({ status: 200 });
    expect(await shared(mine)).toEqual({ calls: false, email: true, post: true, sms: true });
    expect(await shared(theirs)).toEqual({ calls: true, email: false, post: true, sms: false });
    await say(mine, { sms: false });
    expect(await shared(theirs)).toMatchObject({ calls: true });
  });
});
