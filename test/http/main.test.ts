/** The real service as a process: started as `npm start` does it, asked over the network, and stopped. */
import { execFile, spawn } from "node:child_process";
import { rename, rm } from "node:fs/promises";
import { connect as connectTo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/database/server.ts";
import { KEY_TEXTS } from "../support/keys.ts";
import { sale } from "./bodies.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const READY = /ready at (http:\/\/\S+)/;
const KEY = /Admin key.*: (mck_\S+)/;

interface Process {
  readonly url: string;
  readonly output: () => string;
  readonly startedInMs: number;
  /** Sends SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
}

let folder = "";
const running = new Set<Process>();
beforeAll(async () => {
  // As `prestart` does; type errors are for the verify step to tell.
  await promisify(execFile)(`${ROOT}node_modules/.bin/tsc`, ["-b", "tsconfig.build.json"], { cwd: ROOT }).catch(
    () => {},
  );
  folder = await temporaryFolder();
});
afterAll(async () => {
  await Promise.all([...running].map((one) => one.stop()));
  await rm(folder, { recursive: true, force: true });
});

function launch(environment: Record<string, string>) {
  const env = { ...process.env, PORT: "0", LOG_LEVEL: "info", MCLUB_DATA: `${folder}/data`, ...environment };
  const child = spawn(process.execPath, ["--enable-source-maps", `${ROOT}dist/main.js`], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return { child, exited, output: () => output };
}

async function start(environment: Record<string, string> = {}): Promise<Process> {
  const before = performance.now();
  const { child, exited, output } = launch(environment);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", () => {
      const found = READY.exec(output())?.[1];
      if (found !== undefined) resolve(found);
    });
    void exited.then((code) => reject(new Error(`ended with ${code}: ${output()}`)));
  });
  const started: Process = {
    url,
    output,
    startedInMs: performance.now() - before,
    stop() {
      running.delete(started);
      child.kill("SIGTERM");
      return exited;
    },
  };
  running.add(started);
  return started;
}

const ask = async (service: Process, key: string, method: string, path: string, body?: unknown) => {
  const headers = {
    authorization: `Bearer ${key}`,
    "content-type": "application/json",
    "idempotency-key": Math.random().toString(),
  };
  const answer = await fetch(service.url + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

const member = { brand: "mvideo", externalId: "1", identifiers: [], person: {}, consents: {} };
let key = "";
let memberId = "";

describe("the service", () => {
  it("starts on nothing, says where it is, and shows an admin key", async () => {
    const service = await start();
    key = KEY.exec(service.output())?.[1] ?? "";
    expect(key).toMatch(/^mck_/);
    expect(service.output()).toContain(`Keys of personal data were made in ${folder}/data/keys.json`);
    expect(service.output()).toContain(`${service.url}/docs`);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    expect(
      await ask(service, key, "PUT", "/v1/stores/M-1", { brand: "mvideo", name: "М", timeZone: "Europe/Moscow" }),
    ).toMatchObject({ status: 200 });
    const made = await ask(service, key, "POST", "/v1/profiles", member);
    memberId = String(made.body["memberId"]);
    const sold = await ask(
      service,
      key,
      "POST",
      "/v1/purchases",
      sale({ memberId, occurredAt: new Date().toISOString() }),
    );
    expect(sold).toMatchObject({ status: 201, body: { earned: "30.00" } });
    expect(await service.stop()).toBe(0);
  });

  it("starts again in seconds, with nothing lost and no second key", async () => {
    const service = await start();
    expect(service.startedInMs).toBeLessThan(15_000);
    expect(service.output()).not.toMatch(KEY);
    expect(service.output()).not.toContain("Keys of personal data");
    expect(await ask(service, key, "GET", `/v1/members/${memberId}/balance`)).toMatchObject({
      status: 200,
      body: { pending: "30.00" },
    });
    expect(await service.stop()).toBe(0);
  });

  it("takes a clock that is moved by hand, and remembers where it stood", async () => {
    const environment = {
      MCLUB_DATA: `${folder}/sandbox`,
      MCLUB_CLOCK: "manual",
      MCLUB_ADMIN_KEY: "a-key-of-my-own-0123456789abcdef",
    };
    const mine = environment.MCLUB_ADMIN_KEY;
    const first = await start(environment);
    expect(first.output()).not.toMatch(KEY);
    expect(await ask(first, mine, "PUT", "/v1/clock", { now: "2026-03-02T12:00:00+03:00" })).toMatchObject({
      status: 200,
    });
    expect(await first.stop()).toBe(0);
    const second = await start(environment);
    expect(second.output()).not.toContain(mine);
    expect(await ask(second, mine, "GET", "/v1/clock")).toMatchObject({ body: { now: "2026-03-02T09:00:00.000Z" } });
    expect(await ask(second, mine, "PUT", "/v1/clock", { now: "2026-03-02T08:00:00Z" })).toMatchObject({
      status: 409,
      body: { code: "clock_goes_back" },
    });
    expect(await second.stop()).toBe(0);
  });

  it("drains: what is under way is answered, and kept connections do not hold it", async () => {
    const service = await start();
    const answers = Array.from({ length: 200 }, (_, index) =>
      ask(service, key, "POST", "/v1/profiles", { ...member, externalId: `drain-${index}` }),
    );
    // All have been sent once the first is answered.
    await Promise.race(answers);
    const stopped = service.stop();
    const settled = await Promise.allSettled(answers);
    expect(await stopped).toBe(0);
    const answered = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value.status] : []));
    expect(new Set(answered)).toEqual(new Set([201]));
    const again = await start();
    for (const [index, one] of settled.entries()) {
      if (one.status === "rejected") continue;
      const repeated = await ask(again, key, "POST", "/v1/profiles", { ...member, externalId: `drain-${index}` });
      expect(repeated.body["memberId"]).toBe(one.value.body["memberId"]);
    }
    expect(await again.stop()).toBe(0);
  });

  it("stops in order as soon as it has started", async () => {
    for (let round = 0; round < 3; round += 1) {
      const service = await start();
      expect([await service.stop(), service.output()]).toEqual([0, expect.not.stringContaining("Error")]);
    }
  });

  it("drains when npm ends, whose shell keeps SIGTERM to itself", async () => {
    const env = {
      ...process.env,
      PORT: "0",
      LOG_LEVEL: "info",
      MCLUB_DATA: `${folder}/data`,
      npm_lifecycle_event: "start",
    };
    const command = `"${process.execPath}" "${ROOT}dist/main.js"; true`;
    const shell = spawn("/bin/sh", ["-c", command], { env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    shell.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await new Promise<void>((resolve) =>
      shell.stdout.on("data", (chunk: Buffer) => READY.test(chunk.toString()) && resolve()),
    );
    // Closed only when the service, which shares it, has ended as well.
    const closed = new Promise<void>((resolve) => shell.once("close", () => resolve()));
    shell.kill("SIGTERM");
    await closed;
    expect(said).toContain("the end of npm");
  });

  it("refuses a body that never says how long it is, once it is too long", async () => {
    const service = await start();
    const { hostname, port } = new URL(service.url);
    const answer = await new Promise<string>((resolve, reject) => {
      let text = "";
      const socket = connectTo(Number(port), hostname, () => {
        socket.write(
          `POST /v1/reversals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nIdempotency-Key: k\r\n` +
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        );
        const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
        for (let sent = 0; sent < 20; sent += 1) socket.write(chunk);
      });
      socket.on("data", (data: Buffer) => {
        text += data.toString();
        if (text.includes("body_too_large")) resolve(text);
      });
      socket.once("error", reject);
      socket.once("close", () => resolve(text));
      setTimeout(() => socket.destroy(), 5_000).unref();
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413/);
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    expect(await service.stop()).toBe(0);
  });
});

describe("a service that cannot start", () => {
  it.each([
    [{ MCLUB_CLOCK: "manual", NODE_ENV: "production" }, /MCLUB_CLOCK/],
    [{ PORT: "many" }, /PORT/],
    [{ MCLUB_ADMIN_KEY: "short" }, /MCLUB_ADMIN_KEY/],
    [{ DATABASE_URL: "postgres://127.0.0.1:1/none" }, /MCLUB_DATA_KEYS must be set with DATABASE_URL/],
    [{ DATABASE_URL: "postgres://127.0.0.1:1/none", ...KEY_TEXTS }, /ECONNREFUSED/],
    [{ NODE_ENV: "production" }, /MCLUB_LOOKUP_KEY must be set with NODE_ENV=production/],
  ])("says why, and ends with 1: %o", async (environment, why) => {
    const { exited, output } = launch(environment);
    expect(await exited).toBe(1);
    expect(output()).toMatch(why);
  });

  it("has lost its keys: others would find nobody, and register everybody anew", async () => {
    const { exited, output } = launch(KEY_TEXTS);
    expect(await exited).toBe(1);
    expect(output()).toContain("MCLUB_LOOKUP_KEY is not the key that this database has been used with");
    const [file, aside] = [`${folder}/data/keys.json`, `${folder}/keys.json`];
    await rename(file, aside);
    const without = launch({});
    expect(await without.exited).toBe(1);
    expect(without.output()).toContain(`${file}, which the database has been used with, is not there`);
    await rename(aside, file);
    expect(await (await start()).stop()).toBe(0);
  });
});
