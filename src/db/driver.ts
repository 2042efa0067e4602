/**
 * postgres.js, with the changes of driver/changes.ts made to it while it is loaded. The text of the package must be
 * exactly the one that was released and looked through: any other fails here, loudly.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { dirname, join } from "node:path";
import { compileFunction } from "node:vm";
import type postgresPackage from "postgres";
import { CHANGES, changed, type DriverChange, RELEASED } from "./driver/changes.ts";

/** The driver. Import it from here and nowhere else; types come from the package itself. */
export const postgres = load();

function load(): typeof postgresPackage {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve("postgres"));
  // The pool requires the connection, and must find the changed one.
  for (const file of ["connection.js", "index.js"] as const) evaluate(require, folder, file);
  return require("postgres") as typeof postgresPackage;
}

/** Puts the changed file where `require` will find it. */
function evaluate(require: NodeJS.Require, folder: string, file: DriverChange["file"]): void {
  const path = join(folder, file);
  const module = new Module(path);
  const text = changed(
    releasedText(path, file),
    CHANGES.filter((change) => change.file === file),
  );
  const parameters = ["exports", "require", "module", "__filename", "__dirname"];
  const run = compileFunction(text, parameters, { filename: path });
  Reflect.apply(run, module.exports, [module.exports, createRequire(path), module, path, folder]);
  require.cache[path] = module;
}

function releasedText(path: string, file: DriverChange["file"]): string {
  const text = readFileSync(path, "utf8").replaceAll("\r\n", "\n");
  const hash = createHash("sha256").update(text).digest("hex");
  if (hash !== RELEASED[file]) throw new Error(`${path} is not the release that src/db/driver/changes.ts is made for`);
  return text;
}
