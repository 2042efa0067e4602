import { describe, expect, it } from "vitest";
import type { MemberId } from "../../src/kernel/ids.ts";
import { isReissued, type PresentedIdentifier } from "../../src/members/identifier.ts";
import { identifierStore } from "../../src/members/identifier-store.ts";
import type { Person } from "../../src/members/person.ts";
import { type Profile, profileStore } from "../../src/members/profile-store.ts";
import { membersOf } from "../../src/members/registration/link.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { openPerson, sealProfile } from "../../src/members/sealed-profile.ts";
import { keyed, keyOf, TEST_KEYS } from "../support/keys.ts";
import { MemoryLedger } from "../support/memory-ledger.ts";

const PHONE: PresentedIdentifier = { kind: "phone", value: "+79123456789", verified: true };
const card = (value: string): PresentedIdentifier => ({ kind: "card", value, verified: false });
const ANNA: Person = { firstName: "Анна", lastName: "Иванова", birthDate: "1990-12-31" };

interface Registered {
  readonly memberId: MemberId;
  readonly link: { readonly band: string };
}

const { cipher } = TEST_KEYS;
const personal = { ...TEST_KEYS, opened: () => {} };

type Leading = PresentedIdentifier & { readonly memberId: MemberId };

/** As it is prepared. */
let profiles = 0;
function bodyOf(identifiers: readonly PresentedIdentifier[], person: Person, known: readonly Leading[]) {
  const externalId = `C-${(profiles += 1)}`;
  const identifierValues = identifiers.map(({ value }) => value);
  return {
    brand: "mvideo",
    identifiers: identifiers.map(keyed),
    person,
    led: membersOf(known),
    reissuing: membersOf(known.filter(isReissued)),
    key: externalId,
    sealed: sealProfile(cipher, externalId, { externalId, person, identifierValues }),
    personOf: (profile: Profile) => openPerson(personal, profile),
  };
}

function register(ledger: MemoryLedger, identifiers: readonly PresentedIdentifier[], person: Person): Registered {
  const known = identifiers.flatMap((each) => {
    const memberId = ledger.get(identifierStore, keyOf(each))?.memberId;
    return memberId === undefined ? [] : [{ ...each, memberId }];
  });
  return ledger.accepted(registration, bodyOf(identifiers, person, known)).answer as Registered;
}

describe("one verified phone", () => {
  it("does not make two people with other names and birth dates one member", () => {
    const ledger = new MemoryLedger(0);
    const anna = register(ledger, [PHONE], ANNA);
    const olga = register(ledger, [PHONE, card("7002")], { firstName: "Ольга", birthDate: "2012-05-01" });
    expect([anna.link.band, olga.link.band]).toEqual(["new", "review"]);
    expect(olga.memberId).not.toBe(anna.memberId);
    // The phone leads to whoever has proved last that he has it, and so does what is new.
    expect(ledger.get(identifierStore, keyOf(PHONE))?.memberId).toBe(olga.memberId);
    expect(ledger.get(identifierStore, keyOf(card("7002")))?.memberId).toBe(olga.memberId);
  });

  it("links the same person of another brand, and the next profile is compared with both", () => {
    const ledger = new MemoryLedger(0);
    const first = register(ledger, [PHONE], { firstName: "Анна" });
    const second = register(ledger, [PHONE], ANNA);
    expect(second).toMatchObject({ memberId: first.memberId, link: { band: "auto" } });
    expect(ledger.get(profileStore, first.memberId)).toHaveLength(2);
    const third = register(ledger, [PHONE], { firstName: "Анна", birthDate: "1960-12-31" });
    expect(third.link.band).toBe("review");
  });

  it("links nobody where nothing can be compared", () => {
    const ledger = new MemoryLedger(0);
    register(ledger, [PHONE], {});
    expect(register(ledger, [PHONE], {}).link.band).toBe("review");
  });
});

describe("a card that was only typed in", () => {
  it("links nobody by itself, and a verified phone beside it does what it does alone", () => {
    const ledger = new MemoryLedger(0);
    const anna = register(ledger, [{ ...card("7001"), verified: true }, PHONE], ANNA);
    const typed = register(ledger, [card("7001")], ANNA);
    expect(typed.link.band).toBe("review");
    expect(typed.memberId).not.toBe(anna.memberId);
    expect(register(ledger, [card("7001"), PHONE], ANNA)).toMatchObject({
      memberId: anna.memberId,
      link: { band: "auto" },
    });
    expect(register(ledger, [card("7001"), PHONE], {}).link.band).toBe("review");
    expect(register(ledger, [{ ...card("7001"), verified: true }], {}).link.band).toBe("auto");
  });

  it("leads to whoever brings it first", () => {
    const ledger = new MemoryLedger(0);
    const first = register(ledger, [card("7003")], {});
    expect(first.link.band).toBe("new");
    expect(ledger.get(identifierStore, keyOf(card("7003")))?.memberId).toBe(first.memberId);
  });
});

describe("a registration", () => {
  it("is prepared again where its identifiers lead elsewhere by now", () => {
    const ledger = new MemoryLedger(0);
    const body = bodyOf([card("7001")], {}, []);
    register(ledger, [card("7001")], {});
    expect(ledger.decide(registration, body)).toEqual({ kind: "stale" });
  });

  it("keeps what belongs to nobody, and lets it lead nowhere", () => {
    const ledger = new MemoryLedger(0);
    const office: PresentedIdentifier = { kind: "phone", value: "+74951234567;ext=12", verified: true };
    const first = register(ledger, [office], ANNA);
    const second = register(ledger, [office], ANNA);
    expect([first.link.band, second.link.band]).toEqual(["new", "new"]);
    expect(ledger.get(identifierStore, keyOf(office))).toBeUndefined();
    expect(ledger.get(profileStore, first.memberId)?.[0]?.identifiers).toEqual([
      { kind: "phone", key: keyOf(office), verified: true },
    ]);
  });
});
