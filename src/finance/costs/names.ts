/** What reasons and categories are called: by the last version of the rules that has them. */
import type { PolicyTimeline } from "../../policy/timeline.ts";

interface Named {
  readonly code: string;
  readonly name: { readonly ru: string; readonly en: string };
}

/** A code that no version has is its own name. */
export function namesIn({ versions }: PolicyTimeline) {
  const all = versions.map(({ policy }) => policy.rules.adjustments);
  const named = (lists: readonly (readonly Named[])[]) => {
    const names = new Map(lists.flat().map(({ code, name }) => [code, name]));
    return (code: string): Named => ({ code, name: names.get(code) ?? { ru: code, en: code } });
  };
  return {
    category: named(all.map(({ categories }) => categories)),
    reason: named(all.map(({ reasons }) => reasons)),
  };
}
