/** The people of one history, what they have bought, and how they ask. */
import { visitDue } from "../../../src/bonuses/visit-due.ts";
import { ledgerItself } from "../../../src/engine/group/submit.ts";
import type { AnyOperation } from "../../../src/engine/definition/operation.ts";
import { parseAmount } from "../../../src/kernel/amount.ts";
import { balanceOf } from "../../../src/members/reads/balance.ts";
import type { TestLedger } from "../../support/ledger.ts";
import type { People, Person } from "../joining/people.ts";
import { WorthModel } from "./model.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

interface Someone {
  readonly card: Person["card"];
  readonly profileId: string;
}
interface Sale {
  readonly id: string;
  readonly by: number;
  readonly receipt: object;
  readonly units: number;
  back: number;
  spent: bigint;
  earned: bigint;
}
/** What may be refused: what is asked for has ended meanwhile, or was never all there. */
const FAIR = new Set([
  "hold_not_open",
  "order_in_wrong_state",
  "more_than_waits",
  "capture_over_hold",
  "purchase_reversed",
  "spend_over_limit",
]);

export type Answer = Readonly<Record<string, string>>;
let numbers = 0;
/** Numbers of receipts and orders. */
export const nextNumber = (): string => `W${(numbers += 1)}`;

export class World {
  readonly model = new WorthModel();
  readonly ledger: TestLedger;
  readonly people: People;
  readonly persons: Someone[] = [];
  /** How often something has happened, by its name: over all histories. */
  readonly tally: Map<string, number>;
  /** What has happened, to be read where something differs. */
  readonly log: string[] = [];
  readonly sales: Sale[] = [];

  constructor(ledger: TestLedger, people: People, tally: Map<string, number>) {
    this.ledger = ledger;
    this.tally = tally;
    this.people = people;
  }

  /** So many members, two of whom have a second profile. */
  async begin(many: number): Promise<this> {
    const members: Person[] = [];
    for (let count = 0; count < many; count += 1) {
      const person = await this.people.person();
      members.push(person);
      this.model.add(person.memberId);
      this.persons.push({ card: person.card, profileId: `prf${person.memberId.slice(3)}` });
    }
    for (const member of members.slice(0, 2)) {
      this.model.add(member.memberId);
      this.persons.push(await this.people.cardOf(member, "eldorado"));
    }
    return this;
  }

  /** Asks; undefined where it was refused for a reason that there may be. */
  async ask(operation: AnyOperation, body: object, params: Record<string, string> = {}): Promise<Answer | undefined> {
    const outcome = await this.ledger.ask(operation, body, { params });
    this.count(`${operation.name} ${outcome.kind === "accepted" ? "done" : outcome.code}`);
    if (outcome.kind === "accepted") {
      this.log.push(`${operation.name} ${JSON.stringify(params)} ${JSON.stringify(body)} -> ${outcome.answer}`);
      const shown = (outcome as { shownOnce?: Answer }).shownOnce ?? {};
      return { ...(JSON.parse(outcome.answer) as Answer), ...shown };
    }
    if (!FAIR.has(outcome.code)) throw new Error(`${operation.name} was refused: ${JSON.stringify(outcome)}`);
    return undefined;
  }

  count(what: string): void {
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1);
  }

  someone(person: number): Someone {
    const found = this.persons[person];
    if (found === undefined) throw new Error("nobody");
    return found;
  }

  async partOf(person: number, percent: number): Promise<bigint> {
    const { available } = await balanceOf(this.ledger.service, this.model.homeOf(person).id);
    return (parseAmount(available) * BigInt(percent)) / 100n;
  }

  now(): string {
    return new Date(this.ledger.clock.now()).toISOString();
  }

  receipt(storeId: string) {
    const brand = storeId.startsWith("M") ? "mvideo" : "eldorado";
    return { brand, storeId, terminalId: "1", shift: "1", number: nextNumber() };
  }

  sold(by: number, receipt: object, answer: Answer, units: number): void {
    const [spent, earned] = [amountIn(answer, "spent"), amountIn(answer, "earned")];
    this.sales.push({ id: answer["purchaseId"] ?? "", by, receipt, units, back: 0, spent, earned });
    this.model.move(by, earned - spent);
  }

  /** Time passes, and what is due is posted. */
  async pass(milliseconds: number): Promise<void> {
    this.ledger.clock.moveTo(this.ledger.clock.now() + milliseconds);
    await visitDue(ledgerItself(this.ledger.service));
  }
}

export const pickOf = <T>(list: readonly T[], pick: number): T | undefined => list[pick % Math.max(1, list.length)];
export const amountIn = (answer: Answer, field: string): bigint => parseAmount(answer[field] ?? "");
