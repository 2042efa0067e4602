/** What an answer should say, against what it says. */

/** The first places in which what is expected is not there; an answer may say more. */
export function differences(expected: unknown, actual: unknown, place = ""): string[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return [said(place, expected, actual)];
    return expected.flatMap((each: unknown, index) => differences(each, actual[index], `${place}[${index}]`));
  }
  if (typeof expected === "object" && expected !== null) {
    if (typeof actual !== "object" || actual === null) return [said(place, expected, actual)];
    return Object.entries(expected).flatMap(([name, value]) =>
      differences(value, (actual as Record<string, unknown>)[name], `${place}.${name}`),
    );
  }
  return Object.is(expected, actual) ? [] : [said(place, expected, actual)];
}

const said = (place: string, expected: unknown, actual: unknown): string =>
  `${place}: the model says ${JSON.stringify(expected)}, the service ${JSON.stringify(actual)}`;
