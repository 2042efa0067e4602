/** Members who become one, and part again; and what whoever else buys notices of it where somebody has very many lots. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type Api, bodyOf, connectTo } from "../../client/api.ts";
import { grantJson, nextNumber, saleJson, saleOf } from "../commands.ts";
import { repeat } from "../figures.ts";
import { pace } from "../http.ts";
import type { Row } from "../report.ts";
import { measureRowsInTurn, oneOf, post, type RowPlan, type RowTerms } from "./row.ts";

/** Merges or partings a second. */
const RATE = 10;
const LOTS = 50;
const MANY_LOTS = 5_000;
/** Sales a second beside those who have many lots; and the pause between joining and parting one of these. */
const SALES = 200;
const PAUSE_MS = 1_000;

/** At so few a second it takes a while until their p99 is more than the slowest of them. */
const LONGER = 4;

const AT_ONCE = 16;
const ITEMS = 500;
const A_BONUS = 1_00n;

type Pair = readonly [older: string, younger: string];

export async function joiningRows(terms: RowTerms): Promise<Row[]> {
  const api = connectTo({ baseUrl: terms.service.url, key: terms.service.key });
  const bound = { of: "p99", atMost: 50 } as const;
  const few = await measureRowsInTurn({ ...terms, seconds: terms.seconds * LONGER }, [
    { name: "merge", what: `merges of members of ${LOTS} lots, ${RATE} a second`, ...merging(terms, api), bound },
    { name: "unmerge", what: `partings of the same, ${RATE} a second`, ...parting(terms, api), bound },
  ]);
  const many = await measureRowsInTurn(terms, [
    {
      name: "besideManyLots",
      what: `sales, ${SALES} a second, while one of ${MANY_LOTS} lots is joined and parted by turns, a second apart`,
      ...besideManyLots(terms, api),
    },
  ]);
  return [...few, ...many];
}

type Measured = Pick<RowPlan, "prepare" | "once">;

function merging({ service }: RowTerms, api: Api): Measured {
  const pairs: Pair[] = [];
  return {
    prepare: async (seconds) => void pairs.push(...(await makePairs(api, countFor(seconds), LOTS))),
    once: (seconds) => pace(service, RATE, seconds, () => post("/v1/merges", mergeJson(nextOf(pairs)))),
  };
}

function parting({ service }: RowTerms, api: Api): Measured {
  const merges: string[] = [];
  return {
    async prepare(seconds) {
      const pairs = await makePairs(api, countFor(seconds), LOTS);
      for (const pair of pairs) merges.push(await join(api, pair));
    },
    once: (seconds) =>
      pace(service, RATE, seconds, () => post(`/v1/merges/${nextOf(merges)}/unmerge`, { reason: "comparison" })),
  };
}

function besideManyLots({ service, members, random }: RowTerms, api: Api): Measured {
  const pairs: Pair[] = [];
  const anybody = oneOf(members.many, random);
  return {
    prepare: async (seconds) => void pairs.push(...(await makePairs(api, countFor(seconds) / RATE / 2, MANY_LOTS))),
    async once(seconds) {
      const moving = moveToAndFro(api, pairs.splice(0));
      const figures = await pace(service, SALES, seconds, () =>
        post("/v1/purchases", saleJson(saleOf(anybody(), random, Date.now()))),
      );
      await moving;
      return figures;
    },
  };
}

async function moveToAndFro(api: Api, pairs: readonly Pair[]): Promise<void> {
  for (const pair of pairs) {
    await sleep(PAUSE_MS);
    const mergeId = await join(api, pair);
    await sleep(PAUSE_MS);
    const parted = await api.send("POST", `/v1/merges/${mergeId}/unmerge`, '{"reason":"comparison"}', nextNumber());
    bodyOf(z.unknown(), parted, "a parting");
  }
}

/** For whatever of a pace falls into the last moment as well. */
const countFor = (seconds: number): number => Math.ceil(seconds * RATE) + 2 * RATE;

function nextOf<T>(left: T[]): T {
  const next = left.pop();
  if (next === undefined) throw new RangeError("more requests than were made ready");
  return next;
}

const mergeJson = (memberIds: Pair) => ({ memberIds, reason: "comparison" });

async function join(api: Api, pair: Pair): Promise<string> {
  const answer = await api.send("POST", "/v1/merges", JSON.stringify(mergeJson(pair)), nextNumber());
  return bodyOf(z.object({ mergeId: z.string() }), answer, "a merge").mergeId;
}

/** Pairs of members of so many lots each; the elder of those of very many has none. */
async function makePairs(api: Api, count: number, lots: number): Promise<Pair[]> {
  const pairs: Pair[] = [];
  const make = async () => {
    const pair: Pair = [await register(api), await register(api)];
    for (const member of lots === MANY_LOTS ? pair.slice(1) : pair) await grant(api, member, lots);
    pairs.push(pair);
  };
  await repeat(Math.ceil(count), make, AT_ONCE);
  return pairs;
}

async function register(api: Api): Promise<string> {
  const body = { brand: "mvideo", externalId: nextNumber(), identifiers: [], person: {} };
  const answer = await api.send("POST", "/v1/profiles", JSON.stringify(body), nextNumber());
  return bodyOf(z.object({ memberId: z.string() }), answer, "a member").memberId;
}

async function grant(api: Api, member: string, lots: number): Promise<void> {
  for (let left = lots; left > 0; left -= ITEMS) {
    const items = Array.from({ length: Math.min(left, ITEMS) }, () => ({
      op: "accrual",
      idempotencyKey: nextNumber(),
      body: grantJson(member, A_BONUS, "mvideo", Date.now()),
    }));
    const answer = await api.send("POST", "/v1/batches", JSON.stringify({ items }), nextNumber());
    bodyOf(z.object({ results: z.array(z.object({ status: z.literal(201) })) }), answer, "grants");
  }
}
