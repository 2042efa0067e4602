/** The service beside the model: ways to ask it, what was asked so far, and what is expected of an answer. */
import { differences } from "./differences.ts";
import { Log } from "./log.ts";
import { inText } from "./model/amounts.ts";
import { Model } from "./model/model.ts";
import type { Order } from "./model/order.ts";
import type { Plan, Refusal } from "./model/plan.ts";
import type { Brand, Goods } from "./model/rules.ts";
import type { Occasion, Purchase, Receipt } from "./model/sales.ts";
import type { Wallet } from "./model/wallet.ts";
import { type Answer, testHttp, type TestHttp } from "../support/http.ts";

interface Store {
  readonly storeId: string;
  readonly brand: Brand;
  readonly zone: string;
}

/** Those that are not there yet are registered. In Santiago clocks change at midnight. */
const STORES: readonly Store[] = [
  { storeId: "M-1", brand: "mvideo", zone: "Europe/Moscow" },
  { storeId: "E-1", brand: "eldorado", zone: "Europe/Moscow" },
  { storeId: "M-9", brand: "mvideo", zone: "Asia/Vladivostok" },
  { storeId: "E-2", brand: "eldorado", zone: "Asia/Kamchatka" },
  { storeId: "M-3", brand: "mvideo", zone: "America/Santiago" },
  { storeId: "E-3", brand: "eldorado", zone: "Europe/Kaliningrad" },
];

/** A command that was sent, and what was answered first. */
export interface Sent {
  readonly path: string;
  readonly body: object;
  readonly key: string;
  readonly answer: Answer;
  /** The receipt or the order that it is the only one for. */
  readonly only: "receipt" | "order" | undefined;
}

export interface KnownQuote {
  readonly quoteId: string;
  readonly who: 0 | 1;
  readonly store: Store;
  readonly channel: string;
  readonly goods: readonly Goods[];
  readonly asked: bigint | "max";
  readonly plan: Plan;
  /** Of the rules. */
  readonly version: number;
  readonly endsAt: number;
}

/** What the model expects of an answer, beside refusals. */
interface Accepted {
  readonly status: number;
  readonly body: object;
}

/** What was not as the model says, after all that was asked. `kind`: the same for what fails in the same way. */
export class Disagreement extends Error {
  readonly kind: string;

  constructor(kind: string, message: string) {
    super(message);
    this.kind = kind;
  }
}

export class World {
  readonly http: TestHttp;
  readonly model: Model;
  readonly log = new Log();
  readonly sent: Sent[] = [];
  readonly quotes: KnownQuote[] = [];
  /** Receipts of sales that have not come, and were spoken of. */
  readonly spokenOf: Occasion[] = [];
  /** Pickups that gave back some of what was held: a price had fallen. */
  readonly gaveBack = new Set<Purchase>();
  /** Orders as they were read last. */
  readonly seen = new Map<Order, string>();
  /** Balances before each move of the clock. */
  readonly past: { readonly at: number; readonly balances: readonly object[] }[] = [];
  readonly members: string[] = [];
  /** How often each command had each outcome. */
  readonly tally: Map<string, number>;
  readonly #key: string;
  #numbers = 0;

  private constructor(http: TestHttp, key: string, tally: Map<string, number>) {
    this.http = http;
    this.#key = key;
    this.tally = tally;
    this.model = new Model(http.clock.now());
  }

  /** A service with a database of its own. Close `http` in the end. */
  static async open(minutes: number, tally: Map<string, number>): Promise<World> {
    const http = await testHttp();
    http.clock.moveTo(http.clock.now() + minutes * 60_000);
    const world = new World(http, await http.newKey(["pos", "checkout", "crm", "finance"]), tally);
    for (const { storeId, brand, zone } of STORES) {
      await http.put(`/v1/stores/${storeId}`, { brand, name: storeId, timeZone: zone });
    }
    for (const card of ["2900000000017", "2900000000024"]) {
      const identifiers = [{ kind: "card", value: card, verified: true }];
      const profile = { brand: "mvideo", externalId: card, identifiers, person: {} };
      world.members.push((await world.tell<{ memberId: string }>("/v1/profiles", profile)).body.memberId);
    }
    return world;
  }

  /** A number that was never given. */
  number(): string {
    return `${(this.#numbers += 1)}`;
  }

  store(choice: number): Store {
    return STORES[choice % STORES.length] as Store;
  }

  storeOf(storeId: string): Store {
    return STORES.find((store) => store.storeId === storeId) as Store;
  }

  receiptAt({ brand, storeId }: Store): Receipt {
    return { brand, storeId, terminalId: "1", shift: "1", number: this.number() };
  }

  wallet(who: 0 | 1): Wallet {
    return this.model.wallets[who];
  }

  member(who: 0 | 1, byCard = false): object {
    const value = who === 0 ? "2900000000017" : "2900000000024";
    return byCard ? { identifier: { kind: "card", value } } : { memberId: this.members[who] };
  }

  instant(at = this.model.now): string {
    return new Date(at).toISOString();
  }

  /** Totals, and what sellers may take of them by the rules of an instant. */
  balance(wallet: Wallet, brands: readonly Brand[], at = this.model.now): object {
    const spendable = (brand: Brand) => inText(this.model.spendable(wallet, brand, at));
    return {
      pending: inText(wallet.sum("pending")),
      available: inText(wallet.sum("available")),
      held: inText(wallet.sum("held")),
      debt: inText(wallet.debt),
      spendable: Object.fromEntries(brands.map((brand) => [brand, spendable(brand)])),
    };
  }

  /** Sends a command, and remembers it. */
  async send<T = Record<string, unknown>>(path: string, body: object, only?: Sent["only"]): Promise<Answer<T>> {
    const key = `key-${this.number()}`;
    const answer = await this.tell<T>(path, body, key);
    this.sent.push({ path, body, key, answer: answer as Answer, only });
    return answer;
  }

  async tell<T = Record<string, unknown>>(
    path: string,
    body: object,
    key = `key-${this.number()}`,
  ): Promise<Answer<T>> {
    const answer = await this.http.post<T>(path, body, { key: this.#key, idempotencyKey: key });
    const { code } = answer.body as { code?: string };
    this.log.say(`${this.instant()} POST ${path} ${JSON.stringify(body)}`);
    this.log.say(`    ${key}: ${answer.status} ${code ?? shortly(answer.body as object)}`);
    return answer;
  }

  async read<T = Record<string, unknown>>(path: string): Promise<T> {
    const { status, body } = await this.http.get<T>(path, { key: this.#key });
    if (status !== 200) this.disagree(`GET ${path} answers ${status}`);
    return body;
  }

  /** Counts what came of a command, and compares it. */
  expect(op: string, answer: Pick<Answer<unknown>, "status" | "body">, expected: Refusal | Accepted): void {
    const said = "code" in expected ? expected.code : `${expected.status}`;
    this.count(`${op} ${said}`);
    const body = "code" in expected ? { code: expected.code } : expected.body;
    this.agree(op, { status: expected.status, body }, { status: answer.status, body: answer.body });
  }

  count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }

  agree(about: string, expected: unknown, actual: unknown): void {
    const found = differences(expected, actual);
    if (found.length > 0) this.disagree(`${about}${found.map((each) => `\n  ${each}`).join("")}`);
  }

  disagree(about: string): never {
    this.log.say(`at ${this.instant()}: ${about}`);
    const kind = about.replaceAll(/[0-9a-f]{32}|[\d-]+T[\d:.]+Z|: the model says.*/g, "");
    throw new Disagreement(kind, this.log.toString());
  }

  /** The same of whatever else was thrown: an answer that breaks the contract, a fault. */
  disagreement(error: unknown): Disagreement {
    if (error instanceof Disagreement) return error;
    this.log.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return new Disagreement("thrown", this.log.toString());
  }
}

/** What is worth reading of an answer. */
function shortly(answer: object): string {
  const kept = [
    "purchaseId",
    "returnId",
    "orderId",
    "holdId",
    "lotId",
    "quoteId",
    "spent",
    "earned",
    "held",
    "released",
  ];
  const more = ["status", "orderStatus", "outcome", "expiresAt", "moneyBack", "bonusesBack", "clawedBack", "debtAdded"];
  const said = Object.entries(answer).filter(([name]) => [...kept, ...more].includes(name));
  return JSON.stringify(Object.fromEntries(said));
}
