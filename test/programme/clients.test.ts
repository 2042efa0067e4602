import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AnyOperation } from "../../src/engine/definition/operation.ts";
import type { AcceptedOutcome } from "../../src/engine/outcome.ts";
import { type ClientDocument, revoked, withOnlyKey, withoutKeys } from "../../src/programme/clients/client.ts";
import { clientRegistration } from "../../src/programme/clients/registration.ts";
import { clientRevocation } from "../../src/programme/clients/revocation.ts";
import { clientKeyRotation } from "../../src/programme/clients/rotation.ts";
import { hashKey } from "../../src/programme/clients/keys.ts";
import { openService, type Service } from "../../src/service.ts";
import { ask, type AskTerms, testLedger, type TestLedger, TILL } from "../support/ledger.ts";
import { TEST_KEYS } from "../support/keys.ts";

let ledger: TestLedger;
let other: Service;
beforeAll(async () => {
  ledger = await testLedger();
  other = await openService({ personal: TEST_KEYS, target: ledger.database, clock: ledger.clock, readers: 2 });
});
afterAll(async () => {
  await other.close();
  await ledger.close();
});

const TILLS = { name: "tills", scopes: ["pos"], brand: "mvideo" };

async function accepted(
  operation: AnyOperation,
  body: unknown,
  terms: AskTerms = {},
  service: Service = ledger.service,
) {
  const outcome = await ask(service, operation, body, terms);
  expect(outcome).toMatchObject({ kind: "accepted" });
  return outcome as AcceptedOutcome;
}
async function newClient(): Promise<{ clientId: string; key: string }> {
  const { answer, shownOnce } = await accepted(clientRegistration, TILLS);
  return { ...(JSON.parse(answer) as { clientId: string }), key: shownOnce?.["key"] ?? "" };
}
const isWorth = async (key: string | undefined) =>
  (await ledger.service.directory.client(hashKey(key ?? ""))) !== undefined;

describe("a client's keys", () => {
  const keyOf = (keyHash: string, createdAt: number, revokedAt: number | null = null) => ({
    keyHash,
    createdAt,
    revokedAt,
  });
  const before: ClientDocument = {
    id: "cli_0",
    name: "x",
    scopes: ["pos"],
    brand: null,
    createdAt: 1,
    revokedAt: null,
    keys: [keyOf("old", 1, 2), keyOf("a", 1)],
  };

  it("are one: a new one ends the former, and what has ended keeps its date", () => {
    expect(withOnlyKey(before, "b", 5).keys).toEqual([keyOf("old", 1, 2), keyOf("a", 1, 5), keyOf("b", 5)]);
    expect(withOnlyKey(before, "a", 5).keys).toEqual(before.keys);
    expect(withoutKeys(before, 5).keys).toEqual([keyOf("old", 1, 2), keyOf("a", 1, 5)]);
    expect(revoked(revoked(before, 5), 6)).toEqual({ ...before, revokedAt: 5 });
  });

  it("are one, also after rotations at once in two processes", async () => {
    const { clientId, key: first } = await newClient();
    const terms = { params: { clientId } };
    const services = [ledger.service, other, ledger.service, other, ledger.service, other];
    const rotated = await Promise.all(services.map((each) => accepted(clientKeyRotation, undefined, terms, each)));
    ledger.service.directory.changed();
    const keys = [first, ...rotated.map(({ shownOnce }) => shownOnce?.["key"])];
    const worth = await Promise.all(keys.map(isWorth));
    expect(worth.filter(Boolean)).toHaveLength(1);
  });

  it("are shown once, and stand nowhere in the journal", async () => {
    const terms = { idempotencyKey: "shown-once" };
    const first = await accepted(clientRegistration, TILLS, terms);
    expect(first).toMatchObject({ status: 201, replayed: false });
    expect(first.shownOnce?.["key"]).toMatch(/^mck_/);
    const again = await accepted(clientRegistration, TILLS, terms, other);
    expect(again).toMatchObject({ status: 200, replayed: true, answer: first.answer });
    expect(again.shownOnce).toBeUndefined();
    const rows = await ledger.database.sql<{ text: string; client: string }[]>`
      select o::text as text, o.client_id as client from operations o where name = 'client-registration'`;
    expect(rows.length).toBeGreaterThan(0);
    for (const { text, client } of rows) {
      expect(text).not.toContain("mck_");
      expect(`cli_${client.replaceAll("-", "")}`).toBe(TILL.clientId);
    }
  });

  it("end with the client, for ever; a revocation under its key is told again, under another it changes nothing", async () => {
    const { clientId, key } = await newClient();
    const terms = { params: { clientId }, idempotencyKey: `end ${clientId}` };
    const first = await accepted(clientRevocation, undefined, terms);
    expect(await isWorth(key)).toBe(false);
    ledger.clock.moveTo(ledger.clock.now() + 1_000);
    expect(await accepted(clientRevocation, undefined, terms)).toMatchObject({ replayed: true, answer: first.answer });
    const another = await accepted(clientRevocation, undefined, { params: { clientId } });
    expect(another).toMatchObject({ replayed: false, answer: first.answer });
    const rotation = await ledger.ask(clientKeyRotation, undefined, { params: { clientId } });
    expect(rotation).toMatchObject({ kind: "refused", code: "not_found", operationId: null });
  });

  it("of one key used for two things are a mismatch", async () => {
    const { clientId } = await newClient();
    const idempotencyKey = `two things ${clientId}`;
    await accepted(clientKeyRotation, undefined, { params: { clientId }, idempotencyKey });
    for (const operation of [clientRevocation, clientRegistration]) {
      const terms = { idempotencyKey, params: operation === clientRevocation ? { clientId } : {} };
      const outcome = await ledger.ask(operation, TILLS, terms).catch((error: unknown) => error);
      expect(outcome).toMatchObject({ code: "idempotency_mismatch" });
    }
  });
});
