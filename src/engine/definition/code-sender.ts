/** How one-time codes reach people: whoever runs the service passes one in, since every operator has a gateway of his own. */
import type { Instant } from "../../kernel/clock.ts";

/** A code, and the verified address that it goes to: personal data, which is neither kept nor logged on the way. */
export interface CodeMessage {
  readonly to: { readonly kind: "phone" | "email"; readonly value: string };
  readonly code: string;
  /** What it is for, so that a text can be chosen. */
  readonly purpose: "link";
  readonly expiresAt: Instant;
}

export interface CodeSender {
  /** Hands a message over. What fails is not tried again: the customer starts anew. `signal` ends what takes too long. */
  send(message: CodeMessage, signal: AbortSignal): Promise<void>;
}
