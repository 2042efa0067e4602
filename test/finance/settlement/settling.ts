/** Short ways to settle: months are closed by two people, settlements made, agreed to and read. */
import { formatAmount } from "../../../src/kernel/amount.ts";
import { formatInstant } from "../../../src/kernel/clock.ts";
import type { MemberId } from "../../../src/kernel/ids.ts";
import { localDate } from "../../../src/kernel/zone.ts";
import type { Answer, TestHttp } from "../../support/http.ts";

export const at = (day: string, time = "12:00:00"): number => Date.parse(`${day}T${time}+03:00`);
export const by = (staffId: string) => ({ "x-staff-id": staffId });

export interface MadeSettlement {
  readonly settlementId: string;
  readonly number: number;
  readonly between: readonly string[];
  readonly owes: Readonly<Record<string, string>>;
  readonly lines: number;
}

export interface ReadLine {
  readonly section: string;
  readonly original: { readonly day: string; readonly number: number | null } | null;
  readonly bonuses: string;
  readonly total: string;
}

export interface ReadSettlement {
  readonly settlementId: string;
  readonly number: number;
  readonly entity: string;
  readonly payable: string;
  readonly receivable: string;
  readonly balance: string;
  readonly parties: readonly unknown[];
  readonly directions: readonly { readonly debtor: string; readonly lines: readonly ReadLine[] }[];
}

interface Listed {
  readonly items: readonly {
    readonly settlementId: string;
    readonly between: string[];
    readonly owes: Record<string, string>;
  }[];
}

export interface Asks {
  readonly key?: string;
  readonly staff?: string;
}

let receipts = 0;

export class Settling {
  readonly http: TestHttp;
  /** A client of both brands. */
  readonly key: string;

  constructor(http: TestHttp, key: string) {
    this.http = http;
    this.key = key;
  }

  static async of(http: TestHttp): Promise<Settling> {
    return new Settling(http, await http.newKey(["finance"]));
  }

  /** The day of the programme's zone. */
  get today(): string {
    return localDate(this.http.clock.now(), "Europe/Moscow");
  }

  moveTo(day: string): void {
    if (at(day) > this.http.clock.now()) this.http.clock.moveTo(at(day));
  }

  async changeBooks(month: string, action: "close" | "reopen"): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const staff of ["anna-1", "boris-2"]) {
      const path = `/v1/periods/${month}/${action}`;
      answers.push(await this.http.post(path, { reason: action }, { key: this.key, headers: by(staff) }));
    }
    return answers;
  }

  async close(month: string): Promise<void> {
    const [, closed] = await this.changeBooks(month, "close");
    if (closed?.status !== 200) throw new Error(JSON.stringify(closed?.body));
  }

  settle(from: string, to = from, { key = this.key, staff = "maker-1" }: Asks = {}) {
    return this.http.post<{ settlements: readonly MadeSettlement[]; leftOut: readonly object[] }>(
      "/v1/settlements",
      { from, to },
      { key, headers: by(staff) },
    );
  }

  /** The only settlement that is made. */
  async settled(from: string, to = from): Promise<MadeSettlement> {
    const answer = await this.settle(from, to);
    const [made] = answer.body.settlements ?? [];
    if (answer.status !== 201 || made === undefined) throw new Error(JSON.stringify(answer.body));
    return made;
  }

  agree(id: string, entity: string, { key = this.key, staff = `of-${entity}` }: Asks = {}) {
    return this.http.post(`/v1/settlements/${id}/agree`, { entity, reason: "agrees" }, { key, headers: by(staff) });
  }

  async agreed(made: MadeSettlement): Promise<void> {
    const answers = [];
    for (const entity of made.between) answers.push(await this.agree(made.settlementId, entity));
    if (answers.at(-1)?.status !== 200) throw new Error(JSON.stringify(answers.map(({ body }) => body)));
  }

  /** On the day that it is, where none is named. */
  pay(id: string, { key = this.key, staff = "payer-1", paidOn = this.today }: Asks & { paidOn?: string } = {}) {
    return this.http.post(
      `/v1/settlements/${id}/paid`,
      { reference: "payment order 481", paidOn },
      { key, headers: by(staff) },
    );
  }

  drop(id: string, { key = this.key, staff = "maker-1" }: Asks = {}) {
    return this.http.post(`/v1/settlements/${id}/drop`, { reason: "made anew" }, { key, headers: by(staff) });
  }

  read(id: string, key = this.key, query = "") {
    return this.http.get<ReadSettlement>(`/v1/settlements/${id}${query}`, { key });
  }

  async page(id: string, key = this.key): Promise<string> {
    return (await this.http.get<string>(`/v1/settlements/${id}/statement`, { key })).body;
  }

  async list(status: string, key = this.key): Promise<Listed> {
    return (await this.http.get<Listed>(`/v1/settlements?status=${status}`, { key })).body;
  }

  linesOf({ directions }: ReadSettlement, debtor: string): readonly ReadLine[] {
    return directions.find((direction) => direction.debtor === debtor)?.lines ?? [];
  }

  /** Sells two pieces, now. */
  async sell(
    memberId: MemberId,
    brand: string,
    storeId: string,
    price: bigint,
    spend: bigint,
    { occurredAt = this.http.clock.now(), earns = false }: { occurredAt?: number; earns?: boolean } = {},
  ): Promise<string> {
    receipts += 1;
    const body = {
      receipt: { brand, storeId, terminalId: "1", shift: "1", number: `S${receipts}` },
      channel: "pos",
      memberId,
      lines: [{ lineId: "1", sku: "1", category: "tv", quantity: "2", unitPrice: formatAmount(price), noEarn: !earns }],
      spend: formatAmount(spend),
      occurredAt: formatInstant(occurredAt),
    };
    const answer = await this.http.post<{ purchaseId: string }>("/v1/purchases", body);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.body.purchaseId;
  }

  /** Brings pieces of it back, now; answers the receipt. */
  async bringBack(purchaseId: string, brand: string, storeId: string, quantity = "1") {
    receipts += 1;
    const receipt = { brand, storeId, terminalId: "1", shift: "1", number: `B${receipts}` };
    const body = { receipt, lines: [{ lineId: "1", quantity }], occurredAt: formatInstant(this.http.clock.now()) };
    const answer = await this.http.post(`/v1/purchases/${purchaseId}/returns`, body);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return receipt;
  }
}
