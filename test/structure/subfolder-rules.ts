/** Within a folder of `src`: imports between its sub-folders go one way. */
import type { Rule } from "./rule.ts";
import { targetOf } from "./source.ts";

/**
 * Of each folder that has sub-folders, from the ground up: a file imports its own sub-folder and the rows before it. `.`
 * stands for the files beside the sub-folders, but for `module.ts`, which may import all, and is imported by none of them.
 * A new sub-folder of these is an error until it has its place here.
 */
const ORDER: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "src/ledger": [["."], ["posting"]],
  "src/engine": [["."], ["connection"], ["definition", "wallets"], ["journal"], ["group"], ["invariants"]],
  "src/programme": [["."], ["places", "clients", "clock"], ["directory", "reads"], ["policies"]],
  "src/members": [["."], ["matching"], ["registration", "reads"], ["joining"], ["review", "blocking"]],
  "src/bonuses": [["."], ["hold"]],
  "src/sales": [
    ["receipt"],
    ["."],
    ["plan"],
    ["documents"],
    ["quote"],
    ["return"],
    ["purchase", "reversal", "claim"],
    ["invariants"],
  ],
  "src/finance": [["explain"], ["."]],
  "src/http": [["."], ["routes"], ["server"]],
  "src/tools": [["client"], ["command", "report"], ["demo", "replay", "bench", "loadtest", "schema"], ["."]],
};

/** `"src/sales/return/undo.ts"` → `["src/sales", "return"]`; `"src/sales/tables.ts"` → `["src/sales", "."]`. */
function placeOf(path: string): readonly [folder: string, subfolder: string] {
  const [src, folder, ...rest] = path.split("/");
  return [`${src}/${folder}`, rest.length > 1 ? (rest[0] ?? ".") : "."];
}

const isModule = (path: string): boolean => /^src\/[^/]+\/module\.ts$/.test(path);

/** Why this import is not allowed; null when it is. */
function wrongDirection(from: string, target: string): string | null {
  const [folder, own] = placeOf(from);
  const [targetFolder, other] = placeOf(target);
  const rows = ORDER[folder];
  if (rows === undefined || folder !== targetFolder || isModule(from)) return null;
  if (isModule(target)) return `${from} imports the module that it is a part of`;
  if (own === other) return null;
  const [rank, otherRank] = [own, other].map((each) => rows.findIndex((row) => row.includes(each)));
  if (rank === undefined || otherRank === undefined || otherRank < 0) return `${other} has no place in ${folder}`;
  return otherRank < rank ? null : `${own} imports ${other}, which does not stand below it in ${folder}`;
}

export const subfoldersPointDown: Rule = {
  name: "sub-folders import each other one way only",
  check(file) {
    const [folder, subfolder] = placeOf(file.path);
    const rows = ORDER[folder];
    if (rows === undefined) return [];
    if (!rows.some((row) => row.includes(subfolder))) return [`1: ${subfolder} has no place in ${folder}`];
    return file.imports.flatMap((each) => {
      const target = targetOf(file, each);
      const wrong = target === null ? null : wrongDirection(file.path, target);
      return wrong === null ? [] : [`${each.line}: ${wrong}`];
    });
  },
  refuses: [
    ["src/sales/return/return-by-id.ts", 'import { purchase } from "../purchase/purchase.ts";'],
    ["src/sales/claim/claim.ts", 'import type { Priced } from "../purchase/purchase.ts";'],
    ["src/sales/events.ts", 'import { undo } from "./return/undo.ts";'],
    ["src/sales/receipt/age.ts", 'import { purchases } from "../tables.ts";'],
    ["src/sales/return/return-by-id.ts", 'import { salesModule } from "../module.ts";'],
    ["src/engine/definition/operation.ts", 'import { Engine } from "../group/engine.ts";'],
    ["src/engine/journal/keys.ts", 'const { Lane } = await import("../group/lane.ts");'],
    ["src/sales/utils/text.ts", "export const a = 1;"],
    ["src/sales/events.ts", 'import { trim } from "./utils/text.ts";'],
  ],
  accepts: [
    ["src/sales/module.ts", 'import { purchase } from "./purchase/purchase.ts";'],
    ["src/sales/return/make-return.ts", 'import { undo } from "./undo.ts";\nimport { events } from "../events.ts";'],
    ["src/sales/purchase/purchase.ts", 'import { settle } from "../return/parked.ts";'],
    ["src/engine/group/lane.ts", 'import { keysOf } from "../journal/submission.ts";'],
    ["src/finance/proof.ts", 'import { explain } from "./explain/explain.ts";'],
    ["src/bonuses/hold/hold.ts", 'import { Engine } from "../../engine/group/engine.ts";'],
  ],
};
