/**
 * A network between client and server that a test can cut, without a word of farewell from the server.
 */
import { createServer, connect } from "node:net";
import type { Socket } from "node:net";

export type FlakyNetwork = {
  /** The server's address by way of this network. */
  url: string;
  /** Cuts every connection there is; new ones are let through. */
  cut(): void;
  close(): Promise<void>;
};

export async function flakyNetwork(url: string): Promise<FlakyNetwork> {
  const { port, hostname } = new URL(url);
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(from);
      from.on("error", () => {});
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  const through = new URL(url);
  through.port = String(address.port);
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: through.href,
    cut,
    close() {
      const closed = new Promise<void>((resolve) => proxy.close(() => resolve()));
      cut();
      return closed;
    },
  };
}
