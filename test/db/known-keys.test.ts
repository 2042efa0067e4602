/** A database remembers which keys of personal data it is used with, and the sandbox makes its own. */
import { randomBytes } from "node:crypto";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readPersonalKeys } from "../../src/config.ts";
import { ownKeys } from "../../src/db/embedded/keys.ts";
import { KeysRefused, requireKnownKeys } from "../../src/db/known-keys.ts";
import { testDatabase } from "../support/database/database.ts";
import { temporaryFolder } from "../support/database/server.ts";

const key = () => randomBytes(32).toString("base64");
const keysOf = (data: string, lookup: string) =>
  readPersonalKeys("test", { MCLUB_DATA_KEYS: data, MCLUB_LOOKUP_KEY: lookup });

test("a service with another look-up key, or another data key under a known id, is refused", async () => {
  const database = await testDatabase();
  const [lookup, one, two] = [key(), key(), key()];
  const require = (data: string, by = lookup) => requireKnownKeys(database, keysOf(data, by));
  await require(`a:${one}`);
  await require(`b:${two},a:${one}`);
  await require(`b:${two}`);
  await expect(require(`a:${one}`, key())).rejects.toThrow("MCLUB_LOOKUP_KEY is not the key");
  await expect(require(`b:${two},a:${key()}`)).rejects.toThrow(KeysRefused);
  await expect(require(`a:${two}`)).rejects.toThrow("MCLUB_DATA_KEYS a is not the key");
  const kept = await database.sql`select name, value::text as value from settings`;
  for (const secret of [lookup, one, two]) {
    expect(JSON.stringify(kept)).not.toContain(Buffer.from(secret, "base64").toString("hex").slice(0, 32));
    expect(JSON.stringify(kept)).not.toContain(secret);
  }
  await database.drop();
});

test("the sandbox's file is made once, for its user alone, whoever starts at the same moment", async () => {
  const folder = await temporaryFolder();
  const dataDir = join(folder, "data");
  const started = await Promise.all([ownKeys(dataDir), ownKeys(dataDir), ownKeys(dataDir)]);
  expect(started.filter(({ made }) => made)).toHaveLength(1);
  expect(new Set(started.map(({ texts }) => JSON.stringify(texts))).size).toBe(1);
  const file = join(dataDir, "keys.json");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(dataDir)).toEqual(["keys.json"]);
  const before = await readFile(file, "utf8");
  expect(await ownKeys(dataDir)).toEqual({ file, made: false, texts: JSON.parse(before) as unknown });
  expect(await readFile(file, "utf8")).toBe(before);
  const { cipher } = readPersonalKeys(file, JSON.parse(before));
  expect(cipher.sealsWith).toBe("sandbox");
  await rm(folder, { recursive: true });
});
