/** Somebody is shown a member's personal data, and somebody finds nobody. */
import type { MemberId } from "../../src/kernel/ids.ts";
import type { ClientId } from "../../src/engine/actor.ts";
import { profileStore } from "../../src/members/profile-store.ts";
import { clientRegistration } from "../../src/programme/clients/registration.ts";
import { terminalRegistration } from "../../src/programme/places/terminal.ts";
import { answerOf, type TestLedger } from "./ledger.ts";

/** At a till that was registered before its first receipt. */
export async function liveSeen(ledger: TestLedger, memberId: MemberId): Promise<void> {
  const { reader, accessLog } = ledger.service;
  answerOf(await ledger.ask(terminalRegistration, { storeId: "M-1" }, { params: { terminalId: "7" } }));
  const { clientId } = answerOf(await ledger.ask(clientRegistration, { name: "Support", scopes: ["support"] })) as {
    clientId: ClientId;
  };
  const profiles = (await profileStore.load(reader, [memberId], "none")).get(memberId) ?? [];
  const asking = { clientId, staffId: "anna", storeId: "M-1", terminalId: "7", requestId: "r-1" };
  await accessLog.write({ ...asking, name: "read-member" }, profiles);
  await accessLog.write({ ...asking, name: "find-member", staffId: null, storeId: null, terminalId: null }, []);
}
