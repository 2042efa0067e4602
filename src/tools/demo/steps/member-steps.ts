/** What happens to members beside sales: profiles come in, birthdays are rewarded, bonuses are held for web orders. */
import { DAY_MS, formatInstant, HOUR_MS, type Instant } from "../../../kernel/clock.ts";
import { bodyOf } from "../../client/api.ts";
import type { Brand } from "../../client/brands.ts";
import type { Step } from "../../client/timeline.ts";
import { Granted, Held, HoldEnded, Registered } from "../../client/wire.ts";
import { chanceOf } from "../chance.ts";
import { identifierOf, type Life, personKey, refusedWith } from "../life.ts";
import { BRAND_NAMES, type Person, type Town } from "../town.ts";
import type { Season } from "../visits.ts";
import { money } from "../../report/report.ts";

/** The profiles of a person, one of each brand's base: the second finds the member of the first by the phone. */
export function profileSteps(life: Life, person: Person, { start }: Season): Step[] {
  const at = start + person.joins * DAY_MS + 9 * HOUR_MS;
  return person.bases.map((brand, place) => profileStep(life, person, brand, place, at));
}

function profileStep(life: Life, person: Person, brand: Brand, place: number, at: Instant): Step {
  const { lastName, firstName, middleName, birthDate, gender, phone, cards, stores, index } = person;
  const body = {
    brand,
    externalId: `${brand}-${index + 1}`,
    identifiers: [
      { kind: "phone", value: phone, verified: true },
      { kind: "card", value: cards[brand] ?? "", verified: true },
    ],
    person: { lastName, firstName, middleName, birthDate, gender },
    consents: { sms: index % 3 !== 0 },
    storeId: stores[brand].id,
  };
  return {
    at,
    keys: [personKey(person)],
    call: () => ({ path: "/v1/profiles", body, idempotencyKey: life.key(`profile-${brand}-${index}`) }),
    done(answer) {
      const { memberId, link } = bodyOf(Registered, answer, "a profile");
      const known = life.members.get(index);
      if (known !== undefined && known !== memberId) throw new Error(`the profiles of ${phone} are two members`);
      life.members.set(index, memberId);
      if (place === 0) life.totals.members += 1;
      if (link.band === "auto") life.curiosities.linked += 1;
      const how = link.band === "auto" ? "linked to the same member by the verified phone" : "a new member";
      const claimed = life.unknownCards.has(cards[brand] ?? "")
        ? "; the receipts that waited for its card are claimed"
        : "";
      life.chronicle.tell(person, at, "profile", `${BRAND_NAMES[brand]} registered the profile: ${how}${claimed}`);
    },
  };
}

const GIFT = "500.00";

/** Promo bonuses on birthdays. */
export function birthdaySteps(life: Life, person: Person, { start, days }: Season): Step[] {
  const [home = "mvideo"] = person.bases;
  const birthdays: Instant[] = [];
  for (let day = person.joins + 1; day < days; day += 1) {
    const at = start + day * DAY_MS + 8 * HOUR_MS;
    if (formatInstant(at).slice(5, 10) === person.birthDate.slice(5)) birthdays.push(at);
  }
  return birthdays.map((at) => ({
    at,
    keys: [personKey(person)],
    call: () => ({
      op: "accrual",
      path: "/v1/accruals",
      body: {
        identifier: identifierOf(person, home),
        amount: GIFT,
        brand: home,
        kind: "promo",
        reason: "birthday",
        reference: `birthday-${person.index}`,
      },
      idempotencyKey: life.key(`birthday-${person.index}-${formatInstant(at).slice(0, 4)}`),
    }),
    done(answer) {
      const { amount } = bodyOf(Granted, answer, "an accrual");
      life.totals.granted += amount;
      life.curiosities.gifts += 1;
      life.chronicle.tell(
        person,
        at,
        "gift",
        `${BRAND_NAMES[home]} gave ${money(amount)} promo bonuses for the birthday`,
      );
    },
  }));
}

/** Bonuses held for web orders: captured when the order is handed over, released when it is cancelled, or left to lapse. */
export function holdSteps(life: Life, town: Town, { start, days }: Season, count: number): Step[] {
  const chance = chanceOf(life.seed, "holds");
  // When the first bonuses have become active.
  const from = Math.min(15, Math.floor(days / 2));
  const steps: Step[] = [];
  for (let number = 1; number <= count; number += 1) {
    const person = chance.pick(town.people);
    const at = start + chance.int(from, Math.max(from, days - 4)) * DAY_MS + chance.int(9, 20) * HOUR_MS;
    const brand = chance.pick(["mvideo", "eldorado"] as const);
    const ending = chance.next();
    const end = ending < 0.6 ? "capture" : ending < 0.85 ? "release" : "lapse";
    const after = at + chance.int(2, 40) * HOUR_MS;
    if (person.joins * DAY_MS + start + DAY_MS > at) continue;
    steps.push(
      ...holdOf(life, {
        person,
        at,
        brand,
        end,
        after,
        reference: `order-${number}`,
        amount: `${chance.int(1, 6)}50.00`,
      }),
    );
  }
  return steps;
}

interface Order {
  readonly person: Person;
  readonly at: Instant;
  readonly brand: Brand;
  readonly end: "capture" | "release" | "lapse";
  readonly after: Instant;
  readonly reference: string;
  readonly amount: string;
}

function holdOf(life: Life, order: Order): Step[] {
  const { person, at, brand, end, after, reference, amount } = order;
  let holdId: string | null = null;
  const expiresAt = formatInstant(at + 2 * DAY_MS);
  const keys = [personKey(person)];
  const place: Step = {
    at,
    keys,
    call: () => ({
      path: "/v1/holds",
      body: { identifier: identifierOf(person, brand), amount, brand, expiresAt, reference },
      idempotencyKey: life.key(`hold-${reference}`),
    }),
    done(answer) {
      if (refusedWith(answer, "insufficient_bonuses") !== null) {
        life.curiosities.refusedSpends += 1;
        return;
      }
      holdId = bodyOf(Held, answer, "a hold").holdId;
      life.curiosities.holds += 1;
      if (end === "lapse") life.curiosities.lapsed += 1;
      const fate = { capture: "later captured", release: "later released", lapse: "left to lapse" }[end];
      life.chronicle.tell(person, at, "hold", `${BRAND_NAMES[brand]}: ${amount} held for ${reference}, ${fate}`);
    },
  };
  if (end === "lapse") return [place];
  const finish: Step = {
    at: after,
    keys,
    call: () =>
      holdId === null
        ? null
        : { path: `/v1/holds/${holdId}/${end}`, body: {}, idempotencyKey: life.key(`${end}-${reference}`) },
    done(answer) {
      const { captured } = bodyOf(HoldEnded, answer, `a ${end}`);
      life.totals.spent += captured;
      if (end === "capture") life.totals.capturedHolds += 1;
      else life.curiosities.released += 1;
    },
  };
  return [place, finish];
}
