/** Within a folder of `src`: imports between its sub-folders go one way. */
import type { Rule } from "./rule.ts";
import { targetOf } from "./source.ts";

type Rows = readonly (readonly string[])[];

/**
 * Of each folder that has sub-folders, from the ground up: a file imports its own sub-folder and the rows before it. `.`
 * stands for the files beside the sub-folders, but for `module.ts`, which may import all, and is imported by none of them.
 * A new sub-folder of these is an error until it has its place here.
 */
const ORDER: Readonly<Record<string, Rows>> = {
  "src/ledger": [["."], ["posting"]],
  "src/engine": [
    ["."],
    ["connection"],
    ["definition", "wallets"],
    ["exporting", "following"],
    ["journal"],
    ["group"],
    ["invariants"],
  ],
  "src/programme": [["."], ["places", "clients", "clock"], ["directory", "reads"], ["policies"]],
  "src/members": [
    ["."],
    ["matching", "consents", "staff"],
    ["registration", "reads"],
    ["joining"],
    ["review", "blocking", "identifying", "representing", "linking", "overriding", "accesses"],
    ["erasing"],
  ],
  "src/members/joining": [["."], ["merging", "past"], ["parting"]],
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
  "src/finance": [
    ["explain", "periods", "reconciliation"],
    ["turnovers", "adjustments"],
    ["categories"],
    ["settlement", "exports"],
    ["statement", "costs", "measures"],
    ["."],
  ],
  "src/http": [["."], ["routes"], ["server"]],
  "src/tools": [
    ["client"],
    ["command", "report"],
    ["demo", "replay", "bench", "loadtest", "schema"],
    ["joining", "books"],
    ["."],
  ],
};

/** Within `src/sales`: `"src/sales/return/undo.ts"` → `"return"`; `"src/sales/tables.ts"` → `"."`; what lies elsewhere has no place. */
function placeIn(folder: string, path: string): string | null {
  if (!path.startsWith(`${folder}/`)) return null;
  const [subfolder = ".", ...rest] = path.slice(folder.length + 1).split("/");
  return rest.length > 0 ? subfolder : ".";
}

const isModule = (path: string): boolean => /^src\/[^/]+\/module\.ts$/.test(path);

/** Why this import is not allowed within a folder; null when it is. */
function wrongDirection(folder: string, rows: Rows, from: string, target: string): string | null {
  const [own, other] = [placeIn(folder, from), placeIn(folder, target)];
  if (own === null || other === null || isModule(from)) return null;
  if (isModule(target)) return `${from} imports the module that it is a part of`;
  if (own === other) return null;
  const [rank, otherRank] = [own, other].map((each) => rows.findIndex((row) => row.includes(each)));
  if (rank === undefined || otherRank === undefined || otherRank < 0) return `${other} has no place in ${folder}`;
  return otherRank < rank ? null : `${own} imports ${other}, which does not stand below it in ${folder}`;
}

export const subfoldersPointDown: Rule = {
  name: "sub-folders import each other one way only",
  check(file) {
    return Object.entries(ORDER).flatMap(([folder, rows]) => {
      const subfolder = placeIn(folder, file.path);
      if (subfolder === null) return [];
      if (!rows.some((row) => row.includes(subfolder))) return [`1: ${subfolder} has no place in ${folder}`];
      return file.imports.flatMap((each) => {
        const target = targetOf(file, each);
        const wrong = target === null ? null : wrongDirection(folder, rows, file.path, target);
        return wrong === null ? [] : [`${each.line}: ${wrong}`];
      });
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
    ["src/members/joining/past/uses.ts", 'import { part } from "../parting/parting.ts";'],
    ["src/members/joining/stores.ts", 'import { join } from "./merging/join.ts";'],
    ["src/members/joining/merging/join.ts", 'import { decide } from "../../review/decision.ts";'],
    ["src/sales/utils/text.ts", "export const a = 1;"],
    ["src/sales/events.ts", 'import { trim } from "./utils/text.ts";'],
  ],
  accepts: [
    ["src/sales/module.ts", 'import { purchase } from "./purchase/purchase.ts";'],
    ["src/sales/return/make-return.ts", 'import { undo } from "./undo.ts";\nimport { events } from "../events.ts";'],
    ["src/sales/purchase/purchase.ts", 'import { settle } from "../return/parked.ts";'],
    ["src/engine/group/lane.ts", 'import { keysOf } from "../journal/submission.ts";'],
    ["src/finance/proof.ts", 'import { explain } from "./explain/explain.ts";'],
    ["src/members/joining/parting/parting.ts", 'import type { Side } from "../past/uses.ts";'],
    ["src/bonuses/hold/hold.ts", 'import { Engine } from "../../engine/group/engine.ts";'],
  ],
};
