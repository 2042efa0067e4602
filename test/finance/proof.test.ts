import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TransactionSql } from "../../src/db/connect.ts";
import { type Actor, LEDGER_ITSELF } from "../../src/engine/actor.ts";
import { type Snapshot, snapshotOver } from "../../src/engine/connection/reader.ts";
import { type Proof, proofRead } from "../../src/finance/proof.ts";
import { invariants as INVARIANTS } from "../../src/modules.ts";
import { balanceOf } from "../../src/members/reads/balance.ts";
import { testHttp, type TestHttp } from "../support/http.ts";
import { expectProof, prove } from "../support/proof.ts";
import { liveThrough, type Town } from "../support/town.ts";
import { categoryFollower } from "../../src/finance/categories/kept.ts";
import { figureFollower } from "../../src/finance/measures/kept.ts";
import { turnoverFollower } from "../../src/finance/turnovers/turnovers.ts";
import { followToEnd, forgetBy } from "../support/following.ts";
import { breaks } from "./breaks/all.ts";
import { textLike } from "./breaks/break.ts";
import { liveOn } from "./breaks/history.ts";

const proof = proofRead(INVARIANTS);

let ledger: TestHttp;
let town: Town;
beforeAll(async () => {
  ledger = await testHttp();
  town = await liveThrough(ledger);
  await liveOn(ledger);
  // Somebody who has never done anything.
  await ledger.newMember();
});
afterAll(() => ledger.close());

/** The proof after statements that nobody but the owner could send; nothing of it stays. */
async function proofAfter(breaking: string, actor: Actor = LEDGER_ITSELF): Promise<Proof> {
  const undone = new Error("undone");
  let found: Proof | undefined;
  const work = ledger.database.sql.begin(async (sql: TransactionSql) => {
    await sql.unsafe(UNGUARD);
    for (const statement of breaking.split(";")) {
      const { count } = await sql.unsafe(statement);
      expect(/^\s*(insert|update|delete)/.test(statement) ? count : 1, statement).toBeGreaterThan(0);
    }
    const look = {
      ...ledger.service,
      audit: { run: <T>(__: string, see: (seen: Snapshot) => Promise<T>) => see(snapshotOver(sql)) },
    };
    found = await proof.read(look, { actor, params: undefined, query: undefined, body: undefined });
    throw undone;
  });
  await expect(work).rejects.toBe(undone);
  if (found === undefined) throw new Error("there was no proof");
  return found;
}

/** Takes away what keeps the owner from breaking the ledger; the guards themselves are put back for the reader. */
const UNGUARD = `set local session_replication_role = replica;
  alter table wallets drop constraint wallet_not_below_zero;
  alter table lots drop constraint lot_not_below_zero;
  alter table operations drop constraint refusals_are_conflicts;
  alter table parked_returns drop constraint parked_refusal;
  drop index parked_returns_by_operation;
  alter table holds drop constraint hold_captures_what_it_held, drop constraint hold_state`;

/** A return whose lot is none: nothing can be asked of it that looks for its lot. */
const UNREADABLE = `update returns set parts = replace(parts::text, '"lot_', '"not-a-lot_')::json where parts::text <> '[]'`;

/** What follows from the journal is kept for the while: whatever is broken there would be seen in it as well. */
async function whileFollowed<T>(work: () => Promise<T>): Promise<T> {
  const followers = [turnoverFollower, categoryFollower, figureFollower];
  for (const follower of followers) await followToEnd(ledger.database, follower);
  const done = await work();
  for (const follower of followers) await forgetBy(ledger.database, follower);
  await ledger.database.sql`delete from followers`;
  return done;
}

const brokenIn = (found: Proof): string[] => found.invariants.filter(({ holds }) => !holds).map(({ name }) => name);

describe("the proof", () => {
  it("holds after everything that the ledger can do, and looks at facts of every invariant", async () => {
    const { invariants } = await whileFollowed(() => expectProof(ledger));
    expect(invariants.map(({ name }) => name)).toEqual(INVARIANTS.map(({ name }) => name));
    for (const { name, checked } of invariants) expect(checked, name).toBeGreaterThan(0);
  });

  it("tells the amounts that it is about", async () => {
    const { invariants } = await prove(ledger.service);
    const figuresOf = (name: string) =>
      new Map(invariants.find((finding) => finding.name === name)?.figures.map(({ label, amount }) => [label, amount]));
    const books = figuresOf("entities_balance");
    expect(books.get("mvideo debits")).toBe(books.get("mvideo credits"));
    expect(figuresOf("entities_agree").get("mvideo owes eldorado")).toMatch(/^[1-9]\d*\.\d\d$/);
    expect(figuresOf("suspense_is_waiting_receipts").get("mvideo suspense")).toBe(books.get("mvideo suspense"));
    const totals = await ledger.database.sql`select sum(held)::text as held from wallets`;
    expect(figuresOf("wallets_are_their_lots").get("held")?.replace(".", "")).toBe(totals[0]?.["held"]);
  });

  it("names at most the first twenty places, and counts all", async () => {
    const found = await proofAfter(
      "insert into command_keys select gen_random_uuid(), 1, gen_random_uuid() from generate_series(1, 25)",
    );
    expect(brokenIn(found)).toEqual(["keys_lead_to_operations"]);
    const finding = found.invariants.find(({ holds }) => !holds);
    expect(finding).toMatchObject({ wrong: 25 });
    expect(finding?.broken).toHaveLength(20);
  });

  it.each(breaks.map((each) => [each.what, each] as const))("finds %s", async (_, { sql, broken, place }) => {
    const found = await proofAfter(sql(town));
    expect(found.holds).toBe(false);
    expect(brokenIn(found).sort()).toEqual([...broken].sort());
    const places = found.invariants.filter(({ name }) => name === broken[0]).flatMap((finding) => finding.broken);
    expect(places).toContainEqual(expect.objectContaining(place(town)));
  });

  it("tells which invariants cannot be looked at, since a document cannot be read, and looks at all others", async () => {
    const sound = (await whileFollowed(() => prove(ledger.service))).invariants;
    const found = await whileFollowed(() => proofAfter(UNREADABLE));
    const unreadable = found.invariants.filter(({ checked }) => checked === 0);
    expect(unreadable.map(({ name }) => name)).toContain("returns_are_their_transfers");
    for (const { name, wrong, broken, figures } of unreadable) {
      const place = { entity: null, invariant: name, unreadable: textLike(/^22/) };
      expect({ wrong, broken, figures }).toEqual({ wrong: 1, broken: [place], figures: [] });
    }
    const looked = (invariants: Proof["invariants"]) =>
      invariants.flatMap(({ name, checked }) => (checked === 0 ? [] : [name]));
    const others = looked(sound).filter((name) => !unreadable.some((each) => each.name === name));
    expect(looked(found.invariants)).toEqual(others);
    // What is kept is told to nobody by the error that it makes.
    expect(JSON.stringify(found)).not.toContain("not-a-lot");
    const shown = await proofAfter(UNREADABLE, { ...LEDGER_ITSELF, brand: "mvideo" });
    expect(shown.invariants.find(({ name }) => name === "returns_are_their_transfers")).toMatchObject({
      holds: false,
      wrong: 1,
      broken: [],
    });
  });

  it("is able to find every invariant broken", () => {
    const found = new Set(breaks.flatMap(({ broken }) => broken));
    expect(INVARIANTS.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([]);
  });
});

describe("a finance client of one brand", () => {
  const ofBrand = (brand: string): Actor => ({ ...LEDGER_ITSELF, brand });

  it("is shown its own entity's figures, and whether all holds", async () => {
    const key = await ledger.newKey(["finance"], "mvideo");
    const { body } = await ledger.get<Proof>("/v1/proof", { key });
    expect(body.holds).toBe(true);
    const labels = body.invariants.flatMap(({ figures }) => figures.map(({ label }) => label));
    expect(labels).toContain("mvideo owes eldorado");
    expect(labels.filter((label) => !label.startsWith("mvideo "))).toEqual([]);
    expect(body.invariants.map(({ checked }) => checked)).toEqual(
      (await prove(ledger.service)).invariants.map(({ checked }) => checked),
    );
  });

  it("is shown broken places of its own books, however many the other has, and counts of all", async () => {
    const breaking = "update lots set granted = granted + 1";
    const whole = await proofAfter(breaking);
    const issuers = (found: Proof) =>
      found.invariants
        .filter(({ name }) => name === "lots_are_their_grants")
        .flatMap(({ broken }) => broken.map(({ entity }) => entity));
    expect(new Set(issuers(whole))).toEqual(new Set(["mvideo", "eldorado"]));
    for (const brand of ["mvideo", "eldorado"]) {
      const shown = await proofAfter(breaking, ofBrand(brand));
      expect(new Set(issuers(shown))).toEqual(new Set([brand]));
      expect(shown.invariants.map(({ wrong }) => wrong)).toEqual(whole.invariants.map(({ wrong }) => wrong));
    }
  });

  it("is shown each step of its orders that is broken, whoever has asked for it", async () => {
    const breaking = "update operations set status = 299 where name like 'order-%' and refusal is null";
    const shown = async (actor?: Actor) => {
      const { invariants } = await proofAfter(breaking, actor);
      const told = invariants.find(({ name }) => name === "orders_are_told_as_answered");
      return new Set(told?.broken.map(({ name }) => name));
    };
    const steps = ["order-cancel", "order-code", "order-expiry", "order-ready", "order-reroute"];
    expect(await shown()).toEqual(new Set(steps));
    expect(await shown(ofBrand("mvideo"))).toEqual(new Set(steps));
    expect(await shown(ofBrand("eldorado"))).toEqual(new Set());
  });

  it("is shown what the cancelling of an order has moved at its tills, and not answered", async () => {
    const breaking = `update operations set answer = replace(answer::text, '"released":"', '"released":"9')::json where name = 'order-cancel'`;
    for (const [brand, places] of [
      ["eldorado", 2],
      ["mvideo", 0],
    ] as const) {
      const { invariants } = await proofAfter(breaking, ofBrand(brand));
      const found = invariants.find(({ name }) => name === "order_holds_move_as_answered");
      expect(found).toMatchObject({ wrong: 2 });
      expect(found?.broken).toHaveLength(places);
    }
  });

  it("is shown what its holds' captures and releases have moved and told otherwise than they answered", async () => {
    const breaking = `update operations set events = null, answer = replace(answer::text, '"captured":"', '"captured":"9')::json
      where name in ('hold-capture', 'hold-release') and refusal is null`;
    const shown = async (brand: string) => {
      const { invariants } = await proofAfter(breaking, ofBrand(brand));
      const places = (name: string) => invariants.find((finding) => finding.name === name)?.broken ?? [];
      return [...places("bonuses_moved_as_answered"), ...places("bonuses_are_told_as_answered")].length;
    };
    // Two captures and a release, and what the captures have moved.
    expect([await shown("eldorado"), await shown("mvideo")]).toEqual([5, 0]);
  });

  it("is not shown places that are nobody's own", async () => {
    const breaking = "update wallets set available = available + 100 where survivor_id is null";
    expect((await proofAfter(breaking)).invariants.flatMap(({ broken }) => broken).length).toBeGreaterThan(0);
    const shown = await proofAfter(breaking, ofBrand("mvideo"));
    expect(shown.holds).toBe(false);
    expect(shown.invariants.flatMap(({ broken }) => broken)).toEqual([]);
  });
});

describe("the proof over HTTP", () => {
  it("is given to finance and administration, and to nobody else", async () => {
    const key = await ledger.newKey(["finance"]);
    expect(await ledger.get("/v1/proof", { key })).toMatchObject({ status: 200, body: { holds: true } });
    const support = await ledger.newKey(["support"]);
    expect(await ledger.get("/v1/proof", { key: support })).toMatchObject({ status: 403, body: { code: "forbidden" } });
  });

  it("stops no read, however many ask for it at once", async () => {
    let letGo = () => {};
    const slow = ledger.service.audit.run("another look", async (tx) => {
      await tx.run("select 1");
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
    });
    const proofs = Array.from({ length: 8 }, () => ledger.get("/v1/proof"));
    for (let read = 0; read < 20; read += 1) await balanceOf(ledger.service, town.rich);
    letGo();
    await slow;
    for (const { status } of await Promise.all(proofs)) expect(status).toBe(200);
  });
});
