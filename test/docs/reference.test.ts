/** The reference says what the code says, and every link of the documentation leads somewhere. */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";
import { versionsOf } from "../../src/engine/event.ts";
import { problemCodesOf } from "../../src/http/routes/document.ts";
import { mayDo, permissions } from "../../src/kernel/permissions.ts";
import { problems } from "../../src/kernel/problems.ts";
import { invariants, modules } from "../../src/modules.ts";
import { ORDER_STATUSES, ORDER_STEPS } from "../../src/sales/order-states.ts";
import { listFiles } from "../structure/source.ts";
import { routes } from "../support/contract.ts";
import { orderPicture } from "./order-picture.ts";
import { PAGES, rowsOf, sorted, textOf } from "./pages.ts";

describe("docs/reference/problems.md", () => {
  it("has every code of the catalogue with its status, its retryability and its texts, and no other", () => {
    const documented = rowsOf(textOf("docs/reference/problems.md"))
      .filter(([code = ""]) => code.startsWith("`"))
      .map(([code = "", status, again, when, ru, en]) => [code.slice(1, -1), status, again, when !== "", ru, en]);
    const known = Object.entries(problems).map(([code, { status, retryable, cashier }]) => [
      code,
      String(status),
      retryable ? "yes" : "no",
      true,
      cashier.ru,
      cashier.en,
    ]);
    expect(sorted(documented)).toEqual(sorted(known));
  });
});

describe("README.md", () => {
  it("shows every folder of the members in its layout", () => {
    const layout = textOf("README.md").split("## Layout")[1] ?? "";
    const folders = readdirSync("src/members", { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).filter((name) => !layout.includes(`${name}/`))).toEqual([]);
  });
});

describe("docs/ru/cashier.md", () => {
  it("quotes texts as the till shows them", () => {
    const texts = new Set<string>(Object.values(problems).map(({ cashier }) => cashier.ru));
    const quoted = [...textOf("docs/ru/cashier.md").matchAll(/^\| «([^|]+)» \|/gm)].map(([, text = ""]) => text);
    expect(quoted.length).toBeGreaterThan(10);
    expect(quoted.filter((text) => !texts.has(text))).toEqual([]);
  });

  it("explains whatever a till can be answered", () => {
    const page = textOf("docs/ru/cashier.md");
    const asked = routes.filter((route) => mayDo(new Set(["pos"]), route.permission));
    const met = new Set(asked.flatMap((route) => [...problemCodesOf(route)]).map((code) => problems[code].cashier.ru));
    expect([...met].filter((text) => !page.includes(`| «${text}» |`))).toEqual([]);
  });
});

describe("docs/reference/events.md", () => {
  it("has every version of every event of the catalogue with its occasion and its fields, and no other", () => {
    const stated = rowsOf(textOf("docs/reference/events.md")).filter(([name = ""]) => name.startsWith("`"));
    const catalogue = modules
      .flatMap(({ events = [] }) => events)
      .flatMap(versionsOf)
      .map(({ name, version, description, data }) => {
        const fields = Object.keys(data.shape).map((field) => `\`${field}\``);
        return [`\`${name}\``, `${version}`, description, fields.join(", ")];
      });
    expect(sorted(stated)).toEqual(sorted(catalogue));
  });
});

describe("docs/reference/limits.md", () => {
  it("states the numbers that stand in the code", () => {
    const stated = rowsOf(textOf("docs/reference/limits.md")).flatMap((cells) => {
      const [, file, constants] = /^`(src\/[^`]+)`: (.+)$/.exec(cells.at(-1) ?? "") ?? [];
      return file === undefined || constants === undefined
        ? []
        : [...constants.matchAll(/`([^`]+)`/g)].map(([, constant = ""]) => ({ file, constant }));
    });
    expect(stated.length).toBeGreaterThan(25);
    expect(stated.filter(({ file, constant }) => !stands(textOf(file), constant))).toEqual([]);
  });

  it("has a row for every constant that is a bound by its name", () => {
    const cells = rowsOf(textOf("docs/reference/limits.md")).map((row) => row.at(-1) ?? "");
    const bounds = listFiles("src/*.ts")
      .filter((file) => !file.startsWith("src/tools/"))
      .flatMap(boundsIn);
    expect(bounds.length).toBeGreaterThan(40);
    const isNamed = (bound: string) => {
      const [file = "", name = ""] = bound.split(" ");
      return cells.some((cell) => cell.startsWith(file) && new RegExp(`\\b${name}\\b`).test(cell));
    };
    expect(bounds.filter((bound) => !isNamed(bound))).toEqual([]);
  });
});

/** A constant that bounds something by its name, or each bound of an object `LIMITS`; with its file, whatever its value. */
function boundsIn(file: string): string[] {
  const text = textOf(file);
  const named = [
    ...text.matchAll(/^(?:export )?const (\w*(?:MAX_|MOST_|LONGEST_|_LIMIT|PATIENCE)\w*)(?:: \w+)? = [\d"]/gm),
  ];
  const objects = [...text.matchAll(/^(?:export )?const \w*LIMITS(?:: \w+)? = \{(.+)\};$/gm)];
  const ofObjects = objects.flatMap(([, fields = ""]) => [...fields.matchAll(/(\w+): \d/g)]);
  return [...named, ...ofObjects].map(([, name = ""]) => `\`${file}\` ${name}`);
}

/** Whether a source says `NAME = value`, whatever type it gives to the name, and not `NAME = value0`. */
function stands(source: string, constant: string): boolean {
  const untyped = source.replaceAll(/\b([A-Z_]{3,}): \w+ =/g, "$1 =");
  const at = untyped.indexOf(constant);
  return at >= 0 && !/\w/.test(untyped[at + constant.length] ?? "");
}

describe("docs/reference/proof.md", () => {
  it("states every invariant in the words of the proof, and no other", () => {
    const stated = rowsOf(textOf("docs/reference/proof.md"))
      .filter(([name = ""]) => name.startsWith("`"))
      .map(([name = "", statement = ""]) => [name.slice(1, -1), statement] as const);
    const all = invariants;
    // What a broken place shows is said where it is shown.
    const known = all.map(({ name, statement }) => [name, statement.replace(/ Shown: .*$/s, "")] as const);
    expect(Object.fromEntries(stated)).toEqual(Object.fromEntries(known));
  });
});

describe("docs/reference/api.md", () => {
  it("says who may what", () => {
    const documented = rowsOf(textOf("docs/reference/api.md"))
      .filter(([name = ""]) => name.slice(1, -1) in permissions)
      .map(([name = "", scopes = ""]) => [name.slice(1, -1), scopes.replaceAll("`", "").split(" ").filter(Boolean)]);
    expect(sorted(documented)).toEqual(sorted(Object.entries(permissions)));
  });

  it("names every route", () => {
    const page = textOf("docs/reference/api.md");
    const named = new Set<string>();
    for (const [cell = ""] of rowsOf(page.slice(page.indexOf("## Routes")))) {
      let last = "";
      for (const [, method = "", path = ""] of cell.matchAll(/`(?:(GET|POST|PUT) )?([^`]+)`/g)) {
        // `…/lots` goes on from the path before it, up to its last identity.
        const whole = path.startsWith("…") ? `${last.replace(/(?<=\{\w+\}).*$/, "")}${path.slice(1)}` : path;
        last = path.startsWith("…") ? last : path.includes("{") ? path : `${path}/{clientId}`;
        named.add(`${method || "GET"} ${whole}`);
      }
    }
    const missing = routes
      .map(({ method, path }) => `${method.toUpperCase()} ${path}`)
      .filter((route) => !named.has(route));
    expect(missing).toEqual([]);
    const there = new Set(routes.map(({ method, path }) => `${method.toUpperCase()} ${path}`));
    const gone = [...named].filter((route) => route.includes("/v1/") && !there.has(route));
    expect(gone).toEqual([]);
  });
});

describe("docs/guides/checkout.md", () => {
  const page = "docs/guides/checkout.md";

  it("has the picture of an order's states that the table of steps gives; `MCLUB_UPDATE_EXAMPLES=1` draws it anew", () => {
    const drawn = `\`\`\`text\n${orderPicture()}\`\`\``;
    if (process.env["MCLUB_UPDATE_EXAMPLES"] === "1") {
      writeFileSync(page, textOf(page).replace(/^```text\n[\s\S]*?^```$/m, drawn));
    }
    expect(textOf(page).match(/^```text\n[\s\S]*?^```$/gm)).toEqual([drawn]);
  });

  it("says of every state what it means, and of every step who takes it", () => {
    const named = new Set(rowsOf(textOf(page)).map(([name = ""]) => name));
    expect([...ORDER_STATUSES, ...ORDER_STEPS].filter((name) => !named.has(`\`${name}\``))).toEqual([]);
  });
});

describe("README.md", () => {
  it("names every variable of the environment with its default", () => {
    const documented = Object.fromEntries(
      rowsOf(textOf("README.md"))
        .filter(([name = ""]) => /^`[A-Z_]+`$/.test(name))
        .map(([name = "", value = ""]) => [name.slice(1, -1), value.replaceAll("`", "")]),
    );
    const { port, host, databaseUrl, dataFolder, adminKey, codeSecret, personalKeys, ...rest } = readConfig({});
    const { codeSender, clock, rates, lanes, logLevel } = rest;
    expect(documented).toEqual({
      PORT: String(port),
      HOST: host,
      DATABASE_URL: databaseUrl ?? "",
      MCLUB_DATA: dataFolder,
      MCLUB_ADMIN_KEY: adminKey ?? "",
      MCLUB_CODE_SECRET: codeSecret ?? "",
      MCLUB_CODE_SENDER: codeSender ?? "",
      MCLUB_DATA_KEYS: personalKeys === undefined ? "" : "made",
      MCLUB_LOOKUP_KEY: personalKeys === undefined ? "" : "made",
      MCLUB_CLOCK: clock,
      MCLUB_REQUESTS_PER_MINUTE: String(rates.requestsPerMinute),
      MCLUB_LOOKUPS_PER_MINUTE: String(rates.lookupsPerMinute),
      MCLUB_LANES: String(lanes ?? ""),
      LOG_LEVEL: logLevel,
    });
  });

  it("names commands that are there", () => {
    const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
    const named = PAGES.flatMap((page) =>
      [...textOf(page).matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map(([, name = ""]) => name),
    );
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

describe("links", () => {
  it.each(PAGES)("%s leads to files and headings that are there", (page) => {
    const prose = textOf(page).replaceAll(/^```[\s\S]*?^```$/gm, "");
    const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
    const dead = links.filter((link) => !/^https?:/.test(link)).filter((link) => !leadsSomewhere(page, link));
    expect(dead).toEqual([]);
  });
});

function leadsSomewhere(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const file = path === "" ? page : normalize(join(dirname(page), path));
  if (!existsSync(file)) return false;
  if (anchor === undefined) return true;
  const headings = [...textOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
  return headings.includes(anchor);
}

/** As code hosts make them. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
}
