/**
 * One address that stays while the server behind it dies and comes back on another port; it can also fall silent,
 * as a network does that loses every packet and tells nobody. Or a test cuts it, without a word from the server.
 */
import { connect, createServer, type Socket } from "node:net";

export interface Network {
  /** The server's address by way of this network. */
  readonly url: string;
  /** Where the server is from now on. */
  lead(port: number): void;
  /** Nothing passes any more, in either direction; nothing is closed. */
  fallSilent(): void;
  /** What is open now says nothing any more, for ever; new connections work. */
  strand(): void;
  /** What was held up passes, and new connections as well. */
  heal(): void;
  /** Cuts every connection there is. */
  cut(): void;
  /** How many statements clients have had carried out so far. */
  statements(): number;
  /** Lets the next COMMIT of a new connection through to the server, and cuts the connection before its answer is back. */
  loseNextCommit(): void;
  close(): Promise<void>;
}

/** Long enough for the server to have committed. */
const COMMIT_MS = 300;

export async function openNetwork(url: string): Promise<Network> {
  let port = Number(new URL(url).port);
  let silent = false;
  const sockets = new Set<Socket>();
  const stranded = new Set<Socket>();
  let losing = false;
  let statements = 0;
  const forward = (from: Socket, to: Socket, lost: (bytes: Buffer) => boolean) => {
    sockets.add(from);
    from.on("error", () => {});
    from.on("close", () => {
      sockets.delete(from);
      to.destroy();
    });
    from.on("data", (bytes) => void (lost(bytes) || to.write(bytes)));
    if (silent) from.pause();
  };
  const proxy = createServer((client) => {
    const server = connect(port, "127.0.0.1");
    let deaf = false;
    const noticeCommit = (bytes: Buffer) => {
      // The text of a statement is sent when it is first used on a connection.
      if (losing && bytes.includes("commit")) {
        losing = false;
        deaf = true;
        setTimeout(() => client.destroy(), COMMIT_MS);
      }
      return false;
    };
    const countIn = statementCounter();
    forward(client, server, (bytes) => {
      statements += countIn(bytes);
      return noticeCommit(bytes);
    });
    forward(server, client, () => deaf);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  const through = new URL(url);
  through.port = String(address.port);
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: through.href,
    lead(next) {
      port = next;
    },
    fallSilent() {
      silent = true;
      for (const socket of sockets) socket.pause();
    },
    strand() {
      for (const socket of sockets) stranded.add(socket.pause());
    },
    heal() {
      silent = false;
      for (const socket of sockets) if (!stranded.has(socket)) socket.resume();
    },
    cut,
    statements: () => statements,
    loseNextCommit() {
      losing = true;
    },
    close() {
      const closed = new Promise<void>((resolve) => proxy.close(() => resolve()));
      cut();
      return closed;
    },
  };
}

const BIND = "B".charCodeAt(0);
const QUERY = "Q".charCodeAt(0);

/** Counts what a client has carried out, message by message, in pieces as they come: each is a type, a length, and so much more. */
function statementCounter(): (bytes: Buffer) => number {
  let rest = Buffer.alloc(0);
  // What a connection begins with has no type.
  let begun = false;
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    let count = 0;
    for (;;) {
      const header = begun ? 1 : 0;
      if (rest.length < header + 4) return count;
      const end = header + rest.readUInt32BE(header);
      if (rest.length < end) return count;
      if (begun && (rest[0] === BIND || rest[0] === QUERY)) count += 1;
      begun = true;
      rest = rest.subarray(end);
    }
  };
}
