import { describe, expect, test } from "vitest";
import { Problem, type ProblemKind, problems } from "../../src/kernel/problems.ts";

describe("the catalogue of problems", () => {
  const kinds: [string, ProblemKind][] = Object.entries(problems);

  test.each(kinds)("%s tells the cashier what to do in both languages", (_, { title, cashier }) => {
    expect(title).not.toBe("");
    expect(cashier.ru).toMatch(/[а-яё]/i);
    expect(cashier.en).toMatch(/^[^а-яё]+$/i);
  });

  test("asks to try again only where that may help: faults, and too many at once", () => {
    const retryable = kinds.filter(([, kind]) => kind.retryable).map(([, kind]) => kind.status);
    const final = kinds.filter(([, kind]) => !kind.retryable).map(([, kind]) => kind.status);
    expect(retryable.every((status) => status >= 500 || status === 429)).toBe(true);
    expect(final.every((status) => status < 500)).toBe(true);
  });

  test("gives a problem its code and its data", () => {
    const problem = new Problem("insufficient_bonuses", { available: "1.00", asked: "2.00" });
    expect(problem).toMatchObject({ name: "Problem", code: "insufficient_bonuses", message: "insufficient_bonuses" });
    expect(problem.data).toEqual({ available: "1.00", asked: "2.00" });
    expect(new Problem("internal").data).toEqual({});
  });
});
