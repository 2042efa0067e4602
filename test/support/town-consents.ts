/** A customer allows something, takes it back, and something that he had said before is heard of late. */
import { formatInstant } from "../../src/kernel/clock.ts";
import { consentChange } from "../../src/members/consents/change.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { answerOf, newTestKey, type TestLedger } from "./ledger.ts";

export async function liveConsents(ledger: TestLedger): Promise<void> {
  const body = { brand: "mvideo", externalId: newTestKey(), identifiers: [], person: {}, consents: { sms: true } };
  const { profileId } = answerOf(await ledger.ask(registration, body)) as { profileId: string };
  const say = async (consents: object, ago: number) => {
    const occurredAt = formatInstant(ledger.clock.now() - ago);
    const said = { consents, channel: "app", occurredAt, reason: "asked", reference: "F-1" };
    answerOf(await ledger.ask(consentChange, said, { params: { profileId } }));
  };
  ledger.clock.moveTo(ledger.clock.now() + 600_000);
  await say({ sms: false, email: true }, 1_000);
  await say({ email: false, post: true }, 60_000);
}
