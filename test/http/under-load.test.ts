/** What takes long keeps nobody else: proofs, and reads that wait. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { testHttp, type TestHttp } from "../support/http.ts";
import { sale } from "./bodies.ts";

const READERS = 2;

let http: TestHttp;
let memberId = "";
beforeAll(async () => {
  http = await testHttp({ readers: READERS });
  memberId = await http.newMember();
});
afterAll(() => http.close());

/** Does something while nobody can read a table; then lets go. */
async function whileLocked(table: "identifiers" | "lots", work: () => Promise<void>): Promise<void> {
  await http.database.sql.begin(async (tx) => {
    await tx.unsafe(`lock table ${table} in access exclusive mode`);
    await work();
  });
}

const sessionsOf = async (application: string): Promise<number> => {
  const [row] = await http.database.sql<{ busy: number }[]>`select count(*)::int as busy from pg_stat_activity
    where datname = current_database() and application_name = ${application} and state <> 'idle'`;
  return row?.busy ?? -1;
};

/** The slowest of many requests at once, in milliseconds. */
async function slowest(requests: readonly (() => Promise<{ status: number }>)[], status: number): Promise<number> {
  const took = requests.map(async (request) => {
    const before = performance.now();
    expect((await request()).status).toBe(status);
    return performance.now() - before;
  });
  return Math.max(...(await Promise.all(took)));
}

it("eight proofs at once: reads and sales are answered as ever, and the service stays ready", async () => {
  // Of all that is asked here, only the proof reads identifiers.
  let proofs: Promise<{ status: number; body: Record<string, unknown> }[]> | undefined;
  await whileLocked("identifiers", async () => {
    proofs = Promise.all(Array.from({ length: 8 }, () => http.get("/v1/proof")));
    await expect.poll(() => sessionsOf("mclub audit")).toBe(1);
    const read = () => http.get(`/v1/members/${memberId}/balance`);
    const sell = () => http.post("/v1/purchases", sale({ memberId }));
    expect(
      await slowest(
        Array.from({ length: 50 }, () => read),
        200,
      ),
    ).toBeLessThan(1_000);
    expect(
      await slowest(
        Array.from({ length: 50 }, () => sell),
        201,
      ),
    ).toBeLessThan(1_000);
    expect(await slowest([() => http.get("/readyz", { key: "" })], 200)).toBeLessThan(500);
    expect(await sessionsOf("mclub audit")).toBe(1);
  });
  const answers = (await proofs) ?? [];
  expect(answers).toHaveLength(8);
  for (const { status, body } of answers) expect([status, body["holds"]]).toEqual([200, true]);
});

it("readers that all wait: the service is ready all the same", async () => {
  let reads: Promise<{ status: number }[]> | undefined;
  await whileLocked("lots", async () => {
    reads = Promise.all(Array.from({ length: 10 }, () => http.get(`/v1/members/${memberId}/lots`)));
    await expect.poll(() => sessionsOf("mclub reader")).toBe(READERS);
    expect(await slowest([() => http.get("/readyz", { key: "" })], 200)).toBeLessThan(500);
  });
  expect(new Set(((await reads) ?? []).map(({ status }) => status))).toEqual(new Set([200]));
});
