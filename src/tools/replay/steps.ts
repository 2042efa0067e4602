/** The year as steps for the timeline: profiles at first sight, sales, orders, returns; each answer is counted where it arrives. */
import { bodyOf } from "../client/api.ts";
import type { Step } from "../client/timeline.ts";
import { Parked, Registered, Sold, TakenBack } from "../client/wire.ts";
import type { Profile } from "./habits.ts";
import type { Invoice } from "./invoice.ts";
import { orderSteps } from "./order-steps.ts";
import type { PlannedReturn, PlannedSale } from "./planned.ts";
import { brandOf, storeOf, unknownReceipt } from "./shop.ts";
import { cardNamed, customerKey, refusalOf, type Replay } from "./state.ts";

/** All steps of these invoices, made one invoice at a time. */
export function* stepsOf(replay: Replay, invoices: readonly Invoice[], onInvoice: () => void): Generator<Step> {
  for (const invoice of invoices) {
    const { customer } = invoice;
    if (customer !== null && !replay.homes.has(customer)) yield* register(replay, invoice, customer);
    for (const planned of replay.planner.plan(invoice)) {
      if (planned.kind === "sale") yield saleStep(replay, planned);
      else if (planned.kind === "order") yield* orderSteps(replay, planned);
      else yield returnStep(replay, planned);
    }
    onInvoice();
  }
}

const receiptKey = (number: string): string => `receipt ${number}`;

/** A customer's profiles, one after the other, and what happens to the customer then. */
function* register(replay: Replay, { number, at, country }: Invoice, customer: string): Generator<Step> {
  const home = brandOf(number);
  replay.homes.set(customer, home);
  for (const profile of replay.habits.profilesOf(customer, home)) {
    yield profileStep(replay, profile, { at, country, customer });
  }
  yield* replay.welcome(replay, customer, at);
}

function profileStep(
  { members, totals, seed }: Replay,
  { brand, externalId, card }: Profile,
  { at, country, customer }: Pick<Invoice, "at" | "country"> & { readonly customer: string },
): Step {
  const body = {
    brand,
    externalId,
    identifiers: [{ kind: "card", value: card, verified: true }],
    person: {},
    consents: {},
    storeId: storeOf(brand, country),
  };
  return {
    at,
    keys: [customerKey(customer)],
    call: () => ({ path: "/v1/profiles", body, idempotencyKey: `replay-${seed}-profile-${card}` }),
    done(answer) {
      members.set(card, bodyOf(Registered, answer, "POST /v1/profiles").memberId);
      totals.members += 1;
    },
  };
}

function saleStep({ seed, tally, totals, homes, diary }: Replay, planned: PlannedSale): Step {
  const { at, customer, card, receipt, channel, lines, spend, occurredAt, sale, fates } = planned;
  return {
    at,
    keys: [customer === null ? receiptKey(sale.number) : customerKey(customer)],
    call: () => ({
      op: "purchase",
      path: "/v1/purchases",
      body: { receipt, channel, ...cardNamed(card), lines, spend, occurredAt },
      idempotencyKey: `replay-${seed}-sale-${receipt.number}`,
    }),
    done(answer) {
      const refusal = refusalOf(answer);
      if (refusal !== null) {
        tally.refuse(refusal, lines.length);
        return;
      }
      const sold = bodyOf(Sold, answer, "a purchase");
      if ((sold.memberId === null) !== (customer === null)) {
        throw new Error(`receipt ${receipt.number}: sold to the wrong member`);
      }
      sale.purchaseId = sold.purchaseId;
      for (const fate of fates) tally.add(fate);
      totals.sold(sold, receipt.brand, customer === null ? undefined : homes.get(customer));
      diary.sold(receipt.number, customer, sold);
    },
  };
}

function returnStep({ seed, totals, diary }: Replay, planned: PlannedReturn): Step {
  const { at, customer, receipt, lines, occurredAt, sale, settles } = planned;
  const settle = (refusal: string | null) => settles.forEach((line) => line.settle(refusal));
  const asked = { receipt, lines, occurredAt, reason: "cancellation" };
  return {
    at,
    keys: keysOf(customer, sale?.number),
    call() {
      // The sale itself was refused: nothing can come back of it.
      if (sale !== null && sale.purchaseId === null) {
        settle("sale_refused");
        return null;
      }
      const body =
        sale === null
          ? { original: { receipt: unknownReceipt(receipt) }, ...asked }
          : { purchaseId: sale.purchaseId, ...asked };
      return { op: "return", path: "/v1/returns", body, idempotencyKey: `replay-${seed}-return-${receipt.number}` };
    },
    done(answer) {
      const refusal = refusalOf(answer);
      if (refusal === null && sale === null) {
        bodyOf(Parked, answer, "a return that is parked");
        totals.parkedReturns += 1;
      } else if (refusal === null && sale !== null) {
        const taken = bodyOf(TakenBack, answer, "a return");
        totals.takenBack(taken, sale.brand !== receipt.brand);
        diary.takenBack(receipt.number, customer, taken);
      }
      settle(refusal);
    },
  };
}

/** A customer's documents in their order; without one, a return after its sale; nothing to wait for where there is none. */
function keysOf(customer: string | null, saleNumber: string | undefined): string[] {
  if (customer !== null) return [customerKey(customer)];
  return saleNumber === undefined ? [] : [receiptKey(saleNumber)];
}
