/**
 * Makes a history that fails shorter, and its commands simpler, as long as it fails in the same way. By itself: a history
 * takes a database, and the general way of the library would try too many.
 */
import type { Command, History } from "./commands.ts";

/** Answers how a history fails; undefined where it does not. */
export type Fails = (history: History) => Promise<string | undefined>;

/** Ends after so long at the latest, with what was found by then. */
export async function shrink(first: History, fails: Fails, milliseconds: number): Promise<History> {
  const until = Date.now() + milliseconds;
  const how = await fails(first);
  let { commands } = first;
  const tries = async (next: readonly Command[]): Promise<boolean> => {
    if (Date.now() > until || (await fails({ ...first, commands: next })) !== how) return false;
    commands = next;
    return true;
  };
  for (let size = Math.ceil(commands.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    // From the end: what comes after the failure goes first, and what made something possible stays longest.
    for (let at = commands.length - size; at > -size; at -= size) {
      await tries(commands.filter((_, index) => index < at || index >= at + size));
    }
  }
  for (const index of commands.keys()) {
    let again = true;
    while (again) {
      again = false;
      for (const simpler of simplerThan(commands[index] as Command)) {
        again = await tries(commands.map((command, place) => (place === index ? simpler : command)));
        if (again) break;
      }
    }
  }
  return { ...first, commands };
}

/** What is plain of each field. */
const PLAIN: Readonly<Record<string, unknown>> = {
  byCard: false,
  quoted: false,
  wish: "none",
  channel: "pos",
  late: 0,
  store: 0,
  who: 0,
  lines: null,
  price: null,
  added: null,
  storageDays: null,
  hours: null,
};

function simplerThan(command: Command): Command[] {
  const plainer = Object.entries(PLAIN)
    .filter(([field, plain]) => (command as Record<string, unknown>)[field] !== plain)
    .filter(([field]) => field in command && !(field === "lines" && command.op.startsWith("return")))
    .map(([field, plain]) => ({ ...command, [field]: plain }));
  if (!("goods" in command) || command.goods.length === 1) return plainer;
  const fewer = command.goods.map((_, index) => command.goods.filter((__, place) => place !== index));
  return [...fewer.map((goods) => ({ ...command, goods })), ...plainer];
}
