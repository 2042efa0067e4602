/** The database dies under the API: 503 with the word `unavailable`, and afterwards the same key has exactly one effect. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type App, createApp } from "../../src/http/server/app.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import { openService, type Service } from "../../src/service.ts";
import { sale } from "../http/bodies.ts";
import { testHttp, type TestHttp } from "../support/http.ts";
import { newTestKey } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { type Network, openNetwork } from "../support/network.ts";
import { TEST_KEYS } from "../support/keys.ts";

let ledger: TestHttp;
let network: Network;
let service: Service;
let app: App;
const faults: unknown[] = [];
/** Groups whose transaction was cut. */
let cuts = 0;
beforeAll(async () => {
  ledger = await testHttp();
  network = await openNetwork(ledger.database.url);
  const reports = { group: () => {}, fault: () => void (cuts += 1) };
  service = await openService({
    personal: TEST_KEYS,
    target: { url: network.url },
    clock: ledger.clock,
    readers: 4,
    reports,
  });
  app = createApp(service, { log: { request: () => {}, fault: (error) => void faults.push(error) } });
});
afterAll(async () => {
  await service.close();
  await network.close();
  await ledger.close();
});

async function ask(method: string, path: string, body?: unknown, idempotencyKey = newTestKey()) {
  const headers = {
    authorization: `Bearer ${ledger.adminKey}`,
    ...(body === undefined ? {} : { "content-type": "application/json", "idempotency-key": idempotencyKey }),
  };
  const answer = await app.request(path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: JSON.parse(text) as Record<string, unknown> };
}

const portOf = (url: string): number => Number(new URL(url).port);

async function purchasesOf(memberId: MemberId): Promise<bigint | undefined> {
  const [row] = await ledger.database.sql<{ count: bigint }[]>`
    select count(*) from purchases where member_id = ${memberId.slice(4)}::uuid`;
  return row?.count;
}

it("while the database is away every route says so, and means it", async () => {
  const memberId = await ledger.newMember();
  const body = sale({ memberId });
  expect(await ask("GET", `/v1/members/${memberId}`)).toMatchObject({ status: 200 });
  network.lead(1);
  network.cut();
  const asked = [
    () => ask("POST", "/v1/purchases", body, "away"),
    () =>
      ask("POST", "/v1/accruals", {
        memberId,
        amount: "10.00",
        brand: "mvideo",
        kind: "promo",
        reason: "test",
        reference: "1",
      }),
    () => ask("GET", `/v1/members/${memberId}`),
    () => ask("GET", "/v1/purchases/pur_01a1ff7df26e7000bc59f2060c2a2000"),
  ];
  for (let round = 0; round < 5; round += 1) {
    for (const one of asked) {
      const answer = await one();
      expect(answer).toMatchObject({ status: 503, body: { code: "unavailable", retryable: true } });
      expect(answer.headers.get("retry-after")).toBe("1");
    }
    // Past the age at which what was read of clients and stores is read anew.
    await sleep(300);
  }
  network.lead(portOf(ledger.database.url));
  await sleep(600);
  const first = await ask("POST", "/v1/purchases", body, "away");
  expect(first.status).toBe(201);
  const again = await ask("POST", "/v1/purchases", body, "away");
  expect([again.text, again.headers.get("idempotency-replayed")]).toEqual([first.text, "true"]);
  expect(await purchasesOf(memberId)).toBe(1n);
});

it("cut in the middle, again and again, a till that repeats its key gets one sale for each receipt", async () => {
  network.lead(portOf(ledger.database.url));
  const memberId = await ledger.newMember();
  const before = cuts;
  const stop = performance.now() + 3_000;
  const cutting = (async () => {
    while (performance.now() < stop) {
      await sleep(Math.random() * 150);
      network.cut();
    }
  })();
  let sold = 0n;
  const till = async () => {
    while (performance.now() < stop) {
      const body = sale({ memberId });
      const idempotencyKey = newTestKey();
      for (let status = 0; status !== 201; ) {
        if (performance.now() > stop + 10_000) throw new Error("the database is back, and the service is not");
        ({ status } = await ask("POST", "/v1/purchases", body, idempotencyKey));
        expect([201, 503]).toContain(status);
      }
      sold += 1n;
    }
  };
  await Promise.all([...Array.from({ length: 16 }, till), cutting]);
  // Whether a till is told depends on how soon the lane has its next connection; that groups were cut does not.
  expect(cuts).toBeGreaterThan(before);
  expect(await purchasesOf(memberId)).toBe(sold);
});

it("nothing of it was a surprise, and the proof holds", async () => {
  expect(faults).toEqual([]);
  expect((await expectProof(ledger)).holds).toBe(true);
});
