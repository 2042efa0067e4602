import { describe, expect, it } from "vitest";
import { identifiesOne, type IdentifierKind, leadsToMember, normalise } from "../../src/members/identifier.ts";

const FORMS: readonly [kind: IdentifierKind, given: string, normal: string | undefined][] = [
  ["phone", "+7 912 345-67-89", "+79123456789"],
  ["phone", "8 (912) 345-67-89", "+79123456789"],
  ["phone", "9123456789", "+79123456789"],
  ["phone", "８９１２３４５６７８９", "+79123456789"],
  ["phone", "\u200B+7\u00A0912\u2011345\u201167\u201189\uFEFF", "+79123456789"],
  ["phone", "\u202A+79123456789\u202C", "+79123456789"],
  ["phone", "+375 29 123-45-67", "+375291234567"],
  ["phone", "call +7 912 345-67-89", undefined],
  ["phone", "+7 912 345-67-89 (мама)", undefined],
  ["phone", "8 912 345-67-89, 8 912 345-67-80", undefined],
  ["phone", "+7 912 345-67-89 / 80", undefined],
  ["phone", "112", undefined],
  ["phone", "not a phone", undefined],
  ["phone", "+7 495 123-45-67 доб. 12", "+74951234567;ext=12"],
  ["phone", "+7 495 123-45-67 ext. 12", "+74951234567;ext=12"],
  ["phone", "+7 495 123-45-67 #12", "+74951234567;ext=12"],
  ["email", " Anna@Example.ORG ", "anna@example.org"],
  ["email", "an\u200Bna@example.org", "anna@example.org"],
  ["email", "an\u00ADna@example\u2060.org", "anna@example.org"],
  ["email", "ａｎｎａ＠example.org", "anna@example.org"],
  ["email", "почта@пример.рф", "почта@пример.рф"],
  ["email", "anna@example", undefined],
  ["email", "Anna <anna@example.org>", undefined],
  ["email", "mailto:anna@example.org", undefined],
  ["email", "anna@example.org,olga@example.org", undefined],
  ["card", "2900 0000 0001 7", "2900000000017"],
  ["card", "2900-0000-0001-7", "2900000000017"],
  ["card", "2900\u20110000\u20130001\u200B7", "2900000000017"],
  ["card", "карта", undefined],
  ["card", "\u200B\u200B", undefined],
  ["card", "1".repeat(129), undefined],
  ["app", "a1B2-c3", "a1B2-c3"],
  ["app", "a1B2\u200D-c3", "a1B2-c3"],
  ["app", "a1 b2", undefined],
];

describe("the normal form of an identifier", () => {
  it.each(FORMS)("%s %j is %j", (kind, given, normal) => {
    expect(normalise(kind, given)).toBe(normal);
  });

  it.each(FORMS.filter(([, , normal]) => normal !== undefined))(
    "%s %j has a form that is normal itself",
    (kind, _, normal) => {
      expect(normalise(kind, (normal ?? "").replace(";ext=", " ext. "))).toBe(normal);
    },
  );
});

const WHO: readonly [kind: IdentifierKind, value: string, one: boolean][] = [
  ["phone", "+79123456789", true],
  ["phone", "+74951234567;ext=12", false],
  ["phone", "+71234567890", false],
  ["phone", "+70123456789", false],
  ["phone", "+79999999999", false],
  ["phone", "+70000000000", false],
  ["email", "anna@example.org", true],
  ["email", "testov@example.org", true],
  ["email", "test@example.org", false],
  ["email", "test2@example.org", false],
  ["email", "no-reply@example.org", false],
  ["card", "2900000000017", true],
  ["card", "7", true],
  ["card", "0000000000000", false],
  ["card", "1234567890", false],
  ["qr", "0000000000000", true],
];

describe("what was typed where something had to be typed, or belongs to an office, says nothing of who it is", () => {
  it.each(WHO)("%s %s: %s", (kind, value, one) => {
    expect(identifiesOne({ kind, value })).toBe(one);
    expect(leadsToMember({ kind, value, verified: true })).toBe(one);
  });

  it("a phone or a mailbox that nobody has verified leads to nobody; a thing in hand does", () => {
    expect(leadsToMember({ kind: "phone", value: "+79123456789", verified: false })).toBe(false);
    expect(leadsToMember({ kind: "email", value: "anna@example.org", verified: false })).toBe(false);
    expect(leadsToMember({ kind: "card", value: "2900000000017", verified: false })).toBe(true);
  });
});
