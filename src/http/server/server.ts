/** The app on a socket: listens, and lets go in order. */
import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import type { App } from "./app.ts";

export interface Listening {
  readonly port: number;
  /** Takes no new connection, lets requests under way finish, and closes connections after their last answer. */
  close(): Promise<void>;
}

/** Slow senders hold a connection no longer than this. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the idle timeout of usual balancers, so that they never send into a connection that is closing. */
const KEEP_ALIVE_MS = 75_000;
const SWEEP_MS = 50;
/** A client that never ends its request is not waited for any longer than this. */
const PATIENCE_MS = 10_000;

/** Listens; port 0 takes a free one. Rejects where the port is taken. */
export function listen(app: App, { port, host }: { port: number; host: string }): Promise<Listening> {
  let closing = false;
  const fetch: App["fetch"] = (request, env) => {
    const answering = app.fetch(request, env);
    return closing ? lastAnswer(answering) : answering;
  };
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: host }, (address) => {
      server.off("error", reject);
      resolve({
        port: address.port,
        close() {
          closing = true;
          return close(server);
        },
      });
    }) as Server;
    server.requestTimeout = REQUEST_TIMEOUT_MS;
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    server.once("error", reject);
  });
}

/** Tells the client that the connection ends with this answer. */
async function lastAnswer(answering: Response | Promise<Response>): Promise<Response> {
  const answer = await answering;
  answer.headers.set("connection", "close");
  return answer;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Connections that were busy when it began are found idle later.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    const cutOff = setTimeout(() => server.closeAllConnections(), PATIENCE_MS);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(cutOff);
      resolve();
    });
  });
}
