/**
 * Why a lot or a transfer is as it is, in data and in words: the operation that made it, its receipt and its rule,
 * every transfer of the lot in order with what it left, and why the lot ends when it does.
 */
import { formatAmount, formatQuantity } from "../kernel/amount.ts";
import { formatInstant, type Instant } from "../kernel/clock.ts";
import { fromUuid, isId } from "../kernel/ids.ts";
import { Problem } from "../kernel/problems.ts";
import type { Fraction } from "../kernel/rounding.ts";
import type { Lot } from "../ledger/lot.ts";
import { expiryOf, type Policy } from "../policy/policy.ts";
import type { Receipt } from "../sales/receipt.ts";
import type { ReadDesk } from "./balance.ts";
import { readSources, type Sources, type Subject } from "./explain-sources.ts";
import { type Words, wordsOf } from "./explain-words.ts";
import { type LotView, lotView } from "./lots.ts";
import { type TransferRow, type TransferView, transferView } from "./transfers.ts";

/** One line of the receipt, with what it earned or what came back of it, and the rate that applied. */
interface ExplainedLine {
  readonly lineId: string;
  readonly sku: string | null;
  readonly category: string | null;
  readonly quantity: string;
  readonly money: string;
  readonly bonuses: string;
  readonly earned: string;
  readonly rate: string | null;
}

/** Why a lot had an end. */
export interface ExplainedEnd {
  /** When the ledger set it; null for the first one. */
  readonly since: string | null;
  readonly until: string;
  /** The life that the policy gives; an end of the grant's own; a later purchase; the grace of a return. */
  readonly why: "life" | "stated" | "extension" | "grace";
}

/** A transfer of the lot, and what it left there. Not posted: time has made it, and the next command will post it. */
interface ExplainedStep extends Omit<TransferView, "transferId" | "operationId" | "postedAt"> {
  readonly transferId: string | null;
  readonly operationId: string | null;
  readonly postedAt: string | null;
  readonly after: { readonly pending: string; readonly available: string; readonly held: string };
}

export interface Explanation {
  readonly memberId: string;
  readonly transfer: TransferView | null;
  readonly lot: LotView | null;
  readonly operation: {
    readonly operationId: string;
    readonly command: string;
    readonly policyVersion: number;
    readonly occurredAt: string;
    readonly postedAt: string;
  };
  readonly receipt: Receipt | null;
  readonly lines: readonly ExplainedLine[];
  readonly ends: readonly ExplainedEnd[];
  readonly history: readonly ExplainedStep[];
  /** Whether the lot has more transfers than are shown. */
  readonly truncated: boolean;
  readonly words: Words;
}

/** Explains a transfer or a lot of a member; `not_found` where the member has none such. */
export async function explain(desk: ReadDesk, memberId: string, subject: Subject): Promise<Explanation> {
  if (!isId("mbr", memberId)) throw new Problem("member_not_found");
  const sources = await desk.reader.snapshot((tx) => readSources(tx, memberId, subject, desk.clock));
  const { transfer, lot, operation, purchase, returned, truncated } = sources;
  const policy = desk.policies.at(operation.occurred_at.getTime());
  const told = {
    memberId,
    transfer: transfer === null ? null : transferView(transfer),
    lot: lot === null ? null : lotView(lot),
    operation: {
      operationId: fromUuid("opn", operation.operation_id),
      command: operation.command,
      policyVersion: operation.policy_version,
      occurredAt: formatInstant(operation.occurred_at.getTime()),
      postedAt: formatInstant(operation.posted_at.getTime()),
    },
    receipt: (purchase ?? returned)?.receipt ?? null,
    // A version that was dated back since is not the one that applied.
    lines: linesOf(sources, policy.version === operation.policy_version ? policy : null),
    ends: lot === null ? [] : endsOf(sources, lot, policyOfLot(desk, sources, lot)),
    history: lot === null ? [] : historyOf(sources, lot),
    truncated,
  };
  return { ...told, words: wordsOf(told, policy.rules.zone) };
}

function linesOf({ purchase, returned }: Sources, policy: Policy | null): ExplainedLine[] {
  if (purchase !== null) {
    const rateOf = (category: string) =>
      policy === null ? null : decimalOf(policy.earnRate(purchase.receipt.brand, category));
    return purchase.lines.map((line) => ({
      lineId: line.lineId,
      sku: line.sku,
      category: line.category,
      quantity: formatQuantity(line.quantity),
      money: formatAmount(line.total - line.spend),
      bonuses: formatAmount(line.spend),
      earned: formatAmount(line.earn),
      rate: line.noEarn ? "0" : rateOf(line.category),
    }));
  }
  return (returned?.lines ?? []).map((line) => ({
    lineId: line.lineId,
    sku: null,
    category: null,
    quantity: formatQuantity(line.quantity),
    money: formatAmount(line.money),
    bonuses: formatAmount(line.bonuses),
    earned: formatAmount(line.earned),
    rate: null,
  }));
}

/** Rates have at most six places: `"0.03"`. */
function decimalOf({ numerator, denominator }: Fraction): string {
  const digits = ((numerator * 1_000_000n) / denominator).toString().padStart(7, "0");
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/, "");
}

/** The policy that the lot was made under; null where the timeline does not give it any more. */
function policyOfLot(desk: ReadDesk, { posted }: Sources, lot: Lot): Policy | null {
  const made = posted[0]?.occurred_at.getTime();
  const policy = made === undefined ? null : desk.policies.at(made);
  return policy?.version === lot.policyVersion ? policy : null;
}

function endsOf({ formerEnds, posted }: Sources, lot: Lot, policy: Policy | null): ExplainedEnd[] {
  const untils = [...formerEnds.map((end) => end.former_end.getTime()), lot.expiresAt];
  const graces = new Set(posted.filter(({ event }) => GRACIOUS.has(event)).map((row) => row.posted_at.getTime()));
  const why = (since: Instant | undefined, until: Instant): ExplainedEnd["why"] => {
    if (since !== undefined) return graces.has(since) ? "grace" : "extension";
    return policy !== null && expiryOf(policy, lot.kind, lot.activeAt) === until ? "life" : "stated";
  };
  return untils.map((until, index) => {
    const since = formerEnds[index - 1]?.moved_at.getTime();
    return {
      since: since === undefined ? null : formatInstant(since),
      until: formatInstant(until),
      why: why(since, until),
    };
  });
}

/** What brings bonuses back to a lot may give it a grace. */
const GRACIOUS: ReadonlySet<string> = new Set(["unspend", "clawback_reversal"]);

const ACCOUNTS = ["pending", "available", "held"] as const;

function historyOf({ posted, due, truncated }: Sources, lot: Lot): ExplainedStep[] {
  const left = { pending: 0n, available: 0n, held: 0n };
  const move = (transfer: Pick<TransferRow, "entity" | "debit" | "credit" | "amount">): ExplainedStep["after"] => {
    for (const account of ACCOUNTS) {
      if (transfer.entity !== lot.issuer) continue;
      if (transfer.credit === account) left[account] += transfer.amount;
      if (transfer.debit === account) left[account] -= transfer.amount;
    }
    return {
      pending: formatAmount(left.pending),
      available: formatAmount(left.available),
      held: formatAmount(left.held),
    };
  };
  const steps = posted.map((row): ExplainedStep => ({ ...transferView(row), after: move(row) }));
  // What time has moved since does not follow from a history that was cut.
  if (truncated) return steps;
  const unposted = due.map(
    ({ entity, debit, credit, amount, event, occurredAt }): ExplainedStep => ({
      transferId: null,
      operationId: null,
      postedAt: null,
      event,
      entity,
      debit,
      credit,
      amount: formatAmount(amount),
      lotId: lot.id,
      occurredAt: formatInstant(occurredAt),
      after: move({ entity, debit, credit, amount }),
    }),
  );
  return [...steps, ...unposted];
}
