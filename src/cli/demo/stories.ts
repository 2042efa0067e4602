/** Three members whose season shows what the ledger does. */
import type { Entry } from "./chronicle.ts";
import type { Life } from "./life.ts";
import type { Person, Town } from "./town.ts";

export interface Hero {
  readonly title: string;
  readonly person: Person;
  readonly memberId: string;
  readonly entries: readonly Entry[];
}

/** What a story is about, and what makes one person's the best to tell. */
const TOPICS: readonly { readonly title: string; readonly wanted: readonly Entry["topic"][] }[] = [
  { title: "One member, two brands: bonuses of one spent at the other", wanted: ["spent_across", "spent", "hold"] },
  { title: "Goods that came back", wanted: ["return"] },
  { title: "A card that nobody knew at first", wanted: ["unknown_card"] },
];

/** One person for each topic, where there is anybody: who has most to tell of it. Nobody twice. */
export function heroesOf(life: Life, town: Town): Hero[] {
  const taken = new Set<Person>();
  return TOPICS.flatMap(({ title, wanted }) => {
    const interest = (person: Person): number =>
      life.chronicle.of(person).filter(({ topic }) => wanted.includes(topic)).length +
      (wanted[0] === "spent_across" ? across(life, person) : 0);
    const [best] = town.people
      .filter((person) => !taken.has(person) && interest(person) > 0)
      .sort((a, b) => interest(b) - interest(a));
    const memberId = best === undefined ? undefined : life.members.get(best.index);
    if (best === undefined || memberId === undefined) return [];
    taken.add(best);
    return [{ title, person: best, memberId, entries: life.chronicle.of(best) }];
  });
}

const across = (life: Life, person: Person): number =>
  10 * life.chronicle.of(person).filter(({ topic }) => topic === "spent_across").length;

const MOST_ENTRIES = 9;

/** The entries to show, when there are too many: those that matter, and as many plain ones as there is room for, in order. */
export function shortened(entries: readonly Entry[]): { shown: readonly Entry[]; left: number } {
  const dull = (entry: Entry): boolean => entry.topic === "purchase";
  const kept = new Set([...entries.filter((entry) => !dull(entry)), ...entries.filter(dull)].slice(0, MOST_ENTRIES));
  return { shown: entries.filter((entry) => kept.has(entry)), left: Math.max(0, entries.length - MOST_ENTRIES) };
}
