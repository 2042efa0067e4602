/** The client of the API: retries under one key, waves, windows and batches, against a service of a few lines. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { type Answer, connectTo } from "../../src/tools/client/api.ts";
import { sendAll } from "../../src/tools/client/batch.ts";
import { proofReport } from "../../src/tools/report/report.ts";
import { type Step, runTimeline, wavesOf, windowsOf } from "../../src/tools/client/timeline.ts";

interface Seen {
  readonly path: string;
  readonly key: string | undefined;
  readonly body: string;
}

let server: Server | undefined;
afterEach(() => server?.close());

/** A service that answers with what `reply` says: a status and a body, or nothing but a closed connection. */
async function service(reply: (seen: Seen, count: number) => [number, unknown] | "hang up") {
  const seen: Seen[] = [];
  server = createServer((request: IncomingMessage, response) => {
    const answerTo = (body: string): void => {
      const key = request.headers["idempotency-key"];
      seen.push({ path: request.url ?? "", key: typeof key === "string" ? key : undefined, body });
      const answer = reply(seen.at(-1)!, seen.length);
      if (answer === "hang up") request.socket.destroy();
      else response.writeHead(answer[0], { "content-type": "application/json" }).end(JSON.stringify(answer[1]));
    };
    void text(request).then(answerTo, () => response.destroy());
  });
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { seen, api: connectTo({ baseUrl: `http://127.0.0.1:${port}/`, key: "k", attempts: 4, pauseMs: 1 }) };
}

describe("asking again", () => {
  it("asks under the same key with the same body until it gets an answer", async () => {
    const { api, seen } = await service((_, count) =>
      count === 1 ? "hang up" : count === 2 ? [503, { code: "overloaded" }] : [201, { ok: true }],
    );
    expect(await api.send("POST", "/v1/purchases", '{"a":1}', "key-1")).toMatchObject({
      status: 201,
      body: { ok: true },
    });
    expect(seen).toEqual(Array.from({ length: 3 }, () => ({ path: "/v1/purchases", key: "key-1", body: '{"a":1}' })));
  });

  it("takes a refusal for an answer", async () => {
    const { api, seen } = await service(() => [409, { code: "insufficient_bonuses" }]);
    expect((await api.send("POST", "/x", "{}", "k")).status).toBe(409);
    expect(seen).toHaveLength(1);
  });

  it("gives up in the end", async () => {
    const { api, seen } = await service(() => "hang up");
    await expect(api.send("POST", "/x", "{}", "k")).rejects.toThrow(/no answer after 4/);
    expect(seen).toHaveLength(4);
  });
});

const HOUR = 3_600_000;
const step = (at: number, keys: string[], name = ""): Step & { readonly name: string; readonly answers: Answer[] } => {
  const answers: Answer[] = [];
  return {
    at,
    keys,
    name,
    answers,
    call: () => ({ op: "purchase", path: "/v1/purchases", body: { name }, idempotencyKey: `key-${name}` }),
    done: (answer) => void answers.push(answer),
  };
};

describe("order", () => {
  it("keeps steps of one member in their order, and lets all others travel together", () => {
    const steps = [
      step(0, ["a"], "a1"),
      step(0, ["b"], "b1"),
      step(0, ["a"], "a2"),
      step(0, [], "free"),
      step(0, ["a", "b"], "both"),
      step(0, ["b"], "b2"),
    ];
    const names = wavesOf(steps).map((wave) => wave.map((each) => (each as ReturnType<typeof step>).name));
    expect(names).toEqual([["a1", "b1", "free"], ["a2"], ["both"], ["b2"]]);
  });

  it("cuts windows at whole hours, the last millisecond of one before the first of the next", () => {
    const windows = [...windowsOf([step(5, []), step(HOUR - 1, []), step(HOUR, []), step(5 * HOUR, [])], HOUR)];
    expect(windows.map(({ end, steps }) => [end, steps.length])).toEqual([
      [HOUR - 1, 2],
      [2 * HOUR - 1, 1],
      [6 * HOUR - 1, 1],
    ]);
    expect(() => [...windowsOf([step(HOUR, []), step(0, [])], HOUR)]).toThrow(/time order/);
  });

  it("ends a window where a step needs the exact time, with what shares that time", () => {
    const exact = (at: number): Step => ({ ...step(at, []), exact: true });
    const steps = [
      step(5, []),
      exact(7),
      step(7, []),
      exact(7),
      step(8, []),
      exact(HOUR - 1),
      exact(HOUR),
      step(HOUR + 1, []),
    ];
    expect([...windowsOf(steps, HOUR)].map(({ end, steps: own }) => [end, own.length])).toEqual([
      [7, 4],
      [HOUR - 1, 2],
      [HOUR, 1],
      [2 * HOUR - 1, 1],
    ]);
    expect(() => [...windowsOf([step(5, []), exact(4)], HOUR)]).toThrow(/time order/);
  });

  it("moves the clock to the end of a window before anything of the window is sent", async () => {
    const { api, seen } = await service(({ path, body }) =>
      path === "/v1/clock"
        ? [200, {}]
        : [200, { results: (JSON.parse(body) as { items: unknown[] }).items.map(() => ({ status: 201, body: {} })) }],
    );
    await runTimeline(api, [step(0, ["a"], "1"), step(1, ["a"], "2"), step(HOUR, ["a"], "3")], { windowMs: HOUR });
    expect(seen.map(({ path }) => path)).toEqual([
      "/v1/clock",
      "/v1/batches",
      "/v1/batches",
      "/v1/clock",
      "/v1/batches",
    ]);
    expect(seen[0]!.body).toBe('{"now":"1970-01-01T00:59:59.999Z"}');
  });
});

describe("batches", () => {
  it("sends again, under their own keys, only the items that the service could not take just then", async () => {
    const { api, seen } = await service(({ body }, count) => {
      const { items } = JSON.parse(body) as { items: { idempotencyKey: string }[] };
      return [
        200,
        {
          results: items.map(({ idempotencyKey }) => ({
            status: count === 1 && idempotencyKey === "key-b" ? 503 : 201,
            body: { idempotencyKey },
          })),
        },
      ];
    });
    const steps = [step(0, [], "a"), step(0, [], "b"), step(0, [], "c")];
    await sendAll(api, steps);
    expect(steps.map(({ answers }) => answers)).toEqual(
      ["a", "b", "c"].map((name) => [{ status: 201, body: { idempotencyKey: `key-${name}` } }]),
    );
    expect(
      seen.map(({ body }) =>
        (JSON.parse(body) as { items: { idempotencyKey: string }[] }).items.map((item) => item.idempotencyKey),
      ),
    ).toEqual([["key-a", "key-b", "key-c"], ["key-b"]]);
  });

  it("stays below what the API takes in one request", async () => {
    const { api, seen } = await service(({ body }) => [
      200,
      { results: (JSON.parse(body) as { items: unknown[] }).items.map(() => ({ status: 201, body: null })) },
    ]);
    await sendAll(api, [
      ...Array.from({ length: 3 }, () => step(0, [], "ж".repeat(100_000))),
      ...Array.from({ length: 600 }, () => step(0, [])),
    ]);
    expect(seen).toHaveLength(3);
    for (const { body } of seen) {
      expect(Buffer.byteLength(body)).toBeLessThan(1024 * 1024);
      expect((JSON.parse(body) as { items: unknown[] }).items.length).toBeLessThanOrEqual(500);
    }
  });
});

describe("the proof as text", () => {
  const found = { statement: "Sums agree.", checked: 12_345, figures: [], broken: [] };

  it("shows each invariant as a line, and where one is broken", () => {
    const fine = proofReport({ holds: true, invariants: [{ ...found, name: "books_balance", holds: true, wrong: 0 }] });
    expect(fine).toContain("✓ books balance  12 345  checked");
    expect(fine).toContain("Every invariant holds.");
    const bad = proofReport({
      holds: false,
      invariants: [{ ...found, name: "books_balance", holds: false, wrong: 1, broken: [{ entity: "mvideo" }] }],
    });
    expect(bad).toContain("✗ books balance  12 345  checked, 1 WRONG");
    expect(bad).toContain('{"entity":"mvideo"}');
    expect(bad).not.toContain("Every invariant holds");
  });
});
