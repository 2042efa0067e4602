/** The year as steps for the timeline: profiles at first sight, sales, orders, returns; each answer is counted where it arrives. */
import { bodyOf } from "../client/api.ts";
import type { Step } from "../client/timeline.ts";
import { Parked, Registered, Sold, TakenBack } from "../client/wire.ts";
import type { Invoice } from "./invoice.ts";
import { orderSteps } from "./order-steps.ts";
import type { PlannedReturn, PlannedSale } from "./planned.ts";
import { brandOf, storeOf, unknownReceipt } from "./shop.ts";
import { cardOf, customerKey, refusalOf, type Replay } from "./state.ts";

/** All steps of these invoices, made one invoice at a time. */
export function* stepsOf(replay: Replay, invoices: readonly Invoice[], onInvoice: () => void): Generator<Step> {
  for (const invoice of invoices) {
    const { customer } = invoice;
    if (customer !== null && !replay.homes.has(customer)) yield register(replay, invoice, customer);
    for (const planned of replay.planner.plan(invoice)) {
      if (planned.kind === "sale") yield saleStep(replay, planned);
      else if (planned.kind === "order") yield* orderSteps(replay, planned);
      else yield returnStep(replay, planned);
    }
    onInvoice();
  }
}

const receiptKey = (number: string): string => `receipt ${number}`;

function register({ homes, members, totals, seed }: Replay, { number, at, country }: Invoice, customer: string): Step {
  const brand = brandOf(number);
  homes.set(customer, brand);
  const body = {
    brand,
    externalId: customer,
    identifiers: [{ kind: "card", value: customer, verified: true }],
    person: {},
    consents: {},
    storeId: storeOf(brand, country),
  };
  return {
    at,
    keys: [customerKey(customer)],
    call: () => ({ path: "/v1/profiles", body, idempotencyKey: `replay-${seed}-profile-${customer}` }),
    done(answer) {
      members.set(customer, bodyOf(Registered, answer, "POST /v1/profiles").memberId);
      totals.members += 1;
    },
  };
}

function saleStep({ seed, tally, totals, homes }: Replay, planned: PlannedSale): Step {
  const { at, customer, receipt, channel, lines, spend, occurredAt, sale, fates } = planned;
  const member = customer === null ? {} : cardOf(customer);
  return {
    at,
    keys: [customer === null ? receiptKey(sale.number) : customerKey(customer)],
    call: () => ({
      op: "purchase",
      path: "/v1/purchases",
      body: { receipt, channel, ...member, lines, spend, occurredAt },
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
    },
  };
}

function returnStep({ seed, totals }: Replay, planned: PlannedReturn): Step {
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
        totals.takenBack(bodyOf(TakenBack, answer, "a return"), sale.brand !== receipt.brand);
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
