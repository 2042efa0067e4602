/**
 * postgres.js, mended where a failed statement or a lost connection does harm to others.
 *
 * In 3.4.9, the newest release (the crash is known upstream: porsager/postgres issues 1154 and 1208, open),
 * - a statement that fails after its first rows pushes the rows of the next one on that connection out of place;
 * - a transaction whose connection was lost goes on: its ROLLBACK throws where nobody can catch it, and ends the
 *   process; or its next statement runs, outside of any transaction, in the session that the pool has opened since;
 * - a connection that closes with bytes unsent keeps them and their cancelled timer, and never sends again;
 * - a statement given between a socket's error and its close is never answered;
 * - a connection that is closed without an error before it is ready (a proxy with no server behind it) is opened again
 *   for ever, and never told of; where none can be opened, one waiting statement is told for each attempt;
 * - a pool that is closed keeps its sockets, and so the process, for as long as a silent server wants;
 * - what is left of a lost session stays: a new session can be answered with the error that ended the old one, and
 *   closing the pool waits for an answer that never comes.
 *
 * Until a release has it, these lines are replaced while the package is loaded. Each must be found as often as
 * expected: another version of the package fails here, loudly, and somebody looks what is still needed.
 */
import { readFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { dirname, join } from "node:path";
import { compileFunction } from "node:vm";
import type postgresPackage from "postgres";

type Mend = { find: string; times: number; replace: string };

const CONNECTION: Mend[] = [
  {
    // ReadyForQuery(): the next result begins with its first row.
    find: "\n    query = results = errorResponse = null\n",
    times: 1,
    replace: "\n    query = results = errorResponse = null; rows = 0\n",
  },
  {
    // closed() and terminate(): nothing unsent may meet the next session.
    find: "\n    clearImmediate(nextWriteTimer)\n",
    times: 2,
    replace: "\n    clearImmediate(nextWriteTimer); chunk = nextWriteTimer = null\n",
  },
  {
    // closed(): whatever came between the socket's error and its close is told as well.
    find: "!hadError && (query || sent.length) && error(",
    times: 1,
    replace: ";(initial || query || sent.length) && error(",
  },
  {
    // closed(): the one server there is was no good; whoever waits for it is told, not kept until it is.
    find: "\n    if (initial)\n      return reconnect()\n",
    times: 1,
    replace: "\n    if (initial && port.length > 1)\n      return reconnect()\n",
  },
  {
    // terminate(): a peer that says nothing is not waited for.
    find: "socket.readyState === 'open' && socket.end(b().X().end())",
    times: 1,
    replace:
      "socket.readyState === 'open' && (socket.end(b().X().end()), setTimeout(s => s.destroy(), 1000, socket).unref())",
  },
  {
    // closed(): the next session knows nothing of this one.
    find: "\n    closedTime = performance.now()\n",
    times: 1,
    replace: "\n    query = results = errorResponse = null; closedTime = performance.now()\n",
  },
];

const POOL: Mend[] = [
  { find: "    let savepoints = 0\n", times: 1, replace: "    let lost = null, savepoints = 0\n" },
  {
    // begin(): the transaction remembers that its connection is gone ...
    find: "new Promise((_, reject) => connection.onclose = reject)",
    times: 1,
    replace: "new Promise((_, reject) => connection.onclose = error => reject(lost = error))",
  },
  {
    // ... and gives it no more statements, whoever has that connection now.
    find: "        q.catch(e => uncaughtError || (uncaughtError = e))\n",
    times: 1,
    replace: "        q.catch(e => uncaughtError || (uncaughtError = e))\n        if (lost) return q.reject(lost)\n",
  },
  {
    // onclose(): where no connection can be opened, all who wait for one are told, not one for each attempt.
    find: "    queries.length && connect(c, queries.shift())\n",
    times: 1,
    replace:
      "    if (unopened && !open.length && !busy.length && !full.length && !reserved.length)\n" +
      "      while (queries.length) queries.shift().reject(e)\n" +
      "    queries.length && connect(c, queries.shift())\n",
  },
  {
    find: "  function onclose(c, e) {\n",
    times: 1,
    replace: "  function onclose(c, e) {\n    const unopened = c.queue === connecting\n",
  },
];

/** The driver. Import it from here and nowhere else; types come from the package itself. */
export const postgres = load();

function load(): typeof postgresPackage {
  const require = createRequire(import.meta.url);
  const pool = require.resolve("postgres");
  evaluate(require, join(dirname(pool), "connection.js"), CONNECTION);
  evaluate(require, pool, POOL);
  return require("postgres") as typeof postgresPackage;
}

/** Puts the mended file where `require` will find it. */
function evaluate(require: NodeJS.Require, path: string, mends: Mend[]): void {
  const module = new Module(path);
  const parameters = ["exports", "require", "module", "__filename", "__dirname"];
  const run = compileFunction(mended(path, mends), parameters, { filename: path });
  Reflect.apply(run, module.exports, [module.exports, createRequire(path), module, path, dirname(path)]);
  require.cache[path] = module;
}

function mended(path: string, mends: Mend[]): string {
  const source = readFileSync(path, "utf8").replaceAll("\r\n", "\n");
  return mends.reduce((text, { find, times, replace }) => {
    const found = text.split(find).length - 1;
    if (found !== times) throw new Error(`${path} is not what src/db/driver.ts mends: ${JSON.stringify(find)}`);
    return text.replaceAll(find, () => replace);
  }, source);
}
