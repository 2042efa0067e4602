/** The connection went away, or says nothing any more: what became of what was sent is not known. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
  /** As the driver names it, so that the fault is classified in one place. */
  readonly code = "CONNECTION_CLOSED";
}

/**
 * Longest that a transaction may take, with all that it waits for. The server limits statements and locks by itself;
 * this is for a server, or a network, that says nothing at all.
 */
export const SILENCE_MS = 12_000;
