/**
 * What a scenario begins and ends with: a store of each brand, keys for its tills and its online checkout, and members with
 * bonuses to spend; then the keys are revoked, and the ledger is asked for its proof.
 */
import { check } from "k6";
import { type Ask, must, send, sendAll } from "./ledger.ts";

/** The tills of a brand, or its online checkout. */
export interface Seller {
  readonly brand: string;
  readonly storeId: string;
  /** A key of this brand, with the scope of what it is and nothing more. */
  readonly key: string;
  readonly clientId: string;
}

export interface Member {
  readonly memberId: string;
  readonly card: string;
}

export interface Town {
  /** Stands in every receipt and key of this run, so that a second run on the same ledger is not taken for the first. */
  readonly run: string;
  /** The ledger's own time when it began: its clock may be one that is moved by hand. */
  readonly openedAt: string;
  readonly tills: readonly Seller[];
  readonly checkouts: readonly Seller[];
  readonly members: readonly Member[];
}

const STORES = [
  { brand: "mvideo", storeId: "LOAD-M", name: "Load test, M.Video" },
  { brand: "eldorado", storeId: "LOAD-E", name: "Load test, Eldorado" },
] as const;

/** More than anybody here can spend, so that no visit is refused for want of bonuses. */
const BONUSES_EACH = "10000000.00";
const MOST_ITEMS = 500;

/** Opens the stores, registers members, each with a card, and gives bonuses to all of them. */
export function openTown(count: number): Town {
  const run = String(Date.now());
  openStores();
  const tills = openSellers(run, "pos");
  const checkouts = openSellers(run, "checkout");
  const members = register(run, count);
  give(run, members);
  const first = members[0]?.memberId ?? "";
  const balance = { ...asAdmin("GET", "/v1/members/{id}/balance"), path: `/v1/members/${first}/balance` };
  const { asOf } = must(send(balance), "a balance") as { asOf: string };
  return { run, openedAt: asOf, tills, checkouts, members };
}

/** Revokes the sellers' keys and asks for the proof; what is broken is named, and fails the run. */
export function endWithProof({ run, tills, checkouts }: Town): void {
  for (const { clientId } of [...tills, ...checkouts]) {
    const revoke = asAdmin("POST", "/v1/clients/{id}/revoke");
    const idempotencyKey = `${run}-revoke-${clientId}`;
    must(send({ ...revoke, path: `/v1/clients/${clientId}/revoke`, idempotencyKey }), "revoking a key");
  }
  const answer = send(asAdmin("GET", "/v1/proof"));
  const proof = answer.status === 200 ? (JSON.parse(answer.text) as Proof) : null;
  const broken = proof?.invariants.filter(({ holds }) => !holds) ?? [];
  for (const { name, statement, wrong } of broken) console.error(`broken: ${name} (${wrong} times): ${statement}`);
  if (check(proof, { "the ledger proves": () => proof?.holds === true && broken.length === 0 })) {
    console.log(`The ledger proves: all ${proof?.invariants.length} invariants hold.`);
  } else console.error(`THE LEDGER DOES NOT PROVE: GET /v1/proof was answered with ${answer.status}.`);
}

interface Proof {
  readonly holds: boolean;
  readonly invariants: readonly { name: string; statement: string; holds: boolean; wrong: number }[];
}

function asAdmin(method: Ask["method"], path: string): Ask {
  return { method, path, route: path, key: __ENV["MCLUB_ADMIN_KEY"] ?? "" };
}

function openStores(): void {
  for (const { brand, storeId, name } of STORES) {
    const terms = { brand, name, timeZone: "Europe/Moscow" };
    must(send({ ...asAdmin("PUT", "/v1/stores"), path: `/v1/stores/${storeId}`, body: terms }), `store ${storeId}`);
  }
}

/** A client of each brand. */
function openSellers(run: string, scope: "pos" | "checkout"): Seller[] {
  return STORES.map(({ brand, storeId, name }) => {
    const client = { name: `${name} ${scope} ${run}`, scopes: [scope], brand };
    const asked = { ...asAdmin("POST", "/v1/clients"), body: client, idempotencyKey: `${run}-${scope}-${brand}` };
    const { key, clientId } = must(send(asked), `a client for ${scope}`) as Pick<Seller, "key" | "clientId">;
    return { brand, storeId, key, clientId };
  });
}

function register(run: string, count: number): Member[] {
  const cards = Array.from({ length: count }, (_, index) => `29${run}${String(index).padStart(5, "0")}`);
  const answers = sendAll(
    cards.map((card, index) => ({
      ...asAdmin("POST", "/v1/profiles"),
      body: {
        brand: STORES[index % STORES.length]?.brand,
        externalId: card,
        identifiers: [{ kind: "card", value: card, verified: true }],
        person: {},
        consents: {},
      },
      idempotencyKey: `profile-${card}`,
    })),
  );
  return cards.map((card, index) => {
    const answer = answers[index];
    if (answer === undefined) throw new Error("a profile without an answer");
    return { card, memberId: (must(answer, "a profile") as Member).memberId };
  });
}

/** Bonuses of both issuers, active at once. */
function give(run: string, members: readonly Member[]): void {
  const items = members.flatMap(({ memberId }) =>
    STORES.map(({ brand }) => ({
      op: "accrual",
      idempotencyKey: `${run}-gift-${brand}-${memberId}`,
      body: { memberId, amount: BONUSES_EACH, brand, kind: "promo", reason: "load test", reference: run },
    })),
  );
  for (let first = 0; first < items.length; first += MOST_ITEMS) {
    const body = { items: items.slice(first, first + MOST_ITEMS) };
    const answer = send({ ...asAdmin("POST", "/v1/batches"), body, idempotencyKey: `${run}-gifts-${first}` });
    const { results } = must(answer, "the gifts") as { results: { status: number; body: unknown }[] };
    const refused = results.find(({ status }) => status !== 201);
    if (refused !== undefined) throw new Error(`a gift was answered with ${JSON.stringify(refused)}`);
  }
}
