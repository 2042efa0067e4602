/** A network that is cut, a server that is gone, a server that is silent: bounded waiting, honest answers, one effect. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { classify } from "../../src/db/errors.ts";
import type { Outcome } from "../../src/engine/outcome.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import { balanceOf } from "../../src/members/reads/balance.ts";
import { openService, type Service } from "../../src/service.ts";
import { type Network, openNetwork } from "../support/network.ts";
import { newTestKey, testLedger, type TestLedger } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { gift, giftsOf as giftsIn } from "./gifts.ts";
import { times } from "./tills.ts";
import { TEST_KEYS } from "../support/keys.ts";

let ledger: TestLedger;
let network: Network;
let service: Service;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.close());
beforeEach(async () => {
  network = await openNetwork(ledger.database.url);
  service = await openService({ personal: TEST_KEYS, target: { url: network.url }, clock: ledger.clock, readers: 2 });
});
afterEach(async () => {
  network.heal();
  await service.close();
  await network.close();
});

/** A port where nobody listens. */
const NOBODY = 1;

const give = (memberId: MemberId, key = newTestKey(), by: Service = service): Promise<Outcome> =>
  gift(by, memberId, key);
const giftsOf = (memberId: MemberId) => giftsIn(ledger.database, memberId);

/** What kind of fault each refusal to answer was; `ok` for answers. */
const kindsOf = (results: readonly PromiseSettledResult<unknown>[]): Set<string> =>
  new Set(results.map((result) => (result.status === "fulfilled" ? "ok" : classify(result.reason).kind)));

it("connections cut at any moment under load: who repeats with the same key gets one effect", async () => {
  const members = await times(4, () => ledger.newMember());
  const stop = performance.now() + 4_000;
  const cutting = (async () => {
    while (performance.now() < stop) {
      await sleep(Math.random() * 150);
      network.cut();
    }
  })();
  let acknowledged = 0;
  let repeated = 0;
  await times(40, async (index) => {
    while (performance.now() < stop) {
      const key = newTestKey();
      for (;;) {
        const [result] = await Promise.allSettled([give(members[index % 4] as MemberId, key)]);
        if (result.status === "fulfilled") break;
        expect(classify(result.reason).kind).toBe("unavailable");
        repeated += 1;
      }
      acknowledged += 1;
    }
  });
  await cutting;
  const gifts = await Promise.all(members.map(giftsOf));
  expect(gifts.reduce<bigint>((sum, some) => sum + (some ?? 0n), 0n)).toBe(BigInt(acknowledged));
  // Every till got on, though the lanes were cut off under it.
  expect(acknowledged).toBeGreaterThanOrEqual(40);
  process.stdout.write(`${acknowledged} acknowledged, ${repeated} repeated\n`);
});

it("a server that is gone is told within a second or two to everybody who waits, and is used as soon as it is back", async () => {
  const member = await ledger.newMember();
  await give(member);
  network.lead(NOBODY);
  network.cut();
  for (let round = 0; round < 3; round += 1) {
    const started = performance.now();
    // Many more than one group takes.
    expect(kindsOf(await Promise.allSettled(Array.from({ length: 3_000 }, () => give(member))))).toEqual(
      new Set(["unavailable"]),
    );
    const reads = Array.from({ length: 500 }, () => service.reader.run("select 1"));
    expect(kindsOf(await Promise.allSettled(reads))).toEqual(new Set(["unavailable"]));
    expect(performance.now() - started).toBeLessThan(4_000);
  }
  network.lead(Number(new URL(ledger.database.url).port));
  await sleep(600);
  expect(await give(member)).toMatchObject({ kind: "accepted" });
  expect(await giftsOf(member)).toBe(2n);
});

it("a commit whose answer is lost has happened once, and everybody in its group is told so", async () => {
  for (let round = 0; round < 3; round += 1) {
    const member = await ledger.newMember();
    network.cut();
    network.loseNextCommit();
    const outcomes = await times(10, () => give(member));
    // Told from the keys, by the second attempt of the lane.
    expect(outcomes.map((outcome) => outcome.kind === "accepted" && outcome.replayed)).toEqual(
      outcomes.map(() => true),
    );
    expect(await giftsOf(member)).toBe(10n);
  }
});

it("a connection that was closed while nobody used it is not noticed by the next command", async () => {
  const member = await ledger.newMember();
  for (let round = 1n; round <= 5n; round += 1n) {
    expect(await give(member)).toMatchObject({ kind: "accepted" });
    network.cut();
    if (round % 2n === 0n) await sleep(30);
    expect(await giftsOf(member)).toBe(round);
  }
});

it("a server that falls silent holds nobody for longer than half a minute, not even who is leaving", async () => {
  const member = await ledger.newMember();
  const leaving = await openService({
    personal: TEST_KEYS,
    target: { url: network.url },
    clock: ledger.clock,
    readers: 1,
  });
  await give(member);
  await give(member, newTestKey(), leaving);
  network.fallSilent();
  const started = performance.now();
  const keys = Array.from({ length: 600 }, () => newTestKey());
  const waiting = Promise.allSettled(keys.map((key) => give(member, key)));
  const left = Promise.allSettled(Array.from({ length: 600 }, () => give(member, newTestKey(), leaving)));
  await leaving.close();
  expect(kindsOf(await left)).toEqual(new Set(["unavailable"]));
  expect(kindsOf(await waiting)).toEqual(new Set(["unavailable"]));
  expect(performance.now() - started).toBeLessThan(30_000);
  network.heal();
  const before = (await giftsOf(member)) ?? 0n;
  for (const key of keys.slice(0, 20)) expect(await give(member, key)).toMatchObject({ kind: "accepted" });
  expect(await giftsOf(member)).toBe(before + 20n);
}, 60_000);

it("whoever reads over a connection that says nothing any more is told, and reads are answered again", async () => {
  const member = await ledger.newMember();
  await give(member);
  await Promise.all(Array.from({ length: 4 }, () => balanceOf(service, member)));
  network.strand();
  const started = performance.now();
  const waiting = await Promise.allSettled(Array.from({ length: 20 }, () => balanceOf(service, member)));
  expect(kindsOf(waiting)).toEqual(new Set(["unavailable"]));
  expect(performance.now() - started).toBeLessThan(20_000);
  expect(await balanceOf(service, member)).toMatchObject({ available: "1.00" });
}, 60_000);

it("draining ends soon when the server is gone, and everybody who waits is told", async () => {
  const member = await ledger.newMember();
  await give(member);
  network.lead(NOBODY);
  network.cut();
  const waiting = Promise.allSettled(Array.from({ length: 2_000 }, () => give(member)));
  const started = performance.now();
  await service.engine.drain();
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(kindsOf(await waiting)).toEqual(new Set(["unavailable"]));
});

it("the proof holds after all this", async () => {
  expect((await expectProof(ledger)).holds).toBe(true);
});
