/** How dates are written in a file, in the letters of `strptime`: what it would forgive, or take for another day, is no date. */

/** What a letter stands for, and how that is written. */
interface Part {
  readonly of: "year" | "month" | "day" | "hour" | "minute" | "second" | "fraction" | "half";
  readonly pattern: string;
}

const TWO = "[0-9]{2}";
const PARTS: Readonly<Record<string, Part>> = {
  // Databases know no year before the first.
  Y: { of: "year", pattern: "(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})" },
  y: { of: "year", pattern: TWO },
  m: { of: "month", pattern: TWO },
  b: { of: "month", pattern: "[A-Za-z]{3}" },
  d: { of: "day", pattern: TWO },
  H: { of: "hour", pattern: TWO },
  I: { of: "hour", pattern: TWO },
  M: { of: "minute", pattern: TWO },
  S: { of: "second", pattern: TWO },
  f: { of: "fraction", pattern: "[0-9]{1,9}" },
  p: { of: "half", pattern: "[AaPp][Mm]" },
};

/** What has a zone in it would need to be converted, and is not taken. With a dash, zeros in front may be missing. */
export const DATE_FORMAT = /^(?:%[YymdHMSbIpf]|%-[mdHIMS]|[ .,:/T_-])+$/;

const tokensOf = (format: string): readonly string[] => format.match(/%-?[A-Za-z]|[^%]/g) ?? [];
const partOf = (token: string): Part | undefined => (token.startsWith("%") ? PARTS[token.at(-1) ?? ""] : undefined);

/** Whether it has a day, a month and a year, and nothing twice. */
export function isWholeDate(format: string): boolean {
  const parts = tokensOf(format).flatMap((token) => partOf(token)?.of ?? []);
  return (
    new Set(parts).size === parts.length && (["year", "month", "day"] as const).every((each) => parts.includes(each))
  );
}

/** A regular expression of texts that are written so. */
export const patternOf = (format: string): string =>
  tokensOf(format)
    .map((token) => {
      const part = partOf(token);
      if (part === undefined) return `[${token}]`;
      return token.startsWith("%-") ? "[0-9]{1,2}" : part.pattern;
    })
    .join("");
