/** A checkout and its stores, over the API: ways to order, collect and look, for tests of orders. */
import { expect } from "vitest";
import type { MemberId } from "../../src/kernel/ids.ts";
import { receipt } from "../http/bodies.ts";
import { type Answer, type Asked, testHttp, type TestHttp } from "../support/http.ts";

interface OrderBody {
  readonly orderId: string;
  readonly holdId: string | null;
  readonly pickupCode: string;
  readonly status: string;
  readonly held: string;
  readonly expiresAt: string;
  readonly lines: readonly {
    readonly lineId: string;
    readonly held: string;
    readonly waiting: string;
    readonly collected: string;
    readonly cancelled: string;
    readonly expired: string;
  }[];
  readonly balance: { readonly available: string; readonly held: string; readonly pending: string } | null;
}

interface PickupBody {
  readonly purchaseId: string;
  readonly orderStatus: string;
  readonly total: string;
  readonly spent: string;
  readonly paid: string;
  readonly earned: string;
  readonly released: string;
  readonly memberId: string | null;
  readonly suspended: boolean;
  readonly balance: OrderBody["balance"];
}

let numbers = 0;

export const line = (lineId: string, unitPrice: string, more: object = {}) => ({
  lineId,
  sku: `sku-${lineId}`,
  category: "tv",
  quantity: "1",
  unitPrice,
  ...more,
});

export interface Shop {
  readonly http: TestHttp;
  now(): string;
  /** A member with so many bonuses, in hundredths. */
  member(bonuses?: bigint): Promise<MemberId>;
  /** Ordered at M.Video, to be collected at Eldorado, unless said otherwise. */
  order(fields?: object, asked?: Asked): Promise<Answer<OrderBody>>;
  ready(orderId: string): Promise<Answer<OrderBody>>;
  /** Ordered and made ready. */
  readyOrder(fields?: object): Promise<OrderBody>;
  pickup<T = PickupBody>(
    order: Pick<OrderBody, "orderId" | "pickupCode">,
    fields?: object,
    asked?: Asked,
  ): Promise<Answer<T>>;
  newCode(orderId: string): Promise<string>;
  step<T = OrderBody>(orderId: string, step: string, body?: object): Promise<Answer<T>>;
  read(orderId: string): Promise<OrderBody>;
  balance(memberId: string): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export async function openShop(): Promise<Shop> {
  const http = await testHttp();
  const now = () => new Date(http.clock.now()).toISOString();
  const step = <T = OrderBody>(orderId: string, name: string, body: object = {}) =>
    http.post<T>(`/v1/orders/${orderId}/${name}`, body);
  const shop: Shop = {
    http,
    now,
    async member(bonuses = 1_000_00n) {
      const id = await http.newMember();
      if (bonuses > 0n) await http.give(id, bonuses);
      return id;
    },
    order: (fields = {}, asked = {}) =>
      http.post<OrderBody>(
        "/v1/orders",
        {
          orderNumber: `W-${(numbers += 1)}`,
          brand: "mvideo",
          channel: "web",
          pickup: { brand: "eldorado", storeId: "E-1" },
          lines: [line("1", "1000.00")],
          spend: "max",
          ...fields,
        },
        asked,
      ),
    ready: (orderId) => step(orderId, "ready"),
    async readyOrder(fields = {}) {
      const { status, body } = await shop.order(fields);
      expect(status, JSON.stringify(body)).toBe(201);
      expect((await shop.ready(body.orderId)).status).toBe(200);
      return body;
    },
    pickup: <T>({ orderId, pickupCode }: Pick<OrderBody, "orderId" | "pickupCode">, fields = {}, asked: Asked = {}) => {
      const given = { receipt: receipt("eldorado"), ...fields };
      const { storeId } = given.receipt;
      return http.post<T>(
        `/v1/orders/${orderId}/pickups`,
        { storeId, code: pickupCode, occurredAt: now(), ...given },
        asked,
      );
    },
    newCode: async (orderId) => (await step<{ pickupCode: string }>(orderId, "code")).body.pickupCode,
    step,
    read: async (orderId) => (await http.get<OrderBody>(`/v1/orders/${orderId}`)).body,
    balance: async (memberId) => (await http.get(`/v1/members/${memberId}/balance`)).body,
    close: () => http.close(),
  };
  return shop;
}
