/** Amounts in words and in digits, as a Russian document has them. */
import { expect, it } from "vitest";
import { inWords, russianAmount } from "../../../src/finance/statement/amount-words.ts";
import { periodText, rateText } from "../../../src/finance/statement/statement-texts.ts";

it.each([
  [0n, "Ноль рублей 00 копеек"],
  [1n, "Ноль рублей 01 копейка"],
  [1_00n, "Один рубль 00 копеек"],
  [2_02n, "Два рубля 02 копейки"],
  [5_05n, "Пять рублей 05 копеек"],
  [11_11n, "Одиннадцать рублей 11 копеек"],
  [12_12n, "Двенадцать рублей 12 копеек"],
  [21_21n, "Двадцать один рубль 21 копейка"],
  [100_00n, "Сто рублей 00 копеек"],
  [111_14n, "Сто одиннадцать рублей 14 копеек"],
  [1_000_00n, "Одна тысяча рублей 00 копеек"],
  [2_001_90n, "Две тысячи один рубль 90 копеек"],
  [12_013_00n, "Двенадцать тысяч тринадцать рублей 00 копеек"],
  [1_000_000_00n, "Один миллион рублей 00 копеек"],
  [2_000_022_00n, "Два миллиона двадцать два рубля 00 копеек"],
  [
    99_999_999_999_99n,
    "Девяносто девять миллиардов девятьсот девяносто девять миллионов девятьсот девяносто девять тысяч девятьсот девяносто девять рублей 99 копеек",
  ],
  [-120_02n, "Минус сто двадцать рублей 02 копейки"],
])("%s kopecks are said as people say them", (kopecks, said) => {
  expect(inWords(kopecks)).toBe(said);
});

it("digits are grouped with spaces that do not break", () => {
  expect([0n, 5n, 1_234_56n, -1_234_567_89n].map(russianAmount)).toEqual([
    "0,00",
    "0,05",
    "1\u00a0234,56",
    "−1\u00a0234\u00a0567,89",
  ]);
});

it("rates and months are written as documents write them", () => {
  expect(["0.22", "0.1", "0", "1", "0.125"].map(rateText)).toEqual(
    ["22", "10", "0", "100", "12,5"].map((text) => `${text}\u00a0%`),
  );
  expect(periodText("2026-03", "2026-03")).toBe("март 2026 г.");
  expect(periodText("2026-03", "2026-05")).toBe("март – май 2026 г.");
  expect(periodText("2025-12", "2026-01")).toBe("декабрь 2025 г. – январь 2026 г.");
});
