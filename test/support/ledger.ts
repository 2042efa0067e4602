/** A ledger of its own for each test file: a migrated database, a clock that is moved by hand, two stores, and short ways to ask. */
import { accrual } from "../../src/bonuses/accrual.ts";
import type { Actor } from "../../src/engine/actor.ts";
import type { AnyOperation } from "../../src/engine/definition/operation.ts";
import type { Judged, Outcome } from "../../src/engine/outcome.ts";
import { type Ledger, type Request, submit } from "../../src/engine/group/submit.ts";
import { formatAmount } from "../../src/kernel/amount.ts";
import { ManualClock } from "../../src/kernel/clock.ts";
import { fromUuid, type MemberId } from "../../src/kernel/ids.ts";
import { SCOPES, type Scope } from "../../src/kernel/permissions.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { openService, type Service, type ServiceOptions } from "../../src/service.ts";
import { type TestDatabase, testDatabase } from "./database/database.ts";
import { TEST_KEYS } from "./keys.ts";
import { Letters } from "./letters.ts";

export const START = Date.parse("2026-03-02T12:00:00+03:00");
const CLIENT = fromUuid("cli", "00000000-0000-7000-8000-000000000000");

/** Whoever may ask for everything, but replay history. */
export const TILL: Actor = {
  clientId: CLIENT,
  staffId: null,
  scopes: new Set<Scope>(SCOPES.filter((scope) => scope !== "admin")),
  brand: null,
};

export interface TestLedger {
  readonly database: TestDatabase;
  readonly service: Service;
  readonly clock: ManualClock;
  /** What customers were sent, where the test has no sender of its own. */
  readonly letters: Letters;
  /** Has an operation judged, as the HTTP route would. The body is one that a client would send. */
  ask(operation: AnyOperation, body: unknown, terms?: AskTerms): Promise<Judged>;
  newMember(): Promise<MemberId>;
  /** Grants bonuses that are active at once. */
  give(memberId: MemberId, amount: bigint, brand?: string): Promise<void>;
  close(): Promise<void>;
}

export interface AskTerms {
  readonly idempotencyKey?: string;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly actor?: Actor;
}

let keys = 0;
export const newTestKey = (): string => `key-${(keys += 1)}-${Math.random().toString(36).slice(2)}`;

export async function testLedger(options: Partial<ServiceOptions> = {}): Promise<TestLedger> {
  return ledgerOn(await testDatabase(), options);
}

/** The same on a database that is there, which is dropped with the ledger. */
export async function ledgerOn(database: TestDatabase, options: Partial<ServiceOptions> = {}): Promise<TestLedger> {
  const clock = new ManualClock(START);
  const letters = new Letters();
  await seedStores(database);
  const service = await openService({
    personal: TEST_KEYS,
    target: database,
    clock,
    readers: 4,
    codeSender: letters,
    ...options,
  });
  return {
    database,
    service,
    clock,
    letters,
    ask: (operation, body, terms) => ask(service, operation, body, terms),
    newMember: () => newMember(service),
    give: (memberId, amount, brand = "mvideo") => give(service, memberId, amount, brand),
    async close() {
      await service.close();
      await database.drop();
    },
  };
}

/** One store in Moscow for each brand, and one of M.Video in Vladivostok. */
export async function seedStores({ sql }: TestDatabase): Promise<void> {
  await sql`insert into stores (store_id, brand, name, time_zone) values
    ('M-1', 'mvideo', 'М.Видео Тверская', 'Europe/Moscow'),
    ('E-1', 'eldorado', 'Эльдорадо Арбат', 'Europe/Moscow'),
    ('M-9', 'mvideo', 'М.Видео Владивосток', 'Asia/Vladivostok')`;
}

/** A request as its route would make it of a body. */
export function requestOf(operation: AnyOperation, body: unknown, terms: AskTerms = {}): Request {
  const { idempotencyKey = newTestKey(), params = {}, actor = TILL } = terms;
  const parsed = operation.body === undefined ? undefined : operation.body.parse(body);
  const received = { operation: operation.name, body: { ...(body as object), ...params } };
  return { actor, idempotencyKey, params, body: parsed, received };
}

/** Has an operation judged on any ledger. */
export function ask(ledger: Ledger, operation: AnyOperation, body: unknown, terms: AskTerms = {}): Promise<Judged> {
  return submit(ledger, operation, requestOf(operation, body, terms));
}

async function newMember(service: Service): Promise<MemberId> {
  const body = { brand: "mvideo", externalId: newTestKey(), identifiers: [], person: {} };
  const outcome = await ask(service, registration, body);
  return (answerOf(outcome) as { memberId: MemberId }).memberId;
}

async function give(service: Service, memberId: MemberId, amount: bigint, brand: string): Promise<void> {
  const body = {
    memberId,
    amount: formatAmount(amount),
    brand,
    kind: "promo",
    activeAt: new Date(service.clock.now()).toISOString(),
    reason: "test",
    reference: "test",
  };
  answerOf(await ask(service, accrual, body));
}

/** The answer of what was accepted; throws what was refused. */
export function answerOf(outcome: Outcome): unknown {
  if (outcome.kind !== "accepted") throw new Error(`refused: ${JSON.stringify(outcome)}`);
  return JSON.parse(outcome.answer);
}
