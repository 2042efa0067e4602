/** Looks that come at once are put on record by a few statements; and what was answered is there after the database has died. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type App, createApp } from "../../../src/http/server/app.ts";
import { Problem } from "../../../src/kernel/problems.ts";
import type { ClientId } from "../../../src/engine/actor.ts";
import { AccessLog } from "../../../src/members/accesses/access-log.ts";
import { hashKey, newKey } from "../../../src/programme/clients/keys.ts";
import { registration } from "../../../src/members/registration/registration.ts";
import { openService, type Service } from "../../../src/service.ts";
import { ManualClock } from "../../../src/kernel/clock.ts";
import { type MortalServer, startMortal } from "../../crash/server.ts";
import { TEST_KEYS } from "../../support/keys.ts";
import { answerOf, ask, newTestKey, START } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";

let server: MortalServer;
let service: Service;
let app: App;
const key = newKey();
const faults: unknown[] = [];
beforeAll(async () => {
  server = await startMortal();
  service = await openService({
    personal: TEST_KEYS,
    target: { url: server.url },
    clock: new ManualClock(START),
    readers: 8,
  });
  app = createApp(service, { log: { request: () => {}, fault: (error) => void faults.push(error) } });
  await server.sql`with client as (insert into clients (client_id, name, scopes, brand, created_at)
      values (gen_random_uuid(), 'test', '["admin"]', null, now()) returning client_id)
    insert into client_keys (key_hash, client_id, created_at) select ${hashKey(key)}, client_id, now() from client`;
});
afterAll(async () => {
  await service.close();
  await server.close();
});

async function newMember(): Promise<string> {
  const body = { brand: "mvideo", externalId: newTestKey(), identifiers: [], person: { firstName: "Анна" } };
  return (answerOf(await ask(service, registration, body)) as { memberId: string }).memberId;
}

async function look(memberId: string, requestId: string): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${key}`, "x-request-id": requestId };
  const answer = await app.request(`/v1/members/${memberId}`, { headers });
  return { status: answer.status, text: await answer.text() };
}

it("a hundred cards at once take a few inserts", async () => {
  const members = await Promise.all(Array.from({ length: 100 }, newMember));
  const answers = await Promise.all(members.map((memberId, index) => look(memberId, `burst-${index}`)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  // A statement is a transaction of its own.
  const [counted] = await server.sql<{ rows: number; statements: number }[]>`
    select count(*)::int as rows, count(distinct xmin::text)::int as statements from accesses where request_id like 'burst-%'`;
  expect(counted?.rows).toBe(100);
  expect(counted?.statements).toBeLessThanOrEqual(25);
});

it("whoever was shown a card is on record, however often the database dies meanwhile", async () => {
  const members = await Promise.all(Array.from({ length: 8 }, newMember));
  const shown: string[] = [];
  const refused: { readonly status: number; readonly text: string }[] = [];
  const state = { over: false };
  const looking = members.map(async (memberId, index) => {
    for (let count = 0; !state.over; count += 1) {
      const requestId = `killed-${index}-${count}`;
      const answer = await look(memberId, requestId);
      if (answer.status === 200) shown.push(requestId);
      else {
        refused.push(answer);
        await sleep(20);
      }
    }
  });
  for (let kill = 0; kill < 3; kill += 1) {
    await sleep(300 + Math.random() * 300);
    await server.kill();
    await server.revive();
    const before = shown.length;
    for (let tries = 0; shown.length < before + 20 && tries < 200; tries += 1) await sleep(50);
  }
  state.over = true;
  await Promise.all(looking);
  const kept = await server.sql<
    { request_id: string }[]
  >`select request_id from accesses where request_id like 'killed-%'`;
  const known = new Set(kept.map(({ request_id }) => request_id));
  expect(shown.filter((requestId) => !known.has(requestId))).toEqual([]);
  expect(shown.length).toBeGreaterThan(60);
  expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]));
  expect(refused.filter(({ text }) => text.includes("Анна"))).toEqual([]);
  expect(faults).toEqual([]);
  await expectProof({ service });
}, 120_000);

it("takes no more than may wait, and what waits together goes out together", async () => {
  const statements: number[] = [];
  let goOn = () => {};
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  const send = async ({ parameters }: { readonly parameters: readonly string[] }) => {
    statements.push((parameters[0] ?? "").split(",").length);
    await gate;
  };
  const log = new AccessLog({ send }, new ManualClock(START));
  const clientId: ClientId = "cli_0195560d2a0070008a30f1c2d3e4f000";
  const asking = { name: "read-member", clientId, staffId: null, storeId: null, terminalId: null, requestId: "r" };
  const first = log.write(asking, []);
  await sleep(5);
  const rest = Array.from({ length: 20_000 }, () => log.write(asking, []));
  await expect(log.write(asking, [])).rejects.toEqual(new Problem("overloaded"));
  goOn();
  await Promise.all([first, ...rest]);
  expect(statements.reduce((sum, rows) => sum + rows, 0)).toBe(20_001);
  expect(Math.max(...statements)).toBe(1_000);
  expect(statements.length).toBe(21);
});
