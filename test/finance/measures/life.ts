/** A random life of a programme: people of either brand and of both, who buy, bring back, are joined and part, while months are closed. */
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { profileParting } from "../../../src/members/joining/parting/profile-parting.ts";
import { unmerge } from "../../../src/members/joining/parting/unmerge.ts";
import type { AnyOperation } from "../../../src/engine/definition/operation.ts";
import { answerOf, newTestKey, type TestLedger } from "../../support/ledger.ts";
import { registered } from "../../support/town-joining.ts";
import { bringBack, DAY_MS, reverse, sellTo } from "../../support/town.ts";

type Person = Awaited<ReturnType<typeof registered>>;
type Sale = Awaited<ReturnType<typeof sellTo>>;

/** Numbers below a bound, the same for the same seed. */
function chanceOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const BRANDS = ["mvideo", "eldorado"];

/** Takes steps by chance; what the ledger refuses (two who cannot be joined, what has come back already) is no step. */
export async function liveAtRandom(ledger: TestLedger, seed: number, steps: number): Promise<Map<string, number>> {
  const below = chanceOf(seed);
  const oneOf = <T>(list: readonly T[]): T | undefined => list[below(list.length)];
  const people: Person[] = [];
  const unknown: { kind: "card"; value: string }[] = [];
  const sales: Sale[] = [];
  const returned: Awaited<ReturnType<typeof bringBack>>[] = [];
  const merges: string[] = [];
  const brand = () => oneOf(BRANDS) ?? "mvideo";
  const asked = async (operation: AnyOperation, body: object, params = {}) => {
    const outcome = await ledger.ask(operation, body, { params });
    return outcome.kind === "accepted" ? (answerOf(outcome) as Record<string, string>) : undefined;
  };
  const tried = (step: Promise<unknown>) =>
    step.then(
      () => true,
      () => false,
    );
  const sell = async (who: Parameters<typeof sellTo>[1], fields: object) => {
    sales.push(await sellTo(ledger, who, { brand: brand(), ...fields }));
    return true;
  };
  const step: Readonly<Record<string, () => Promise<boolean>>> = {
    async registers() {
      people.push(await registered(ledger, brand()));
      return true;
    },
    async comesToTheOtherBrand() {
      const known = oneOf(people);
      if (known !== undefined) people.push(await registered(ledger, brand(), [known.card]));
      return known !== undefined;
    },
    async bringsTheCard() {
      const card = unknown.pop();
      if (card !== undefined) people.push(await registered(ledger, brand(), [card]));
      return card !== undefined;
    },
    async buysByCard() {
      const person = oneOf(people);
      return (
        person !== undefined && tried(sell(undefined, { identifier: person.card, spend: BigInt(below(2)) * 5_00n }))
      );
    },
    async buysByNumber() {
      const person = oneOf(people);
      return person !== undefined && tried(sell(person.memberId, {}));
    },
    async buysWithUnknownCard() {
      const card = below(2) === 0 ? oneOf(unknown) : undefined;
      const shown = card ?? ({ kind: "card", value: newTestKey() } as const);
      if (card === undefined) unknown.push(shown);
      return sell(undefined, { identifier: shown });
    },
    buysWithoutCard: () => sell(undefined, {}),
    async bringsBack() {
      const sale = oneOf(sales);
      if (sale === undefined) return false;
      return tried(bringBack(ledger, sale.purchaseId, brand()).then((receipt) => returned.push(receipt)));
    },
    async reverses() {
      const sale = oneOf(sales);
      return sale !== undefined && tried(reverse(ledger, sale.receipt, "purchase"));
    },
    async reversesReturn() {
      const receipt = oneOf(returned);
      return receipt !== undefined && tried(reverse(ledger, receipt, "return"));
    },
    async isGiven() {
      const person = oneOf(people);
      return person !== undefined && tried(ledger.give(person.memberId, BigInt(below(90) + 1) * 1_00n, brand()));
    },
    async areJoined() {
      const memberIds = [oneOf(people)?.memberId, oneOf(people)?.memberId];
      if (memberIds.includes(undefined) || memberIds[0] === memberIds[1]) return false;
      const made = await asked(merge, { memberIds, reason: "the same" }).catch(() => undefined);
      if (made?.["mergeId"] !== undefined) merges.push(made["mergeId"]);
      return made !== undefined;
    },
    async part() {
      const mergeId = merges.pop();
      return (
        mergeId !== undefined &&
        (await asked(unmerge, { reason: "two people" }, { mergeId }).catch(() => undefined)) !== undefined
      );
    },
    async aProfileParts() {
      const profileId = oneOf(people)?.profileId;
      return (
        profileId !== undefined &&
        (await asked(profileParting, { reason: "another's" }, { profileId }).catch(() => undefined)) !== undefined
      );
    },
    async timePasses() {
      ledger.clock.moveTo(ledger.clock.now() + (below(6) + 1) * DAY_MS);
      return Promise.resolve(true);
    },
  };
  const taken = new Map<string, number>();
  const names = Object.keys(step);
  for (let turn = 0; turn < steps; turn += 1) {
    const name = turn < 12 ? "registers" : (oneOf(names) ?? "");
    if (await step[name]?.()) taken.set(name, (taken.get(name) ?? 0) + 1);
  }
  return taken;
}
