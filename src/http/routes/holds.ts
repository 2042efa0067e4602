/** Holds: bonuses put aside until they are captured, given back, or the hold ends by itself. */
import { z } from "@hono/zod-openapi";
import { bucketOf } from "../../kernel/ids.ts";
import { captureHold, releaseHold } from "../../bonuses/end-hold.ts";
import { placeHold } from "../../bonuses/place-hold.ts";
import { type Caller, type Desk, requireBrand, requireMember, untilFresh } from "../../members/desk.ts";
import { type Judged, placed, requestOf } from "../../sales/counter.ts";
import { AmountText, BalanceAfter, idText, InstantText } from "../answers.ts";
import {
  Brand,
  IdParams,
  Instant,
  memberFields,
  namesOneMember,
  ONE_MEMBER,
  PositiveAmount,
  Reference,
} from "../fields.ts";
import { type HoldView, requireHold } from "../hold-query.ts";
import { defineRoute, reply, replyOf } from "../route.ts";

const HoldBody = z
  .strictObject({ ...memberFields, amount: PositiveAmount, brand: Brand, expiresAt: Instant, reference: Reference })
  .refine(namesOneMember, ONE_MEMBER)
  .openapi("HoldBody");

const CaptureBody = z
  .strictObject({
    amount: PositiveAmount.optional().openapi({ description: "Absent: all of it. The rest is given back." }),
  })
  .openapi("CaptureBody");

const NoFields = z.strictObject({}).openapi("NoFields");

const HoldAnswer = z
  .strictObject({
    holdId: idText("hld"),
    operationId: idText("opn"),
    memberId: idText("mbr"),
    amount: AmountText,
    status: z.literal("open"),
    expiresAt: InstantText,
    balance: BalanceAfter,
  })
  .openapi("PlacedHold");

const EndedAnswer = z
  .strictObject({
    holdId: idText("hld"),
    operationId: idText("opn"),
    memberId: idText("mbr"),
    status: z.enum(["captured", "released"]),
    captured: AmountText,
    released: AmountText,
    balance: BalanceAfter,
  })
  .openapi("EndedHold");

const HoldSeen = z
  .strictObject({
    holdId: idText("hld"),
    memberId: idText("mbr"),
    brand: z.string(),
    amount: AmountText,
    status: z.enum(["open", "captured", "released", "expired"]),
    captured: AmountText,
    reference: z.string(),
    expiresAt: InstantText,
    endedAt: InstantText.nullable(),
  })
  .openapi("Hold");

async function place(desk: Desk, caller: Caller, body: z.output<typeof HoldBody>): Promise<Judged> {
  await requireBrand(desk, body.brand);
  const memberId = await requireMember(desk, body);
  const { amount, brand, expiresAt, reference } = body;
  return untilFresh(() =>
    desk.engine.run({
      ...requestOf(placeHold, { memberId, amount, brand, expiresAt, reference }, caller),
      ...placed(bucketOf(memberId)),
      asked: { operation: "hold", body },
    }),
  );
}

function capture(
  desk: Desk,
  caller: Caller,
  { holdId, memberId }: HoldView,
  body: z.output<typeof CaptureBody>,
): Promise<Judged> {
  const input = { holdId, memberId, amount: body.amount ?? null };
  const asked = { operation: "capture", body: { holdId, ...body } };
  return untilFresh(() =>
    desk.engine.run({ ...requestOf(captureHold, input, caller), ...placed(bucketOf(memberId)), asked }),
  );
}

function release(desk: Desk, caller: Caller, { holdId, memberId }: HoldView): Promise<Judged> {
  const asked = { operation: "release", body: { holdId } };
  return untilFresh(() =>
    desk.engine.run({ ...requestOf(releaseHold, { holdId, memberId }, caller), ...placed(bucketOf(memberId)), asked }),
  );
}

const common = { tag: "Bonuses", permission: "holds.keep" } as const;

export const holdRoutes = [
  defineRoute({
    ...common,
    method: "post",
    path: "/v1/holds",
    operationId: "placeHold",
    summary: "Put bonuses aside",
    description: "Pins bonuses to their lots. A hold keeps its lots alive until it ends, even past their own end.",
    idempotency: "always",
    body: HoldBody,
    bodyExample: {
      identifier: { kind: "card", value: "2900000000017" },
      amount: "150.00",
      brand: "mvideo",
      expiresAt: "2026-03-02T12:15:00+03:00",
      reference: "order-5512",
    },
    brandOf: ({ brand }) => brand,
    answers: { 201: { description: "Put aside.", schema: HoldAnswer } },
    problems: ["member_not_found", "insufficient_bonuses", "unknown_brand", "senseless_lifetime"],
    handle: async ({ service, caller, body }) => replyOf(await place(service, caller, body)),
  }),
  defineRoute({
    ...common,
    method: "get",
    path: "/v1/holds/{id}",
    operationId: "readHold",
    summary: "Read a hold",
    description: "A client of one brand sees the holds of that brand only.",
    idempotency: "never",
    params: IdParams,
    answers: { 200: { description: "The hold.", schema: HoldSeen } },
    problems: ["hold_not_found"],
    handle: async ({ service, client, params }) => reply(200, await requireHold(service, params.id, client.brand)),
  }),
  defineRoute({
    ...common,
    method: "post",
    path: "/v1/holds/{id}/capture",
    operationId: "captureHold",
    summary: "Spend what is held, whole or in part",
    description: "A hold ends once: what is not captured is given back.",
    idempotency: "always",
    params: IdParams,
    body: CaptureBody,
    bodyExample: { amount: "100.00" },
    answers: { 200: { description: "Spent.", schema: EndedAnswer } },
    problems: ["hold_not_found", "hold_not_open", "capture_over_hold"],
    async handle({ service, client, caller, params, body }) {
      return replyOf(await capture(service, caller, await requireHold(service, params.id, client.brand), body));
    },
  }),
  defineRoute({
    ...common,
    method: "post",
    path: "/v1/holds/{id}/release",
    operationId: "releaseHold",
    summary: "Give back what is held",
    idempotency: "always",
    params: IdParams,
    body: NoFields,
    bodyExample: {},
    answers: { 200: { description: "Given back.", schema: EndedAnswer } },
    problems: ["hold_not_found", "hold_not_open"],
    async handle({ service, client, caller, params }) {
      return replyOf(await release(service, caller, await requireHold(service, params.id, client.brand)));
    },
  }),
];
