/** Identifiers that go from one to another, are verified, ended, and brought again. */
import type { AnyOperation } from "../../src/engine/definition/operation.ts";
import type { MemberId, ProfileId } from "../../src/kernel/ids.ts";
import { identifierAdding } from "../../src/members/identifying/adding.ts";
import { identifierEnd } from "../../src/members/identifying/ending.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { answerOf, newTestKey, type TestLedger } from "./ledger.ts";

interface Brought {
  readonly kind: "phone" | "card";
  readonly value: string;
}

let numbers = 0;
const newPhone = (): Brought => ({ kind: "phone", value: `+79${`${5_550_000_00 + (numbers += 7)}`.padStart(9, "0")}` });
const newCard = (): Brought => ({ kind: "card", value: newTestKey() });

/** A phone goes from one to a second, who registers with it, and to a third, who adds it; a card is typed in, read, lost and found. */
export async function liveIdentified(
  ledger: TestLedger,
  { sell }: { readonly sell: (identifier: object, spend: bigint) => Promise<unknown> },
): Promise<void> {
  const ask = async (operation: AnyOperation, body: object, params = {}) =>
    answerOf(await ledger.ask(operation, body, { params })) as { memberId: MemberId; profileId: ProfileId };
  const register = (brought: readonly Brought[], verified = true, brand = "mvideo") =>
    ask(registration, {
      brand,
      externalId: newTestKey(),
      identifiers: brought.map((each) => ({ ...each, verified })),
      person: {},
      storeId: brand === "mvideo" ? "M-1" : "E-1",
    });
  const add = ({ memberId, profileId }: Awaited<ReturnType<typeof register>>, identifier: Brought, verified = true) =>
    ask(identifierAdding, { profileId, identifier, verified, reason: "asked", reference: "CRM-1" }, { memberId });
  const later = () => ledger.clock.moveTo(ledger.clock.now() + 600_000);
  const [phone, card, waiting] = [newPhone(), newCard(), newCard()];
  const anna = await register([phone]);
  await sell(phone, 0n);
  later();
  await register([phone], true, "eldorado");
  const vera = await register([], true);
  later();
  await add(vera, phone);
  await sell(phone, 0n);
  await add(anna, card, false);
  await add(anna, card);
  await add(anna, newPhone(), false);
  await ask(identifierEnd, { identifier: card, reason: "lost", reference: "CRM-2" }, { memberId: anna.memberId });
  await sell(card, 0n);
  later();
  await add(anna, card);
  await sell(waiting, 0n);
  await add(vera, waiting);
  await ask(identifierEnd, { identifier: waiting, reason: "lost" }, { memberId: vera.memberId });
  await sell(waiting, 0n);
  const [one, other] = [newPhone(), newPhone()];
  await register([one]);
  await register([other]);
  await register([one, other]);
}
