/** Three members whose season shows what the ledger does. */
import type { Entry } from "./chronicle.ts";
import type { Life } from "./life.ts";
import type { Person, Town } from "./town.ts";

export interface Hero {
  readonly title: string;
  readonly person: Person;
  readonly memberId: string;
  /** What is told, in time order, and how much is not. */
  readonly entries: readonly Entry[];
  readonly untold: number;
}

/** What a story is about: what makes one person's worth telling, the first of all. */
const TOPICS: readonly { readonly title: string; readonly wanted: readonly Entry["topic"][] }[] = [
  { title: "One member, two brands: bonuses of one spent at the other", wanted: ["spent_across", "spent", "hold"] },
  { title: "Goods that came back", wanted: ["return", "spent"] },
  { title: "A card that nobody knew at first", wanted: ["unknown_card", "profile", "spent"] },
];

/** A story with more entries is hard to follow. */
const READABLE = 16;

/** One person for each topic, where there is anybody. Nobody twice. */
export function heroesOf(life: Life, town: Town): Hero[] {
  const taken = new Set<Person>();
  return TOPICS.flatMap(({ title, wanted }) => {
    const interest = interestIn(life, wanted);
    const [best] = town.people
      .filter((person) => !taken.has(person) && interest(person) > 0)
      .sort((a, b) => interest(b) - interest(a));
    const memberId = best === undefined ? undefined : life.members.get(best.index);
    if (best === undefined || memberId === undefined) return [];
    taken.add(best);
    return [{ title, person: best, memberId, ...shortened(life.chronicle.of(best), wanted) }];
  });
}

/** What the story is about must be in it; then the rest of what is wanted counts, in a story that can be read. */
function interestIn({ chronicle }: Life, wanted: readonly Entry["topic"][]): (person: Person) => number {
  const [main] = wanted;
  return (person) => {
    const entries = chronicle.of(person);
    const inMain = entries.filter(({ topic }) => topic === main).length;
    if (inMain === 0) return 0;
    const inAll = entries.filter(({ topic }) => wanted.includes(topic)).length;
    return (10 * Math.min(inMain, 3) + Math.min(inAll, 8)) / (entries.length <= READABLE ? 1 : 100);
  };
}

const MOST_ENTRIES = 10;

/** The entries to show, in their order: those that the story is about, then other ones as there is room. */
function shortened(entries: readonly Entry[], wanted: readonly Entry["topic"][]): Pick<Hero, "entries" | "untold"> {
  const matters = ({ topic }: Entry): boolean => wanted.includes(topic) || topic === "profile";
  const first = [...entries.filter(matters), ...entries.filter((entry) => !matters(entry))];
  const kept = new Set(first.slice(0, MOST_ENTRIES));
  return { entries: entries.filter((entry) => kept.has(entry)), untold: Math.max(0, entries.length - MOST_ENTRIES) };
}
