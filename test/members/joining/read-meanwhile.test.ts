/** What is read of somebody who parts from another just then: it is as it was before, or as it is afterwards, and no mixture. */
import { isDeepStrictEqual } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { modules } from "../../../src/modules.ts";
import type { Service } from "../../../src/service.ts";
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

describe("whoever parts from another meanwhile", () => {
  it.each(Object.entries(CASES))("is shown %s of one moment, whenever that is", async (_, [name, asked]) => {
    const mixed: unknown[] = [];
    for (let place = 1, looks = 1; place <= looks; place += 1) {
      const [elder, younger] = [await people.person({ firstName: "Анна" }), await people.person({ firstName: "Олег" })];
      await people.give(elder, "100.00");
      await people.give(younger, "40.00");
      const { mergeId } = await people.join(elder, younger);
      const undisturbed = atLook(Number.POSITIVE_INFINITY, async () => {});
      const before = await tell(undisturbed.service, name, asked(younger));
      looks = undisturbed.looks();
      const late = atLook(place, () => people.part(mergeId));
      const told = await tell(late.service, name, asked(younger));
      const afterwards = await tell(ledger.service, name, asked(younger));
      expect(afterwards).not.toEqual(before);
      const isOfOneMoment = [before, afterwards].some((each) => isDeepStrictEqual(each, told));
      if (!isOfOneMoment) mixed.push({ place, told });
    }
    expect(mixed).toEqual([]);
  });
});
