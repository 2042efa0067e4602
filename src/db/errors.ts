/**
 * What went wrong in the database, by SQLSTATE and constraint name. Messages are for people and are never matched.
 */

export type DbFault =
  /** The transaction lost against another one; the same work may succeed at once. */
  | { kind: "retryable"; sqlstate: string }
  /** The server is gone, going, full, or not the one that takes writes. */
  | { kind: "unavailable"; sqlstate: string }
  /** A limit of time was reached: statement, lock, idle transaction. */
  | { kind: "timeout"; sqlstate: string }
  /** A constraint refused a row; `name` is null where PostgreSQL gives none (not null). */
  | { kind: "constraint"; sqlstate: string; name: string | null }
  | { kind: "other"; sqlstate: string | null };

const RETRYABLE = new Set(["40001", "40P01"]);
const TIMEOUT = new Set(["57014", "55P03", "25P03", "25P04"]);
/** Connection exceptions, resources, operator intervention, a replica where the primary was. */
const UNAVAILABLE = /^(?:08...|53...|57P0[1-5]|25006)$/;

/** postgres.js and the operating system speak in words instead of SQLSTATEs. */
const CONNECTION_LOST = new Set([
  ...["CONNECTION_CLOSED", "CONNECTION_ENDED", "CONNECTION_DESTROYED", "CONNECT_TIMEOUT", "CONNECTION_CONNECT_TIMEOUT"],
  ...["ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"],
  ...["ENOTFOUND", "EAI_AGAIN"],
]);

/** Sorts an error that came out of a statement, wrapped or not. */
export function classify(error: unknown): DbFault {
  for (const cause of causes(error)) {
    const fault = classifyOne(cause);
    if (fault) return fault;
  }
  return { kind: "other", sqlstate: null };
}

function classifyOne(error: object): DbFault | null {
  const code = text(error, "code");
  if (code === null) return null;
  // Without a syscall it is a file that is missing; with this one, a server's socket.
  if (CONNECTION_LOST.has(code) || (code === "ENOENT" && text(error, "syscall") === "connect")) {
    return { kind: "unavailable", sqlstate: code };
  }
  if (!/^[0-9A-Z]{5}$/.test(code) || text(error, "severity_local") === null) return null;
  if (RETRYABLE.has(code)) return { kind: "retryable", sqlstate: code };
  if (TIMEOUT.has(code)) return { kind: "timeout", sqlstate: code };
  if (UNAVAILABLE.test(code)) return { kind: "unavailable", sqlstate: code };
  if (code.startsWith("23")) return { kind: "constraint", sqlstate: code, name: text(error, "constraint_name") };
  return { kind: "other", sqlstate: code };
}

/** The error and what it wraps, outermost first; Drizzle puts the driver's error into `cause`. */
function* causes(error: unknown): Generator<object> {
  let current: unknown = error;
  for (let depth = 0; depth < 8 && typeof current === "object" && current !== null; depth++) {
    yield current;
    current = "cause" in current ? current.cause : null;
  }
}

function text(error: object, key: string): string | null {
  const value = Reflect.get(error, key) as unknown;
  return typeof value === "string" ? value : null;
}
