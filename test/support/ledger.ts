/** A ledger of its own for each test file: a migrated database, a clock that is moved by hand, two stores, and short ways to ask. */
import { accrue } from "../../src/bonuses/accrue.ts";
import type { Outcome } from "../../src/engine/outcome.ts";
import { ManualClock } from "../../src/kernel/clock.ts";
import { bucketOf, type MemberId, newBucket, newUuid } from "../../src/kernel/ids.ts";
import { register } from "../../src/members/register.ts";
import { openService, type Service, type ServiceOptions } from "../../src/service.ts";
import { testDatabase, type TestDatabase } from "./database.ts";

export const START = Date.parse("2026-03-02T12:00:00+03:00");
export const CLIENT = "cli_00000000000070008000000000000000";

export interface TestLedger {
  readonly database: TestDatabase;
  readonly service: Service;
  readonly clock: ManualClock;
  /** Who asks in tests, each time under a new key. */
  caller(idempotencyKey?: string): { clientId: string; idempotencyKey: string; anyAge: boolean };
  newMember(): Promise<MemberId>;
  /** Grants bonuses that are active at once. */
  give(memberId: MemberId, amount: bigint, brand?: string): Promise<void>;
  close(): Promise<void>;
}

let keys = 0;
export const newTestKey = (): string => `key-${(keys += 1)}-${Math.random().toString(36).slice(2)}`;

export async function testLedger(options: Partial<ServiceOptions> = {}): Promise<TestLedger> {
  const database = await testDatabase();
  const clock = new ManualClock(START);
  await seedStores(database);
  const service = await openService({ target: database, clock, readers: 4, ...options });
  const caller = (idempotencyKey = newTestKey()) => ({ clientId: CLIENT, idempotencyKey, anyAge: false });
  return {
    database,
    service,
    clock,
    caller,
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

async function newMember({ engine }: Service): Promise<MemberId> {
  const bucket = newBucket();
  const outcome = await engine.run({
    command: register,
    input: {
      brand: "mvideo",
      externalId: newTestKey(),
      identifiers: [],
      person: {},
      consents: {},
      storeId: null,
      expected: null,
    },
    operationId: `opn_${newUuid(bucket)}`,
    bucket,
    clientId: CLIENT,
    idempotencyKey: newTestKey(),
    asked: { operation: "register", body: null },
  });
  return (answerOf(outcome) as { memberId: MemberId }).memberId;
}

async function give({ engine, clock }: Service, memberId: MemberId, amount: bigint, brand: string): Promise<void> {
  const bucket = bucketOf(memberId);
  const outcome = await engine.run({
    command: accrue,
    input: { memberId, amount, brand, kind: "promo", activeAt: clock.now(), expiresAt: null },
    operationId: `opn_${newUuid(bucket)}`,
    bucket,
    clientId: CLIENT,
    idempotencyKey: newTestKey(),
    asked: { operation: "accrual", body: { memberId, amount } },
  });
  answerOf(outcome);
}

/** The answer of what was accepted; throws what was refused. */
export function answerOf(outcome: Outcome): unknown {
  if (outcome.kind !== "accepted") throw new Error(`refused: ${JSON.stringify(outcome)}`);
  return JSON.parse(outcome.answer);
}
