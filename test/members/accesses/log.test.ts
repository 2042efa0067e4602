/** Who was shown whose personal data is on record before it is shown; and nothing is shown that cannot be put on record. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newTestKey } from "../../support/ledger.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { logged, registered, type Registered, rowsOf } from "./people.ts";

let http: TestHttp;
let till: string;
beforeAll(async () => {
  http = await testHttp();
  till = await http.newKey(["pos", "support"], "mvideo");
});
afterAll(() => http.close());

/** A person of both brands. */
async function ofBothBrands(): Promise<readonly [Registered, Registered]> {
  const mine = await registered(http);
  return [mine, await registered(http, "eldorado", mine.card)];
}

describe("whoever is shown a member's card", () => {
  it("is on record with each profile that was opened, its brand, the store and the till", async () => {
    const [mine, theirs] = await ofBothBrands();
    expect(theirs.memberId).toBe(mine.memberId);
    const both = [
      { profile_id: theirs.profileId, brand: "eldorado" },
      { profile_id: mine.profileId, brand: "mvideo" },
    ];
    const at = { store_id: "M-1", terminal_id: "7" };
    const where = "storeId=M-1&terminalId=7";
    const found = await logged(http, "/v1/members/lookup", {
      body: { identifier: mine.card, storeId: "M-1", terminalId: "7" },
    });
    expect(found.answer.status).toBe(200);
    expect(found.rows).toEqual(both.map((each) => ({ name: "find-member", ...each, ...at })));
    const read = await logged(http, `/v1/members/${mine.memberId}?${where}`);
    expect(read.rows).toEqual(both.map((each) => ({ name: "read-member", ...each, ...at })));
    const card = await logged(http, `/v1/members/${mine.memberId}/card`);
    const nowhere = { store_id: null, terminal_id: null };
    expect(card.rows).toEqual(both.map((each) => ({ name: "read-card", ...each, ...nowhere })));
    // What a client of one brand is not shown is not opened, but for a first name that its own profiles lack.
    const own = await logged(http, `/v1/members/${mine.memberId}`, { key: till });
    expect(own.rows).toEqual([{ name: "read-member", ...both[1], ...nowhere }]);
  });

  it("is on record with whoever stood for the member then, and with the client", async () => {
    const { memberId, profileId } = await registered(http);
    const { requestId } = await logged(http, `/v1/members/${memberId}`);
    const [row] = await http.database.sql`
      select a.*, p.bucket as home from accesses a join profiles p using (profile_id) where request_id = ${requestId}`;
    expect(row).toMatchObject({ bucket: row?.["home"] as number, at: http.clock.now() });
    expect(`mbr_${String(row?.["member_id"]).replaceAll("-", "")}`).toBe(memberId);
    const [client] = await http.database.sql`
      select count(*)::int as known from clients where client_id = ${String(row?.["client_id"])}::uuid`;
    expect(client).toEqual({ known: 1 });
    expect(profileId).toMatch(/^prf_/);
  });

  it("names a store that is registered, and its own", async () => {
    const { memberId, card } = await registered(http);
    const unknown = { status: 422, body: { code: "unknown_store" } };
    for (const [storeId, key] of [
      ["M-77", http.adminKey],
      ["E-1", till],
    ] as const) {
      const read = await logged(http, `/v1/members/${memberId}?storeId=${storeId}`, { key });
      expect(read).toMatchObject({ answer: unknown, rows: [] });
      const found = await logged(http, "/v1/members/lookup", { key, body: { identifier: card, storeId } });
      expect(found).toMatchObject({ answer: unknown, rows: [] });
    }
  });
});

describe("whoever finds nobody", () => {
  it("is on record with the try, and without what was looked for", async () => {
    const value = `secret-${newTestKey()}`;
    const nobody = { profile_id: null, brand: null, terminal_id: null };
    const found = await logged(http, "/v1/members/lookup", {
      body: { identifier: { kind: "card", value }, storeId: "M-1" },
    });
    expect(found.answer.status).toBe(404);
    expect(found.rows).toEqual([{ name: "find-member", ...nobody, store_id: "M-1" }]);
    const read = await logged(http, `/v1/members/mbr_0195560d2a0070008a30f1c2d3e4f000`);
    expect(read.rows).toEqual([{ name: "read-member", ...nobody, store_id: null }]);
    const kept = await http.database.sql`select a::text as row from accesses a where a::text like ${`%${value}%`}`;
    expect(kept).toEqual([]);
  });

  it("is not on record where the request was no such try", async () => {
    const malformed = await logged(http, "/v1/members/lookup", { body: { identifier: { kind: "card" } } });
    expect(malformed).toMatchObject({ answer: { status: 400 }, rows: [] });
    const forbidden = await logged(http, "/v1/members/lookup", {
      key: await http.newKey(["finance"]),
      body: { identifier: { kind: "card", value: "1" } },
    });
    expect(forbidden).toMatchObject({ answer: { status: 403 }, rows: [] });
  });
});

describe("whoever is shown what speaks for two being one", () => {
  it("by the preview of a merge is on record with all profiles that were compared; the merge stands in the journal", async () => {
    const [one, other] = [await registered(http), await registered(http, "eldorado")];
    const body = { memberIds: [one.memberId, other.memberId], reason: "r" };
    const shown = await logged(http, "/v1/merges?preview=true", { body });
    expect(shown.answer.status).toBe(200);
    expect(shown.rows).toMatchObject([
      { name: "merge", profile_id: other.profileId },
      { name: "merge", profile_id: one.profileId },
    ]);
    const merged = await logged(http, "/v1/merges", { body });
    expect(merged).toMatchObject({ answer: { status: 201 }, rows: [] });
  });

  it("by a candidate is on record with both sides", async () => {
    const [one, other] = [await registered(http), await registered(http, "eldorado")];
    const body = { memberIds: [one.memberId, other.memberId], reason: "r" };
    const made = await http.post<{ candidateId: string }>("/v1/match-candidates", body);
    const { rows } = await logged(http, `/v1/match-candidates/${made.body.candidateId}`);
    expect(rows).toMatchObject([
      { name: "read-match-candidate", profile_id: other.profileId },
      { name: "read-match-candidate", profile_id: one.profileId },
    ]);
  });
});

describe("where the log cannot be written", () => {
  const read = async (memberId: string) => {
    const { answer } = await logged(http, `/v1/members/${memberId}`);
    return answer;
  };

  it("nothing is shown: 503, to come again", async () => {
    const { memberId, card } = await registered(http);
    const before = http.faults.length;
    await http.database.sql`revoke insert on accesses from mclub_app`;
    const answer = await read(memberId);
    expect(answer).toMatchObject({ status: 503, body: { code: "unavailable", retryable: true } });
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(JSON.stringify(answer.body)).not.toContain("Анна");
    // Not even that somebody is there, or is not.
    const [known, unknown] = [card, { kind: "card", value: newTestKey() }].map((identifier) =>
      logged(http, "/v1/members/lookup", { body: { identifier } }),
    );
    expect([(await known)?.answer.status, (await unknown)?.answer.status]).toEqual([503, 503]);
    // Everything else goes on.
    expect(await http.get(`/v1/members/${memberId}/balance`)).toMatchObject({ status: 200 });
    await http.database.sql`grant insert on accesses to mclub_app`;
    expect(await read(memberId)).toMatchObject({ status: 200 });
    // Whoever runs the service is told.
    (http.faults as unknown[]).splice(before);
  });
});

describe("a row", () => {
  it("is changed by nobody, and taken away by the owner alone, after a year at the earliest", async () => {
    const { memberId } = await registered(http);
    const { requestId } = await logged(http, `/v1/members/${memberId}`);
    const { sql } = http.database;
    await expect(sql`update accesses set store_id = 'x' where request_id = ${requestId}`).rejects.toThrow(
      "never changed",
    );
    await expect(sql`truncate accesses`).rejects.toThrow("never changed");
    await sql`insert into accesses (bucket, access_id, at, name, client_id, request_id)
      select bucket, gen_random_uuid(), now() - interval '1 day', name, client_id, 'young' from accesses where request_id = ${requestId}`;
    await expect(sql`delete from accesses where request_id = 'young'`).rejects.toThrow("kept for a year");
    await expect(
      sql.begin(async (tx) => {
        await tx`set local role mclub_app`;
        await tx`delete from accesses`;
      }),
    ).rejects.toThrow("permission denied");
    await sql`alter table accesses disable trigger accesses_are_kept`;
    await sql`delete from accesses where request_id = 'young'`;
    await sql`alter table accesses enable trigger accesses_are_kept`;
    await sql`insert into accesses (bucket, access_id, at, name, client_id, request_id)
      select bucket, gen_random_uuid(), now() - interval '366 days', name, client_id, 'old' from accesses where request_id = ${requestId}`;
    await sql`delete from accesses where request_id = 'old'`;
    expect(await rowsOf(http, requestId)).toHaveLength(1);
  });
});
