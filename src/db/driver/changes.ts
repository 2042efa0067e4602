/**
 * What is changed in postgres.js 3.4.9, the newest release, where a failed statement or a lost connection does harm to
 * others. Each change has its reason and, where there is one, its issue upstream; each has a test in
 * test/db/driver.test.ts or test/concurrency/outage.test.ts. As a diff: docs/reference/postgres-driver.md.
 */

/** Whole lines of one file of the package, without the line breaks around them; replaced wherever they stand. */
interface Edit {
  readonly from: string;
  readonly to: string;
}

export interface DriverChange {
  readonly name: string;
  readonly file: keyof typeof RELEASED;
  /** What happens without it. */
  readonly reason: string;
  /** Empty: not reported, as far as is known. */
  readonly upstream: readonly string[];
  readonly edits: readonly Edit[];
}

/** SHA-256 of the files as they were released. Of any other release somebody looks what is still needed. */
export const RELEASED = {
  "connection.js": "ce6d375809baad79963ef9b3773e6ac757bcf6da2362d4d85482bb14c2c751be",
  "index.js": "d8fea1a5311c47e65004646bc81f57305ac64d48f99004a5b3ca27bcfc6babf8",
} as const;

const UPSTREAM = "https://github.com/porsager/postgres";

export const CHANGES: readonly DriverChange[] = [
  {
    name: "The next result begins with its first row",
    file: "connection.js",
    reason:
      "A statement that fails after its first rows pushes the rows of the next one on that connection out of place.",
    upstream: [`${UPSTREAM}/issues/1119`, `${UPSTREAM}/issues/1181`],
    edits: [
      {
        from: "    query = results = errorResponse = null\n    result = new Result()",
        to: "    query = results = errorResponse = null\n    rows = 0\n    result = new Result()",
      },
    ],
  },
  {
    name: "Nothing unsent meets the next session",
    file: "connection.js",
    reason:
      "A connection that closes with bytes unsent keeps them and their cancelled timer: it never sends again, and each attempt to connect ends in a timeout.",
    upstream: [`${UPSTREAM}/issues/1208`, `${UPSTREAM}/pull/1168`],
    edits: [
      {
        from: "    clearImmediate(nextWriteTimer)",
        to: "    clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null",
      },
    ],
  },
  {
    name: "Whoever waits for a connection that closes is told",
    file: "connection.js",
    reason:
      "A statement given between a socket's error and its close is never answered. A connection that closes without an error before it is ready (a proxy with no server behind it) is opened again for ever, and nobody is told. Where there are several servers, the next one is still tried.",
    upstream: [`${UPSTREAM}/issues/1193`, `${UPSTREAM}/pull/1215`],
    edits: [
      {
        from: `    if (initial)
      return reconnect()

    !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))`,
        to: `    if (initial && port.length > 1)
      return reconnect()

    if (initial || query || sent.length)
      error(Errors.connection('CONNECTION_CLOSED', options, socket))`,
      },
    ],
  },
  {
    name: "The next session knows nothing of the lost one",
    file: "connection.js",
    reason:
      "What is left of a lost session stays: closing the pool waits for an answer that never comes, and a new session can be answered with the error that ended the old one.",
    upstream: [`${UPSTREAM}/issues/1097`, `${UPSTREAM}/issues/1223`],
    edits: [
      {
        from: "    closedTime = performance.now()",
        to: "    query = results = errorResponse = null\n    closedTime = performance.now()",
      },
    ],
  },
  {
    name: "A silent server is not waited for",
    file: "connection.js",
    reason: "A pool that is closed keeps its sockets, and so the process, for as long as a silent server wants.",
    upstream: [],
    edits: [
      {
        from: "      socket.readyState === 'open' && socket.end(b().X().end())",
        to: `      if (socket.readyState === 'open') {
        socket.end(b().X().end())
        setTimeout(silent => silent.destroy(), 1000, socket).unref()
      }`,
      },
    ],
  },
  {
    name: "A transaction ends with its connection",
    file: "index.js",
    reason:
      "A transaction whose connection was lost goes on: its ROLLBACK throws where nobody can catch it, and ends the process; or its next statement runs, outside of any transaction, in the session that the pool has opened since.",
    upstream: [`${UPSTREAM}/issues/1208`, `${UPSTREAM}/pull/1155`, `${UPSTREAM}/pull/1215`],
    edits: [
      { from: "    let savepoints = 0", to: "    let lost = null\n      , savepoints = 0" },
      {
        from: "        new Promise((_, reject) => connection.onclose = reject)",
        to: "        new Promise((_, reject) => connection.onclose = error => reject(lost = error))",
      },
      {
        from: "        q.catch(e => uncaughtError || (uncaughtError = e))",
        to: "        q.catch(e => uncaughtError || (uncaughtError = e))\n        if (lost)\n          return q.reject(lost)",
      },
    ],
  },
  {
    name: "Where no connection can be opened, all who wait are told",
    file: "index.js",
    reason: "In an outage one waiting statement is told for each attempt to connect; the others wait in line.",
    upstream: [],
    edits: [
      {
        from: `    move(c, closed)
    c.reserved = null
    c.onclose && (c.onclose(e), c.onclose = null)
    options.onclose && options.onclose(c.id)
    queries.length && connect(c, queries.shift())`,
        to: `    const unopened = c.queue === connecting
    move(c, closed)
    c.reserved = null
    c.onclose && (c.onclose(e), c.onclose = null)
    options.onclose && options.onclose(c.id)
    if (unopened && !open.length && !busy.length && !full.length && !reserved.length)
      while (queries.length) queries.shift().reject(e)
    queries.length && connect(c, queries.shift())`,
      },
    ],
  },
];

/** The text of a released file with changes made to it. */
export function changed(released: string, changes: readonly DriverChange[]): string {
  return changes
    .flatMap(({ edits }) => edits)
    .reduce((text, { from, to }) => text.replaceAll(`\n${from}\n`, () => `\n${to}\n`), released);
}
