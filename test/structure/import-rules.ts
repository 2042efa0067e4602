/** Who may import what: the direction between the folders of `src`, purity, and the database library. */
import type { Example, Rule } from "./rule.ts";
import { lineAt, packageOf, targetOf } from "./source.ts";
import type { Import, SourceFile } from "./source.ts";

/**
 * From the ground up: a file imports its own folder and what stands before it. Folders on one row know each other
 * by data only. A new folder is an error until it has its place here.
 */
const ORDER: readonly (readonly string[])[] = [
  ["kernel"],
  ["db"],
  ["ledger"],
  ["policy"],
  ["engine"],
  ["programme"],
  ["members"],
  ["bonuses"],
  ["sales"],
  ["orders"],
  ["finance", "offers", "events"],
  ["modules"],
  ["service"],
  ["jobs"],
  ["http"],
  ["console"],
  ["config"],
  ["tools"],
  ["main"],
];

/** `"src/ledger/lot.ts"` → `"ledger"`, `"src/main.ts"` → `"main"`. */
function layerOf(path: string): string {
  return /^src\/([^/.]+)/.exec(path)?.[1] ?? path;
}

function rankOf(layer: string): number {
  return ORDER.findIndex((row) => row.includes(layer));
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
    ["src/sales/purchase.ts", 'import {\n  publish,\n} from "../events/outbox.ts";'],
    ["src/finance/journal.ts", 'import "../offers/grant.ts";'],
    ["src/http/app.ts", 'import { page } from "../console/page.ts";'],
    ["src/http/app.ts", 'import { config } from "../config.ts";'],
    ["src/config.ts", 'import { connect } from "./db/connect.ts";'],
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

/**
 * What decides is run a million times against a model: no clock, no chance, no waiting, no SQL. Pure are whole folders,
 * the files listed, files named `decide…`, and the `decide` of every operation.
 */
function isPure(path: string): boolean {
  if (path in IMPURE || path.endsWith("/tables.ts")) return false;
  return (
    PURE_FOLDERS.some((folder) => path.startsWith(folder)) || PURE_FILES.includes(path) || /\/decide[^/]*$/.test(path)
  );
}

const PURE_FOLDERS: readonly string[] = ["src/kernel/", "src/ledger/", "src/policy/"];

const PURE_FILES: readonly string[] = [
  "src/bonuses/events.ts",
  "src/engine/definition/decision.ts",
  "src/engine/event.ts",
  "src/members/events.ts",
  "src/members/identifier.ts",
  "src/members/registration/comparison.ts",
  "src/members/registration/link.ts",
  "src/members/visible-text.ts",
  "src/sales/documents/purchase-document.ts",
  "src/sales/documents/return-document.ts",
  "src/sales/earned-lot.ts",
  "src/sales/events.ts",
  "src/sales/purchase/purchase-answer.ts",
  "src/sales/receipt/age.ts",
  "src/sales/receipt/pricing.ts",
  "src/sales/receipt/receipt.ts",
  "src/sales/return/distribution.ts",
  "src/sales/return/make-return.ts",
  "src/sales/return/parked.ts",
  "src/sales/return/return-answer.ts",
  "src/sales/return/undo.ts",
  "src/sales/reversal/reversal-answer.ts",
  "src/sales/reversal/reverse-purchase.ts",
  "src/sales/reversal/reverse-return.ts",
  "src/sales/reversal/reverse-unseen.ts",
  "src/sales/suspense.ts",
];

/** The `decide` of an operation, wherever it stands: its text, and where that begins. */
function decisionsIn({ code }: SourceFile): { readonly text: string; readonly start: number }[] {
  return [...code.matchAll(/\n  (?:async )?decide(?:\(|: )/g)].map(({ index: start }) => {
    const lineEnd = code.indexOf("\n", start + 1);
    const blockEnd = code.indexOf("\n  }", start + 1);
    const isOneLine = code.slice(start, lineEnd).endsWith(",");
    return { text: code.slice(start, isOneLine || blockEnd < 0 ? lineEnd : blockEnd), start };
  });
}

/** Files in pure folders that are not pure, each with what may not be imported of it into a pure file, and why. */
const IMPURE: Readonly<Record<string, { readonly names: readonly string[]; readonly why: string }>> = {
  "src/kernel/ids.ts": { names: ["newUuid", "newId", "newBucket"], why: "makes identities out of time and chance" },
  "src/kernel/clock.ts": { names: ["systemClock", "ManualClock"], why: "reads the machine's clock" },
  "src/policy/load.ts": { names: ["loadPolicies"], why: "reads the database" },
};

/** Packages that compute and do nothing else. */
const PURE_PACKAGES: readonly string[] = ["@hono/zod-openapi", "decimal.js", "libphonenumber-js", "node:crypto", "zod"];

const AMBIENT =
  /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bperformance\.|\bprocess\.|\bset(?:Timeout|Interval|Immediate)\b|\bfetch\(|\bawait\b|\basync\b|\brandom(?:Bytes|UUID|Fill|FillSync|Int)\b/g;

/** What decides names the store of a document, and never calls it: the engine loads and saves. */
const STORE = /^[a-z]\w*Store$/;

function impureImport(file: SourceFile, each: Import): string | null {
  // A type is gone at run time: it cannot make anything impure.
  if (each.typeOnly || each.names.length === 0) return null;
  const target = targetOf(file, each);
  if (target === null) {
    const name = packageOf(each.specifier);
    return PURE_PACKAGES.includes(name) ? null : `a pure file imports ${name}`;
  }
  if (isPure(target)) return null;
  const known = IMPURE[target] ?? { names: each.names, why: "is not pure" };
  const names = each.names.filter((name) => (name === "*" || known.names.includes(name)) && !STORE.test(name));
  return names.length === 0 ? null : `a pure file imports ${names.join(", ")} of ${target}, which ${known.why}`;
}

/** An operation that decides so. */
const operation = (decide: string): string => `export const gift = defineOperation({\n  ${decide}\n});\n`;

const IMPURITIES: readonly Example[] = [
  ["src/ledger/lot.ts", 'import { connect } from "../db/connect.ts";'],
  ["src/ledger/lot.ts", 'import { newUuid } from "../kernel/ids.ts";'],
  ["src/ledger/lot.ts", 'import * as ids from "../kernel/ids.ts";'],
  ["src/ledger/lot.ts", 'import { lots } from "./tables.ts";'],
  ["src/policy/policy.ts", 'import { readFileSync } from "node:fs";'],
  ["src/policy/policy.ts", 'import pino from "pino";'],
  ["src/kernel/amount.ts", "export const now = () => Date.now();"],
  ["src/kernel/amount.ts", "export const now = () => new Date();"],
  ["src/ledger/spend.ts", "export async function spend() {}"],
  ["src/sales/decide-purchase.ts", "export const chance = Math.random();"],
  ["src/sales/decide-purchase.ts", 'import { load } from "./purchase.ts";'],
  ["src/bonuses/gift.ts", operation("decide(context, input) {\n    return accept({ answer: Date.now() });\n  },")],
  ["src/bonuses/gift.ts", operation("async decide(context) {\n    return accept({});\n  },")],
  ["src/bonuses/gift.ts", operation("decide: () => accept({ answer: Math.random() }),")],
  ["src/kernel/hash.ts", 'import { randomBytes } from "node:crypto";'],
];

const PURITIES: readonly Example[] = [
  ["src/ledger/lot.ts", 'import { nth, type LotId } from "../kernel/ids.ts";'],
  ["src/ledger/lot.ts", 'import type { Sql } from "../db/connect.ts";'],
  ["src/ledger/lot.ts", 'import { type LotRow } from "./tables.ts";'],
  ["src/kernel/zone.ts", "// never Date.now() here\nexport const iso = (at: number) => new Date(at).toISOString();"],
  ["src/kernel/hash.ts", 'import { createHash } from "node:crypto";'],
  ["src/kernel/clock.ts", "export const systemClock = { now: () => Date.now() };"],
  ["src/sales/purchase.ts", "export async function load() {}"],
  [
    "src/bonuses/gift.ts",
    operation("async prepare() {\n    return Date.now();\n  },\n  decide(context) {\n    return accept({});\n  },"),
  ],
];

const ambientIn = (code: string, text: string, start: number): string[] =>
  [...text.matchAll(AMBIENT)].map(
    (match) => `${lineAt(code, start + match.index)}: what decides, or is pure, uses ${match[0]}`,
  );

export const pureFilesStayPure: Rule = {
  name: "a pure file imports only pure files, and neither it nor any `decide` knows a clock, chance or waiting",
  check(file) {
    if (!file.path.startsWith("src/")) return [];
    if (!isPure(file.path)) return decisionsIn(file).flatMap(({ text, start }) => ambientIn(file.code, text, start));
    const imports = file.imports.flatMap((each) => {
      const wrong = impureImport(file, each);
      return wrong === null ? [] : [`${each.line}: ${wrong}`];
    });
    return [...imports, ...ambientIn(file.code, file.code, 0)];
  },
  refuses: IMPURITIES,
  accepts: PURITIES,
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
