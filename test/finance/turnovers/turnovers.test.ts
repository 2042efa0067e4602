/** Turnovers are what the transfers say: at every moment, whoever adds them up, and whatever commits late. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setTimeout as sleep } from "node:timers/promises";
import { readTurnovers, type TurnoverQuestion } from "../../../src/finance/turnovers/read-turnovers.ts";
import { DIMENSIONS, turnoverFollower } from "../../../src/finance/turnovers/turnovers.ts";
import { duePosting } from "../../../src/bonuses/due-posting.ts";
import { snapshotOver } from "../../../src/engine/connection/reader.ts";
import { followOnce } from "../../../src/engine/following/follow.ts";
import { submitOwn } from "../../../src/engine/group/submit.ts";
import { localDate } from "../../../src/kernel/zone.ts";
import { HAPPENS, type TransferEvent } from "../../../src/ledger/transfer.ts";
import { followBy, followToEnd, forgetBy } from "../../support/following.ts";
import { openService } from "../../../src/service.ts";
import { TEST_KEYS } from "../../support/keys.ts";
import { accrual } from "../../../src/bonuses/accrual.ts";
import { answerOf, ask, testLedger, type TestLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { DAY_MS, liveThrough } from "../../support/town.ts";

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
  await liveThrough(ledger);
}, 120_000);
afterAll(() => ledger.close());

/** The first open day from a position of the journal on. */
interface Changed {
  readonly position: bigint;
  readonly day: string;
}

interface Moved {
  readonly position: bigint;
  readonly entity: string;
  readonly debit: string;
  readonly credit: string;
  readonly event: TransferEvent;
  readonly amount: bigint;
  readonly occurred_at: number;
  readonly day: string;
  readonly store_id: string | null;
  readonly kind: string | null;
}

/** Another way to the same: every transfer is looked at here, one by one. */
async function expected({ by, of = {}, from = "0000", to = "9999" }: TurnoverQuestion) {
  const rows = await ledger.database.sql<
    Moved[]
  >`select t.position, t.entity, t.debit, t.credit, t.event, t.amount, t.occurred_at,
      o.accounting_date::text as day, o.store_id, (select min(l.kind) from lots l where l.lot_id = t.lot_id) as kind
    from transfers t join operations o using (operation_id)`;
  const changes = await ledger.database.sql<
    Changed[]
  >`select position, open_from::text as day from book_changes order by position`;
  const sums = new Map<string, { debit: bigint; credit: bigint }>();
  for (const row of rows) {
    const isDue = HAPPENS[row.event] === "when_due";
    const opened = changes.findLast(({ position }) => position <= row.position)?.day ?? "";
    const own = isDue ? localDate(row.occurred_at, "Europe/Moscow") : row.day;
    const ofAccount = [row.debit, row.credit].find((name) => name.startsWith("issuance:"))?.slice("issuance:".length);
    for (const side of ["debit", "credit"] as const) {
      const place: Record<(typeof DIMENSIONS)[number], string> = {
        entity: row.entity,
        day: own > opened ? own : opened,
        account: row[side],
        event: row.event,
        kind: row.kind ?? ofAccount ?? "",
        store_id: isDue ? "" : (row.store_id ?? ""),
      };
      const isAsked = Object.entries(of).every(([name, value]) => place[name as keyof typeof place] === value);
      if (!isAsked || place.day < from || place.day > to) continue;
      const key = JSON.stringify(by.map((name) => place[name]));
      const sum = sums.get(key) ?? { debit: 0n, credit: 0n };
      sum[side] += row.amount;
      sums.set(key, sum);
    }
  }
  return sums;
}

async function told(question: TurnoverQuestion) {
  const rows = await readTurnovers(ledger.service.reader, question);
  return new Map(
    rows.map(({ debit, credit, ...where }) => [
      JSON.stringify(question.by.map((name) => where[name])),
      { debit, credit },
    ]),
  );
}

const kept = () => ledger.database.sql.unsafe(`select * from turnovers order by ${DIMENSIONS.join(", ")}`);

const QUESTIONS: readonly TurnoverQuestion[] = [
  { by: DIMENSIONS },
  { by: ["entity", "account"] },
  { by: ["entity", "account", "kind"], of: { entity: "mvideo" } },
  { by: ["day", "account"], of: { store_id: "E-1" } },
  { by: ["account", "event"], from: "2026-03-05", to: "2026-04-30" },
  { by: ["store_id"], of: { event: "spend" } },
];

async function expectExact(): Promise<void> {
  for (const question of QUESTIONS) expect(await told(question)).toEqual(await expected(question));
}

describe("turnovers", () => {
  it("are exact before anything was added up, in the middle of it, and after", async () => {
    expect(await kept()).toHaveLength(0);
    await expectExact();
    expect(await followBy(ledger.database, turnoverFollower, 7)).toMatchObject({ more: true });
    const [inTheMiddle] = await ledger.database.sql`select count(*)::int as count from turnovers`;
    expect(inTheMiddle?.["count"]).toBeGreaterThan(0);
    await expectExact();
    await followToEnd(ledger.database, turnoverFollower, 50);
    await expectExact();
    expect(new Set((await told({ by: ["event"] })).keys()).size, "the town knows many events").toBeGreaterThan(12);
  });

  it("leave each entity's books balanced on every day", async () => {
    for (const [, { debit, credit }] of await told({ by: ["entity", "day"] })) expect(debit).toBe(credit);
  });

  it("are the same when they are made anew, in other stretches", async () => {
    const before = await kept();
    expect(before.length).toBeGreaterThan(50);
    expect(await forgetBy(ledger.database, turnoverFollower)).toBe(true);
    await expectExact();
    await followToEnd(ledger.database, turnoverFollower, 13);
    expect(await kept()).toEqual(before);
  });

  it("have on the day on which it was due what was posted days later", async () => {
    const memberId = await ledger.newMember();
    await ledger.give(memberId, 77_77n);
    ledger.clock.moveTo(ledger.clock.now() + 200 * DAY_MS);
    await submitOwn(ledger.service, duePosting, { memberId });
    const [lot] = await ledger.database.sql<{ ends: number }[]>`
      select expires_at as ends from lots where member_id = ${memberId.slice(4)}::uuid`;
    const day = localDate(lot?.ends ?? 0, "Europe/Moscow");
    expect(day < localDate(ledger.clock.now(), "Europe/Moscow")).toBe(true);
    const expired = await told({ by: ["account"], of: { event: "expiry", entity: "mvideo" }, from: day, to: day });
    expect(expired.get('["breakage"]')?.credit ?? 0n).toBeGreaterThanOrEqual(77_77n);
    await expectExact();
  });

  it("miss nothing that commits late between what is early, and have nothing twice", async () => {
    const { database } = ledger;
    const { clock } = ledger;
    const other = await openService({ target: database, clock, personal: TEST_KEYS, lanes: 1 });
    const [slow, quick] = [await ledger.newMember(), await ledger.newMember()];
    await followToEnd(database, turnoverFollower);
    await database.sql.unsafe(SLOW);
    const late = ledger.give(slow, AMOUNT_THAT_TAKES_LONG);
    await sleep(200);
    const brought = {
      memberId: quick,
      amount: "5.00",
      brand: "mvideo",
      kind: "promo",
      reason: "test",
      reference: "test",
    };
    answerOf(await ask(other, accrual, brought));
    const isEarly = () => database.sql`select 1 from transfers where amount = ${AMOUNT_THAT_TAKES_LONG}`;
    for (let turn = 0; turn < 3; turn += 1) expect(await followBy(database, turnoverFollower)).toBe("at_end");
    expect(await isEarly(), "it is not committed yet").toHaveLength(0);
    await expectExact();
    await late;
    await database.sql.unsafe(NO_LONGER_SLOW);
    await expectExact();
    const positions = await database.sql<{ amount: bigint }[]>`select amount from transfers
      where member_id in (${slow.slice(4)}::uuid, ${quick.slice(4)}::uuid) and event = 'grant' order by position`;
    expect(positions.map(({ amount }) => amount)).toEqual([AMOUNT_THAT_TAKES_LONG, 5_00n]);
    await followToEnd(database, turnoverFollower, 1);
    await expectExact();
    await other.close();
  }, 30_000);

  it("are added up by one process at a time; where it is killed in the middle, another goes on, and nothing is missed", async () => {
    const { database } = ledger;
    for (let round = 0; round < 30; round += 1) await ledger.give(await ledger.newMember(), 1_00n);
    let goOn: () => void = () => {};
    const waits = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let isAt: () => void = () => {};
    const stands = new Promise<void>((resolve) => {
      isAt = resolve;
    });
    let backend = 0;
    const killed = database.sql
      .begin(async (sql) => {
        const [own] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
        backend = own?.pid ?? 0;
        await followOnce(snapshotOver(sql), turnoverFollower, 10);
        isAt();
        await waits;
        await sql`select 1`;
      })
      .then(
        () => "committed",
        () => "killed",
      );
    await stands;
    expect(await followBy(database, turnoverFollower)).toBe("elsewhere");
    expect(await forgetBy(database, turnoverFollower)).toBe(false);
    await expectExact();
    await database.sql`select pg_terminate_backend(${backend})`;
    goOn();
    expect(await killed).toBe("killed");
    await followToEnd(database, turnoverFollower, 10);
    await expectExact();
    expect((await expectProof(ledger)).holds).toBe(true);
  });
});

const AMOUNT_THAT_TAKES_LONG = 313_37n;
/** Commits of this amount take so long, as of a process that waits for its disk. */
const SLOW = `create function wait_at_commit() returns trigger language plpgsql as 'begin perform pg_sleep(1); return null; end';
  create constraint trigger waits_at_commit after insert on transfers deferrable initially deferred
    for each row when (new.amount = ${AMOUNT_THAT_TAKES_LONG}) execute function wait_at_commit()`;
const NO_LONGER_SLOW = "drop trigger waits_at_commit on transfers; drop function wait_at_commit()";
