/** A sender for development: prints every code with its address, for whoever sits at the terminal. Refused in production. */
import { formatInstant } from "../../kernel/clock.ts";
import type { CodeSender } from "../../engine/definition/code-sender.ts";

export const printingSender = (write: (line: string) => void): CodeSender => ({
  send({ to, code, purpose, expiresAt }) {
    write(`[development] code ${code} to ${to.kind} ${to.value} (${purpose}, until ${formatInstant(expiresAt)})\n`);
    return Promise.resolve();
  },
});
