/** Those who keep the books, over the API: two people close a month, each side agrees to its settlement, somebody notes the payment. */
import { firstDayAfter, type Month } from "../../finance/periods/months.ts";
import { type Api, bodyOf, UnexpectedAnswer } from "../client/api.ts";
import { MarkTold, PeriodChanged, SettlementsMade, SettlementStands, SettlementStatement } from "./wire.ts";

/** Who closes, one after the other. */
const CLOSERS = ["chief-accountant-mvideo", "chief-accountant-eldorado"] as const;

export class Accountants {
  readonly #api: Api;
  readonly #seed: string;

  constructor(api: Api, seed: string) {
    this.#api = api;
    this.#seed = seed;
  }

  async close(month: Month): Promise<void> {
    for (const [index, staffId] of CLOSERS.entries()) {
      const answer = await this.#post(staffId, `/v1/periods/${month}/close`, { reason: "all receipts are in" });
      const { status } = bodyOf(PeriodChanged, answer, `closing ${month}`);
      const expected = index === CLOSERS.length - 1 ? "closed" : "waiting";
      if (status !== expected) throw new Error(`${month} is ${status} after ${staffId}, and not ${expected}`);
    }
  }

  /** Makes the settlement of a closed month, has both sides agree and somebody pay; answers both sides' statements. */
  async settle(month: Month): Promise<readonly SettlementStatement[]> {
    const made = await this.#post("settlements-1", "/v1/settlements", { from: month, to: month });
    const { settlements } = bodyOf(SettlementsMade, made, `settling ${month}`);
    const statements: SettlementStatement[] = [];
    for (const { settlementId, between } of settlements) {
      const path = `/v1/settlements/${settlementId}`;
      for (const entity of between) {
        const body = { entity, reason: "agrees with our turnovers" };
        const answer = await this.#post(`chief-accountant-${entity}`, `${path}/agree`, body, entity);
        bodyOf(SettlementStands, answer, `agreeing to ${month} for ${entity}`);
      }
      const paid = await this.#post("treasury-1", `${path}/paid`, {
        reference: `payment order of ${month}`,
        paidOn: firstDayAfter(month),
      });
      bodyOf(SettlementStands, paid, `paying ${month}`);
      for (const entity of between) {
        statements.push(bodyOf(SettlementStatement, await this.#api.get(`${path}?entity=${entity}`), "a statement"));
      }
    }
    return statements;
  }

  /** The mark of now, at which exports are taken. */
  async mark(): Promise<string> {
    const answer = await this.#api.get("/v1/exports/trial-balance/totals");
    return bodyOf(MarkTold, answer, "control totals").mark;
  }

  /** An export as CSV. */
  async take(name: string, query: Readonly<Record<string, string>> = {}): Promise<string> {
    const answer = await this.#api.get(`/v1/exports/${name}?${new URLSearchParams(query).toString()}`);
    if (answer.status === 200 && typeof answer.body === "string") return answer.body;
    throw new UnexpectedAnswer(`the export ${name}`, answer);
  }

  #post(staffId: string, path: string, body: object, what = "") {
    const key = `books-${this.#seed}-${staffId}-${path}-${what}-${"from" in body ? String(body.from) : ""}`;
    return this.#api.send("POST", path, JSON.stringify(body), key, { "x-staff-id": staffId });
  }
}
