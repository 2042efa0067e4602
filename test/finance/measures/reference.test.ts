/** The page on the measures says what the code says: a version of the file whose columns have changed is another one. */
import { expect, it } from "vitest";
import { measureExport, MEASURES_VERSION } from "../../../src/finance/measures/export.ts";
import { FIGURE_NAMES, FIGURES, isLevel } from "../../../src/finance/measures/figures.ts";
import { MEAN_NAMES, MEANS, SHARE_NAMES, SHARES } from "../../../src/finance/measures/measures.ts";
import { rowsOf, textOf } from "../../docs/pages.ts";

const rows = rowsOf(textOf("docs/reference/measures.md"));
const listed = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(" + ");

it("has every figure with its unit and its meaning, in the order of the columns", () => {
  const stated = rows.filter(([, unit]) => unit === "count" || unit === "amount");
  expect(stated).toEqual(
    FIGURE_NAMES.map((name) => {
      const { unit, note } = FIGURES[name];
      return [`\`${name}\``, unit, isLevel(name) ? `${note}; at the end of the day` : note];
    }),
  );
});

it("has every share with its parts", () => {
  const stated = rows.filter(([name = ""]) => SHARE_NAMES.some((share) => name === `\`${share}\``));
  expect(stated).toEqual(
    SHARE_NAMES.map((name) => [`\`${name}\``, listed(SHARES[name].of), listed(SHARES[name].among), SHARES[name].note]),
  );
});

it("has every mean with its parts", () => {
  const stated = rows.filter(([name = ""]) => MEAN_NAMES.some((mean) => name === `\`${mean}\``));
  expect(stated).toEqual(
    MEAN_NAMES.map((name) => [`\`${name}\``, `\`${MEANS[name].days}\``, `\`${MEANS[name].months}\``, MEANS[name].note]),
  );
});

/** Of every version that there has been, in their order: never changed, only added to. */
const VERSIONS: readonly (readonly string[])[] = [
  "version day brand receipts_home receipts_away receipts_unpresented receipts_waiting receipts_guests sales_home sales_away sales_unpresented sales_waiting sales_guests members members_shared granted clawed_back spent expired redeemed redeemed_of_others liability debt".split(
    " ",
  ),
  "version day brand receipts_home receipts_away receipts_unpresented receipts_waiting receipts_guests sales_home sales_away sales_unpresented sales_waiting sales_guests members members_shared granted clawed_back spent expired redeemed redeemed_of_others liability debt months_agreed days_to_agreed months_paid days_to_paid".split(
    " ",
  ),
];

it("has the columns of its version, and of no other", () => {
  expect(VERSIONS).toHaveLength(MEASURES_VERSION);
  expect(measureExport.columns.map(({ name }) => name)).toEqual(VERSIONS.at(-1));
});
