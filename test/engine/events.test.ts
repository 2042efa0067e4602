/** Events: what others may want to hear of an operation is decided with it, and stands in the same row of the journal. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accrual } from "../../src/bonuses/accrual.ts";
import { redemption } from "../../src/bonuses/redemption.ts";
import { type LedgerEvent, versionsOf } from "../../src/engine/event.ts";
import type { JournalOperation } from "../../src/engine/journal/read-journal.ts";
import { operationRows } from "../../src/engine/journal/journal.ts";
import { as, type OperationId } from "../../src/kernel/ids.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { modules } from "../../src/modules.ts";
import { reversal } from "../../src/sales/reversal/reversal.ts";
import { answerOf, testLedger, type TestLedger } from "../support/ledger.ts";
import { liveThrough, refuseEarlyReturn } from "../support/town.ts";

const catalogue = modules.flatMap(({ events = [] }) => events);
const versions = catalogue.flatMap(versionsOf);
const versionOf = ({ name, version }: LedgerEvent) =>
  versions.find((each) => each.name === name && each.version === version);

let ledger: TestLedger;
let journal: readonly JournalOperation[];
beforeAll(async () => {
  ledger = await testLedger();
  await liveThrough(ledger);
  const memberId = await ledger.newMember();
  const spent = { memberId, amount: "1.00", brand: "mvideo", storeId: "M-1", reference: "test" };
  // Refused: it has no bonuses.
  await ledger.ask(redemption, spent);
  await ledger.give(memberId, 100n);
  answerOf(await ledger.ask(redemption, spent));
  await refuseEarlyReturn(ledger);
  journal = await readAll();
});
afterAll(() => ledger.close());

/** Everything, at once: a reader of the journal would wait for what other tests have under way on the same server. */
async function readAll(): Promise<readonly JournalOperation[]> {
  const all = `select ${operationRows.list("o")} from operations o order by o.position, o.place`;
  return (await ledger.service.reader.values(all)).map((values) => operationRows.decode(values));
}

let numbers = 0;
const receipt = () => ({ brand: "mvideo", storeId: "M-1", terminalId: "7", shift: "1", number: `${(numbers += 1)}` });

/** What each operation tells, in its order; a sale tells of the returns that waited for it as well. */
const TOLD: Readonly<Record<string, RegExp>> = {
  "profile-registration": /^profile\.registered( identifier\.ended)*$/,
  accrual: /^bonuses\.granted$/,
  redemption: /^bonuses\.spent$/,
  hold: /^hold\.placed$/,
  "hold-capture": /^hold\.(captured|ended)$/,
  "hold-release": /^hold\.ended$/,
  purchase: /^purchase\.recorded( return\.made| return\.refused)*$/,
  return: /^return\.made$/,
  "return-by-receipt": /^(return\.made|return\.parked)$/,
  reversal: /^receipt\.reversed( order\.pickup_undone)?( return\.refused)*$/,
  order: /^order\.placed$/,
  "order-ready": /^order\.ready$/,
  "order-reroute": /^order\.rerouted$/,
  "order-cancel": /^order\.cancelled$/,
  "order-pickup": /^purchase\.recorded( return\.made| return\.refused)* order\.collected$/,
  "order-expiry": /^order\.expired$/,
  claim: /^receipts\.claimed$/,
  "identifier-adding": /^(identifier\.added( identifier\.ended)?)?$/,
  "identifier-end": /^identifier\.ended$/,
  "consent-change": /^consents\.changed$/,
  "member-block": /^member\.blocked$/,
  "member-unblock": /^member\.unblocked$/,
  "member-erasure": /^member\.erased$/,
  "representative-grant": /^representative\.granted$/,
  "representative-end": /^representative\.ended$/,
  merge: /^members\.merged$/,
  unmerge: /^members\.parted$/,
  "profile-parting": /^members\.parted$/,
  "merge-override-approval": /^members\.merged$/,
  "link-confirmation": /^members\.merged$/,
  "match-proposal": /^match\.found$/,
  "match-decision": /^(members\.merged )?match\.decided$/,
  adjustment: /^adjustment\.(applied|requested)$/,
  "adjustment-approval": /^(adjustment\.reversed|adjustment\.applied( break\.resolved)?)$/,
  "adjustment-rejection": /^adjustment\.rejected$/,
  "adjustment-reversal": /^adjustment\.(reversed|requested)$/,
  settlement: /^settlement\.made$/,
  "settlement-agreement": /^settlement\.agreed$/,
  "settlement-payment": /^settlement\.paid$/,
  "settlement-drop": /^settlement\.dropped$/,
  // Of what waits for a second person nobody is told.
  "period-close": /^(period\.closed)?$/,
  "period-reopen": /^(period\.reopened)?$/,
  "break-correction": /^adjustment\.(requested|applied break\.resolved)$/,
  "break-resolve": /^break\.resolved$/,
};

describe("every accepted operation on members' bonuses, and of the books", () => {
  it.each(Object.entries(TOLD))("%s is told with it, in the same row", (name, told) => {
    const done = journal.filter((operation) => operation.name === name && operation.refusal === null);
    expect(done.length).toBeGreaterThan(0);
    for (const { events } of done) expect((events ?? []).map((event) => event.name).join(" ")).toMatch(told);
  });

  it("is one of those above", () => {
    const own = modules.filter(({ name }) =>
      ["members", "sales", "orders", "bonuses", "adjustments", "settlements", "periods", "reconciliation"].includes(
        name,
      ),
    );
    const names = own.flatMap(({ operations, ownOperations = [] }) => [...operations, ...ownOperations]);
    // Time's own moves are told by nobody yet; of codes, of who is to look at a pair, and of what waits for a second person, nobody is ever told.
    const silent = ["due-posting", "order-code", "match-assignment", "link-start", "merge-override", "erased-clearing"];
    // What may be taken back is told when it is done.
    silent.push("member-erase", "member-erase-cancel");
    // Who of the staff is which member is nobody else's business.
    silent.push("staff-registration");
    // Who works on a break, what they write, and what they have learnt.
    silent.push("reconciliation-cancel", "break-assign", "break-comment", "break-rule-end");
    expect(
      names
        .map(({ name }) => name)
        .filter((name) => !silent.includes(name))
        .sort(),
    ).toEqual(Object.keys(TOLD).sort());
  });
});

describe("an event", () => {
  it("has exactly what the schema of its name and version says", () => {
    for (const { name, events } of journal) {
      for (const event of events ?? []) {
        const known = versionOf(event);
        expect(known, `${event.name} ${event.version} of ${name}`).toBeDefined();
        expect(known!.data.safeParse(event.data).error?.issues ?? [], event.name).toEqual([]);
        expect(Object.keys(event)).toEqual(["name", "version", "data"]);
      }
    }
  });

  it("of every kind was told here, as it is told now; each name stands once in the catalogue", () => {
    const told = new Set(journal.flatMap(({ events }) => (events ?? []).map(nameOf)));
    expect([...told].sort()).toEqual(catalogue.map(nameOf).sort());
    expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length);
  });

  it("tells of a sale and of a return what the ledger has of them", async () => {
    const { sql } = ledger.database;
    for (const { id, events } of journal) {
      const [recorded] = (events ?? []).filter(({ name }) => name === "purchase.recorded");
      if (recorded === undefined) continue;
      const [row] = await sql`select ${sql.unsafe(AMOUNTS)} from purchases where purchase_id = ${uuid(id)}::uuid`;
      const { total, spent, earned } = recorded.data;
      expect({ total, spent, earned }).toEqual(row);
      expect(recorded.data["purchaseId"]).toBe(as("pur", id));
    }
    const backs = journal.flatMap(({ events }) => (events ?? []).filter(({ name }) => name === "return.made"));
    const rows = await sql`select returns.money_back from returns`;
    expect(backs).toHaveLength(rows.length);
  });
});

const nameOf = ({ name, version }: { readonly name: string; readonly version: number }) => `${name} ${version}`;
const uuid = (id: OperationId): string => id.slice(4);
const AMOUNTS = ["total", "spent", "earned"].map((name) => `round(${name} / 100.0, 2)::text as ${name}`).join(", ");

describe("nothing is told", () => {
  it("of what was refused", () => {
    const refused = journal.filter(({ refusal }) => refusal !== null);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.map(({ events }) => events)).toEqual(refused.map(() => null));
  });

  it("twice, however often a request is repeated", async () => {
    const memberId = await ledger.newMember();
    const body = { memberId, amount: "1.00", brand: "mvideo", kind: "promo", reason: "x", reference: "y" };
    const idempotencyKey = "told-once";
    for (let times = 0; times < 3; times += 1) answerOf(await ledger.ask(accrual, body, { idempotencyKey }));
    const profile = { brand: "mvideo", externalId: "told-once", identifiers: [], person: {} };
    for (let times = 0; times < 3; times += 1) answerOf(await ledger.ask(registration, profile));
    const told = (await readAll()).filter(({ events }) => JSON.stringify(events ?? []).includes(memberId));
    expect(told.map(({ name }) => name)).toEqual(["profile-registration", "accrual"]);
  });

  it("of a reversal that found nothing left to undo", async () => {
    const own = receipt();
    for (const outcome of ["tombstoned", "already_reversed"]) {
      const undone = answerOf(await ledger.ask(reversal, { receipt: own, kind: "purchase" }));
      expect(undone).toMatchObject({ outcome });
    }
    const last = (await readAll()).filter(({ name }) => name === "reversal").slice(-2);
    expect(last.map(({ events }) => events?.length ?? 0)).toEqual([1, 0]);
  });

  it("of whom the member is: no name, no birth date, no identifier", async () => {
    const identifiers = [{ kind: "phone", value: "+79161234567", verified: true }];
    const person = { lastName: "Сидорова", firstName: "Евдокия", birthDate: "1971-05-09" };
    const profile = { brand: "mvideo", externalId: "C-771", identifiers, person };
    answerOf(await ledger.ask(registration, profile));
    const said = JSON.stringify((await readAll()).map(({ events }) => events));
    for (const word of ["9161234567", "Сидорова", "Евдокия", "1971-05-09", "C-771"]) expect(said).not.toContain(word);
  });
});
