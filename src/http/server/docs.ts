/**
 * The documentation page and the document. Everything comes from this machine: the policy of the page forbids the
 * browser to ask anybody else. What is heavy is loaded when somebody asks for it.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Context, Hono } from "hono";
import { problems } from "../../kernel/problems.ts";
import type { Module } from "../../engine/definition/module.ts";
import { requestIdOf } from "./serve.ts";

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>M.Club ledger: API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({ url: "/openapi.json", dom_id: "#api", deepLinking: true, validatorUrl: null, persistAuthorization: false });\n`;

/** Adds `/openapi.json` and `/docs`. */
export function serveDocs(app: Hono, modules: readonly Module[]): void {
  app.get("/openapi.json", async (context) =>
    file(context, await once("document", () => documentText(modules)), "application/json"),
  );
  app.get("/docs", (context) => file(context, PAGE, "text/html; charset=utf-8"));
  app.get("/docs/start.js", (context) => file(context, START, "text/javascript; charset=utf-8"));
  app.get("/docs/problems", (context) => file(context, problemsPage(), "text/html; charset=utf-8"));
  const require = createRequire(import.meta.url);
  const style = () => readFile(require.resolve("swagger-ui-dist/swagger-ui.css"), "utf8");
  const script = () => readFile(require.resolve("swagger-ui-dist/swagger-ui-bundle.js"), "utf8");
  app.get("/docs/swagger-ui.css", async (context) =>
    file(context, await once("style", style), "text/css; charset=utf-8"),
  );
  app.get("/docs/swagger-ui-bundle.js", async (context) =>
    file(context, await once("script", script), "text/javascript; charset=utf-8"),
  );

  const read = new Map<string, Promise<string>>();
  function once(name: string, make: () => Promise<string>): Promise<string> {
    const known = read.get(name) ?? make();
    read.set(name, known);
    return known;
  }
}

async function documentText(modules: readonly Module[]): Promise<string> {
  const { openApiDocument } = await import("../routes/document.ts");
  return JSON.stringify(openApiDocument(modules));
}

function file({ req }: Context, content: string, type: string): Response {
  return new Response(content, {
    headers: {
      "content-type": type,
      "content-security-policy": POLICY,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "x-request-id": requestIdOf(req.raw.headers.get("x-request-id")),
    },
  });
}

/** The closed list of problems, for people: the `type` of each leads here. */
function problemsPage(): string {
  const rows = Object.entries(problems).map(
    ([code, { status, title, retryable, cashier }]) =>
      `<tr id="${code}"><td><code>${code}</code><td>${status}<td>${retryable ? "yes" : "no"}<td>${title}<td>${cashier.ru}<td>${cashier.en}`,
  );
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>M.Club ledger: problems</title>
<style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem}td,th{text-align:left;padding:.3rem .8rem;vertical-align:top;border-top:1px solid #ddd}:target{background:#fff3c4}</style>
<h1>Problems</h1><p>Every refusal bears one of these codes. The list is closed. <a href="/docs">API</a></p>
<table><tr><th>code<th>status<th>try again<th>meaning<th>the cashier reads<th>in English
${rows.join("\n")}
</table></html>
`;
}
