/** Rules that a file's text can break whatever it imports. */
import { isOfTheLedger } from "./import-rules.ts";
import type { Rule } from "./rule.ts";
import { lineAt } from "./source.ts";

export const configReadsTheEnvironment: Rule = {
  name: "only src/config.ts reads the environment",
  check(file) {
    if (!file.path.startsWith("src/") || file.path === "src/config.ts") return [];
    const direct = [...file.code.matchAll(/\bprocess\s*(?:\?\.|\.)\s*env\b|\bprocess\s*\[\s*["'`]env/g)];
    const taken = [
      ...file.code.matchAll(/\{[^{}]*\benv\b[^{}]*\}\s*(?:=\s*process\b|from\s*["'](?:node:)?process["'])/g),
    ];
    return [...direct, ...taken].map((match) => `${lineAt(file.code, match.index)}: reads the environment`);
  },
  refuses: [
    ["src/main.ts", 'const port = process.env["PORT"];'],
    ["src/db/connect.ts", "const { env } = process;"],
    ["src/db/connect.ts", 'import { env } from "node:process";'],
    ["src/db/connect.ts", 'const all = process["env"];'],
  ],
  accepts: [
    ["src/config.ts", 'const port = process.env["PORT"];'],
    ["src/main.ts", "// process.env is read by the configuration\nprocess.on('SIGTERM', drain);"],
    ["test/support/server.ts", "const { env } = process;"],
  ],
};

const AMOUNT =
  /amount|price|spen[dt]|bonus|paid|payable|total|earn|grant|remaining|held|debt|available|pending|balance|kopeck|money|burn|quantity|\brate\b/i;

/** A call that makes a binary float, with its argument up to one level of brackets. */
const FLOAT_CALL = /\b(?:Number|Math\.(?:round|floor|ceil|trunc))\(((?:[^()]|\([^()]*\))*)\)/g;

export const amountsAreNeverFloats: Rule = {
  name: "no amount passes through a binary floating-point number",
  check(file) {
    if (!isOfTheLedger(file.path)) return [];
    const always = [...file.code.matchAll(/\bparseFloat\b|\.toNumber\(/g)];
    const calls = [...file.code.matchAll(FLOAT_CALL)].filter((match) => AMOUNT.test(match[1] ?? ""));
    return [...always, ...calls].map((match) => `${lineAt(file.code, match.index)}: ${match[0]} near an amount`);
  },
  refuses: [
    ["src/ledger/lot.ts", "const left = Number(lot.remaining);"],
    ["src/ledger/lot.ts", "const left = Number(sum(lot.remaining, lot.held));"],
    ["src/sales/purchase.ts", "const price = parseFloat(line.unitPrice);"],
    ["src/sales/purchase.ts", "const price = Number.parseFloat(text);"],
    ["src/policy/earn.ts", "const earned = Math.floor(paid * 0.03);"],
    ["src/policy/earn.ts", "const share = new Decimal(rate).toNumber();"],
    ["src/bonuses/redemption.ts", "const half = Number(available) * 0.5;"],
    ["src/programme/limits.ts", "const most = parseFloat(amount);"],
  ],
  accepts: [
    ["src/ledger/lot.ts", "const order = Number(a.own) - Number(b.own);"],
    ["src/ledger/lot.ts", "// Number(amount) would lose kopecks\nconst left = lot.remaining;"],
    ["src/http/app.ts", "const total = Number(header);"],
    ["src/engine/engine.ts", "const lane = lanes[Math.floor((bucket * lanes.length) / BUCKETS)];"],
  ],
};

const LONGEST_FILE = 250;

export const filesAreShort: Rule = {
  name: `no file of src is longer than ${LONGEST_FILE} lines`,
  check(file) {
    const lines = file.text.replace(/\n$/, "").split("\n").length;
    return file.path.startsWith("src/") && lines > LONGEST_FILE ? [`${LONGEST_FILE + 1}: ${lines} lines`] : [];
  },
  refuses: [["src/ledger/lot.ts", "export {};\n".repeat(LONGEST_FILE + 1)]],
  accepts: [
    ["src/ledger/lot.ts", "export {};\n".repeat(LONGEST_FILE)],
    ["test/ledger/lot.test.ts", "export {};\n".repeat(LONGEST_FILE + 1)],
  ],
};

/** Put together from parts, or this file would break its own rule. */
const FOREIGN: readonly string[] = [
  ["/wo", "rk/"],
  ["/ro", "ot/"],
  ["registry", ".npmjs"],
  ["proxy.go", "lang.org"],
  ["cla", "ude"],
  ["anth", "ropic"],
  ["chat", "gpt"],
  ["co", "pilot"],
].map((parts) => parts.join(""));

const foreign = new RegExp(FOREIGN.map((word) => word.replace(/[./]/g, "\\$&")).join("|"), "gi");

export const nothingForeign: Rule = {
  name: "no file names one machine's folders, a registry's host or a product that has no part in this",
  check(file) {
    return [...file.text.matchAll(foreign)].map((match) => `${lineAt(file.text, match.index)}: says ${match[0]}`);
  },
  refuses: FOREIGN.flatMap((word) => [
    ["docs/guide.md", `first line\nsee ${word}x`] as const,
    ["Dockerfile", `# ${word.toUpperCase()}`] as const,
  ]),
  accepts: [["docs/guide.md", "The network/worker at work/ has its root / here; npm's registry is not named."]],
};
