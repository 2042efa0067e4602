/** `npm run openapi`: writes openapi/openapi.json from the route definitions. With `--check`, exits 1 where it differs. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { openApiDocument } from "../http/routes/document.ts";
import { modules } from "../modules.ts";

const FOLDER = fileURLToPath(new URL("../../openapi/", import.meta.url));
const FILE = `${FOLDER}openapi.json`;

const wanted = `${JSON.stringify(openApiDocument(modules), null, 2)}\n`;
if (process.argv.includes("--check")) {
  const there = await readFile(FILE, "utf8").catch(() => "");
  if (there !== wanted) {
    console.error("openapi/openapi.json is not what the routes say: run `npm run openapi` and commit it");
    process.exitCode = 1;
  }
} else {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(FILE, wanted);
}
