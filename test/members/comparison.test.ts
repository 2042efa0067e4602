import { describe, expect, it } from "vitest";
import { compare, type IdentifierStrength, mayLink } from "../../src/members/matching/comparison.ts";
import type { Person } from "../../src/members/person.ts";

const anna: Person = { firstName: "Анна", lastName: "Иванова", birthDate: "1990-12-31", gender: "female" };

/** What is compared, of one field of two people: true agrees, false conflicts, absent says nothing. */
const FIELDS: readonly [why: string, one: Person, other: Person, expected: object][] = [
  ["case makes no difference", { firstName: "АННА" }, { firstName: "анна" }, { firstName: true }],
  ["ё is е", { firstName: "Алёна" }, { firstName: "Алена" }, { firstName: true }],
  [
    "spaces around and inside make none",
    { firstName: "  Анна   Мария " },
    { firstName: "Анна Мария" },
    { firstName: true },
  ],
  ["nor do hyphens", { lastName: "Римский-Корсаков" }, { lastName: "Римский Корсаков" }, { lastName: true }],
  [
    "nor does how a letter is put together",
    { firstName: "Андреи\u0306" },
    { firstName: "Андрей" },
    { firstName: true },
  ],
  ["nor does what cannot be seen", { firstName: "Ан\u200Bна\uFEFF" }, { firstName: "Анна" }, { firstName: true }],
  ["other names conflict", { firstName: "Анна" }, { firstName: "Ольга" }, { firstName: false }],
  ["an initial is no name", { firstName: "А." }, { firstName: "Анна" }, {}],
  ["nor is an initial that differs", { firstName: "Б" }, { firstName: "Анна" }, {}],
  ["nor a dash", { middleName: "-" }, { middleName: "-" }, {}],
  ["nor what stands for nothing", { middleName: "нет" }, { middleName: "Нет" }, {}],
  ["nor what was typed to try", { firstName: "Тест" }, { firstName: "тест" }, {}],
  ["what is not known agrees with nothing", {}, {}, {}],
  ["and conflicts with nothing", { firstName: "Анна" }, {}, {}],
  ["dates agree", { birthDate: "1990-12-31" }, { birthDate: "1990-12-31" }, { birthDate: true }],
  ["dates conflict", { birthDate: "1990-12-31" }, { birthDate: "1990-12-30" }, { birthDate: false }],
  ["01.01.1900 is no date", { birthDate: "1900-01-01" }, { birthDate: "1900-01-01" }, {}],
  ["and conflicts with none", { birthDate: "1900-01-01" }, { birthDate: "1990-12-31" }, {}],
  ["nor is 01.01.1901", { birthDate: "1901-01-01" }, { birthDate: "1901-01-01" }, {}],
  ["nor is a date of another age", { birthDate: "9999-12-31" }, { birthDate: "9999-12-31" }, {}],
  ["genders are compared as they are", { gender: "male" }, { gender: "female" }, { gender: false }],
];

describe("what is known of two people", () => {
  it.each(FIELDS)("%s", (_, one, other, expected) => {
    expect(Object.fromEntries(compare(one, other))).toEqual(expected);
    expect(Object.fromEntries(compare(other, one))).toEqual(expected);
  });
});

type Case = readonly [
  why: string,
  strength: IdentifierStrength,
  person: Person,
  known: readonly Person[],
  links: boolean,
];

const CASES: readonly Case[] = [
  ["a phone with nothing to compare is left to people", "address", {}, [{}], false],
  ["also where one side knows much", "address", {}, [anna], false],
  ["also where only fillers agree", "address", { birthDate: "1900-01-01" }, [{ birthDate: "1900-01-01" }], false],
  ["also where only a surname agrees: families share it", "address", { lastName: "Иванова" }, [anna], false],
  ["birth dates that agree link", "address", { birthDate: "1990-12-31" }, [anna], true],
  ["given names that agree link", "address", { firstName: "анна" }, [{ firstName: "Анна" }], true],
  [
    "given names that agree, of other surnames, do not",
    "address",
    { firstName: "Анна", lastName: "Петрова" },
    [{ firstName: "Анна", lastName: "Иванова" }],
    false,
  ],
  [
    "nor of other patronymics",
    "address",
    { firstName: "Анна", middleName: "Петровна" },
    [{ firstName: "Анна", middleName: "Ильинична" }],
    false,
  ],
  [
    "a surname that has changed does not outweigh a birth date",
    "address",
    { ...anna, lastName: "Петрова" },
    [anna],
    true,
  ],
  ["other birth dates never link", "address", { ...anna, birthDate: "1991-12-31" }, [anna], false],
  ["a mother and a daughter are two", "address", { firstName: "Ольга", birthDate: "2012-05-01" }, [anna], false],
  ["twins are two", "address", { ...anna, firstName: "Ольга" }, [anna], false],
  ["a brother and a sister of one day are two", "address", { birthDate: "1990-12-31", gender: "male" }, [anna], false],
  ["one profile of a member that agrees is enough", "address", anna, [{}, anna], true],
  ["one that conflicts is enough against it", "address", anna, [anna, { birthDate: "1985-01-05" }], false],
  ["a member without profiles is left to people", "address", anna, [], false],
  ["a card in hand links where nothing is known", "in_hand", {}, [{}], true],
  [
    "and where names differ: whoever has it is trusted",
    "in_hand",
    { firstName: "Ольга" },
    [{ firstName: "Анна" }],
    true,
  ],
  ["but not two birth dates", "in_hand", { birthDate: "1991-12-31" }, [anna], false],
  ["a filler is no birth date", "in_hand", { birthDate: "1900-01-01" }, [anna], true],
];

describe("whether a person is linked without anybody looking", () => {
  it.each(CASES)("%s", (_, strength, person, known, links) => {
    expect(
      mayLink(
        strength,
        known.map((other) => compare(person, other)),
      ),
    ).toBe(links);
  });
});
