import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ConfigError, readConfig } from "../../src/config.ts";
import { KEY_TEXTS } from "../support/keys.ts";

const PRODUCTION = {
  NODE_ENV: "production",
  MCLUB_CODE_SECRET: "0123456789abcdef0123456789abcdef",
  ...KEY_TEXTS,
};

describe("the environment", () => {
  it("may be empty", () => {
    expect(readConfig({})).toEqual({
      port: 8080,
      host: "127.0.0.1",
      databaseUrl: undefined,
      dataFolder: ".mclub",
      adminKey: undefined,
      clock: "system",
      rates: { requestsPerMinute: 600_000, lookupsPerMinute: 20_000 },
      logLevel: "info",
      startedByNpm: false,
    });
  });

  it("says where, on what and how", () => {
    const given = {
      PORT: "0",
      HOST: "::1",
      DATABASE_URL: "postgresql://db/mclub",
      ...KEY_TEXTS,
      MCLUB_DATA: "/var/lib/mclub",
      MCLUB_ADMIN_KEY: "k".repeat(32),
      MCLUB_CLOCK: "manual",
      MCLUB_REQUESTS_PER_MINUTE: "0",
      MCLUB_LOOKUPS_PER_MINUTE: "600",
      MCLUB_LANES: "3",
      LOG_LEVEL: "warn",
      NODE_ENV: "test",
    };
    expect(readConfig(given)).toMatchObject({
      port: 0,
      host: "::1",
      databaseUrl: "postgresql://db/mclub",
      clock: "manual",
      rates: { requestsPerMinute: 0, lookupsPerMinute: 600 },
      lanes: 3,
      logLevel: "warn",
    });
  });

  it("counts an empty variable as absent", () => {
    expect(readConfig({ PORT: "", MCLUB_ADMIN_KEY: "" })).toMatchObject({ port: 8080, adminKey: undefined });
  });

  it.each([
    ["PORT", "http"],
    ["PORT", "70000"],
    ["PORT", "-1"],
    ["PORT", "80.5"],
    ["DATABASE_URL", "mysql://db"],
    ["MCLUB_ADMIN_KEY", "k".repeat(31)],
    ["MCLUB_ADMIN_KEY", `${"k".repeat(40)} `],
    ["MCLUB_CLOCK", "atomic"],
    ["MCLUB_REQUESTS_PER_MINUTE", "-1"],
    ["MCLUB_REQUESTS_PER_MINUTE", "many"],
    ["MCLUB_LOOKUPS_PER_MINUTE", "1.5"],
    ["MCLUB_LANES", "0"],
    ["LOG_LEVEL", "loud"],
    ["MCLUB_LOOKUP_KEY", "short"],
    ["MCLUB_LOOKUP_KEY", `${KEY_TEXTS.MCLUB_LOOKUP_KEY.slice(1)}*`],
    ["MCLUB_DATA_KEYS", KEY_TEXTS.MCLUB_LOOKUP_KEY],
    ["MCLUB_DATA_KEYS", `No:${KEY_TEXTS.MCLUB_LOOKUP_KEY}`],
    ["MCLUB_DATA_KEYS", `${"i".repeat(17)}:${KEY_TEXTS.MCLUB_LOOKUP_KEY}`],
    ["MCLUB_DATA_KEYS", `a:${KEY_TEXTS.MCLUB_LOOKUP_KEY},`],
    ["MCLUB_DATA_KEYS", `a:${KEY_TEXTS.MCLUB_LOOKUP_KEY},a:${KEY_TEXTS.MCLUB_LOOKUP_KEY}`],
  ])("is refused with the name of the variable: %s=%s", (name, value) => {
    const read = () => readConfig({ [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(name);
  });

  it("is never quoted in a refusal, since it may hold a key", () => {
    const almost = `${"s3cret".repeat(6)} `;
    expect(() => readConfig({ MCLUB_ADMIN_KEY: almost })).not.toThrow(/s3cret/);
  });

  it("may not have a clock that is moved by hand in production", () => {
    expect(() => readConfig({ MCLUB_CLOCK: "manual", NODE_ENV: "production" })).toThrow(/MCLUB_CLOCK .*production/);
    expect(readConfig(PRODUCTION)).toMatchObject({ clock: "system" });
  });

  it("hashes pickup codes with a secret of its own in production", () => {
    expect(() => readConfig({ NODE_ENV: "production" })).toThrow(/MCLUB_CODE_SECRET must be set/);
    expect(() => readConfig({ MCLUB_CODE_SECRET: "short" })).toThrow(/MCLUB_CODE_SECRET .*32 characters/);
    expect(readConfig({}).codeSecret).toBeUndefined();
  });

  it("prints one-time codes in development only, where that is asked for", () => {
    expect(() => readConfig({ ...PRODUCTION, MCLUB_CODE_SENDER: "print" })).toThrow(/MCLUB_CODE_SENDER .*production/);
    expect(() => readConfig({ MCLUB_CODE_SENDER: "mail" })).toThrow(/MCLUB_CODE_SENDER must be "print"/);
    expect(readConfig({ MCLUB_CODE_SENDER: "print" }).codeSender).toBe("print");
    expect(readConfig({}).codeSender).toBeUndefined();
  });
});

describe("the keys of personal data", () => {
  const { MCLUB_DATA_KEYS, MCLUB_LOOKUP_KEY } = KEY_TEXTS;

  it.each([
    [{ NODE_ENV: "production", MCLUB_CODE_SECRET: PRODUCTION.MCLUB_CODE_SECRET }, "with NODE_ENV=production"],
    [{ DATABASE_URL: "postgres://db/mclub" }, "with DATABASE_URL"],
  ])("must be there, and it is told how to make them: %o", (environment, because) => {
    expect(() => readConfig(environment)).toThrow(
      `MCLUB_DATA_KEYS must be set ${because}, the same for all processes on one database: ` +
        'personal data is encrypted with it. To make one: echo "k1:$(openssl rand -base64 32)"',
    );
    expect(() => readConfig(environment)).toThrow(/MCLUB_LOOKUP_KEY must be set .*: openssl rand -base64 32/);
    const { personalKeys } = readConfig({ ...environment, ...KEY_TEXTS });
    expect(personalKeys?.cipher.sealsWith).toBe("tests");
  });

  it("may be absent where the sandbox makes its own, but only both of them", () => {
    expect(readConfig({}).personalKeys).toBeUndefined();
    expect(() => readConfig({ MCLUB_DATA_KEYS })).toThrow(/^MCLUB_LOOKUP_KEY must be set/);
    expect(() => readConfig({ MCLUB_LOOKUP_KEY })).toThrow(/^MCLUB_DATA_KEYS must be set/);
  });

  it("are never quoted, neither in a refusal nor by what is read", () => {
    const wrong = `${MCLUB_LOOKUP_KEY}s3cret`;
    expect(() => readConfig({ MCLUB_LOOKUP_KEY: wrong })).not.toThrow(/s3cret/);
    expect(() => readConfig({ MCLUB_DATA_KEYS: `a:${wrong}` })).not.toThrow(/s3cret/);
    const read = readConfig(KEY_TEXTS);
    const printed = `${JSON.stringify(read)} ${inspect(read, { depth: 9, showHidden: true })}`;
    for (const secret of [MCLUB_LOOKUP_KEY, MCLUB_DATA_KEYS.split(":")[1] ?? ""]) {
      expect(printed).not.toContain(secret);
      expect(printed).not.toContain(Buffer.from(secret, "base64").toString("hex"));
    }
  });

  it("are several while they are changed: the first one seals", () => {
    const keys = readConfig({ MCLUB_DATA_KEYS: `new:${MCLUB_LOOKUP_KEY},${MCLUB_DATA_KEYS}`, MCLUB_LOOKUP_KEY });
    expect(keys.personalKeys?.cipher.keys.map(({ id }) => id)).toEqual(["new", "tests"]);
  });
});
