/** A reconciliation as a report: lines for a terminal, CSV for a table, and a page to print. All of it is about receipts, and names nobody. */
import { formatAmount } from "../../../kernel/amount.ts";
import { formatInstant, type Instant } from "../../../kernel/clock.ts";
import { asItStands } from "../breaks/standing.ts";
import type { Break, Reconciliation } from "../stores.ts";
import type { Side, SideTotals } from "../stored.ts";
import { BREAK_KINDS } from "../words.ts";

const COLUMNS = [
  "line",
  "kind",
  "differences",
  "status",
  "rule",
  "owner",
  "resolution",
  "corrected_by",
  "break",
] as const;
const OF_A_SIDE = [
  "sale_or_return",
  "store",
  "terminal",
  "shift",
  "number",
  "day",
  "total",
  "paid",
  "spent",
  "earned",
  "member",
];

const amount = (kopecks: string | null): string => (kopecks === null ? "" : formatAmount(BigInt(kopecks)));

function cellsOf(side: Side | null): string[] {
  if (side === null) return OF_A_SIDE.map(() => "");
  const { kind, storeId, terminalId, shift, number, day, total, paid, spent, earned, memberId, unknownCard } = side;
  const member = memberId ?? (unknownCard ? "unknown card" : "");
  const amounts = [total, paid, spent, earned].map(amount);
  return [kind, storeId, terminalId ?? "", shift ?? "", number, day, ...amounts, member];
}

const rowOf = (found: Break, now: Instant): string[] => [
  found.line === null ? "" : `${found.line}`,
  found.kind,
  found.differences.join(" "),
  asItStands(found, now).status,
  found.ruleId ?? "",
  found.owner ?? "",
  found.resolution ?? "",
  found.correctedBy ?? "",
  found.id,
  ...cellsOf(found.there),
  ...cellsOf(found.here),
];

const HEADER = [...COLUMNS, ...OF_A_SIDE.map((name) => `there_${name}`), ...OF_A_SIDE.map((name) => `here_${name}`)];

/** A value that a sheet would take for a formula is shown as text; an amount below zero is none. */
const csvCell = (text: string): string => {
  const plain = /^[=+@\t]|^-(?!\d+\.\d\d$)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
};

export const csvReport = (breaks: readonly Break[], now: Instant): string =>
  [HEADER, ...breaks.map((found) => rowOf(found, now))].map((cells) => `${cells.map(csvCell).join(",")}\n`).join("");

/** Counts and totals, for a terminal. */
export function textReport({ id, status, failure, brand, system, lines, terms, result }: Reconciliation): string {
  const head = [`${id}: ${system} of ${brand}, ${terms.from} to ${terms.to}, ${lines} lines: ${status}`];
  if (result === null) return [...head, failure ?? ""].join("\n").trimEnd();
  const { matched, breaks, explained, byKind, there, here } = result;
  const kinds = BREAK_KINDS.filter((kind) => byKind[kind] > 0).map((kind) => `  ${kind}: ${byKind[kind]}`);
  const totals = (name: string, side: SideTotals) =>
    `  ${name}: ${side.receipts} receipts, total ${amount(side.total)}, paid ${amount(side.paid)}, spent ${amount(side.spent)}, earned ${amount(side.earned)}`;
  return [
    ...head,
    `  agree: ${matched}`,
    `  breaks: ${breaks}, of them explained by rules: ${explained}`,
    ...kinds,
    totals("the file", there),
    totals("the ledger", here),
  ].join("\n");
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const STYLE =
  "body{font:13px/1.45 system-ui,sans-serif;margin:2rem;color:#222}h1{font-size:1.3rem}table{border-collapse:collapse;margin:1rem 0}" +
  "td,th{border:1px solid #ccc;padding:.2rem .5rem;text-align:left;vertical-align:top}th{background:#f3f3f3}.open td:first-child{border-left:4px solid #c33}" +
  "@media print{body{margin:0;font-size:9px}thead{display:table-header-group}}";

const tableRow = (tag: "td" | "th", cells: readonly string[], name = ""): string =>
  `<tr${name === "" ? "" : ` class="${name}"`}>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;

/** A page that needs nothing from anywhere else. */
export function htmlReport(reconciliation: Reconciliation, breaks: readonly Break[], now: Instant): string {
  const { brand, system, terms, requestedAt, contentHash } = reconciliation;
  const title = `Reconciliation of ${system}, ${brand}, ${terms.from} to ${terms.to}`;
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style>
<h1>${escaped(title)}</h1>
<pre>${escaped(textReport(reconciliation))}</pre>
<p>Asked for ${formatInstant(requestedAt)}; SHA-256 of the file ${escaped(contentHash)}.</p>
<table><thead>${tableRow("th", HEADER)}</thead><tbody>
${breaks.map((found) => tableRow("td", rowOf(found, now), asItStands(found, now).status)).join("\n")}
</tbody></table>
</html>
`;
}
