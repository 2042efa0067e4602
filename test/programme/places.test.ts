import { afterAll, beforeAll, expect, it } from "vitest";
import { brandRegistration } from "../../src/programme/places/brand.ts";
import { storeRegistration } from "../../src/programme/places/store.ts";
import { terminalRegistration } from "../../src/programme/places/terminal.ts";
import { openService, type Service } from "../../src/service.ts";
import { answerOf, ask, testLedger, type TestLedger } from "../support/ledger.ts";
import { TEST_KEYS } from "../support/keys.ts";

let ledger: TestLedger;
let other: Service;
beforeAll(async () => {
  ledger = await testLedger();
  other = await openService({ personal: TEST_KEYS, target: ledger.database, clock: ledger.clock, readers: 2 });
});
afterAll(async () => {
  await other.close();
  await ledger.close();
});

const STORE = { brand: "mvideo", name: "Казань", timeZone: "Europe/Moscow" };
const putStore = (storeId: string, body: object, service: Service = ledger.service) =>
  ask(service, storeRegistration, body, { params: { storeId } });

it("a store that is registered is known at once, and so is what is changed of it", async () => {
  expect(answerOf(await putStore("M-77", STORE))).toEqual({ storeId: "M-77", ...STORE });
  const moved = { ...STORE, name: "Самара", timeZone: "Europe/Samara" };
  expect(answerOf(await putStore("M-77", moved))).toEqual({ storeId: "M-77", ...moved });
  expect(await ledger.service.directory.store("M-77")).toEqual({ storeId: "M-77", ...moved });
});

it("a store never changes its brand, also when two brands register it at once in two processes", async () => {
  expect(await putStore("M-1", { ...STORE, brand: "eldorado" })).toMatchObject({
    kind: "refused",
    code: "brand_conflict",
  });
  for (let round = 0; round < 10; round += 1) {
    const outcomes = await Promise.all([
      putStore(`T-${round}`, STORE),
      putStore(`T-${round}`, { ...STORE, brand: "eldorado" }, other),
    ]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["accepted", "refused"]);
    const winner = answerOf(outcomes.find(({ kind }) => kind === "accepted") ?? { kind: "busy" });
    ledger.service.directory.changed();
    expect(await ledger.service.directory.store(`T-${round}`)).toEqual(winner);
  }
});

it("a store needs a brand that takes part", async () => {
  await expect(putStore("M-78", { ...STORE, brand: "nobody" })).rejects.toMatchObject({ code: "unknown_brand" });
  const terms = { name: "Новая", legalEntity: "ООО «Новая»" };
  await ledger.ask(brandRegistration, terms, { params: { brand: "novaya" } });
  expect(answerOf(await putStore("N-1", { ...STORE, brand: "novaya" }))).toMatchObject({ brand: "novaya" });
});

it("a till is known since the first time, in each store for itself", async () => {
  const put = (storeId: string) => ledger.ask(terminalRegistration, { storeId }, { params: { terminalId: "17" } });
  const first = answerOf(await put("M-1"));
  ledger.clock.moveTo(ledger.clock.now() + 1_000);
  expect(answerOf(await put("M-1"))).toEqual(first);
  expect(answerOf(await put("E-1"))).not.toEqual(first);
  expect(await ledger.service.directory.knowsTerminal("E-1", "17")).toBe(true);
  await expect(put("X")).rejects.toMatchObject({ code: "unknown_store" });
});
