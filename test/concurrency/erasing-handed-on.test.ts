/** Somebody is erased at the very moment at which a phone that was once his goes over from whoever has it to another. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { submitOwn } from "../../src/engine/group/submit.ts";
import { ManualClock } from "../../src/kernel/clock.ts";
import type { MemberId, ProfileId } from "../../src/kernel/ids.ts";
import { memberErase } from "../../src/members/erasing/ask.ts";
import { type Erasing, findErasing, memberErasure } from "../../src/members/erasing/carry-out.ts";
import { identifierEnd } from "../../src/members/identifying/ending.ts";
import { identifierAdding } from "../../src/members/identifying/adding.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { openService, type Service } from "../../src/service.ts";
import { DAY_MS, DAYS, Erasers } from "../members/erasing/erasers.ts";
import { TEST_KEYS } from "../support/keys.ts";
import { answerOf, ask, newTestKey, START, testLedger, type TestLedger } from "../support/ledger.ts";
import { addPolicy } from "../support/policies.ts";
import { expectProof } from "../support/proof.ts";

let ledger: TestLedger;
let other: Service;
beforeAll(async () => {
  ledger = await testLedger();
  await addPolicy(ledger.database, 2, START - 86_400_000, "{erasure}", { waitDays: 0 });
  ledger.service.policiesChanged();
  const clock = new ManualClock(ledger.clock.now());
  other = await openService({ personal: TEST_KEYS, target: ledger.database, clock, readers: 4 });
});
afterAll(async () => {
  await other.close();
  await ledger.close();
});

const PHONE = { kind: "phone", value: "+79130009901" };

it("each comes before the other: what is left of its history is without a gap", async () => {
  const register = async (identifiers: readonly object[]) => {
    const body = { brand: "mvideo", externalId: newTestKey(), identifiers, person: {} };
    return answerOf(await ledger.ask(registration, body)) as { memberId: MemberId; profileId: ProfileId };
  };
  const [former, present, next] = [
    await register([{ ...PHONE, verified: true }]),
    await register([]),
    await register([]),
  ];
  const add = async ({ memberId, profileId }: typeof present, service: Service) =>
    ask(
      service,
      identifierAdding,
      { profileId, identifier: PHONE, verified: true, reason: "asked", reference: "1" },
      { params: { memberId } },
    );
  answerOf(await add(present, ledger.service));
  let both: Promise<unknown> | undefined;
  await ledger.database.sql.begin(async (sql) => {
    // Whoever takes the phone has looked at its history, and cannot write yet.
    await sql`select 1 from identifiers where member_id = ${present.memberId.slice(4)}::uuid for update`;
    const taking = add(next, other).then(answerOf);
    const waits = () => ledger.database.sql`select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    while ((await waits()).length === 0) await sleep(10);
    const erasing = ask(ledger.service, memberErase, { reason: "asked" }, { params: { memberId: former.memberId } });
    both = Promise.all([taking, erasing.then(answerOf)]);
    await sleep(500);
  });
  await both;
  const rows = await ledger.database.sql<{ status: string }[]>`select status from erasures`;
  expect(rows).toMatchObject([{ status: "erased" }]);
  await expectProof(ledger);
});

describe("an identifier of somebody who is erased", () => {
  it("that is ended at that moment leaves nothing behind: its next receipt waits as for any unknown phone", async () => {
    const own = await testLedger();
    const staff = new Erasers(own);
    const phone = { kind: "phone", value: "+79130009902" };
    const born = async (identifiers: readonly object[]) => {
      const body = { brand: "mvideo", externalId: newTestKey(), identifiers, person: {} };
      return answerOf(await own.ask(registration, body)) as { memberId: MemberId; profileId: ProfileId };
    };
    const [former, present] = [await born([{ ...phone, verified: true }]), await born([])];
    const added = { profileId: present.profileId, identifier: phone, verified: true, reason: "asked", reference: "1" };
    await staff.ask(identifierAdding, added, { memberId: present.memberId });
    const { erasureId } = await staff.askErase(former);
    staff.later(DAYS * DAY_MS);
    // It is looked up while it leads to somebody, and judged when it does not any more.
    const found = await findErasing(own.service, erasureId as Erasing["erasureId"], former.memberId);
    await staff.ask(identifierEnd, { identifier: phone, reason: "lost" }, { memberId: present.memberId });
    expect(await submitOwn(own.service, memberErasure, found)).toMatchObject({ kind: "accepted" });
    expect(await staff.buy({ identifier: phone }, "100.00", "0.00")).toMatch(/^pur_/);
    await expectProof(own);
    await own.close();
  });
});
