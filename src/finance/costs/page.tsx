/** The report as one page of HTML: no script, nothing asked of the network; amounts as people read them. */
import type { Child } from "hono/jsx";
import { Chart } from "./chart.tsx";
import type { CostReport } from "./report.ts";
import { type Language, readable, readableDay, textIn, type TextName } from "./texts.ts";

const COLOURS = ["#d6002a", "#1f6feb", "#8e5bd0", "#0f8a6d", "#c77700", "#5b6470", "#b0347f", "#3d8fb5"];

const STYLE = `
:root { color-scheme: light; }
body { font: 15px/1.45 system-ui, Segoe UI, Roboto, Arial, sans-serif; color: #1b1f24; margin: 32px auto; max-width: 980px; padding: 0 24px; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 34px 0 10px; }
.about, .note { color: #5b6470; } .about span { margin-right: 18px; }
.tiles { display: grid; grid-template-columns: repeat(3, 1fr); gap: 12px; margin: 22px 0 0; }
.tile { border: 1px solid #dfe3e8; border-radius: 10px; padding: 12px 14px; }
.tile b { display: block; font-size: 20px; font-variant-numeric: tabular-nums; white-space: nowrap; } .tile span { color: #5b6470; font-size: 13px; }
.tile.twice b { color: #d6002a; }
svg { width: 100%; height: auto; } svg text { font: 12px system-ui, Arial, sans-serif; fill: #5b6470; } .scale { text-anchor: end; } .month { text-anchor: middle; }
.grid { stroke: #e6e9ed; } .zero { stroke: #1b1f24; }
.legend { display: flex; flex-wrap: wrap; gap: 6px 20px; list-style: none; padding: 0; margin: 6px 0 0; } .legend i { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 7px; }
table { width: 100%; border-collapse: collapse; } th { text-align: left; color: #5b6470; font-weight: 500; font-size: 13px; border-bottom: 1px solid #c9ced6; }
th, td { padding: 6px 10px 6px 0; vertical-align: top; } td { border-bottom: 1px solid #eef0f3; } .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code { white-space: nowrap; font: 13px ui-monospace, Menlo, Consolas, monospace; }
@page { size: A4; margin: 14mm; }
thead { display: table-header-group; }
@media print { body { margin: 0; max-width: none; padding: 0; font-size: 11px; } h1 { font-size: 20px; } h2 { font-size: 14px; margin: 20px 0 6px; } th, .tile span { font-size: 10px; } .tile { padding: 8px 10px; } .tile b { font-size: 15px; } code { font-size: 9.5px; } th, td { padding: 4px 8px 4px 0; } h2 { break-after: avoid; } tr, svg { break-inside: avoid; } rect, i { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
@media (max-width: 720px) { .tiles { grid-template-columns: repeat(2, 1fr); } }
`;

/** A whole document, in one language; `entities` are called by their legal names. */
export function pageOfCosts(report: CostReport, language: Language, entities: ReadonlyMap<string, string>): string {
  const entityOf = (brand: string) => entities.get(brand) ?? brand;
  const page: { toString(): string } = <Page report={report} language={language} entityOf={entityOf} />;
  return `<!doctype html>${page.toString()}`;
}

interface Terms {
  readonly report: CostReport;
  readonly language: Language;
  readonly entityOf: (brand: string) => string;
}

function Page({ report, language, entityOf }: Terms) {
  const say = textIn(language);
  const { total, paidTwice } = report;
  const isEmpty = total.adjustments + total.reversals === 0 && report.byMonth.length === 0;
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{say("title")}</title>
        <style>{STYLE}</style>
      </head>
      <body>
        <h1>{say("title")}</h1>
        <div class="about">
          <span>{report.entity === null ? say("allEntities") : entityOf(report.entity)}</span>
          <span>
            {report.from === null ? say("since") : readableDay(report.from, language)} –{" "}
            {report.to === null ? say("untilNow") : readableDay(report.to, language)}
          </span>
          <span>
            {say("mark")} {report.mark}
          </span>
        </div>
        <div class="tiles">
          <Tile value={readable(total.cost, language)} name={say("cost")} />
          <Tile value={readable(total.credited, language)} name={say("credited")} />
          <Tile value={readable(total.debited, language)} name={say("debited")} />
          <Tile value={readable(total.undone, language)} name={say("undone")} />
          <Tile
            value={`${total.adjustments} / ${total.reversals} / ${total.members}`}
            name={`${say("adjustments")} / ${say("reversals").toLowerCase()} / ${say("members").toLowerCase()}`}
          />
          <Tile value={readable(paidTwice.more, language)} name={say("paidTwice")} twice={paidTwice.pairs > 0} />
        </div>
        <p class="note">{say("note")}</p>
        {isEmpty ? <p>{say("nothing")}</p> : <Figures report={report} language={language} entityOf={entityOf} />}
      </body>
    </html>
  );
}

const Tile = ({ value, name, twice = false }: { value: string; name: string; twice?: boolean }) => (
  <div class={twice ? "tile twice" : "tile"}>
    <b>{value}</b>
    <span>{name}</span>
  </div>
);

function Figures({ report, language, entityOf }: Terms) {
  const say = textIn(language);
  const order = report.byCategory.map(({ code }) => code);
  const colourOf = (category: string) => COLOURS[order.indexOf(category) % COLOURS.length] ?? "#5b6470";
  const nameOf = (category: string) =>
    report.byCategory.find(({ code }) => code === category)?.name[language] ?? category;
  const reasonOf = (reason: string) => report.byReason.find(({ code }) => code === reason)?.name[language] ?? reason;
  const months = [...new Set(report.byMonth.map(({ month }) => month))];
  const bars = months.map((month) => ({ month, parts: report.byMonth.filter((each) => each.month === month) }));
  return (
    <>
      <h2>{say("byMonth")}</h2>
      <Chart bars={bars} colourOf={colourOf} nameOf={nameOf} language={language} label={say("byMonth")} />
      <ul class="legend">
        {report.byCategory.map(({ code, name, cost }) => (
          <li>
            <i style={`background:${colourOf(code)}`} />
            {name[language]}: {readable(cost, language)}
          </li>
        ))}
      </ul>
      <Breakdowns report={report} language={language} entityOf={entityOf} nameOf={nameOf} />
      <h2>{say("paidTwice")}</h2>
      <Twice report={report} language={language} reasonOf={reasonOf} />
    </>
  );
}

const SUMS: readonly TextName[] = ["adjustments", "members", "credited", "debited", "undone", "cost"];

function Breakdowns({ report, language, entityOf, nameOf }: Terms & { readonly nameOf: (category: string) => string }) {
  const say = textIn(language);
  const sums = (row: CostReport["total"]) => [
    `${row.adjustments}`,
    `${row.members}`,
    ...[row.credited, row.debited, row.undone, row.cost].map((amount) => readable(amount, language)),
  ];
  const table = (texts: readonly TextName[], rows: readonly (readonly Child[])[]) => (
    <Table names={[...texts, ...SUMS].map(say)} texts={texts.length} rows={rows} />
  );
  return (
    <>
      <h2>{say("byReason")}</h2>
      {table(
        ["reason", "category"],
        report.byReason.map((row) => [row.name[language], nameOf(row.category), ...sums(row)]),
      )}
      <h2>{say("byEntity")}</h2>
      {table(
        ["entity"],
        report.byEntity.map((row) => [entityOf(row.entity), ...sums(row)]),
      )}
      <h2>{say("byIncident")}</h2>
      {table(
        ["incident"],
        report.byIncident.map((row) => [<code>{row.incident}</code>, ...sums(row)]),
      )}
    </>
  );
}

function Twice({
  report,
  language,
  reasonOf,
}: Omit<Terms, "entityOf"> & { readonly reasonOf: (reason: string) => string }) {
  const say = textIn(language);
  const { pairs, bySeveralReasons, items } = report.paidTwice;
  if (pairs === 0) return <p>{say("notTwice")}</p>;
  return (
    <>
      <p>
        {say("pairs")}: {pairs}, {say("severalReasons")}: {bySeveralReasons}.
      </p>
      <Table
        names={[say("member"), say("incident"), say("reasons"), say("times"), say("credited"), say("more")]}
        texts={3}
        rows={items.map(({ memberId, incident, reasons, times, amount, more }) => [
          <code>{memberId}</code>,
          <code>{incident}</code>,
          reasons.map(reasonOf).join(", "),
          `${times}`,
          readable(amount, language),
          readable(more, language),
        ])}
      />
    </>
  );
}

interface TableTerms {
  readonly names: readonly string[];
  /** So many columns at the left are texts. */
  readonly texts: number;
  readonly rows: readonly (readonly Child[])[];
}

const Table = ({ names, texts, rows }: TableTerms) => (
  <table>
    <thead>
      <tr>
        {names.map((name, index) => (
          <th class={index < texts ? "" : "n"}>{name}</th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr>
          {row.map((cell, index) => (
            <td class={index < texts ? "" : "n"}>{cell}</td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);
