import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CandidateId } from "../../../src/kernel/ids.ts";
import { expectProof } from "../../support/proof.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { all } from "../../support/pages.ts";
import { newCard, newPhone, Reviewers } from "./reviewers.ts";

const ANNA = { firstName: "Анна", lastName: "Иванова" };

let ledger: TestLedger;
let staff: Reviewers;
/** By score, the certain first. */
const made: CandidateId[] = [];
beforeAll(async () => {
  ledger = await testLedger();
  staff = new Reviewers(ledger);
  // 0.35 for a phone that both have, three times; then with one name, and with two; 0.60 for a card; nothing at all.
  for (const [people, count] of [
    [[{}, {}], 3],
    [[{ lastName: "Иванова" }, ANNA], 1],
  ] as const) {
    for (let each = 0; each < count; each += 1) {
      made.push((await staff.pair(["mvideo", "eldorado"], people)).candidateId);
      ledger.clock.moveTo(ledger.clock.now() + 60_000);
    }
  }
  const card = { ...newCard(), verified: false };
  await staff.register([{ ...card, verified: true }, newPhone()]);
  made.push((await staff.register([card])).link.candidates[0]!.candidateId);
  const strangers = [(await staff.register([])).memberId, (await staff.register([])).memberId];
  made.push((await staff.propose(strangers)).candidateId);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

const idsOf = ({ items }: { readonly items: readonly { readonly candidateId: string }[] }) =>
  items.map(({ candidateId }) => candidateId);

describe("the queue", () => {
  it("begins with the most certain, and of one score with the oldest", async () => {
    const [first, second, third, named, card, nothing] = made;
    const page = await staff.list();
    expect(idsOf(page)).toEqual([card, named, first, second, third, nothing]);
    expect(page.items.map(({ score }) => score)).toEqual(["0.60", "0.50", "0.35", "0.35", "0.35", "0.00"]);
    expect(page.nextCursor).toBeNull();
  });

  it("has each once, page by page, however short the pages are", async () => {
    const whole = idsOf(await staff.list());
    for (const limit of [1, 2, 4]) {
      const items = await all((cursor) => staff.list({ limit, cursor }));
      expect(idsOf({ items })).toEqual(whole);
    }
  });

  it("goes on where it was left, whatever was decided or found meanwhile", async () => {
    const whole = idsOf(await staff.list());
    const first = await staff.list({ limit: 3 });
    const late = await staff.pair(["mvideo", "eldorado"], [ANNA, { lastName: "Иванова" }]);
    await staff.decided(whole[0] ?? "", "later");
    const rest = await staff.list({ limit: 200, cursor: first.nextCursor ?? "" });
    expect([...idsOf(first), ...idsOf(rest)]).toEqual(whole);
    await staff.decided(late.candidateId, "apart");
  });

  it("is narrowed by score, by who is to look, and by what was decided", async () => {
    const [first, second, third, named, card] = made;
    expect(idsOf(await staff.list({ minScore: 50 }))).toEqual([named]);
    for (const id of [first, third]) await staff.assign(id!, "reviewer-7");
    await staff.assign(second!, "reviewer-8");
    expect(idsOf(await staff.list({ assignee: "reviewer-7" }))).toEqual([first, third]);
    expect(idsOf(await staff.list({ assignee: "reviewer-7", minScore: 36 }))).toEqual([]);
    expect(idsOf(await staff.list({ assignee: "nobody" }))).toEqual([]);
    await staff.assign(third!, null);
    expect(idsOf(await staff.list({ assignee: "reviewer-7" }))).toEqual([first]);
    await staff.decided(first!, "link");
    expect(idsOf(await staff.list({ status: "linked", assignee: "reviewer-7" }))).toEqual([first]);
    expect(await staff.list({ status: "linked" })).toMatchObject({ items: [{ candidateId: first, status: "linked" }] });
    expect(idsOf(await staff.list({ status: "later" }))).toEqual([card]);
    expect(await staff.assign(first!, "reviewer-9")).toMatchObject({ kind: "refused", code: "candidate_decided" });
  });

  it("is read in the order of its indexes, and never sorted as a whole", async () => {
    const { sql } = ledger.database;
    await sql`insert into match_candidates (one_id, other_id, candidate_id, operation_id, source, created_at, score, evidence, status, assignee)
      select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, ('00000000-0000-7000-9000-' || lpad(n::text, 12, '0'))::uuid,
        ('00000000-0000-7000-a000-' || lpad(n::text, 12, '0'))::uuid, ('00000000-0000-7000-b000-' || lpad(n::text, 12, '0'))::uuid,
        'staff', now(), n % 101, '[]', 'open', case when n % 10 = 0 then 'somebody' end from generate_series(1, 20000) n`;
    await sql`analyze match_candidates`;
    const plans: string[] = [];
    const { reader } = ledger.service;
    const explaining = { ...ledger.service, reader: { ...reader, values: explained } };
    async function explained(text: string, parameters: readonly unknown[] = []): Promise<unknown[][]> {
      const rows = await sql.unsafe(`explain ${text}`, [...parameters] as never[]);
      plans.push(rows.map((row) => String(row["QUERY PLAN"])).join("\n"));
      return [];
    }
    const asking = new Reviewers({ ...ledger, service: explaining });
    await asking.list({ minScore: 50 });
    await asking.list({ assignee: "somebody" });
    await asking.list({ status: "later" });
    await sql`delete from match_candidates where candidate_id::text like '00000000-0000-7000-a000-%'`;
    expect(plans[0]).toContain("match_candidates_queue");
    expect(plans[1]).toContain("match_candidates_assigned");
    for (const plan of plans) expect(plan).not.toMatch(/Seq Scan on match_candidates/);
  });
});
