import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TransactionSql } from "../../src/db/connect.ts";
import {
  JOURNAL_START,
  type JournalPosition,
  readJournal,
  transfersOfPage,
} from "../../src/engine/journal/read-journal.ts";
import { fromUuid, newUuid, type OperationId, uuidOf } from "../../src/kernel/ids.ts";
import { testLedger, type TestLedger } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger({ lanes: 1 });
});
afterAll(() => ledger.close());

/** Reads on, a page of two at a time, until nothing more is given. Other tests share the server: what is still under way there is waited for. */
class JournalReader {
  at: JournalPosition = JOURNAL_START;
  readonly seen: OperationId[] = [];

  async readOn(): Promise<OperationId[]> {
    const read: OperationId[] = [];
    for (;;) {
      const page = await readJournal(ledger.service.reader, this.at, 2);
      if (page.items.length === 0) break;
      read.push(...page.items.map(({ id }) => id));
      this.at = page.next;
    }
    this.seen.push(...read);
    return read;
  }

  async readUntil(...ids: OperationId[]): Promise<OperationId[]> {
    const read: OperationId[] = [];
    const patience = Date.now() + 10_000;
    while (!ids.every((id) => read.includes(id))) {
      if (Date.now() > patience) throw new Error("the reader did not see what was committed");
      read.push(...(await this.readOn()));
    }
    return read;
  }
}

const all = async (): Promise<OperationId[]> => {
  const rows = await ledger.database.sql<
    { id: string }[]
  >`select operation_id as id from operations order by position, place`;
  return rows.map(({ id }) => fromUuid("opn", id));
};

/** One grant, as the newest operation. */
async function grantNow(): Promise<OperationId> {
  const memberId = await ledger.newMember();
  await ledger.give(memberId, 10_00n);
  return (await all()).at(-1) as OperationId;
}

/** An operation that is written by hand, and not committed yet. */
async function writeSlowly(): Promise<{ id: OperationId; end(how: "commit" | "rollback"): Promise<void> }> {
  const undone = new Error("undone");
  return new Promise((written, failed) => {
    let endAs: (how: "commit" | "rollback") => void = () => {};
    const ending = new Promise<"commit" | "rollback">((resolve) => {
      endAs = resolve;
    });
    const ended = ledger.database.sql
      .begin(async (sql) => {
        const id = await writeByHand(sql);
        const end = (how: "commit" | "rollback") => {
          endAs(how);
          return ended;
        };
        written({ id, end });
        if ((await ending) === "rollback") throw undone;
      })
      .catch((error: unknown) => {
        if (error !== undone) failed(error instanceof Error ? error : new Error(String(error)));
      });
  });
}

/** One like a registration, under a number of its own. */
async function writeByHand(sql: TransactionSql): Promise<OperationId> {
  const uuid = newUuid(1);
  const made: Readonly<Record<string, string>> = {
    operation_id: `'${uuid}'`,
    bucket: "1",
    name: "'by hand'",
    client_id: "null",
    member_id: "null",
    events: "null",
    position: "pg_current_xact_id()::text::bigint",
    place: "0",
  };
  const columns = await sql<{ name: string }[]>`select column_name as name from information_schema.columns
    where table_name = 'operations' order by ordinal_position`;
  const values = columns.map(({ name }) => made[name] ?? name).join(", ");
  await sql.unsafe(
    `insert into operations select ${values} from operations where name = 'profile-registration' limit 1`,
  );
  return `opn_${uuid}`;
}

describe("a reader of the journal", () => {
  it("misses nothing and sees nothing twice, though one commits late between two that are early", async () => {
    const reader = new JournalReader();
    const early = await grantNow();
    await reader.readUntil(early);
    const late = await writeSlowly();
    const next = await grantNow();
    // Written later, and committed already: what is under way before it may still come.
    expect(await reader.readOn()).toEqual([]);
    await late.end("commit");
    const read = await reader.readUntil(late.id, next);
    expect(read.indexOf(late.id)).toBeLessThan(read.indexOf(next));
    expect(reader.seen).toEqual(await all());
    expect(new Set(reader.seen).size).toBe(reader.seen.length);
  });

  it("goes on where one that was under way comes to nothing", async () => {
    const reader = new JournalReader();
    const never = await writeSlowly();
    const next = await grantNow();
    expect(await reader.readOn()).not.toContain(next);
    await never.end("rollback");
    expect(await reader.readUntil(next)).not.toContain(never.id);
  });

  it("reads operations of one commit in their places, whatever the page, each with its transfers", async () => {
    const members = [await ledger.newMember(), await ledger.newMember(), await ledger.newMember()];
    await Promise.all(members.map((memberId) => ledger.give(memberId, 10_00n)));
    const reader = new JournalReader();
    await reader.readUntil((await all()).at(-1) as OperationId);
    expect(reader.seen).toEqual(await all());
    const page = await readJournal(ledger.service.reader, JOURNAL_START, 1_000);
    expect(page.items.map(({ id }) => id)).toEqual(reader.seen);
    const transfers = await transfersOfPage(ledger.service.reader, page);
    for (const { id, name } of page.items) {
      const posted = await ledger.database
        .sql`select ordinal from transfers where operation_id = ${uuidOf(id)} order by ordinal`;
      expect(
        transfers.get(id)?.map(({ ordinal }) => ordinal),
        name,
      ).toEqual(posted.map((row): unknown => row["ordinal"]));
    }
    expect([...transfers.values()].flat().length).toBeGreaterThan(members.length);
    await expectProof(ledger);
  });
});
