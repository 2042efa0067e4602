/** The members of the comparison, and sales in process: asked of the engine itself, as a route asks it. */
import { accrual } from "../../bonuses/accrual.ts";
import type { Actor } from "../../engine/actor.ts";
import type { AnyOperation } from "../../engine/definition/operation.ts";
import { type Ledger, submit } from "../../engine/group/submit.ts";
import type { Judged } from "../../engine/outcome.ts";
import { registration } from "../../members/registration/registration.ts";
import { purchase } from "../../sales/purchase/purchase.ts";
import { BRANDS, grantJson, nextNumber, saleJson, saleOf } from "./commands.ts";
import { repeat } from "./figures.ts";

const ACTOR: Actor = {
  clientId: "cli_00000000000070008000000000000000",
  staffId: null,
  scopes: new Set(["admin"]),
  brand: null,
};

/** Enough that nobody runs out of bonuses. */
const PLENTY = 1_000_00n;

/** Registers members, each with a lot of either brand. */
export async function registerMembers(ledger: Ledger, count: number): Promise<string[]> {
  const members: string[] = [];
  await repeat(count, async () => {
    const profile = { brand: "mvideo", externalId: nextNumber(), identifiers: [], person: {} };
    const { memberId } = await ask(ledger, registration, profile);
    if (typeof memberId !== "string") throw new TypeError("no member was made");
    for (const brand of BRANDS) await ask(ledger, accrual, grantJson(memberId, PLENTY, brand, ledger.clock.now()));
    members.push(memberId);
  });
  return members;
}

/** Registers one member, and grants so many lots. */
export async function memberOfLots(ledger: Ledger, lots: number): Promise<string> {
  const [member] = await registerMembers(ledger, 1);
  if (member === undefined) throw new Error("nobody was registered");
  await repeat(
    lots - BRANDS.length,
    async () => void (await ask(ledger, accrual, grantJson(member, PLENTY, "mvideo", ledger.clock.now()))),
    64,
  );
  return member;
}

/** Registers members who have bought so often that each has so many lots, as members have after a while. */
export async function membersOfLots(
  ledger: Ledger,
  count: number,
  lots: number,
  random: () => number,
): Promise<string[]> {
  const members = await registerMembers(ledger, count);
  // By turns, so that a group seldom has two sales of one member.
  await repeat(count * (lots - BRANDS.length), (place) => sellTo(ledger, members[place % count] ?? "", random));
  return members;
}

/** One sale in process. */
export async function sellTo(ledger: Ledger, memberId: string, random: () => number): Promise<void> {
  const sale = saleOf(memberId, random, ledger.clock.now());
  accepted(await submitted(ledger, purchase, sale, saleJson(sale)));
}

/** Asks for an operation with a body as it would come over the wire. */
async function ask(ledger: Ledger, operation: AnyOperation, json: unknown): Promise<Readonly<Record<string, unknown>>> {
  const answer = accepted(await submitted(ledger, operation, operation.body?.parse(json), json));
  return JSON.parse(answer) as Record<string, unknown>;
}

const submitted = (ledger: Ledger, operation: AnyOperation, body: unknown, json: unknown): Promise<Judged> =>
  submit(ledger, operation, {
    actor: ACTOR,
    idempotencyKey: nextNumber(),
    params: {},
    body,
    received: { operation: operation.name, body: json },
  });

/** The answer of what was accepted, as text; anything else ends the comparison. */
function accepted(outcome: Judged): string {
  if (outcome.kind !== "accepted") throw new Error(`refused: ${JSON.stringify(outcome)}`);
  return outcome.answer;
}
