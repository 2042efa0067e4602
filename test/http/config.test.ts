import { describe, expect, it } from "vitest";
import { ConfigError, readConfig } from "../../src/config.ts";

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
    const production = { NODE_ENV: "production", MCLUB_CODE_SECRET: "0123456789abcdef0123456789abcdef" };
    expect(readConfig(production)).toMatchObject({ clock: "system" });
  });

  it("hashes pickup codes with a secret of its own in production", () => {
    expect(() => readConfig({ NODE_ENV: "production" })).toThrow(/MCLUB_CODE_SECRET must be set/);
    expect(() => readConfig({ MCLUB_CODE_SECRET: "short" })).toThrow(/MCLUB_CODE_SECRET .*32 characters/);
    expect(readConfig({}).codeSecret).toBeUndefined();
  });
});
