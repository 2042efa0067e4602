/** `npm run loadtest`: it passes on a ledger that keeps its promises, fails on one that does not, and says what is missing. */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { findK6 } from "../../src/tools/loadtest/k6.ts";
import type { App } from "../../src/http/server/app.ts";
import { listen } from "../../src/http/server/server.ts";
import { expectProof } from "../support/proof.ts";
import { testHttp } from "../support/http.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LONGEST_MS = 90_000;

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program of Node in the project's folder to its end, or ends it. */
function run(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, BASE_URL: "", MCLUB_ADMIN_KEY: "", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // It passes the signal on, so that k6 does not keep the pipes open.
  const timer = setTimeout(() => child.kill("SIGTERM"), LONGEST_MS);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (output += part.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}

/** The names of all scenarios: each is a file. */
async function scenarios(): Promise<string[]> {
  const files = await readdir(join(ROOT, "loadtests"));
  const names = files.flatMap((file) => /^(.+)\.ts$/.exec(file)?.[1] ?? []);
  expect(names).toContain("till-peak");
  return names;
}

const CLI = ["--import", "tsx", "src/tools/loadtest.ts"];

/** What stands between the tills and the ledger: an answer of its own, or null to let the request through. */
type Between = (request: Request) => Response | null;

/** Loads a ledger of this test, gently: what is tested here is not how fast the machine is. */
async function loadtest(args: readonly string[], between: Between = () => null) {
  const ledger = await testHttp();
  open.push(() => ledger.close());
  const fetch = (request: Request, env: unknown) => between(request) ?? ledger.app.fetch(request, env);
  const listening = await listen({ fetch } as App, { port: 0, host: "127.0.0.1" });
  open.push(() => listening.close());
  const environment = { BASE_URL: `http://127.0.0.1:${listening.port}`, MCLUB_ADMIN_KEY: ledger.adminKey };
  const ended = await run([...CLI, "--rate", "20", "--p95", "20000", ...args], environment);
  return { ...ended, ledger };
}

describe("without k6", () => {
  it("says what to install, before it starts anything", async () => {
    const empty = await mkdtemp(join(tmpdir(), "mclub-no-k6-"));
    open.push(() => rmdir(empty));
    const { code, output } = await run(CLI, { PATH: empty, GOBIN: empty, GOPATH: empty });
    expect(code).toBe(1);
    expect(output).toContain("k6 is not on the PATH");
    const version = /k6_version=(v[\d.]+)/.exec(await readFile(join(ROOT, ".ci", "run"), "utf8"))?.[1] ?? "none";
    expect(output).toContain(`go install go.k6.io/k6@${version} `);
    expect(output).not.toContain("Starting");
  });

  it("has scenarios that type-check with nothing but what k6 has", async () => {
    const options = "--ignoreConfig --noEmit --strict --noUncheckedIndexedAccess --module nodenext --target es2023";
    const k6s = "--lib es2023,dom --types k6 --allowImportingTsExtensions --verbatimModuleSyntax --skipLibCheck";
    const files = (await scenarios()).map((name) => `loadtests/${name}.ts`);
    const tsc = ["node_modules/typescript/bin/tsc", ...options.split(" "), ...k6s.split(" ")];
    expect(await run([...tsc, ...files])).toEqual({ code: 0, output: "" });
    // Node's own things are none of k6's: the check sees them where they are used.
    const ours = await run([...tsc, "src/tools/command/exit.ts"]);
    expect(ours.code).not.toBe(0);
    expect(ours.output).toContain("process");
  });
});

// k6 is no part of the project: on a machine without it there is nothing here to test.
describe.each(findK6() === null ? [] : ["k6"])("with %s", { timeout: LONGEST_MS + 5_000 }, () => {
  it("passes on a ledger that keeps its promises", async () => {
    const { code, output, ledger } = await loadtest(["--seconds", "2"]);
    const names = await scenarios();
    for (const name of names) expect(output).toContain(`${name} passed`);
    expect(output.match(/The ledger proves: all \d+ invariants hold/g)).toHaveLength(names.length);
    expect(output).toContain("✓ a quote that no longer holds is refused, with the one that does");
    expect(output).toContain("✓ an order is collected with its last goods");
    expect(code).toBe(0);
    const [sold] = await ledger.database.sql<{ purchases: string; returns: string; orders: string }[]>`
      select (select count(*) from purchases) as purchases, (select count(*) from returns) as returns,
        (select count(*) from orders) as orders`;
    expect(Number(sold?.purchases)).toBeGreaterThan(40);
    expect(Number(sold?.returns)).toBeGreaterThan(0);
    expect(Number(sold?.orders)).toBeGreaterThan(10);
    await expectProof(ledger);
  });

  const hot = ["--scenario", "hot-member", "--seconds", "1"];

  it("fails where the ledger does not prove, and names what is broken", async () => {
    const broken = { name: "wallets_are_their_lots", statement: "Sums agree.", holds: false, wrong: 1 };
    const { code, output } = await loadtest(hot, ({ url }) =>
      url.endsWith("/v1/proof") ? Response.json({ holds: false, invariants: [broken] }) : null,
    );
    expect(code).toBe(99);
    expect(output).toContain("broken: wallets_are_their_lots (1 times): Sums agree.");
    expect(output).toContain("hot-member FAILED");
  });

  it("fails for one fault, whatever else goes well", async () => {
    let sales = 0;
    const { code, output } = await loadtest(hot, ({ url }) => {
      if (!url.endsWith("/v1/purchases")) return null;
      sales += 1;
      return sales === 3 ? new Response("{}", { status: 500 }) : null;
    });
    expect(code).toBe(99);
    expect(output).toContain("a sale was answered with 500");
    expect(output).toMatch(/✗ 'rate==0' rate=\d/);
  });

  it("comes again to a full ledger when it says so, and does not call that a fault", async () => {
    let sales = 0;
    const { code, output } = await loadtest(hot, ({ url }) => {
      if (!url.endsWith("/v1/purchases")) return null;
      sales += 1;
      if (sales % 5 !== 0) return null;
      return Response.json({ code: "overloaded" }, { status: 503, headers: { "retry-after": "1" } });
    });
    expect(output).toContain("hot-member passed");
    expect(output).toMatch(/overloaded\.+: [1-9]/);
    expect(code).toBe(0);
  });

  it("fails for one quote that does not add up", async () => {
    let quotes = 0;
    const wrong = { quoteId: `quo_${"0".repeat(32)}`, total: "3.00", spend: "1.00", payable: "1.00", lines: [] };
    const { code, output } = await loadtest(["--scenario", "checkout-peak", "--seconds", "1"], ({ url }) => {
      if (!url.endsWith("/v1/quotes")) return null;
      quotes += 1;
      return quotes === 2 ? Response.json(wrong) : null;
    });
    expect(code).toBe(99);
    expect(output).toMatch(/✗ a quote adds up/);
    expect(output).toContain("checkout-peak FAILED");
  });

  it("says so when the key is not known", async () => {
    const { code, output } = await loadtest([...hot, "--admin-key", "nobody-knows-this-key-0123456789"]);
    expect(code).toBe(107);
    expect(output).toContain("store LOAD-M was answered with 401");
  });
});
