/** Stages of the rollout: whose bonuses may be spent where, and whose orders may be collected where; each from its instant on. */
import type { Brand } from "./rules.ts";

type Feature = "spending" | "pickup";

/** As the rules of a policy have it. */
export interface Cell {
  readonly issuer: Brand | "*";
  readonly seller: Brand | "*";
  readonly features: readonly Feature[];
}

const BOTH = ["spending", "pickup"] as const;
const APART: readonly Cell[] = [
  { issuer: "mvideo", seller: "mvideo", features: ["spending"] },
  { issuer: "eldorado", seller: "eldorado", features: ["spending"] },
];
const ACROSS: Cell = { issuer: "mvideo", seller: "eldorado", features: ["spending"] };

/** One balance; separate programmes; M.Video's bonuses at Eldorado; the same, and orders are collected at either. */
export const STAGES: readonly (readonly Cell[])[] = [
  [{ issuer: "*", seller: "*", features: BOTH }],
  APART,
  [...APART, ACROSS],
  [...APART, ACROSS, { issuer: "*", seller: "*", features: ["pickup"] }],
];

interface Version {
  readonly version: number;
  readonly from: number;
  readonly cells: readonly Cell[];
}

export class Rollout {
  readonly #versions: Version[] = [{ version: 1, from: 0, cells: STAGES[0] ?? [] }];

  get latest(): number {
    return this.#versions.length;
  }

  publish(from: number, cells: readonly Cell[]): void {
    this.#versions.push({ version: this.latest + 1, from, cells });
  }

  /** The number of the version in force: that which began last, and of several at one instant the later one. */
  versionAt(at: number): number {
    return this.#at(at).version;
  }

  mayUse(issuer: Brand, seller: Brand, at: number): boolean {
    return this.#lets("spending", issuer, seller, at);
  }

  mayCollect(brand: Brand, seller: Brand, at: number): boolean {
    return this.#lets("pickup", brand, seller, at);
  }

  /** Instants at which versions begin. */
  beginnings(): number[] {
    return this.#versions.map(({ from }) => from);
  }

  /** At home a brand's bonuses and orders are good whatever the stage. */
  #lets(feature: Feature, one: Brand, seller: Brand, at: number): boolean {
    if (one === seller) return true;
    const fits = (pattern: Brand | "*", brand: Brand) => pattern === "*" || pattern === brand;
    return this.#at(at).cells.some(
      (cell) => fits(cell.issuer, one) && fits(cell.seller, seller) && cell.features.includes(feature),
    );
  }

  #at(at: number): Version {
    return this.#versions
      .filter(({ from }) => from <= at)
      .reduce((last, next) => (next.from >= last.from ? next : last));
  }
}
