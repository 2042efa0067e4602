/** Somebody whose data is looked at, and what the access log says of it. */
import { newTestKey } from "../../support/ledger.ts";
import type { Asked, TestHttp } from "../../support/http.ts";

export interface Seen {
  readonly accessId: string;
  readonly at: string;
  readonly name: string;
  readonly profileId: string | null;
  readonly memberId: string | null;
  readonly brand: string | null;
  readonly clientId: string;
  readonly staffId: string | null;
  readonly storeId: string | null;
  readonly terminalId: string | null;
  readonly requestId: string;
}

export interface Registered {
  readonly profileId: string;
  readonly memberId: string;
  readonly card: { readonly kind: "card"; readonly value: string };
}

let numbers = 0;
/** A request's own id, by which its rows are found. */
const newRequestId = (): string => `req-${(numbers += 1)}-${newTestKey()}`;
const newCard = () => ({ kind: "card", value: newTestKey() }) as const;

/** Registers a profile of somebody: of a new member, or of whom a card leads to. */
export async function registered(http: TestHttp, brand = "mvideo", card = newCard()): Promise<Registered> {
  const identifiers = [{ ...card, verified: true }];
  const body = { brand, externalId: newTestKey(), identifiers, person: { firstName: "Анна" } };
  const { body: made } = await http.post<Omit<Registered, "card">>("/v1/profiles", body);
  return { ...made, card };
}

/** What stands in the log of a request. */
export const rowsOf = ({ database }: TestHttp, requestId: string) =>
  database.sql<
    {
      name: string;
      profile_id: string | null;
      brand: string | null;
      store_id: string | null;
      terminal_id: string | null;
    }[]
  >`
    select name, 'prf_' || replace(profile_id::text, '-', '') as profile_id, brand, store_id, terminal_id
    from accesses where request_id = ${requestId} order by brand, profile_id`;

/** Asks under an id of its own, and answers what that has left in the log. */
export async function logged(http: TestHttp, path: string, asked: Asked = {}) {
  const requestId = newRequestId();
  const terms = { ...asked, headers: { "x-request-id": requestId } };
  const answer = asked.body === undefined ? await http.get(path, terms) : await http.post(path, asked.body, terms);
  return { answer, rows: await rowsOf(http, requestId), requestId };
}

export async function listOf(http: TestHttp, memberId: string, key: string): Promise<Seen[]> {
  const { body } = await http.get<{ items: Seen[] }>(`/v1/members/${memberId}/accesses?limit=200`, { key });
  return body.items;
}
