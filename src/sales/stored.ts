/** How parts of sales documents are written as JSON: short names, since every sale keeps them for ever; amounts as text. */
import { formatAmount, formatQuantity, parseAmount, parseQuantity } from "../kernel/amount.ts";
import type { LotId } from "../kernel/ids.ts";
import type { LotPart } from "../ledger/hold.ts";
import type { Clawback } from "../ledger/posting/giveback.ts";
import type { SoldLine } from "./receipt/pricing.ts";
import type { ReturnedLine, ReturnTerms, UnitRange } from "./return-terms.ts";

/** A sold line with the lots that its bonuses came from, in the order in which its units used them. */
export interface PurchaseLine extends SoldLine {
  readonly parts: readonly LotPart[];
}

type PartJson = readonly [lotId: LotId, issuer: string, amount: string];
const partOut = ({ lotId, issuer, amount }: LotPart): PartJson => [lotId, issuer, formatAmount(amount)];
const partIn = ([lotId, issuer, amount]: PartJson): LotPart => ({ lotId, issuer, amount: parseAmount(amount) });

/** What is undefined is left out of the text. No field is optional: what keeps a line says something of each. */
interface LineJson {
  readonly id: string;
  readonly sku: string;
  readonly cat: string;
  readonly qty: string;
  readonly price: string;
  readonly total: string;
  readonly spend: string | undefined;
  readonly earn: string | undefined;
  readonly noEarn: true | undefined;
  readonly noSpend: true | undefined;
  readonly parts: readonly PartJson[] | undefined;
}

export const purchaseLines = {
  out: (lines: readonly PurchaseLine[]): readonly LineJson[] =>
    lines.map((line) => ({
      id: line.lineId,
      sku: line.sku,
      cat: line.category,
      qty: formatQuantity(line.quantity),
      price: formatAmount(line.unitPrice),
      total: formatAmount(line.total),
      spend: line.spend > 0n ? formatAmount(line.spend) : undefined,
      earn: line.earn > 0n ? formatAmount(line.earn) : undefined,
      noEarn: line.noEarn || undefined,
      noSpend: line.noSpend || undefined,
      parts: line.parts.length > 0 ? line.parts.map(partOut) : undefined,
    })),
  into: (stored: readonly LineJson[]): readonly PurchaseLine[] =>
    stored.map((line) => ({
      lineId: line.id,
      sku: line.sku,
      category: line.cat,
      quantity: parseQuantity(line.qty),
      unitPrice: parseAmount(line.price),
      total: parseAmount(line.total),
      spend: parseAmount(line.spend ?? "0.00"),
      earn: parseAmount(line.earn ?? "0.00"),
      noEarn: line.noEarn ?? false,
      noSpend: line.noSpend ?? false,
      parts: (line.parts ?? []).map(partIn),
    })),
};

type RangeJson = readonly [from: string, to: string];
const rangeOut = ([from, to]: UnitRange): RangeJson => [`${from}`, `${to}`];
const rangeIn = ([from, to]: RangeJson): UnitRange => [BigInt(from), BigInt(to)];

export const returnedUnits = {
  out: (returned: ReadonlyMap<string, readonly UnitRange[]>): Readonly<Record<string, readonly RangeJson[]>> =>
    Object.fromEntries([...returned].map(([line, ranges]) => [line, ranges.map(rangeOut)])),
  into: (stored: Readonly<Record<string, readonly RangeJson[]>>): ReadonlyMap<string, readonly UnitRange[]> =>
    new Map(Object.entries(stored).map(([line, ranges]) => [line, ranges.map(rangeIn)])),
};

interface ReturnedLineJson {
  readonly id: string;
  readonly qty: string;
  readonly ranges: readonly RangeJson[];
  readonly money: string;
  readonly bonuses: string;
  readonly earned: string;
}

export const returnedLines = {
  out: (lines: readonly ReturnedLine[]): readonly ReturnedLineJson[] =>
    lines.map((line) => ({
      id: line.lineId,
      qty: formatQuantity(line.quantity),
      ranges: line.ranges.map(rangeOut),
      money: formatAmount(line.money),
      bonuses: formatAmount(line.bonuses),
      earned: formatAmount(line.earned),
    })),
  into: (stored: readonly ReturnedLineJson[]): readonly ReturnedLine[] =>
    stored.map((line) => ({
      lineId: line.id,
      quantity: parseQuantity(line.qty),
      ranges: line.ranges.map(rangeIn),
      money: parseAmount(line.money),
      bonuses: parseAmount(line.bonuses),
      earned: parseAmount(line.earned),
    })),
};

export const lotParts = {
  out: (parts: readonly LotPart[]): readonly PartJson[] => parts.map(partOut),
  into: (stored: readonly PartJson[]): readonly LotPart[] => stored.map(partIn),
};

type CoverJson = readonly [...PartJson, from: "pending" | "available"];

export const clawbackParts = {
  out: (parts: Clawback["parts"]): readonly CoverJson[] => parts.map((part) => [...partOut(part), part.from]),
  into: (stored: readonly CoverJson[]): Clawback["parts"] =>
    stored.map(([lotId, issuer, amount, from]) => ({ ...partIn([lotId, issuer, amount]), from })),
};

interface TermsJson extends Omit<ReturnTerms, "lines"> {
  readonly lines: readonly { readonly lineId: string; readonly quantity: string }[];
}

export const returnTerms = {
  out: (terms: ReturnTerms): TermsJson => ({
    ...terms,
    lines: terms.lines.map((line) => ({ ...line, quantity: formatQuantity(line.quantity) })),
  }),
  into: (stored: TermsJson): ReturnTerms => ({
    ...stored,
    lines: stored.lines.map((line) => ({ ...line, quantity: parseQuantity(line.quantity) })),
  }),
};
