/** What is read of somebody who parts from another just then: it is as it was before, or as it is afterwards, and no mixture. */
import { isDeepStrictEqual } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { modules } from "../../../src/modules.ts";
import type { Service } from "../../../src/service.ts";
import { representativeGrant } from "../../../src/members/representing/grant.ts";
import { type TestLedger, testLedger, TILL } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { People, type Person } from "./people.ts";

let ledger: TestLedger;
let people: People;
beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
});
afterEach(() => expectProof(ledger));
afterAll(() => ledger.close());

/** A service at which something happens once, just before so manyth a look of a read at the ledger. */
function atLook(place: number, happens: () => Promise<unknown>): { service: Service; looks: () => number } {
  const { reader } = ledger.service;
  let looks = 0;
  const look = async () => {
    looks += 1;
    if (looks === place) await happens();
  };
  const late: Service["reader"] = {
    run: async (text, parameters) => (await look(), reader.run(text, parameters)),
    values: async (text, parameters) => (await look(), reader.values(text, parameters)),
    send: async (statement) => (await look(), reader.send(statement)),
    one: async (source, name) => (await look(), reader.one(source, name)),
    snapshot: async (work) => (await look(), reader.snapshot(work)),
  };
  return { service: Object.create(ledger.service, { reader: { value: late } }) as Service, looks: () => looks };
}

const actor = { ...TILL, brand: null, staffId: "anna-1" };
const reads = new Map(modules.flatMap((module) => module.reads).map((read) => [read.name, read]));

type Asked = Readonly<Record<"params" | "query" | "body", object>>;

/** What a read tells, or refuses. */
async function tell(service: Service, name: string, asked: Asked): Promise<unknown> {
  const read = reads.get(name);
  if (read === undefined) throw new Error(`no read ${name}`);
  try {
    return await read.read(service, { actor, ...asked });
  } catch (error) {
    return String(error);
  }
}

const ofMember = ({ memberId }: Person, query: object = {}): Asked => ({ params: { memberId }, query, body: {} });
const basket = {
  brand: "mvideo",
  storeId: "M-1",
  channel: "pos",
  lines: [{ lineId: "1", sku: "a", category: "tv", quantity: 1000n, unitPrice: 100_000n }],
  spend: "max",
};
const quoted = (who: object): Asked => ({ params: {}, query: {}, body: { ...basket, ...who } });

const CASES: Readonly<Record<string, readonly [string, (person: Person) => Asked]>> = {
  "his card": ["read-member", (person) => ofMember(person)],
  "his card, found by an identifier": [
    "find-member",
    ({ card }) => ({ params: {}, query: {}, body: { identifier: card } }),
  ],
  "his card for the seller's app": ["read-card", (person) => ofMember(person)],
  "his balance": ["read-balance", (person) => ofMember(person)],
  "his lots": ["list-lots", (person) => ofMember(person, { limit: 50 })],
  "his transfers": ["list-transfers", (person) => ofMember(person, { limit: 50 })],
  "his identifiers": ["list-identifiers", (person) => ofMember(person, { limit: 50 })],
  "his consents": ["list-consents", (person) => ofMember(person, { limit: 50 })],
  "a quote by his id": ["quote", ({ memberId }) => quoted({ memberId })],
  "a quote by his card": ["quote", ({ card }) => quoted({ identifier: card })],
};

/** Something that is asked, and what happens meanwhile. */
interface Scene {
  readonly asked: readonly [name: string, asked: Asked];
  readonly happens: () => Promise<unknown>;
}

/** Has what is read disturbed at each of its looks, in a scene of its own each time; answers what was neither as before nor as afterwards. */
async function mixtures(setScene: () => Promise<Scene>): Promise<unknown[]> {
  const mixed: unknown[] = [];
  for (let place = 1, looks = 1; place <= looks; place += 1) {
    const { asked, happens } = await setScene();
    const undisturbed = atLook(Number.POSITIVE_INFINITY, async () => {});
    const before = await tell(undisturbed.service, ...asked);
    looks = undisturbed.looks();
    const told = await tell(atLook(place, happens).service, ...asked);
    const afterwards = await tell(ledger.service, ...asked);
    expect(afterwards).not.toEqual(before);
    const isOfOneMoment = [before, afterwards].some((each) => isDeepStrictEqual(each, told));
    if (!isOfOneMoment) mixed.push({ place, told });
  }
  return mixed;
}

const named = (firstName: string) => people.person({ firstName });

describe("whoever parts from another meanwhile", () => {
  it.each(Object.entries(CASES))("is shown %s of one moment, whenever that is", async (_, [name, asked]) => {
    const setScene = async (): Promise<Scene> => {
      const [elder, younger] = [await named("Анна"), await named("Олег")];
      await people.give(elder, "100.00");
      await people.give(younger, "40.00");
      const { mergeId } = await people.join(elder, younger);
      return { asked: [name, asked(younger)], happens: () => people.part(mergeId) };
    };
    expect(await mixtures(setScene)).toEqual([]);
  });
});

describe("whoever becomes part of another meanwhile", () => {
  it("is shown what is due to him, or all that both have", async () => {
    const setScene = async (): Promise<Scene> => {
      const [elder, younger] = [await named("Анна"), await named("Олег")];
      await people.give(elder, "7.00");
      await people.give(younger, "100.00", "mvideo", 1);
      await people.give(younger, "500.00");
      ledger.clock.moveTo(ledger.clock.now() + 2 * 86_400_000);
      const happens = () => {
        ledger.clock.moveTo(ledger.clock.now() + 1_000);
        return people.join(elder, younger);
      };
      return { asked: ["read-balance", ofMember(younger)], happens };
    };
    expect(await mixtures(setScene)).toEqual([]);
  });
});

describe("whoever acts for one who parts from another meanwhile", () => {
  /** The younger of two who are one is acted for. */
  async function represented() {
    const [elder, younger, buyer] = [await named("Ванда"), await named("Карл"), await named("Кира")];
    await people.give(elder, "300.00");
    await people.give(younger, "500.00");
    const granted = {
      representativeId: buyer.memberId,
      rights: { see: true, spendUpTo: { perMonth: "900.00" } },
      reason: "r",
      reference: "r",
    };
    await people.ask(representativeGrant, granted, { memberId: younger.memberId });
    return { elder, younger, buyer };
  }

  it("is shown him, or both", async () => {
    const setScene = async (): Promise<Scene> => {
      const { elder, younger, buyer } = await represented();
      const { mergeId } = await people.join(elder, younger);
      return { asked: ["read-card", ofMember(buyer)], happens: () => people.part(mergeId) };
    };
    expect(await mixtures(setScene)).toEqual([]);
  });

  it("is shown him, or both, when the two become one", async () => {
    const setScene = async (): Promise<Scene> => {
      const { elder, younger, buyer } = await represented();
      return { asked: ["read-card", ofMember(buyer)], happens: () => people.join(elder, younger) };
    };
    expect(await mixtures(setScene)).toEqual([]);
  });

  it("is quoted what both have, or told that he does not act for the other", async () => {
    const setScene = async (): Promise<Scene> => {
      const { elder, younger, buyer } = await represented();
      const { mergeId } = await people.join(elder, younger);
      const body = quoted({ identifier: buyer.card, actingFor: elder.memberId });
      return { asked: ["quote", body], happens: () => people.part(mergeId) };
    };
    expect(await mixtures(setScene)).toEqual([]);
  });

  it("acts for him all the time, though he himself parts from somebody", async () => {
    for (let place = 1, looks = 1; place <= looks; place += 1) {
      const other = await named("Отто");
      const { younger, buyer } = await represented();
      const { mergeId } = await people.join(other, buyer);
      const body = quoted({ identifier: buyer.card, actingFor: younger.memberId });
      const undisturbed = atLook(Number.POSITIVE_INFINITY, async () => {});
      const before = await tell(undisturbed.service, "quote", body);
      looks = undisturbed.looks();
      expect(before).toMatchObject({ maxSpend: "500.00" });
      const told = await tell(atLook(place, () => people.part(mergeId)).service, "quote", body);
      expect({ place, told }).toEqual({ place, told: before });
    }
  });
});
