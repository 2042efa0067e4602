/** Who sells by card opens nothing: a process that could open no field at all sells, gives and takes back as any other. */
import { createSecretKey, randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openService, type Service } from "../../src/service.ts";
import { FieldCipher, NotOpened } from "../../src/kernel/sealed.ts";
import { LEDGER_ITSELF } from "../../src/engine/actor.ts";
import { type MemberId, uuidOf } from "../../src/kernel/ids.ts";
import { accrual } from "../../src/bonuses/accrual.ts";
import { hold } from "../../src/bonuses/hold/hold.ts";
import { redemption } from "../../src/bonuses/redemption.ts";
import { cardOf } from "../../src/members/reads/card.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { purchase } from "../../src/sales/purchase/purchase.ts";
import { returnById } from "../../src/sales/return/return-by-id.ts";
import { goodsBack, sale } from "../http/bodies.ts";
import { TEST_KEYS } from "../support/keys.ts";
import { answerOf, ask, testLedger, type TestLedger } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";

const identifier = { kind: "card", value: "2900000000017" };

let ledger: TestLedger;
let blind: Service;
beforeAll(async () => {
  ledger = await testLedger();
  const { database, clock } = ledger;
  const cipher = new FieldCipher([{ id: "other", key: createSecretKey(randomBytes(32)) }]);
  blind = await openService({ personal: { ...TEST_KEYS, cipher }, target: database, clock, readers: 2 });
});
afterAll(async () => {
  await blind.close();
  await expectProof(ledger);
  await ledger.close();
});

it("sells, returns, grants, holds and redeems by card without opening anything", async () => {
  const profile = { brand: "mvideo", externalId: "1", person: { firstName: "Анна" } };
  const registered = await ledger.ask(registration, { ...profile, identifiers: [{ ...identifier, verified: true }] });
  const { memberId } = answerOf(registered) as { memberId: MemberId };
  const bonuses = { identifier, brand: "mvideo", amount: "100.00", reference: "r" };
  answerOf(await ask(blind, accrual, { ...bonuses, kind: "promo", reason: "r" }));
  const sold = answerOf(await ask(blind, purchase, sale({ identifier, spend: "10.00" }))) as { purchaseId: string };
  answerOf(await ask(blind, returnById, goodsBack(), { params: { purchaseId: sold.purchaseId } }));
  answerOf(await ask(blind, hold, { ...bonuses, amount: "1.00" }));
  answerOf(await ask(blind, redemption, { ...bonuses, amount: "1.00", storeId: "M-1" }));
  await expect(cardOf(blind, LEDGER_ITSELF, memberId)).rejects.toThrow(NotOpened);
});

it("a value that the owner of the database moves to another row is not shown as that row's", async () => {
  const both = await Promise.all(
    ["2", "3"].map(async (externalId) => {
      const body = { brand: "mvideo", externalId, identifiers: [], person: { firstName: `Имя-${externalId}` } };
      return (answerOf(await ledger.ask(registration, body)) as { memberId: MemberId }).memberId;
    }),
  );
  const [one, other] = both.map((id) => uuidOf(id));
  const { sql } = ledger.database;
  await sql.begin(async (tx) => {
    await tx`update profiles p set person = o.person from profiles o where p.member_id = ${one ?? ""}::uuid and o.member_id = ${other ?? ""}::uuid`;
  });
  await expect(cardOf(ledger.service, LEDGER_ITSELF, both[0] ?? "")).rejects.toThrow("not what was sealed there");
  expect((await cardOf(ledger.service, LEDGER_ITSELF, both[1] ?? "")).firstName).toBe("Имя-3");
});
