/** What two sides have of one lot, use by use. Pure. */
import { describe, expect, it } from "vitest";
import { LotShares } from "../../../../src/members/joining/past/shares.ts";

function of(leaving: bigint, staying: bigint): LotShares {
  const shares = new LotShares();
  shares.add("leaving", leaving);
  shares.add("staying", staying);
  return shares;
}

describe("a lot of both", () => {
  it("is used by each out of his own share first, and what he has of the other's is his to make good", () => {
    const shares = of(30n, 40n);
    shares.take("leaving", 50n, { held: false });
    expect(shares.has).toEqual({ leaving: 0n, staying: 20n });
    expect(shares.had).toEqual({ leaving: 0n, staying: 20n });
  });

  it("has the other's back first when something comes back", () => {
    const shares = of(30n, 40n);
    shares.take("leaving", 50n, { held: false });
    shares.giveBack("leaving", 25n);
    expect(shares.has).toEqual({ leaving: 5n, staying: 40n });
    expect(shares.had).toEqual({ leaving: 0n, staying: 0n });
  });

  it("is of whoever brings back what he had used before they were joined", () => {
    const shares = of(0n, 40n);
    shares.giveBack("leaving", 30n);
    expect(shares.has).toEqual({ leaving: 30n, staying: 40n });
  });

  it("ends first of those who stay, and nobody makes that good", () => {
    const shares = of(30n, 40n);
    shares.end(50n);
    expect(shares.has).toEqual({ leaving: 20n, staying: 0n });
    expect(shares.had).toEqual({ leaving: 0n, staying: 0n });
  });

  it("leaves a hold what it had, though the rest has ended", () => {
    // Those who stay have all of theirs in a hold: what ends is of those who leave.
    const shares = of(30n, 40n);
    shares.end(30n);
    shares.take("staying", 40n, { held: true });
    expect(shares.has).toEqual({ leaving: 0n, staying: 0n });
    expect(shares.had).toEqual({ leaving: 0n, staying: 0n });
  });

  it("is never lost nor made: what both have is what came in less what went out", () => {
    const shares = of(30n, 40n);
    shares.take("staying", 60n, { held: false });
    shares.giveBack("staying", 15n);
    shares.end(10n);
    shares.remove("leaving", 5n);
    expect(shares.has.leaving + shares.has.staying).toBe(30n + 40n - 60n + 15n - 10n - 5n);
  });
});
