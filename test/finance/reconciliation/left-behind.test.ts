/** What is left where somebody finds it: folders of processes that were killed, which held cards, and reports that a sheet opens. */
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ownFolder } from "../../../src/engine/own-folder.ts";
import { inWorkplace } from "../../../src/finance/reconciliation/reading/duckdb.ts";
import { csvReport } from "../../../src/finance/reconciliation/report/report.ts";
import type { Break } from "../../../src/finance/reconciliation/stores.ts";

let within = "";
beforeAll(async () => {
  within = await mkdtemp(join(tmpdir(), "mclub-behind-"));
});
afterAll(() => rm(within, { recursive: true, force: true }));

describe("a folder of cards that was left behind", () => {
  it.each([
    ["by a process that is gone", (own: string) => own.replace(`-${process.pid}-`, "-2147483646-")],
    ["by one that had the number of this one", (own: string) => own.replace(`-${process.pid}-`, `-${process.pid}-1`)],
  ])("%s is removed by the next that works there", async (_, left) => {
    const own = await ownFolder("reconciliation", within);
    await mkdir(left(own));
    expect(await readdir(within)).toHaveLength(2);
    await inWorkplace({ within }, async () => {});
    expect((await readdir(within)).map((name) => join(within, name))).toEqual([own]);
    await rm(own, { recursive: true });
  });
});

describe("a report that a sheet opens", () => {
  const side = {
    kind: "sale",
    storeId: "M-1",
    terminalId: null,
    shift: null,
    fiscalId: null,
    day: "2026-03-02",
  } as const;
  const rest = { total: null, paid: "-100", spent: null, earned: null, memberId: null, unknownCard: false } as const;
  const found = (number: string): Break => ({
    id: "brk_0",
    reconciliationId: "rec_0",
    ordinal: 1,
    brand: "mvideo",
    kind: "missing_here",
    differences: [],
    line: 2,
    there: { ...side, ...rest, number, receiptId: null },
    here: null,
    ruleId: null,
    foundAt: 0,
    digest: "0".repeat(32),
    status: "open",
    owner: null,
    resolution: null,
    correctedBy: null,
    adjustmentId: null,
    awaitsUntil: null,
    resolvedBy: null,
    resolvedAt: null,
    changes: 0,
  });
  const cells = (number: string) => csvReport([found(number)], 0).split("\n")[1] ?? "";

  it.each(["=1+1", "+1", "@SUM(1)", "-1+cmd|' /C calc'!A0", "-2-3", "-7", "-1.00-1"])(
    "has no formula: %s",
    (number) => {
      expect(cells(number)).toContain(`,'${number},`);
    },
  );
  it("has amounts below zero as numbers", () => {
    expect(cells("7")).toContain(",-1.00,");
  });
});
