/** The container image cannot be built where these tests run: what can be told from its text is told here. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "./source.ts";

const lines = readFileSync(join(ROOT, "Dockerfile"), "utf8").replaceAll("\\\n", " ").split("\n");
const scripts = (JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> })
  .scripts;

/** What follows a keyword, in order; from the last stage only where that is asked for. */
function argumentsOf(keyword: string, from = 0): string[] {
  const found = lines.slice(from).filter((line) => line.startsWith(`${keyword} `));
  return found.map((line) => line.slice(keyword.length + 1).trim());
}

const lastStage = lines.findLastIndex((line) => line.startsWith("FROM "));

describe("the container image", () => {
  test("is built in several stages, each from the same release of Node or from a stage before it", () => {
    const stages = argumentsOf("FROM").map((line) => line.split(" "));
    const bases = new Set(stages.map(([base = ""]) => base));
    const names = stages.map(([, , name = ""]) => name);
    expect(stages.length).toBeGreaterThanOrEqual(3);
    expect([...bases].filter((base) => !names.includes(base))).toEqual([`node:${nodeVersion()}-bookworm-slim`]);
  });

  test("runs the commands that everybody runs", () => {
    expect(argumentsOf("RUN")).toEqual(["npm ci", "npm run build", "npm ci --omit=dev --omit=optional"]);
    expect(JSON.parse(argumentsOf("CMD", lastStage)[0] ?? "[]")).toEqual(scripts["start"]?.split(" "));
  });

  test("does not run as root, and says how it is", () => {
    expect(argumentsOf("USER", lastStage)).toEqual(["node"]);
    expect(argumentsOf("HEALTHCHECK", lastStage)[0]).toContain("/healthz");
  });

  test("copies only what is in the checkout and let into the build", () => {
    const letIn: readonly string[] = readFileSync(join(ROOT, ".dockerignore"), "utf8").match(/^!.+$/gm) ?? [];
    const copied = argumentsOf("COPY").filter((line) => !line.startsWith("--from="));
    const sources = copied.flatMap((line) => line.split(" ").slice(0, -1));
    expect(sources).toContain("drizzle");
    expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
    expect(sources.filter((source) => !letIn.includes(`!${source}`))).toEqual([]);
  });

  test("its last stage takes what it runs from the stages before", () => {
    expect(argumentsOf("COPY", lastStage).filter((line) => line.startsWith("--from="))).toEqual([
      "--from=production-deps /app/node_modules ./node_modules",
      "--from=build /app/dist ./dist",
    ]);
  });
});

/** The release that developers use, and so the one that the service runs on. */
function nodeVersion(): string {
  return readFileSync(join(ROOT, ".nvmrc"), "utf8").trim();
}
