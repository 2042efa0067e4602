/** The figures as gauges: what the model says, read now and then, while nobody waits for it and nothing fails by it. */
import { Registry } from "prom-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GaugeSource } from "../../../src/engine/definition/gauge.ts";
import { GAUGES_READ_EVERY_MS, watchGauges } from "../../../src/http/server/gauges.ts";
import { createMetrics } from "../../../src/http/server/metrics.ts";
import { HAPPENS, type TransferEvent } from "../../../src/ledger/transfer.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { liveThrough } from "../../support/town.ts";
import { modelOf } from "./model.ts";

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
  await liveThrough(ledger);
}, 120_000);
afterAll(() => ledger.close());

const valueIn = (text: string, figure: string, brand: string): bigint | undefined => {
  const found = new RegExp(
    `^mclub_measures_(?:count|kopecks)\\{brand="${brand}",figure="${figure}"\\} (-?\\d+)$`,
    "m",
  ).exec(text);
  return found?.[1] === undefined ? undefined : BigInt(found[1]);
};

it("gauges are the sums of the model's figures, once they were read", async () => {
  const metrics = createMetrics();
  const read = metrics.watch(ledger.service);
  await read();
  const text = await metrics.text();
  const sums = new Map<string, bigint>();
  for (const [key, value] of await modelOf(
    ledger.database,
    (event) => HAPPENS[event as TransferEvent] === "when_due",
  )) {
    const [brand = "", , figure = ""] = key.split(" ");
    sums.set(`${brand} ${figure}`, (sums.get(`${brand} ${figure}`) ?? 0n) + value);
  }
  expect(sums.size).toBeGreaterThan(25);
  for (const [key, sum] of sums) {
    const [brand = "", figure = ""] = key.split(" ");
    expect(valueIn(text, figure, brand), key).toBe(sum);
  }
  expect(text).toMatch(/^mclub_measures_read_timestamp_seconds 1\d{9}/m);
});

describe("a source of gauges", () => {
  let now = 0;
  let reads = 0;
  let answer: () => ReturnType<GaugeSource["read"]>;
  const source: GaugeSource = {
    name: "test",
    gauges: { test_one: { help: "One.", labels: ["brand"] }, test_two: { help: "Two.", labels: [] } },
    read() {
      reads += 1;
      return answer();
    },
  };
  const told = (value: bigint) => () => Promise.resolve({ test_one: [{ labels: { brand: "a" }, value }] });

  it("is read once in a while, never waited for, and what it told last stays where it cannot be read", async () => {
    const registry = new Registry();
    const modules = [{ name: "test", operations: [], reads: [], gauges: [source] }];
    answer = told(5n);
    const ended = watchGauges({ modules, reader: ledger.service.reader }, [registry], () => now);
    await ended();
    expect(await registry.metrics()).toContain('test_one{brand="a"} 5');
    for (let scrape = 0; scrape < 20; scrape += 1) await registry.metrics();
    expect(reads).toBe(1);

    now += GAUGES_READ_EVERY_MS;
    let goOn: () => void = () => {};
    const waits = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    answer = () => waits.then(told(6n));
    for (let scrape = 0; scrape < 5; scrape += 1) expect(await registry.metrics()).toContain('test_one{brand="a"} 5');
    now += GAUGES_READ_EVERY_MS;
    await registry.metrics();
    expect(reads, "one at a time").toBe(2);
    goOn();
    await ended();
    expect(await registry.metrics()).toContain('test_one{brand="a"} 6');
    await ended();

    now += GAUGES_READ_EVERY_MS;
    answer = () => Promise.reject(new Error("no database"));
    const before = reads;
    await registry.metrics();
    await ended();
    expect(reads).toBe(before + 1);
    expect(await registry.metrics()).toContain('test_one{brand="a"} 6');
  });
});
