/**
 * Several statements that write, as one: each more statement of a transaction costs the server and the driver as much as
 * writing a few rows does, and a group has eight. All see the state before the first of them, and none may answer rows
 * that matter, nor change a row that another one changes.
 */
import type { Statement } from "./table-rows.ts";

/** Each combination is a statement that every connection prepares once, so there must not be too many of them. */
const MOST_COMBINATIONS = 64;
const MARK = /\$(\d+)/g;

interface Combination {
  /** The statements up to here as one; absent where nobody has asked for just these. */
  text?: string;
  readonly longer: Map<string, Combination>;
}

const root: Combination = { longer: new Map() };
let combinations = 0;

/** The statements as one, or as they are where there are too many combinations already. */
export function combined(statements: readonly Statement[]): readonly Statement[] {
  if (statements.length < 2) return statements;
  let place = root;
  for (const { text } of statements) {
    let next = place.longer.get(text);
    if (next === undefined) {
      if (combinations === MOST_COMBINATIONS) return statements;
      next = { longer: new Map() };
      place.longer.set(text, next);
    }
    place = next;
  }
  if (place.text === undefined) {
    if (combinations === MOST_COMBINATIONS) return statements;
    combinations += 1;
    place.text = textOf(statements);
  }
  return [{ text: place.text, parameters: statements.flatMap(({ parameters }) => parameters) }];
}

function textOf(statements: readonly Statement[]): string {
  const texts: string[] = [];
  let before = 0;
  for (const { text, parameters } of statements) {
    const offset = before;
    texts.push(text.replaceAll(MARK, (_, number: string) => `$${Number(number) + offset}`));
    before += parameters.length;
  }
  const last = texts.pop() ?? "";
  return `with ${texts.map((text, index) => `w${index} as (${text})`).join(", ")} ${last}`;
}
