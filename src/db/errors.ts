/**
 * What went wrong in the database, by SQLSTATE and constraint name. Messages are for people and are never matched.
 */

export type DbFault =
  /** The transaction lost against another one; the same work may succeed at once. */
  | { kind: "retryable"; sqlstate: string }
  /** The server is gone, going, full, or not the one that takes writes. A commit under way may have happened. */
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
const CONNECTION_LOST = new Set(
  (
    "CONNECTION_CLOSED CONNECTION_ENDED CONNECTION_DESTROYED CONNECT_TIMEOUT ECONNREFUSED ECONNRESET ECONNABORTED " +
    "EPIPE ETIMEDOUT EHOSTUNREACH ENETUNREACH ENOTFOUND EAI_AGAIN"
  ).split(" "),
);

/** Sorts an error that came out of a statement, wrapped or not. */
export function classify(error: unknown): DbFault {
  for (const cause of causes(error)) {
    const fault = classifyOne(cause);
    if (fault) return fault;
  }
  return { kind: "other", sqlstate: null };
}

/** The code that the database, the driver or the operating system gave an error: `23505`, `ENOENT`. */
export function codeOf(error: unknown): string | null {
  return typeof error === "object" && error !== null ? text(error, "code") : null;
}

function classifyOne(error: object): DbFault | null {
  const code = codeOf(error);
  if (code === null) return null;
  // Without a syscall it is a file that is missing; with this one, a server's socket.
  if (CONNECTION_LOST.has(code) || (code === "ENOENT" && text(error, "syscall") === "connect")) {
    return { kind: "unavailable", sqlstate: code };
  }
  // Class 00 to 58, F0, HV, P0 or XX; the operating system's codes begin with E.
  if (!/^[0-9FHPX][0-9A-Z]{4}$/.test(code)) return null;
  if (RETRYABLE.has(code)) return { kind: "retryable", sqlstate: code };
  if (TIMEOUT.has(code)) return { kind: "timeout", sqlstate: code };
  if (UNAVAILABLE.test(code)) return { kind: "unavailable", sqlstate: code };
  if (code.startsWith("23")) return { kind: "constraint", sqlstate: code, name: constraintOf(error) };
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

/** postgres.js calls it constraint_name; the driver that graphile-worker brings, constraint. */
function constraintOf(error: object): string | null {
  return text(error, "constraint_name") ?? text(error, "constraint");
}

function text(error: object, key: string): string | null {
  const value = Reflect.get(error, key) as unknown;
  return typeof value === "string" ? value : null;
}
