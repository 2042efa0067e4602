/** Short ways to ask for adjustments. */
import type { MemberId } from "../../../src/kernel/ids.ts";
import { newTestKey } from "../../support/ledger.ts";
import type { Answer, TestHttp } from "../../support/http.ts";

export interface Told {
  readonly adjustmentId: string;
  readonly operationId: string;
  readonly state: string;
  readonly memberId: string;
  readonly lots: readonly { readonly lotId: string; readonly issuer: string; readonly amount: string }[];
  readonly debtAdded: string;
  readonly alreadyPaid: readonly { readonly adjustmentId: string; readonly reason: string; readonly amount: string }[];
  readonly balance: { readonly available: string; readonly debt: string } | null;
  readonly code?: string;
}

export interface AdjustFields {
  readonly amount?: string;
  readonly direction?: "credit" | "debit";
  readonly brand?: string;
  readonly reason?: string;
  readonly incident?: string | undefined;
}

export interface As {
  readonly key?: string;
  readonly staff?: string;
  readonly preview?: boolean;
}

export class Adjusting {
  readonly #http: TestHttp;
  readonly #key: string;

  constructor(http: TestHttp, key: string) {
    this.#http = http;
    this.#key = key;
  }

  /** Registers somebody of the staff. */
  async staff(staffId: string, memberId: MemberId | null = null): Promise<void> {
    const { status } = await this.#http.put(`/v1/staff/${staffId}`, { memberId, reason: "as personnel says" });
    if (status !== 200) throw new Error(`${staffId} is not registered: ${status}`);
  }

  ask(memberId: string, fields: AdjustFields = {}, as: As = {}): Promise<Answer<Told>> {
    const terms = {
      amount: "100.00",
      direction: "credit",
      brand: "mvideo",
      reason: "late_delivery",
      incident: "INC-1",
    };
    return this.#post("", { memberId, comment: "test", ...terms, ...fields }, as);
  }

  change(id: string, action: "approve" | "reject" | "reverse", as: As = {}): Promise<Answer<Told>> {
    return this.#post(`/${id}/${action}`, { comment: `to ${action}` }, as);
  }

  #post(path: string, body: object, { key = this.#key, staff = "anna-1", preview = false }: As): Promise<Answer<Told>> {
    const asked = { key, headers: { "x-staff-id": staff }, idempotencyKey: preview ? null : newTestKey() };
    return this.#http.post<Told>(`/v1/adjustments${path}${preview ? "?preview=true" : ""}`, body, asked);
  }
}
