/**
 * Figures that the measures are made of: one number for each brand and day, kept for good. Each can be added up over days and over
 * brands; a share never can, so none is kept.
 *
 * A day is the one on which it is accounted, as everywhere in the books: what comes late counts on the first open day, and what
 * was closed stays as it was signed.
 */

/** What a number counts: things, or minor units of bonuses or money. */
type Unit = "count" | "amount";

interface Figure {
  readonly unit: Unit;
  /** What is there at the end of a day is the sum of all days up to it. */
  readonly isLevel?: true;
  /** For the document: what it says. */
  readonly note: string;
}

/**
 * Who a receipt is counted with. A receipt that waits for a card is counted with those, until the day on which it is claimed: then
 * it leaves them and comes to the member's. One that is reversed leaves whom it was counted with on the day of the reversal.
 */
export const HOLDERS = {
  home: "of members, whose profile that was presented is this brand's",
  away: "of members, whose profile that was presented is another brand's",
  unpresented: "of members whom the till named by their number, so that no profile was presented",
  waiting: "with a card that leads to nobody yet",
  guests: "without a card",
} as const;
export type Holder = keyof typeof HOLDERS;
/** Receipts of these are receipts of members. */
export const MEMBERS_HOLD: readonly Holder[] = ["home", "away", "unpresented"];
const HOLDER_NAMES = Object.keys(HOLDERS) as Holder[];

export const receiptsOf = (holder: Holder) => `receipts_${holder}` as const;
export const salesOf = (holder: Holder) => `sales_${holder}` as const;

const ofHolders = <N extends string>(nameOf: (holder: Holder) => N, unit: Unit, what: string) =>
  Object.fromEntries(
    HOLDER_NAMES.map((holder) => [nameOf(holder), { unit, note: `${what} ${HOLDERS[holder]}` }]),
  ) as Record<N, Figure>;

export const FIGURES = {
  ...ofHolders(receiptsOf, "count", "receipts"),
  ...ofHolders(salesOf, "amount", "total of receipts"),
  members: { unit: "count", isLevel: true, note: "members who have a profile of this brand, but for the erased" },
  members_shared: { unit: "count", isLevel: true, note: "those of them who have a profile of another brand as well" },
  granted: { unit: "amount", note: "bonuses that this brand has granted" },
  clawed_back: { unit: "amount", note: "earned bonuses of this brand taken back, less what was given again" },
  spent: { unit: "amount", note: "bonuses of this brand spent anywhere, less what came back" },
  expired: { unit: "amount", note: "bonuses of this brand that expired" },
  redeemed: { unit: "amount", note: "bonuses of any brand taken at this brand's tills, less what came back" },
  redeemed_of_others: { unit: "amount", note: "those of them that another brand had granted" },
  liability: { unit: "amount", isLevel: true, note: "what this brand owes to members, and on suspense" },
  debt: { unit: "amount", isLevel: true, note: "what members owe to this brand" },
  months_agreed: {
    unit: "count",
    note: "months settled with another brand, on the day on which both sides had agreed",
  },
  days_to_agreed: { unit: "count", note: "days from the last day of each of them until then" },
  months_paid: { unit: "count", note: "months settled with another brand, on the day on which that was noted as paid" },
  days_to_paid: { unit: "count", note: "days from the last day of each of them until then" },
} as const satisfies Record<string, Figure>;

export type FigureName = keyof typeof FIGURES;
export const FIGURE_NAMES = Object.keys(FIGURES) as FigureName[];

export const isLevel = (name: FigureName): boolean => "isLevel" in FIGURES[name];
/** By brand, beside those of the whole programme, which belong to no brand: nobody, and no month of a pair, is counted twice there. */
export const OF_PROGRAMME: readonly FigureName[] = [
  ...(["members", "members_shared"] as const),
  ...(["months_agreed", "days_to_agreed", "months_paid", "days_to_paid"] as const),
];
/** Instead of a brand, of figures of the whole programme. */
export const PROGRAMME = "";
