/** What the command of settlements does: makes drafts, lists, and writes statements. */
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { LEDGER_ITSELF } from "../../engine/actor.ts";
import { writeWhole } from "../../engine/exporting/whole-file.ts";
import { submit } from "../../engine/group/submit.ts";
import { boundedMonths } from "../../finance/settlement/months-body.ts";
import type { LeftOut } from "../../finance/settlement/plan.ts";
import { settlement } from "../../finance/settlement/settle.ts";
import { listSettlements } from "../../finance/statement/list.ts";
import { readStatement } from "../../finance/statement/statement.ts";
import { statementCsv } from "../../finance/statement/statement-csv.ts";
import { statementPage } from "../../finance/statement/statement-page.ts";
import { statementView } from "../../finance/statement/statement-view.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Service } from "../../service.ts";
import { startProgress } from "./progress.ts";

export const STATEMENT_FORMATS = ["html", "csv", "json"] as const;
type StatementFormat = (typeof STATEMENT_FORMATS)[number];

/** What was asked makes no sense; told to whoever typed it. */
export class SettlementRefused extends Error {}

export interface Months {
  readonly month?: string;
  readonly from?: string;
  readonly to?: string;
}

export interface WriteOptions extends Months {
  readonly between: string;
  readonly entity?: string;
  readonly format: StatementFormat;
  readonly out?: string;
}

type Listed = Awaited<ReturnType<typeof listSettlements.read>>["items"][number];

const PAGE = 200;

function monthsOf({ month, from, to }: Months) {
  if ((month === undefined) === (from === undefined && to === undefined)) {
    throw new SettlementRefused("Give --month, or --from and --to.");
  }
  const parsed = boundedMonths.safeParse({ from: month ?? from, to: month ?? to ?? from });
  if (!parsed.success) throw new SettlementRefused(parsed.error.issues.map(({ message }) => message).join("\n"));
  return parsed.data;
}

/**
 * Makes the drafts of some closed months, in the name of a person. Those that he has made of just these months are told again;
 * {@link SettlementRefused} where somebody else has made them. Answers them as text, and of which pairs there are none.
 */
export async function makeSettlements(
  service: Service,
  { staff, quiet = false, ...asked }: Months & { readonly staff: string; readonly quiet?: boolean },
): Promise<string> {
  const months = monthsOf(asked);
  const progress = startProgress("Adding up", 1, "step", quiet);
  let leftOut: readonly LeftOut[] = [];
  try {
    const outcome = await submit(service, settlement, {
      actor: { ...LEDGER_ITSELF, staffId: staff },
      idempotencyKey: null,
      params: undefined,
      body: months,
      received: { operation: settlement.name, body: months },
    });
    if (outcome.kind === "refused" && outcome.code !== "settlement_exists") {
      throw new Problem(outcome.code, outcome.data);
    }
    if (outcome.kind === "accepted") {
      ({ leftOut } = JSON.parse(outcome.answer) as { readonly leftOut: readonly LeftOut[] });
    }
    progress.update(1, "made");
  } finally {
    progress.stop();
  }
  const found = (await allSettlements(service)).filter(
    ({ from, to, status }) => from === months.from && to === months.to && status !== "dropped",
  );
  await requireMadeBy(service, staff, found);
  return [textOf(found), ...leftOut.map(inWords)].join("\n");
}

const inWords = ({ between, next }: LeftOut): string =>
  `None of ${between.join(" and ")}: ${next === null ? "their last one is a draft" : `their next one begins with ${next}`}.`;

async function requireMadeBy(service: Service, staff: string, found: readonly Listed[]): Promise<void> {
  const others: string[] = [];
  for (const each of found) {
    const { made } = await readStatement(service, LEDGER_ITSELF, each.settlementId, undefined);
    if (made.staffId !== staff) others.push(`It was made by ${made.staffId} before:\n${textOf([each])}`);
  }
  if (others.length > 0) throw new SettlementRefused(others.join("\n"));
}

/** All, the newest first. */
export async function allSettlements(service: Service): Promise<readonly Listed[]> {
  const all: Listed[] = [];
  for (let cursor: string | undefined; ; ) {
    const query = { limit: PAGE, cursor };
    const page = await listSettlements.read(service, {
      actor: LEDGER_ITSELF,
      params: undefined,
      query,
      body: undefined,
    });
    all.push(...page.items);
    if (page.nextCursor === null) return all;
    cursor = page.nextCursor;
  }
}

/** A line for each, to be read in a terminal. */
export const textOf = (all: readonly Listed[]): string =>
  all
    .map(({ number, settlementId, from, to, owes, status, agreedBy }) => {
      const sums = Object.entries(owes).map(([entity, amount]) => `${entity} owes ${amount}`);
      const sides = status === "draft" && agreedBy.length > 0 ? `, ${agreedBy.join(", ")} has agreed` : "";
      return `No. ${number}  ${from === to ? from : `${from} – ${to}`}  ${sums.join(", ")}  ${status}${sides}  ${settlementId}`;
    })
    .join("\n");

/** Writes the statement of one side; what it comes to stands beside it. {@link SettlementRefused} where there is none. */
export async function writeStatement(service: Service, options: WriteOptions): Promise<string> {
  const { entity, format, out } = options;
  const months = monthsOf(options);
  const pair = options.between.split(",").toSorted();
  const found = (await allSettlements(service)).find(
    ({ between, from, to, status }) =>
      between.join() === pair.join() && from === months.from && to === months.to && status !== "dropped",
  );
  if (found === undefined) {
    throw new SettlementRefused(`There is no settlement between ${pair.join(" and ")} of just these months.`);
  }
  const statement = await readStatement(service, LEDGER_ITSELF, found.settlementId, entity);
  const view = statementView(statement);
  const texts = {
    html: () => statementPage(statement),
    csv: () => statementCsv(view),
    json: () => `${JSON.stringify(view, null, 2)}\n`,
  } as const satisfies Record<StatementFormat, () => string | Promise<string>>;
  const path = resolve(out ?? `settlement-${view.number}-${view.entity}.${format}`);
  const { number, from, to, status, payable, receivable, balance } = view;
  await writeWhole(Readable.from([Buffer.from(await texts[format]())]), {
    path,
    beside: {
      path: `${path}.totals.json`,
      told: ({ bytes, sha256 }) => {
        const sums = { payable, receivable, balance };
        const told = { settlement: number, from, to, between: found.between, entity: view.entity, status, sums };
        return { ...told, format, bytes: Number(bytes), sha256 };
      },
    },
  });
  return `${path}: settlement No. ${number} of ${view.entity}, ${status}, balance ${balance}`;
}
