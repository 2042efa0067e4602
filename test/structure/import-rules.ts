/** Who may import what: the direction between the folders of `src`, and the database library. */
import type { Rule } from "./rule.ts";
import { lineAt, packageOf, targetOf } from "./source.ts";
import type { SourceFile } from "./source.ts";

/** From the ground up: a file imports its own folder and what stands before it. A new folder is an error until it has its place here. */
const ORDER: readonly string[] = [
  "kernel",
  "db",
  "ledger",
  "policy",
  "engine",
  "programme",
  "members",
  "bonuses",
  "sales",
  "orders",
  "finance",
  "modules",
  "service",
  "jobs",
  "http",
  "config",
  "cli",
  "tools",
  "main",
];

/** `"src/ledger/lot.ts"` → `"ledger"`, `"src/main.ts"` → `"main"`. */
function layerOf(path: string): string {
  return /^src\/([^/.]+)/.exec(path)?.[1] ?? path;
}

function rankOf(layer: string): number {
  return ORDER.indexOf(layer);
}

/** Whether a file is of the ledger itself and its modules, rather than of what serves or drives them. */
export function isOfTheLedger(path: string): boolean {
  const rank = path.startsWith("src/") ? rankOf(layerOf(path)) : -1;
  return rank >= 0 && rank < rankOf("modules");
}

/** Why this import is not allowed; null when it is. Configuration is passed, so it knows nothing but the kernel. */
function wrongDirection(from: string, target: string): string | null {
  if (!target.startsWith("src/")) return `imports ${target}, which is outside src`;
  const to = layerOf(target);
  if (rankOf(to) < 0) return `imports ${to}, which has no place in the order of folders`;
  if (from === to) return null;
  if (to === "tools") return `${from} imports tools, which no production image carries`;
  if (from === "config") return to === "kernel" ? null : `config imports ${to}, and may import the kernel only`;
  return rankOf(to) < rankOf(from) ? null : `${from} imports ${to}, which does not stand below it`;
}

export const importsPointDown: Rule = {
  name: "imports point down only",
  check(file) {
    if (!file.path.startsWith("src/")) return [];
    const layer = layerOf(file.path);
    if (rankOf(layer) < 0) return [`1: src/${layer} has no place in the order of folders`];
    return file.imports.flatMap((each) => {
      const target = targetOf(file, each);
      const wrong = target === null ? null : wrongDirection(layer, target);
      return wrong === null ? [] : [`${each.line}: ${wrong}`];
    });
  },
  refuses: [
    ["src/kernel/amount.ts", 'import { connect } from "../db/connect.ts";'],
    ["src/ledger/lot.ts", 'import type { Policy } from "../policy/policy.ts";'],
    ["src/ledger/lot.ts", 'export { Policy } from "../policy/policy.ts";'],
    ["src/ledger/lot.ts", 'const late = await import("../http/app.ts");'],
    ["src/sales/purchase.ts", 'import {\n  pickup,\n} from "../orders/pickup.ts";'],
    ["src/orders/order.ts", 'import "../finance/proof.ts";'],
    ["src/http/app.ts", 'import { config } from "../config.ts";'],
    ["src/config.ts", 'import { connect } from "./db/connect.ts";'],
    ["src/service.ts", 'import { rotate } from "./cli/keys-rotate.ts";'],
    ["src/cli/keys-rotate.ts", 'import { atLeast } from "../tools/command/counts.ts";'],
    ["src/tools/demo.ts", 'import { serve } from "../main.ts";'],
    ["src/main.ts", 'const { replay } = await import("./tools/replay.ts");'],
    ["src/db/connect.ts", 'import { testDatabase } from "../../test/support/database.ts";'],
    ["src/utils/text.ts", "export const a = 1;"],
    ["src/sales/purchase.ts", 'import { trim } from "../utils/text.ts";'],
  ],
  accepts: [
    ["src/ledger/lot.ts", 'import { Wallet } from "./wallet.ts";\nimport { sum } from "../kernel/amount.ts";'],
    ["src/ledger/engine/lane.ts", 'import { lot } from "../lot.ts";'],
    ["src/config.ts", 'import { assert } from "./kernel/assert.ts";\nimport { z } from "zod";'],
    ["src/main.ts", 'import { readConfig } from "./config.ts";\nimport { app } from "./http/app.ts";'],
    ["src/kernel/amount.ts", '// import { connect } from "../db/connect.ts";'],
    ["test/ledger/lot.test.ts", 'import { app } from "../../src/http/app.ts";'],
  ],
};

/** Beside `tables.ts`: the column types that tables are made of, and whoever says that it names a table. */
function mayImportDrizzle(file: SourceFile): boolean {
  return file.path.endsWith("/tables.ts") || file.path === "src/db/columns.ts" || /\bNames tables:/.test(file.text);
}

export const drizzleNamesTables: Rule = {
  name: "only files that name a table import Drizzle, and its relational queries are used nowhere",
  check(file) {
    if (!file.path.startsWith("src/")) return [];
    const imports = mayImportDrizzle(file)
      ? []
      : file.imports
          .filter(({ specifier }) => packageOf(specifier) === "drizzle-orm")
          .map(({ line }) => `${line}: imports Drizzle without a comment "Names tables: …"`);
    // Relational queries pass large numerics and bigints through binary floating point, without a word.
    const relational = [...file.code.matchAll(/\.query\s*\.\s*\w+|\bdrizzle-orm\/relations\b|\brelations\s*\(/g)].map(
      (match) => `${lineAt(file.code, match.index)}: a relational query corrupts large amounts`,
    );
    return [...imports, ...relational];
  },
  refuses: [
    ["src/http/app.ts", 'import { sql } from "drizzle-orm";'],
    ["src/sales/purchase.ts", 'import { pgTable } from "drizzle-orm/pg-core";'],
    ["src/sales/purchase.ts", 'import type { InferSelectModel } from "drizzle-orm";'],
    ["src/sales/purchase.ts", "const row = await db.query.purchases.findFirst();"],
    ["src/sales/tables.ts", "export const purchaseRelations = relations(purchases, () => ({}));"],
  ],
  accepts: [
    ["src/sales/tables.ts", 'import { pgTable } from "drizzle-orm/pg-core";'],
    ["src/members/list.ts", '/** Names tables: a list with optional filters. */\nimport { eq } from "drizzle-orm";'],
    ["src/http/app.ts", 'const cursor = context.req.query("cursor");\nconst all = request.query;'],
  ],
};
