/** Every command says how it is used, and refuses what it does not know, before it does anything. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { KEY_TEXTS } from "../support/keys.ts";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
const COMMANDS = Object.entries(scripts).flatMap(([name, line]) => {
  const file = /dist\/(cli\/[\w-]+)\.js/.exec(line)?.[1];
  return file === undefined ? [] : [[name, `src/${file}.ts`] as const];
});

/** Stands where the database would; counts who comes. */
let database: Server;
let port = 0;
let callers = 0;
beforeAll(async () => {
  database = createServer((socket) => {
    callers += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => database.listen(0, "127.0.0.1", resolve));
  port = (database.address() as { port: number }).port;
});
afterAll(() => void database.close());

function run(file: string, ...words: string[]) {
  const env = {
    PATH: process.env["PATH"],
    DATABASE_URL: `postgres://nobody@127.0.0.1:${port}/none?connect_timeout=2`,
    ...KEY_TEXTS,
  };
  return new Promise<{ code: number | string | null | undefined; out: string; err: string }>((resolve) => {
    execFile(process.execPath, ["--import", "tsx", file, ...words], { env, timeout: 60_000 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : error.code, out, err }),
    );
  });
}

it("knows all commands", () => {
  const names = COMMANDS.map(([name]) => name).toSorted((a, b) => a.localeCompare(b));
  expect(names).toEqual(["export", "keys:rotate", "measures", "reconcile", "settlement"]);
});

it.each(COMMANDS)("%s says how it is used, and touches no database", { timeout: 120_000 }, async (name, file) => {
  callers = 0;
  const { code, out } = await run(file, "--help");
  expect([code, out]).toEqual([0, expect.stringContaining(`Usage: ${name} `)]);
  for (const words of [["--whatever"], ["some", "more", "words", "than", "it", "takes"]]) {
    const refused = await run(file, ...words);
    expect([words, refused.code, refused.err]).toEqual([words, 1, expect.stringContaining("error: ")]);
  }
  expect(callers).toBe(0);
});
