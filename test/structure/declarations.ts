/** What a file declares, each with its text, and what of it a text speaks of: read with regular expressions, as imports are. */
import type { SourceFile } from "./source.ts";

export interface Declaration {
  readonly text: string;
  /** Where it begins in the code of its file. */
  readonly start: number;
}

/** At the beginning of a line: inside of something else nothing is declared that another place could name. */
const BEGINS = /^(?:import|export|(?:async |abstract |declare )*(?:function|const|let|class|interface|type|enum))\b/gm;
/** Types are gone at run time. */
const NAMED = /^(?:export )?(?:async |abstract |declare )*(?:function\*?|const|let|class|enum) ([\w$]+)/;
const TAKEN_APART = /^(?:export )?(?:const|let) [[{]([^=]*)[\]}](?:: [^=]+)? =/;

/** By name: what stands at the top of a file, and is there at run time. */
export function declarationsOf({ code }: SourceFile): Map<string, Declaration> {
  const starts = [...code.matchAll(BEGINS)].map(({ index }) => index);
  const found = new Map<string, Declaration>();
  for (const [place, start] of starts.entries()) {
    const text = code.slice(start, starts[place + 1]);
    const names = [NAMED.exec(text)?.[1] ?? "", ...(TAKEN_APART.exec(text)?.[1] ?? "").matchAll(/[\w$]+/g)].map(String);
    for (const name of names) if (name !== "") found.set(name, { text, start });
  }
  return found;
}

const TEXT = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;

/** Names that a text may speak of: not those of properties, nor what stands in quotes. Rather too many than too few. */
export function namesIn(text: string): Set<string> {
  return new Set(text.replaceAll(TEXT, "").match(/(?<![\w$]|(?<!\.\.)\.)[A-Za-z_$][\w$]*(?![\w$])(?!:)/g));
}
