/** The made-up town, without any service: it repeats itself, and is as lifelike as it says. */
import { describe, expect, it } from "vitest";
import { chanceOf } from "../../src/tools/demo/chance.ts";
import { Life } from "../../src/tools/demo/life.ts";
import { birthdaySteps, holdSteps, profileSteps } from "../../src/tools/demo/steps/member-steps.ts";
import { visitSteps } from "../../src/tools/demo/steps/sale-steps.ts";
import { townOf } from "../../src/tools/demo/town.ts";
import { DAY_MS } from "../../src/kernel/clock.ts";
import { visitsOf } from "../../src/tools/demo/visits.ts";

const SEASON = { start: Date.parse("2026-01-12T00:00:00+03:00"), days: 120, receipts: 3000 };
const town = townOf("1", { people: 300, days: SEASON.days });
const visits = visitsOf("1", town, SEASON);

describe("a town", () => {
  it("is the same for the same seed, and another one for another", () => {
    expect(townOf("1", { people: 300, days: 120 })).toEqual(town);
    expect(townOf("2", { people: 300, days: 120 })).not.toEqual(town);
    expect(visitsOf("1", town, SEASON)).toEqual(visits);
    expect(visitsOf("2", town, SEASON)).not.toEqual(visits);
  });

  it("has about 65 % of its people in both bases, each with a phone and cards of their own", () => {
    const both = town.people.filter(({ bases }) => bases.length === 2).length;
    expect(both).toBeGreaterThan(175);
    expect(both).toBeLessThan(215);
    expect(new Set(town.people.map(({ phone }) => phone)).size).toBe(300);
    const cards = town.people.flatMap((person) => Object.values(person.cards));
    expect(new Set(cards).size).toBe(300 + both);
  });

  it("has visits of all kinds, inside the season and in time order", () => {
    expect(new Set(visits.map(({ course }) => course))).toEqual(new Set(["usual", "undone", "lost", "late"]));
    const end = SEASON.start + SEASON.days * DAY_MS;
    let former = SEASON.start;
    for (const { at, back, store } of visits) {
      expect(at).toBeGreaterThanOrEqual(former);
      expect(at).toBeLessThan(end);
      former = at;
      if (back === null) continue;
      expect(back.at).toBeGreaterThan(at);
      expect(back.at).toBeLessThan(end);
      expect(town.stores).toContain(back.store);
      expect(town.stores).toContain(store);
    }
    const across = visits.filter(({ back, store }) => back !== null && back.store.brand !== store.brand);
    expect(across.length).toBeGreaterThan(50);
  });

  it("never brings back more than was bought", () => {
    for (const { lines, back } of visits) {
      for (const { lineId, quantity } of back?.lines ?? []) {
        expect(Number(quantity)).toBeGreaterThan(0);
        expect(Number(quantity)).toBeLessThanOrEqual(Number(lines.find((line) => line.lineId === lineId)!.quantity));
      }
    }
  });

  it("asks for nothing twice under one key", () => {
    const life = new Life("1");
    const steps = [
      ...town.people.flatMap((person) => [
        ...profileSteps(life, person, SEASON),
        ...birthdaySteps(life, person, SEASON),
      ]),
      ...holdSteps(life, town, SEASON, 50),
      ...visits
        .filter(({ course }) => course === "usual")
        .flatMap((visit) => visitSteps(life, { ...visit, back: null })),
    ];
    const keys = steps.flatMap((step) => step.call()?.idempotencyKey ?? []);
    expect(keys.length).toBeGreaterThan(3000);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("chance", () => {
  it("is even, and apart for each purpose", () => {
    const chance = chanceOf("1", "dice");
    const counts = new Map<number, number>();
    for (let roll = 0; roll < 6000; roll += 1) {
      const face = chance.int(1, 6);
      counts.set(face, (counts.get(face) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
    expect(chanceOf("1", "dice").next()).not.toBe(chanceOf("1", "cards").next());
  });
});
