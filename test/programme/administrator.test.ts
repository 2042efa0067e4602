import { afterEach, beforeEach, expect, it } from "vitest";
import { ensureAdministrator } from "../../src/programme/clients/administrator.ts";
import { clientRevocation } from "../../src/programme/clients/revocation.ts";
import { clientKeyRotation } from "../../src/programme/clients/rotation.ts";
import { hashKey, newKey } from "../../src/programme/clients/keys.ts";
import { openService } from "../../src/service.ts";
import { answerOf, testLedger, type TestLedger } from "../support/ledger.ts";
import { TEST_KEYS } from "../support/keys.ts";

let ledger: TestLedger;
beforeEach(async () => {
  ledger = await testLedger();
});
afterEach(() => ledger.close());

const configure = (key?: string) => ensureAdministrator(ledger.service, key);
const clientOf = (key: string) => ledger.service.directory.client(hashKey(key));
const ofClient = (clientId: string) => ({ params: { clientId } });
const clientIdOf = async (key: string) => (await clientOf(key))?.clientId ?? "";
async function administrators(): Promise<number> {
  const [row] = await ledger.database.sql<{ found: number }[]>`select count(*)::int as found from clients`;
  return row?.found ?? -1;
}

it("a configured key that is replaced ends, and the administrator stays one client", async () => {
  const [old, next] = [newKey(), newKey()];
  expect(await configure(old)).toBeUndefined();
  const before = await clientIdOf(old);
  expect(before).toMatch(/^cli_/);
  expect(await configure(next)).toBeUndefined();
  expect(await clientOf(old)).toBeUndefined();
  expect(await clientIdOf(next)).toBe(before);
  // An old configuration does not bring an ended key back, nor does it end the present one: it is refused.
  await expect(configure(old)).rejects.toThrow(/has ended/);
  expect(await clientOf(old)).toBeUndefined();
  expect(await clientOf(next)).toMatchObject({ name: "administrator", brand: null });
});

it("services that start at once with one key make one client, and each start after it changes nothing", async () => {
  const key = newKey();
  const others = await Promise.all(
    [1, 2].map(() => openService({ personal: TEST_KEYS, target: ledger.database, clock: ledger.clock, readers: 2 })),
  );
  await Promise.all([ledger.service, ...others, ledger.service].map((service) => ensureAdministrator(service, key)));
  await Promise.all(others.map((service) => service.close()));
  await configure(key);
  expect(await administrators()).toBe(1);
  expect(await clientOf(key)).toMatchObject({ scopes: new Set(["admin"]) });
  const kept = await ledger.database.sql`select name, client_id from operations`;
  expect(kept).toEqual([{ name: "administrator-key", client_id: null }]);
});

it("a configured key that was revoked, or rotated away, stays so; another one is taken", async () => {
  const [first, second, third] = [newKey(), newKey(), newKey()];
  await configure(first);
  await ledger.ask(clientKeyRotation, undefined, ofClient(await clientIdOf(first)));
  await expect(configure(first)).rejects.toThrow(/has ended/);
  expect(await clientOf(first)).toBeUndefined();
  await configure(second);
  const clientId = await clientIdOf(second);
  answerOf(await ledger.ask(clientRevocation, undefined, ofClient(clientId)));
  await expect(configure(second)).rejects.toThrow(/has ended/);
  expect(await clientOf(second)).toBeUndefined();
  await configure(third);
  expect(await clientIdOf(third)).not.toBe(clientId);
});

it("without a configured key one is made at the first start, and told once; it may become the configured one", async () => {
  const printed = await configure();
  expect(printed).toMatch(/^mck_/);
  expect(await configure()).toBeUndefined();
  expect(await administrators()).toBe(1);
  await configure(printed);
  const next = newKey();
  await configure(next);
  expect(await clientOf(printed ?? "")).toBeUndefined();
  expect(await clientOf(next)).toBeDefined();
  expect(await administrators()).toBe(1);
});

it("a key that was printed is not ended by a configured one, which it never was", async () => {
  const printed = (await configure()) ?? "";
  const key = newKey();
  await configure(key);
  expect(await clientOf(printed)).toBeDefined();
  expect(await clientIdOf(key)).not.toBe(await clientIdOf(printed));
});
