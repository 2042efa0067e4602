/**
 * What decides is run a million times against a model: no clock, no chance, no waiting, no SQL. Pure are whole folders, and
 * all that the `decide` of an operation leads to, in whatever file it stands: no list has to name it.
 */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Declaration, declarationsOf, namesIn } from "./declarations.ts";
import type { Example, Rule } from "./rule.ts";
import { type Import, lineAt, packageOf, parseSource, ROOT, type SourceFile, targetOf } from "./source.ts";

const PURE_FOLDERS: readonly string[] = ["src/kernel/", "src/ledger/", "src/policy/"];

/** Files in pure folders that are not pure, each with what may not be imported of it into a pure file, and why. */
const IMPURE: Readonly<Record<string, { readonly names: readonly string[]; readonly why: string }>> = {
  "src/kernel/ids.ts": { names: ["newUuid", "newId", "newBucket"], why: "makes identities out of time and chance" },
  "src/kernel/clock.ts": { names: ["systemClock", "ManualClock"], why: "reads the machine's clock" },
  "src/kernel/one-time-code.ts": { names: ["newCode"], why: "makes codes by chance" },
  "src/kernel/sealed.ts": { names: ["FieldCipher"], why: "seals by chance" },
  "src/policy/load.ts": { names: ["loadPolicies"], why: "reads the database" },
};

/** What a `decide` leads to and may, though it looks as if it were not pure: `path name`, each with its reason. */
const ALLOWED: Readonly<Record<string, string>> = {};

/** Packages that compute and do nothing else. */
const PURE_PACKAGES: readonly string[] = [
  "@hono/zod-openapi",
  "decimal.js",
  "libphonenumber-js",
  "node:crypto",
  "node:util",
  "zod",
];

const AMBIENT =
  /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bperformance\.|\bprocess\.|\bset(?:Timeout|Interval|Immediate)\b|\bfetch\(|\bawait\b|\basync\b|\brandom(?:Bytes|UUID|Fill|FillSync|Int)\b/g;

/** What decides names the store of a document, or a reading, and never calls it: the engine loads and saves. */
const STORE = /^[a-z]\w*(?:Store|Reading)$/;

const isInPureFolder = (path: string): boolean => PURE_FOLDERS.some((folder) => path.startsWith(folder));
const isPureFile = (path: string): boolean => isInPureFolder(path) && !(path in IMPURE) && !path.endsWith("/tables.ts");

const ambientIn = ({ code }: SourceFile, { text, start }: Declaration): string[] =>
  [...text.matchAll(AMBIENT)].map((match) => `${lineAt(code, start + match.index)}: ${match[0]}`);

/** Why names of a file may not be imported into what is pure; null where they may. */
function impureNames(target: string, names: readonly string[]): string | null {
  const known = IMPURE[target] ?? { names, why: "is not pure" };
  const wrong = names.filter((name) => (name === "*" || known.names.includes(name)) && !STORE.test(name));
  return wrong.length === 0 ? null : `${wrong.join(", ")} of ${target}, which ${known.why}`;
}

function impureImport(file: SourceFile, each: Import): string | null {
  // A type is gone at run time: it cannot make anything impure.
  if (each.typeOnly || each.names.length === 0) return null;
  const target = targetOf(file, each);
  if (target !== null) return isPureFile(target) ? null : impureNames(target, each.names);
  const name = packageOf(each.specifier);
  return PURE_PACKAGES.includes(name) ? null : name;
}

/** The `decide` of each operation of a file: its text, and where that begins. */
function decisionsIn({ code }: SourceFile): Declaration[] {
  return [...code.matchAll(/\n  (?:async )?decide(?:\(|: )/g)].map(({ index: start }) => {
    const lineEnd = code.indexOf("\n", start + 1);
    const blockEnd = code.indexOf("\n  }", start + 1);
    const isOneLine = code.slice(start, lineEnd).endsWith(",");
    return { text: code.slice(start, isOneLine || blockEnd < 0 ? lineEnd : blockEnd), start };
  });
}

/** Files of the checkout, each read once. */
const files = new Map<string, SourceFile | undefined>();
function fileAt(path: string): SourceFile | undefined {
  if (!files.has(path)) {
    const full = resolve(ROOT, path);
    files.set(path, existsSync(full) ? parseSource(path, readFileSync(full, "utf8")) : undefined);
  }
  return files.get(path);
}

/** Follows what a text speaks of, through its file and into others; tells what is not pure on the way. */
function impuritiesBehind(file: SourceFile, from: Declaration, seen = new Set<string>()): string[] {
  const declared = declarationsOf(file);
  return [...namesIn(from.text)].flatMap((name) => {
    const place = `${file.path} ${name}`;
    if (seen.has(place) || place in ALLOWED || STORE.test(name)) return [];
    seen.add(place);
    const declaration = declared.get(name);
    if (declaration === undefined) return file.imports.flatMap((each) => impuritiesOfImport(file, each, name, seen));
    const own = ambientIn(file, declaration).map((wrong) => `${name} of ${file.path}:${wrong}`);
    return [...own, ...impuritiesBehind(file, declaration, seen)];
  });
}

function impuritiesOfImport(file: SourceFile, each: Import, name: string, seen: Set<string>): string[] {
  const original = each.locals.get(name);
  if (each.typeOnly || original === undefined) return [];
  const target = targetOf(file, each);
  if (target === null || isInPureFolder(target)) {
    const wrong = impureImport(file, { ...each, names: [original] });
    return wrong === null ? [] : [`${name}, that is ${wrong}`];
  }
  const other = fileAt(target);
  if (other === undefined) return [`${name} of ${target}, which is not there`];
  return impuritiesBehind(other, { text: original, start: -1 }, seen);
}

/** An operation that decides so. */
const operation = (decide: string, more = ""): string =>
  `${more}export const gift = defineOperation({\n  ${decide}\n});\n`;
const DECIDE_BY = "decide(context, input) {\n    return accept({ answer: chance(input) });\n  },";

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
  ["src/kernel/hash.ts", 'import { randomBytes } from "node:crypto";'],
  ["src/bonuses/gift.ts", operation("decide(context, input) {\n    return accept({ answer: Date.now() });\n  },")],
  ["src/bonuses/gift.ts", operation("async decide(context) {\n    return accept({});\n  },")],
  ["src/bonuses/gift.ts", operation("decide: () => accept({ answer: Math.random() }),")],
  ["src/bonuses/gift.ts", operation(DECIDE_BY, "const chance = () => Math.random();\n")],
  [
    "src/bonuses/gift.ts",
    operation(DECIDE_BY, "function chance() {\n  return luck();\n}\nconst luck = Math.random;\n"),
  ],
  ["src/bonuses/gift.ts", operation(DECIDE_BY, "const { chance } = { chance: () => Math.random() };\n")],
  ["src/bonuses/gift.ts", operation(DECIDE_BY, 'import chance from "chance";\n')],
  ["src/bonuses/gift.ts", operation(DECIDE_BY, 'import { newBucket as chance } from "../kernel/ids.ts";\n')],
  // Of another file, and behind what that imports.
  ["src/bonuses/gift.ts", operation(DECIDE_BY, 'import { newKey as chance } from "../programme/clients/keys.ts";\n')],
  ["src/bonuses/gift.ts", operation(DECIDE_BY, 'import { requireMember as chance } from "../members/lookup.ts";\n')],
  ["src/bonuses/gift.ts", operation("decide,")],
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
  [
    "src/bonuses/gift.ts",
    operation(
      "prepare: (look, { body }) => requireMember(look, body),\n  decide({ document }) {\n    return document(parkedStore, 1).chance;\n  },",
      'import { requireMember } from "../members/lookup.ts";\nimport { parkedStore } from "../sales/documents/parked-store.ts";\nconst chance = () => Math.random();\n',
    ),
  ],
  ["src/bonuses/gift.ts", operation(DECIDE_BY, 'import { suspend as chance } from "../sales/suspense.ts";\n')],
];

export const decidingIsPure: Rule = {
  name: "a pure file imports only pure files, and neither it nor what any `decide` leads to knows a clock, chance or waiting",
  check(file) {
    if (!file.path.startsWith("src/")) return [];
    if (isPureFile(file.path)) {
      const imports = file.imports.flatMap((each) => {
        const wrong = impureImport(file, each);
        return wrong === null ? [] : [`${each.line}: a pure file imports ${wrong}`];
      });
      return [...imports, ...ambientIn(file, { text: file.code, start: 0 }).map((wrong) => `${wrong} in a pure file`)];
    }
    if (isInPureFolder(file.path)) return [];
    const decisions = decisionsIn(file);
    const operations = file.code.match(/\b(?:defineOperation|ownOperation)\(\{/g) ?? [];
    if (decisions.length < operations.length) return ["1: there is no `decide` where this rule could read it"];
    return decisions.flatMap((decide) => [
      ...ambientIn(file, decide).map((wrong) => `${wrong} in what decides`),
      ...impuritiesBehind(file, decide).map(
        (wrong) => `${lineAt(file.code, decide.start + 1)}: decide leads to ${wrong}`,
      ),
    ]);
  },
  refuses: IMPURITIES,
  accepts: PURITIES,
};
