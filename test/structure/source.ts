/**
 * What the tests of the architecture read: the files of the checkout and, for TypeScript, their imports.
 *
 * Imports are read with regular expressions, since the native TypeScript compiler has no interface to ask.
 * A reader that finds nothing would let everything pass, so `imports.test.ts` proves it on examples and on the tree.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { posix, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export interface Import {
  readonly line: number;
  /** As it is written: `"../kernel/ids.ts"`, `"zod"`. */
  readonly specifier: string;
  /** Names as the other file exports them; `["*"]` for a namespace, a dynamic import or a side effect. */
  readonly names: readonly string[];
  /** Names by which this file knows them, with those of the other file; nothing where they are only passed on. */
  readonly locals: ReadonlyMap<string, string>;
  /** Erased by the compiler: nothing of it is left at run time. */
  readonly typeOnly: boolean;
}

export interface SourceFile {
  /** From the root of the checkout, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** The text with comments blanked out, line by line as long as before. */
  readonly code: string;
  readonly imports: readonly Import[];
}

/** Every file that is tracked, or new and not ignored: a rule holds before the commit too. */
export function listFiles(...under: string[]): string[] {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...under], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const paths = new Set(listed.split("\0").filter((path) => path !== "" && existsSync(resolve(ROOT, path))));
  return [...paths].toSorted();
}

/** The TypeScript files under some folders, parsed. */
export function sourceFiles(...under: string[]): SourceFile[] {
  return listFiles(...under)
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => parseSource(path, readFileSync(resolve(ROOT, path), "utf8")));
}

export function parseSource(path: string, text: string): SourceFile {
  const code = blankComments(text);
  return { path, text, code, imports: readImports(code) };
}

/** The file that a relative import means, from the root of the checkout; null for a package. */
export function targetOf(file: SourceFile, { specifier }: Import): string | null {
  return specifier.startsWith(".") ? posix.join(posix.dirname(file.path), specifier) : null;
}

/** `"@scope/name/deep"` → `"@scope/name"`; `"node:fs/promises"` stays as it is. */
export function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return specifier;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

/** Strings are matched so that a `//` inside them is not taken for a comment. */
const STRING_OR_COMMENT = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

function blankComments(text: string): string {
  return text.replace(STRING_OR_COMMENT, (match) =>
    match.startsWith("//") || match.startsWith("/*") ? match.replace(/[^\n]/g, " ") : match,
  );
}

const STATIC =
  /^[ \t]*(?:import\s+(type\s)?\s*([\w$*{}\s,]+?)|export\s+(type\s)?\s*(\*(?:\s+as\s+[\w$]+)?|\{[^}]*\}))\s*from\s*["']([^"']+)["']/gm;
const SIDE_EFFECT = /^[ \t]*import\s*["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["'`]([^"'`]+)["'`]/g;

function readImports(code: string): Import[] {
  const found: Import[] = [];
  for (const match of code.matchAll(STATIC)) {
    const [, importType, imported, exportType, exported, specifier = ""] = match;
    found.push({
      line: lineAt(code, match.index + match[0].search(/\S/)),
      specifier,
      names: [...namesOf(imported ?? exported ?? "").values()],
      locals: namesOf(imported ?? ""),
      typeOnly: importType !== undefined || exportType !== undefined,
    });
  }
  for (const match of [...code.matchAll(SIDE_EFFECT), ...code.matchAll(DYNAMIC)]) {
    found.push({
      line: lineAt(code, match.index),
      specifier: match[1] ?? "",
      names: ["*"],
      locals: new Map(),
      typeOnly: false,
    });
  }
  return found.toSorted((a, b) => a.line - b.line);
}

/** `"a, { b as c, type D }"` → `a: default, c: b`: what is asked for at run time, with the exporter's names. */
function namesOf(clause: string): Map<string, string> {
  if (clause.includes("*")) return new Map([[/\bas\s+([\w$]+)/.exec(clause)?.[1] ?? "*", "*"]]);
  const named = /\{([^}]*)\}/.exec(clause)?.[1] ?? "";
  const [byDefault] = /^[\w$]+/.exec(clause.trim()) ?? [];
  const values = named
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "" && !/^type\s/.test(part))
    .map((part): [string, string] => {
      const [original = part, local = original] = part.split(/\s+as\s+/);
      return [local, original];
    });
  return new Map([...(byDefault === undefined ? [] : [[byDefault, "default"] as const]), ...values]);
}
