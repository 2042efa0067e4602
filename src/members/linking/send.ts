/**
 * Sends the codes of a link once it is committed. They are in this process's memory only: if that is lost before they are
 * sent, or a gateway fails, the customer starts anew. A request that is repeated sends nothing: its codes are other ones.
 */
import type { Instant } from "../../kernel/clock.ts";
import { after } from "../../engine/definition/background.ts";
import type { CodeMessage } from "../../engine/definition/code-sender.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { areOf } from "./codes.ts";
import { readCustomerLink } from "./customer-link-store.ts";
import { linkStart, type LinkStartInput } from "./start.ts";

/** A gateway that takes longer is given up. */
const SEND_LIMIT_MS = 10_000;

/** After the answer, so that the time which it takes does not tell whether the other account is there. */
export const sendLinkCodes = after(linkStart, (ledger, input, { linkId }) => {
  const { look } = ledger;
  ledger.later(async () => {
    const link = await readCustomerLink(look.reader, linkId);
    if (link?.status === "open" && areOf(link, input)) await sendBoth(look, input, link.expiresAt);
    return false;
  });
});

async function sendBoth({ codeSender }: Lookup, input: LinkStartInput, expiresAt: Instant): Promise<void> {
  if (codeSender === undefined) return;
  const { own, other, otherId, codes } = input;
  const message = (to: CodeMessage["to"], code: string): CodeMessage => ({ to, code, purpose: "link", expiresAt });
  const messages = [
    ...(own === undefined ? [] : [message(own, codes.own)]),
    ...(otherId === null ? [] : [message(other, codes.other)]),
  ];
  // Of one that fails the other goes out all the same; neither failure says to whom it was.
  await Promise.allSettled(messages.map((each) => codeSender.send(each, AbortSignal.timeout(SEND_LIMIT_MS))));
}
