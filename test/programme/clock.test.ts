import { afterAll, beforeAll, expect, it } from "vitest";
import { formatInstant, systemClock } from "../../src/kernel/clock.ts";
import { clockMove } from "../../src/programme/clock/move.ts";
import { SharedManualClock } from "../../src/programme/clock/manual-clock.ts";
import { openService, type Service } from "../../src/service.ts";
import { ask, START, testLedger, type TestLedger } from "../support/ledger.ts";
import { TEST_KEYS } from "../support/keys.ts";

const DAY = 86_400_000;

/** One database, and two processes of a sandbox over it. */
let ledger: TestLedger;
const clocks = [new SharedManualClock(0), new SharedManualClock(0)] as const;
let here: Service;
let there: Service;
beforeAll(async () => {
  ledger = await testLedger();
  here = await openService({ personal: TEST_KEYS, target: ledger.database, clock: clocks[0], readers: 2 });
  there = await openService({ personal: TEST_KEYS, target: ledger.database, clock: clocks[1], readers: 2 });
  await Promise.all([clocks[0].connect(here, START), clocks[1].connect(there, START)]);
});
afterAll(async () => {
  await here.close();
  await there.close();
  await ledger.close();
});

const move = (service: Service, to: number) => ask(service, clockMove, { now: formatInstant(to) });

it("stands at the very first start where it is told to, and stays there at the next", async () => {
  expect(clocks.map((clock) => clock.now())).toEqual([START, START]);
  const next = new SharedManualClock(0);
  await next.connect(here, START + 7);
  expect(next.now()).toBe(START);
});

it("is one for all processes: each follows what another has moved", async () => {
  expect(await move(here, START + DAY)).toMatchObject({ kind: "accepted" });
  expect(clocks[0].now()).toBe(START + DAY);
  expect(clocks[1].now()).toBe(START);
  await Promise.all([clocks[1].refresh(), clocks[1].refresh()]);
  expect(clocks[1].now()).toBe(START + DAY);
});

it("never goes back behind what another process has moved, and says what the time is", async () => {
  await move(here, START + 3 * DAY);
  const back = await move(there, START + 2 * DAY);
  const data = { now: formatInstant(START + 3 * DAY) };
  expect(back).toMatchObject({ kind: "refused", code: "clock_goes_back", data });
  expect(await move(there, START + 3 * DAY)).toMatchObject({ kind: "accepted" });
  expect(clocks[1].now()).toBe(START + 3 * DAY);
});

it("stands at the latest of many moves at once", async () => {
  const days = [9, 5, 7, 6, 8];
  await Promise.all(days.map((day, index) => move(index % 2 === 0 ? here : there, START + day * DAY)));
  await Promise.all(clocks.map((clock) => clock.refresh()));
  expect(clocks.map((clock) => clock.now())).toEqual([START + 9 * DAY, START + 9 * DAY]);
});

it("is not moved where the service has the time of the day", async () => {
  const service: Service = { ...here, clock: systemClock };
  await expect(move(service, Date.now() + DAY)).rejects.toMatchObject({ code: "clock_not_manual" });
});

it("of a ledger that has run by the machine's clock begins where that has stopped: time never goes back", async () => {
  const used = await testLedger();
  await used.give(await used.newMember(), 100n);
  const clock = new SharedManualClock(0);
  const sandbox = await openService({ personal: TEST_KEYS, target: used.database, clock, readers: 1 });
  await clock.connect(sandbox, START - 3_650 * DAY);
  expect(clock.now()).toBe(used.clock.now());
  await sandbox.close();
  await used.close();
});
