/** What people see of a text: two texts that look alike on a screen are one. */

/** Zero-width spaces and joiners, soft hyphens, marks of direction: they come along when a text is copied. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** Without what cannot be seen, in one form of each character, with single spaces inside and none around. */
export const visibleText = (text: string): string =>
  text.normalize("NFKC").replaceAll(INVISIBLE, "").replaceAll(/\s+/g, " ").trim();
