/** Data keys are changed while the service runs: killed in the middle, repeated, and never against what others write. */
import { spawn } from "node:child_process";
import { createSecretKey, randomBytes } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPersonalKeys } from "../../src/config.ts";
import { connect, type Sql } from "../../src/db/connect.ts";
import type { Service } from "../../src/service.ts";
import { openService } from "../../src/service.ts";
import { LEDGER_ITSELF } from "../../src/engine/actor.ts";
import { type MemberId, uuidOf } from "../../src/kernel/ids.ts";
import { type DataKey, FieldCipher, type PersonalKeys } from "../../src/kernel/sealed.ts";
import { rotateKeys } from "../../src/members/key-rotation.ts";
import { cardOf } from "../../src/members/reads/card.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { answerOf, ask, testLedger, type TestLedger } from "../support/ledger.ts";
import { KEY_TEXTS, TEST_KEYS } from "../support/keys.ts";
import { expectProof } from "../support/proof.ts";

const OLD = TEST_KEYS.cipher.keys[0];
const NEW: DataKey = { id: "new", key: createSecretKey(randomBytes(32)) };
const keysOf = (first: DataKey, ...more: DataKey[]): PersonalKeys => ({
  ...TEST_KEYS,
  cipher: new FieldCipher([first, ...more]),
});
const quietly = () => {};

let numbers = 0;
/** Registers somebody whose name is the number. */
async function register(service: Service): Promise<{ memberId: MemberId; name: string }> {
  const name = `Имя-${(numbers += 1)}`;
  const identifiers = [{ kind: "card", value: `29${String(numbers).padStart(10, "0")}`, verified: true }];
  const body = { brand: "mvideo", externalId: `C-${numbers}`, identifiers, person: { firstName: name } };
  const { memberId } = answerOf(await ask(service, registration, body)) as { memberId: MemberId };
  return { memberId, name };
}

const registerMany = async (service: Service, count: number) => {
  const all: { memberId: MemberId; name: string }[] = [];
  while (all.length < count) {
    all.push(
      ...(await Promise.all(Array.from({ length: Math.min(200, count - all.length) }, () => register(service)))),
    );
  }
  return all;
};

const nameOf = async (service: Service, memberId: MemberId) =>
  (await cardOf(service, { ...LEDGER_ITSELF, brand: null }, memberId)).firstName;

const under = async (sql: Sql, id: string): Promise<number> => {
  const [row] = await sql<{ count: number }[]>`select count(*)::int as count from profiles
    where substr(person, 3, get_byte(person, 1)) = ${id}::text::bytea`;
  return row?.count ?? 0;
};

describe("changing the data key", () => {
  let ledger: TestLedger;
  let both: Service;
  let sql: Sql;
  beforeAll(async () => {
    ledger = await testLedger();
    const { database, clock } = ledger;
    both = await openService({ personal: keysOf(NEW, OLD), target: database, clock, readers: 2 });
    sql = connect(database, { max: 1, role: "mclub_app" });
  });
  afterAll(async () => {
    await Promise.all([sql.end(), both.close()]);
    await expectProof(ledger);
    await ledger.close();
  });

  it("seals anew what is under another key, and nothing twice", async () => {
    const people = await registerMany(ledger.service, 60);
    people.push(await register(both));
    expect(await nameOf(both, people[0]?.memberId ?? "mbr_")).toBe(people[0]?.name);
    const { cipher } = both.personal;
    const buckets: number[] = [];
    const first = await rotateKeys(sql, cipher, (count) => buckets.push(count), { batchSize: 2 });
    expect(first).toEqual({ resealed: 60, profilesByKey: new Map([["new", 61]]), notOpened: [], settled: true });
    expect(buckets.at(-1)).toBe(1024);
    expect(await rotateKeys(sql, cipher, quietly)).toMatchObject({ resealed: 0, settled: true });
    // The old key is not needed any more.
    const { database, clock } = ledger;
    const later = await openService({ personal: keysOf(NEW), target: database, clock, readers: 2 });
    for (const { memberId, name } of people) expect(await nameOf(later, memberId)).toBe(name);
    await later.close();
    // And back again.
    const back = await rotateKeys(sql, keysOf(OLD, NEW).cipher, quietly);
    expect(back).toMatchObject({ resealed: 61, profilesByKey: new Map([["tests", 61]]) });
  });

  it("never overwrites what somebody has changed meanwhile, and takes it in the next round", async () => {
    const { memberId } = await register(ledger.service);
    const [row] = await ledger.database.sql<{ profile_key: string }[]>`
      select profile_key from profiles where member_id = ${uuidOf(memberId)}::uuid`;
    const place = ["profiles", "person", row?.profile_key.replaceAll("-", "") ?? ""] as const;
    const write = (name: string) => {
      const person = `\\x${TEST_KEYS.cipher.seal(JSON.stringify({ firstName: name }), place).toString("hex")}`;
      return ledger.database
        .sql`update profiles set person = ${person}::text::bytea where member_id = ${uuidOf(memberId)}::uuid`;
    };
    const stop = new AbortController();
    let last = "";
    const writer = (async () => {
      for (let count = 1; !stop.signal.aborted; count += 1) {
        last = `Имя-${count}`;
        await write(last);
      }
    })();
    for (let times = 0; times < 5; times += 1) {
      await rotateKeys(sql, both.personal.cipher, quietly, { batchSize: 5 });
      expect(await nameOf(both, memberId)).toMatch(/^Имя-\d+$/);
    }
    stop.abort();
    await writer;
    expect(await nameOf(both, memberId)).toBe(last);
    const { profilesByKey } = await rotateKeys(sql, both.personal.cipher, quietly);
    expect([...profilesByKey.keys()]).toEqual(["new"]);
    expect(await nameOf(both, memberId)).toBe(last);
  });

  it("waits for whoever may have read a value before, and says where that takes too long", async () => {
    const { memberId } = await register(ledger.service);
    const other = connect(ledger.database, { max: 1 });
    // A reservation that has to open the connection first is never answered.
    await other`select 1`;
    const tx = await other.reserve();
    await tx`begin`;
    await tx`select pg_current_xact_id()`;
    const [read] = await tx<
      { person: Buffer }[]
    >`select person from profiles where member_id = ${uuidOf(memberId)}::uuid`;
    const { cipher } = both.personal;
    expect(await rotateKeys(sql, cipher, quietly, { patienceMs: 200 })).toMatchObject({ settled: false });
    const rotating = rotateKeys(sql, cipher, quietly);
    await sleep(100);
    // It brings the value back that was under the old key.
    await tx`update profiles set person = ${`\\x${read?.person.toString("hex")}`}::text::bytea where member_id = ${uuidOf(memberId)}::uuid`;
    await tx`commit`;
    expect(await rotating).toMatchObject({ resealed: 1, settled: true });
    expect(await under(ledger.database.sql, "tests")).toBe(0);
    tx.release();
    await other.end();
  });

  it("leaves alone what it cannot open, and names it", async () => {
    const { memberId, name } = await register(ledger.service);
    const [row] = await ledger.database.sql<{ person: Buffer; profile_id: string }[]>`
      select person, profile_id from profiles where member_id = ${uuidOf(memberId)}::uuid`;
    const set = (hex: string) => ledger.database.sql`
      update profiles set person = ${`\\x${hex}`}::text::bytea where member_id = ${uuidOf(memberId)}::uuid`;
    const hex = row?.person.toString("hex") ?? "";
    const flipped = hex.endsWith("0") ? "1" : "0";
    await set(hex.slice(0, -1) + flipped);
    const { cipher } = both.personal;
    const broken = await rotateKeys(sql, cipher, quietly);
    expect(broken).toMatchObject({ resealed: 0, notOpened: [`prf_${row?.profile_id.replaceAll("-", "")}`] });
    expect(broken.profilesByKey.get("tests")).toBe(1);
    await set("00");
    expect((await rotateKeys(sql, cipher, quietly)).profilesByKey.get("")).toBe(1);
    await set(hex);
    expect((await rotateKeys(sql, cipher, quietly)).notOpened).toEqual([]);
    expect(await nameOf(both, memberId)).toBe(name);
  });
});

describe("npm run keys:rotate", () => {
  const newKey = randomBytes(32).toString("base64");
  const MANY = 4_000;
  let ledger: TestLedger;
  beforeAll(async () => {
    ledger = await testLedger();
  });
  afterAll(async () => {
    await expectProof(ledger);
    await ledger.close();
  });

  /** The command as a process of its own. */
  function start(dataKeys: string) {
    const { url } = ledger.database;
    const env = { ...KEY_TEXTS, DATABASE_URL: url, MCLUB_DATA_KEYS: dataKeys };
    const child = spawn(process.execPath, ["--import", "tsx", "src/cli/keys-rotate.ts"], { env });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    return { child, ended: once(child, "close"), output: () => output };
  }

  it("goes on where it was killed, while the service registers and reads", async () => {
    const { database, clock, service } = ledger;
    const known = await registerMany(service, MANY);
    const texts = `next:${newKey},${KEY_TEXTS.MCLUB_DATA_KEYS}`;
    const personal = readPersonalKeys("test", { ...KEY_TEXTS, MCLUB_DATA_KEYS: texts });
    const serving = await openService({ personal, target: database, clock, readers: 2 });

    const killed = start(texts);
    while ((await under(database.sql, "next")) === 0) await sleep(10);
    killed.child.kill("SIGKILL");
    await killed.ended;
    const done = await under(database.sql, "next");
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(MANY);

    const again = start(texts);
    let served = 0;
    while (again.child.exitCode === null && again.child.signalCode === null) {
      known.push(await register(serving));
      const { memberId, name } = known[(served * 37) % known.length] ?? { memberId: "mbr_", name: "" };
      expect(await nameOf(serving, memberId)).toBe(name);
      served += 1;
    }
    await again.ended;
    expect(served).toBeGreaterThan(10);
    expect(again.child.exitCode, again.output()).toBe(0);
    expect(again.output()).toContain("under tests: 0 profiles");
    expect(again.output()).toContain("Nothing is under tests: once all processes seal under next, it may go.");
    for (const secret of [newKey, KEY_TEXTS.MCLUB_LOOKUP_KEY]) expect(again.output()).not.toContain(secret);
    expect(await under(database.sql, "next")).toBe(known.length);
    await serving.close();

    const alone = { ...KEY_TEXTS, MCLUB_DATA_KEYS: `next:${newKey}` };
    const later = await openService({ personal: readPersonalKeys("test", alone), target: database, clock, readers: 2 });
    for (const { memberId, name } of known.slice(-100)) expect(await nameOf(later, memberId)).toBe(name);
    await later.close();
  }, 60_000);

  it("ends with 1 where something is under a key that it does not have, or a known id has another key", async () => {
    await register(ledger.service);
    const lacking = start(`next:${newKey}`);
    expect(await lacking.ended).toEqual([1, null]);
    expect(lacking.output()).toContain("under tests: 1 profile, which is not in MCLUB_DATA_KEYS");
    const other = start(`next:${randomBytes(32).toString("base64")}`);
    expect(await other.ended).toEqual([1, null]);
    expect(other.output()).toBe(
      "Nothing was done: MCLUB_DATA_KEYS next is not the key that this database has been used with.\n",
    );
  });
});
