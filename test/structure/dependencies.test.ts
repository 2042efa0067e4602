/** Each dependency has a reason and a licence that are written down, and a version that is pinned. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "./source.ts";

interface Package {
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Row {
  readonly name: string;
  readonly licence: string;
  readonly why: string;
}

/** Free to use, change and pass on; anything else is to be asked about first. */
const LICENCES: readonly string[] = ["Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "Unlicense"];

const ours = readPackage(join(ROOT, "package.json"));
const list = readFileSync(join(ROOT, "docs", "decisions", "dependencies.md"), "utf8");

describe("the list of dependencies", () => {
  test.each([
    ["dependencies", "At run time"],
    ["optionalDependencies", "The embedded server, optional"],
    ["devDependencies", "In development"],
  ] as const)("names exactly the %s of package.json under “%s”", (kind, heading) => {
    const named = rowsUnder(list, heading).map(({ name }) => name);
    expect(named).toEqual(Object.keys(ours[kind] ?? {}).toSorted());
    expect(named).not.toEqual([]);
  });

  test("gives a reason for each, and a licence that we may use", () => {
    for (const { name, licence, why } of rowsUnder(list)) {
      expect(why.length, name).toBeGreaterThan(4);
      expect(
        licence.split(" OR ").some((each) => LICENCES.includes(each)),
        `${name}: ${licence}`,
      ).toBe(true);
    }
  });

  test("states the licence that each installed package states itself", () => {
    const stated = rowsUnder(list).flatMap(({ name, licence }) => {
      const installed = licenceOf(name);
      return installed === null ? [] : [{ name, licence, installed }];
    });
    expect(stated.length).toBeGreaterThan(20);
    expect(stated.filter(({ licence, installed }) => licence !== installed)).toEqual([]);
  });

  test("is read row by row: a name, a licence, a reason", () => {
    const example =
      "## One\n\n| package | licence | why |\n|---|---|---|\n| `a` | MIT | because |\n## Two\n| `b` | ISC | so |\n";
    expect(rowsUnder(example, "One")).toEqual([{ name: "a", licence: "MIT", why: "because" }]);
    expect(rowsUnder(example).map(({ name }) => name)).toEqual(["a", "b"]);
  });
});

test("every version in package.json is exact", () => {
  const versions = Object.entries({ ...ours.dependencies, ...ours.devDependencies, ...ours.optionalDependencies });
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
});

/** The rows of the tables under one heading; of all tables when none is given. */
function rowsUnder(text: string, heading?: string): Row[] {
  const part = heading === undefined ? text : (text.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "");
  return [...part.matchAll(/^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$/gm)].map(
    ([, name = "", licence = "", why = ""]) => {
      return { name, licence, why };
    },
  );
}

/** Null for a package of another platform, which npm has passed over. */
function licenceOf(name: string): string | null {
  try {
    return readPackage(join(ROOT, "node_modules", name, "package.json")).license ?? null;
  } catch {
    return null;
  }
}

function readPackage(path: string): Package {
  return JSON.parse(readFileSync(path, "utf8")) as Package;
}
