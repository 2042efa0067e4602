import { describe, expect, it } from "vitest";
import { as, type MemberId, newUuid } from "../../src/kernel/ids.ts";
import { linkOf } from "../../src/members/registration/link.ts";
import type { Person } from "../../src/members/person.ts";

const [anna, olga] = [0, 1].map((bucket) => as("mbr", `opn_${newUuid(bucket)}`)) as [MemberId, MemberId];
const annaAs: Person = { firstName: "Анна", birthDate: "1990-12-31" };
const knows =
  (...persons: readonly Person[]) =>
  () =>
    persons.map((person) => ({ person }));

describe("a new profile", () => {
  it("that nothing is known of gets a member of its own", () => {
    expect(linkOf([], annaAs, knows())).toEqual({ band: "new", memberId: null, score: null, evidence: [] });
  });

  it("with a card in hand is linked, and is told why", () => {
    expect(linkOf([{ kind: "card", memberId: anna, verified: true }], {}, knows({}))).toEqual({
      band: "auto",
      memberId: anna,
      score: "1.00",
      evidence: [{ kind: "card", rule: "exact_identifier", memberId: anna }],
    });
  });

  it("with a phone alone is left to people, and no value is told", () => {
    const link = linkOf(
      [{ kind: "phone", memberId: anna, verified: true }],
      { firstName: "Ольга", birthDate: "1990-12-31" },
      knows(annaAs),
    );
    expect(link).toEqual({
      band: "review",
      memberId: null,
      score: null,
      evidence: [
        { kind: "phone", rule: "exact_identifier", memberId: anna },
        { kind: "birthDate", rule: "agrees", memberId: anna },
        { kind: "firstName", rule: "conflicts", memberId: anna },
      ],
    });
    expect(JSON.stringify(link)).not.toMatch(/1990|Анна|Ольга/);
  });

  it("with a card beside the phone is linked as by the card", () => {
    const known = (["phone", "card"] as const).map((kind) => ({ kind, memberId: anna, verified: true }));
    expect(linkOf(known, {}, knows({}))).toMatchObject({ band: "auto", memberId: anna });
  });

  it("with a card that was only typed in is left to people, whatever else agrees", () => {
    const typed = { kind: "card", memberId: anna, verified: false } as const;
    expect(linkOf([typed], annaAs, knows(annaAs))).toEqual({
      band: "review",
      memberId: null,
      score: null,
      evidence: [
        { kind: "card", rule: "exact_identifier", memberId: anna },
        { kind: "birthDate", rule: "agrees", memberId: anna },
        { kind: "firstName", rule: "agrees", memberId: anna },
      ],
    });
    const phone = { kind: "phone", memberId: anna, verified: true } as const;
    expect(linkOf([typed, phone], {}, knows({}))).toMatchObject({ band: "review" });
    expect(linkOf([typed, phone], annaAs, knows(annaAs))).toMatchObject({ band: "auto", memberId: anna });
  });

  it("whose identifiers lead to two members is left to people, however much agrees", () => {
    const known = [anna, olga].map((memberId) => ({ kind: "card" as const, memberId, verified: true }));
    expect(linkOf(known, annaAs, knows(annaAs))).toMatchObject({ band: "review", memberId: null });
  });
});
