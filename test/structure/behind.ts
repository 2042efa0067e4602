/** What a piece of source leads to: the declarations that it speaks of, through its file and into others. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { declarationsOf, namesIn } from "./declarations.ts";
import { parseSource, ROOT, type SourceFile, targetOf } from "./source.ts";

const files = new Map<string, SourceFile | undefined>();
function fileAt(path: string): SourceFile | undefined {
  if (!files.has(path)) {
    const full = resolve(ROOT, path);
    files.set(path, existsSync(full) ? parseSource(path, readFileSync(full, "utf8")) : undefined);
  }
  return files.get(path);
}

/** All that a text leads to, through its file and into others; types lead nowhere. */
export function textsBehind(file: SourceFile, text: string, seen: Set<string>): string[] {
  const declared = declarationsOf(file);
  const behind = [...namesIn(text)].flatMap((name) => {
    const place = `${file.path} ${name}`;
    if (seen.has(place)) return [];
    seen.add(place);
    const declaration = declared.get(name);
    if (declaration !== undefined) return textsBehind(file, declaration.text, seen);
    return file.imports.flatMap((each) => {
      const original = each.locals.get(name);
      const target = targetOf(file, each);
      const other = each.typeOnly || original === undefined || target === null ? undefined : fileAt(target);
      return other === undefined ? [] : textsBehind(other, original ?? "", seen);
    });
  });
  return [text, ...behind];
}
