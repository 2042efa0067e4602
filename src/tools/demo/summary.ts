/** What a newcomer is told after the demo: the town, its season in figures, three stories, the proof, and where to look next. */
import { formatAmount } from "../../kernel/amount.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { grouped, money, proofReport, table } from "../report/report.ts";
import { bonusRows, receiptRows } from "../report/sales-report.ts";
import { dateInTown } from "./life.ts";
import type { Demo } from "./run.ts";
import { BRAND_NAMES, fullName } from "./town.ts";

/** The summary for people. `docs` is the address of a service that goes on running, if it does. */
export function textSummary(demo: Demo, docs: string | null): string {
  const { town, season, life, left, proof, seconds } = demo;
  const both = town.people.filter(({ bases }) => bases.length === 2).length;
  const intro = [
    "",
    `${town.name}, a made-up town: ${grouped(town.people.length)} people, ${both} of them known to both brands; ${town.stores.length} stores;`,
    `${season.days} days from ${dateInTown(season.start)}, all of it through the HTTP API. Seed ${life.seed}: the same seed gives the same season.`,
    "",
  ];
  return [
    ...intro,
    table("Receipts", receiptRows(life.totals, seconds)),
    table("Bonuses (1 bonus is 1 rouble)", bonusRows(life.totals, left, demo.crossings, proof)),
    curiositiesTable(demo),
    ...demo.heroes.map(storyOf),
    proofReport(proof),
    whereNext(docs),
  ].join("\n");
}

function curiositiesTable({ life: { curiosities, totals } }: Demo): string {
  const rows: [string, number, string?][] = [
    ["profiles linked by a verified phone", curiosities.linked, "known to both brands, one member"],
    ["receipts with a card that nobody knew yet", curiosities.unknownCards, "claimed when the card was registered"],
    ["returns shown before they were made", curiosities.previews, "and made exactly as shown"],
    ["returns that came before their sale", totals.parkedReturns, "parked, and made when the sale came"],
    ["receipts undone by a till that got no answer", curiosities.undone],
    ["  the same, before the receipt had come", curiosities.tombstones, "the late original was refused"],
    ["spends and holds refused", curiosities.refusedSpends, "the answer says what is possible"],
    [
      "holds for web orders",
      curiosities.holds,
      `${totals.capturedHolds} captured, ${curiosities.released} released, ${curiosities.lapsed} lapsed`,
    ],
    ["birthday gifts", curiosities.gifts, "promo bonuses, active at once, for 90 days"],
  ];
  return table(
    "What tills and people also do",
    rows.map(([label, count, note]) => ({ label, value: grouped(count), ...(note === undefined ? {} : { note }) })),
  );
}

function storyOf({ title, person, memberId, entries, untold, balance }: Demo["heroes"][number]): string {
  const bases = person.bases.map((brand) => BRAND_NAMES[brand]).join(" and ");
  const lines = entries.map(({ at, text }) => `  ${dateInTown(at)}  ${text}`);
  if (untold > 0) lines.push(`  …           and ${untold} more`);
  const debt = balance.debt > 0n ? `, ${money(balance.debt)} owed` : "";
  const now = `  now         ${money(balance.available)} available, ${money(balance.pending)} waiting${debt}`;
  return [title, `  ${fullName(person)}, customer of ${bases}: ${memberId}`, ...lines, now, ""].join("\n");
}

const whereNext = (docs: string | null): string =>
  docs === null
    ? [
        "Next",
        "  npm start                      a ledger that stays; it prints where its documentation is",
        "  MCLUB_CLOCK=manual npm start   a sandbox; the town can live in it, and be looked into:",
        "                                 npm run demo -- --base-url http://127.0.0.1:8080 --admin-key KEY",
        "  npm run replay -- FILE         a real year of sales and returns",
      ].join("\n")
    : [
        "Next",
        `  ${docs}/docs describes every request`,
        "  GET /v1/members/{id}/balance, …/lots and …/transfers, with a member from above",
        "  GET /v1/proof proves the ledger again",
      ].join("\n");

/** The same for programs: one JSON object. What depends on the machine stands under `timing`, the proof under `proof`. */
export function jsonSummary({ town, season, life, left, heroes, crossings, proof, seconds }: Demo): string {
  const summary = {
    seed: life.seed,
    people: town.people.length,
    stores: town.stores.length,
    days: season.days,
    totals: life.totals.entries(),
    expired: life.totals.expired(left),
    left,
    curiosities: { ...entriesOf(life.curiosities) },
    spentAcrossBrands: Object.fromEntries(
      crossings.map(({ issuer, seller, amount }) => [`${issuer} at ${seller}`, amount]),
    ),
    stories: heroes.map(({ title, person, entries, balance: { available, pending, debt } }) => ({
      title,
      name: fullName(person),
      entries: entries.map(({ at, text }) => `${formatInstant(at)} ${text}`),
      balance: { available, pending, debt },
    })),
    proofHolds: proof.holds,
    timing: {
      seconds: Number(seconds.toFixed(1)),
      receiptsPerSecond: Math.round(life.totals.documents / Math.max(seconds, 0.001)),
    },
    proof,
  };
  return JSON.stringify(summary, (_, value: unknown) => (typeof value === "bigint" ? formatAmount(value) : value));
}

const entriesOf = (counts: object): Record<string, number> =>
  Object.fromEntries(Object.entries(counts) as [string, number][]);
