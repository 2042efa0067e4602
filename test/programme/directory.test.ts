import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { purchase } from "../../src/sales/purchase/purchase.ts";
import { Gathered } from "../../src/engine/connection/gathered.ts";
import type { Reader } from "../../src/engine/connection/reader.ts";
import { newUuid } from "../../src/kernel/ids.ts";
import { Directory } from "../../src/programme/directory/directory.ts";
import { hashKey, newKey } from "../../src/programme/clients/keys.ts";
import { testLedger, type TestLedger } from "../support/ledger.ts";

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.close());

/** A reader that counts what it is asked. */
function counting(): { reader: Reader; texts: string[] } {
  const texts: string[] = [];
  const { reader } = ledger.service;
  const values: Reader["values"] = (text, parameters) => {
    texts.push(text);
    return reader.values(text, parameters);
  };
  const gathered = new Gathered({ ...reader, values });
  return { reader: { ...reader, values, one: (source, name) => gathered.one(source, name) }, texts };
}

/** As another process makes them. */
const makeStore = (storeId: string) =>
  ledger.database
    .sql`insert into stores (store_id, brand, name, time_zone) values (${storeId}, 'mvideo', 'x', 'Europe/Moscow')`;
async function makeKey(): Promise<{ key: string; uuid: string }> {
  const key = newKey();
  const uuid = newUuid(0);
  const { sql } = ledger.database;
  await sql`insert into clients (client_id, name, scopes, brand, created_at) values (${uuid}::uuid, 'x', '["pos","crm"]', 'mvideo', now())`;
  await sql`insert into client_keys (key_hash, client_id, created_at) values (${hashKey(key)}, ${uuid}::uuid, now())`;
  return { key, uuid };
}

describe("the directory", () => {
  it("knows at once what another process has just made", async () => {
    const directory = new Directory(ledger.service.reader);
    await directory.brands();
    expect(await directory.store("M-2")).toBeUndefined();
    await makeStore("M-2");
    expect(await directory.store("M-2")).toEqual({
      storeId: "M-2",
      brand: "mvideo",
      name: "x",
      timeZone: "Europe/Moscow",
    });
    const { key, uuid } = await makeKey();
    const client = { clientId: `cli_${uuid}`, name: "x", scopes: new Set(["pos", "crm"]), brand: "mvideo" };
    expect(await directory.client(hashKey(key))).toEqual(client);
    await ledger.database.sql`insert into brands (brand, name, legal_entity) values ('third', 'x', 'y')`;
    expect(await directory.brand("third")).toMatchObject({ brand: "third", name: "x", legalEntity: "y" });
  });

  it("asks for what it does not know by its key, together with all who ask, and remembers what it found", async () => {
    const { reader, texts } = counting();
    const directory = new Directory(reader);
    await directory.brands();
    texts.length = 0;
    const unknown = Array.from({ length: 300 }, () => directory.client(hashKey(newKey())));
    expect(new Set(await Promise.all(unknown))).toEqual(new Set([undefined]));
    expect(texts.length).toBeLessThanOrEqual(3);
    expect(texts.every((text) => text.includes("k.key_hash = any("))).toBe(true);
    await makeStore("M-3");
    await directory.store("M-3");
    texts.length = 0;
    await directory.store("M-3");
    expect(texts).toEqual([]);
  });

  it("forgets a key that was ended elsewhere within a second or so, and what was ended here at once", async () => {
    const directory = new Directory(ledger.service.reader);
    const [ended, changed] = [await makeKey(), await makeKey()];
    await directory.brands();
    const worth = async ({ key }: { key: string }) => (await directory.client(hashKey(key))) !== undefined;
    expect([await worth(ended), await worth(changed)]).toEqual([true, true]);
    await ledger.database.sql`update clients set revoked_at = now() where client_id = ${changed.uuid}::uuid`;
    directory.changed();
    expect(await worth(changed)).toBe(false);
    expect(await worth(ended)).toBe(true);
    await ledger.database.sql`update client_keys set revoked_at = now() where client_id = ${ended.uuid}::uuid`;
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await worth(ended)).toBe(false);
  });

  it("does not take for present what was being read, or looked up, before a change", async () => {
    const directory = new Directory(ledger.service.reader);
    const { key, uuid } = await makeKey();
    const reading = directory.brands();
    const looking = directory.client(hashKey(key));
    await ledger.database.sql`update clients set revoked_at = now() where client_id = ${uuid}::uuid`;
    directory.changed();
    await Promise.all([reading, looking]);
    expect(await directory.client(hashKey(key))).toBeUndefined();
  });

  it("knows a till since its first receipt, and asks no more", async () => {
    const { reader, texts } = counting();
    const directory = new Directory(reader);
    expect(await directory.knowsTerminal("M-1", "7")).toBe(false);
    const body = {
      receipt: { brand: "mvideo", storeId: "M-1", terminalId: "7", shift: "1", number: "1" },
      channel: "pos",
      lines: [{ lineId: "1", sku: "a", category: "tv", quantity: "1", unitPrice: "100.00" }],
      spend: "0.00",
      occurredAt: new Date(ledger.clock.now()).toISOString(),
    };
    expect(await ledger.ask(purchase, body)).toMatchObject({ kind: "accepted" });
    expect(await directory.knowsTerminal("M-1", "7")).toBe(true);
    expect(await directory.knowsTerminal("M-9", "7")).toBe(false);
    texts.length = 0;
    expect(await directory.knowsTerminal("M-1", "7")).toBe(true);
    expect(texts).toEqual([]);
  });
});
