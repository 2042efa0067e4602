/** A visit as steps: the sale in one of its courses, and what comes back of it. */
import { DAY_MS, formatInstant, HOUR_MS, type Instant, MINUTE_MS } from "../../../kernel/clock.ts";
import { bodyOf } from "../../client/api.ts";
import type { Step } from "../../client/timeline.ts";
import { Reversed, Sold, soldLines } from "../../client/wire.ts";
import { nameOf } from "../goods.ts";
import { identifierOf, type Life, refusedWith } from "../life.ts";
import type { Visit } from "../visits.ts";
import { money } from "../../report/report.ts";
import { type Deal, dealOf } from "./deal.ts";
import { appliedReturn, parkedReturn, returnSteps } from "./return-steps.ts";

/** All steps of a visit. They are not in time order with those of others. */
export function visitSteps(life: Life, visit: Visit): Step[] {
  const deal = dealOf(life, visit, `${visit.number}`);
  const { at, course } = visit;
  if (course === "usual") return [...saleSteps(deal, at), ...returnSteps(deal)];
  if (course === "undone") {
    return [...saleSteps(deal, at), reversal(deal, at + 2 * MINUTE_MS), ...again(deal, at + 4 * MINUTE_MS)];
  }
  if (course === "lost") {
    return [reversal(deal, at), ...again(deal, at + 4 * MINUTE_MS), lateOriginal(deal, at + HOUR_MS)];
  }
  const late = at + 2 * DAY_MS;
  return [parkedReturn(deal), ...saleSteps(deal, late), appliedReturn(deal, late)];
}

/** The same goods under a new receipt, after the first one has come to nothing. */
const again = ({ life, visit }: Deal, at: Instant): Step[] =>
  saleSteps(dealOf(life, { ...visit, at }, `${visit.number}-2`), at);

/** A sale; where more bonuses are asked for than there are, the cashier takes what there is. */
function saleSteps(deal: Deal, at: Instant): Step[] {
  const first = saleStep(deal, at, deal.visit.spend);
  if (/^(?:max|0\.00)$/.test(deal.visit.spend)) return [first];
  const second = saleStep(deal, at, "max");
  return [first, { ...second, call: () => (deal.sold === null ? second.call() : null) }];
}

function saleStep(deal: Deal, at: Instant, spend: string): Step {
  const { life, visit, receipt, keys } = deal;
  const { person, channel, lines, store } = visit;
  const member = person === null ? {} : { identifier: identifierOf(person, store.brand) };
  const body = { receipt, channel, ...member, lines, spend, occurredAt: formatInstant(visit.at) };
  return {
    at,
    keys,
    call: () => ({
      op: "purchase",
      path: "/v1/purchases",
      body,
      idempotencyKey: life.key(`sale-${receipt.number}-${spend}`),
    }),
    done(answer) {
      if (refusedWith(answer, "insufficient_bonuses", "spend_over_limit") !== null) {
        life.curiosities.refusedSpends += 1;
        life.chronicle.tell(
          person,
          at,
          "trouble",
          `${store.name}: asked to spend ${spend}, more than there was or may be; the till was told what is possible`,
        );
        return;
      }
      deal.sold = soldLines(answer);
      const sold = bodyOf(Sold, answer, "a purchase");
      life.totals.sold(sold, store.brand, person?.bases[0]);
      if (visit.course === "late") life.curiosities.lateReceipts += 1;
      if (person !== null && sold.memberId === null) {
        life.curiosities.unknownCards += 1;
        life.unknownCards.add(identifierOf(person, store.brand).value);
      }
      tellSale(deal, sold);
    },
  };
}

function tellSale({ life, visit }: Deal, { total, spent, earned, memberId }: Sold): void {
  const { person, store, lines, at } = visit;
  const [first] = lines;
  const goods = `${nameOf(first?.sku ?? "")}${lines.length > 1 ? ` and ${lines.length - 1} more` : ""}`;
  const bought = `${store.name}: ${goods} for ${money(total)} ₽`;
  if (person !== null && memberId === null) {
    life.chronicle.tell(
      person,
      at,
      "unknown_card",
      `${bought}; nobody knew the card yet, ${money(earned)} kept in suspense`,
    );
  } else if (spent > 0n) {
    const across = person !== null && person.bases[0] !== store.brand;
    life.chronicle.tell(
      person,
      at,
      across ? "spent_across" : "spent",
      `${bought}, ${money(spent)} of it in bonuses; earned ${money(earned)}`,
    );
  } else life.chronicle.tell(person, at, "purchase", `${bought}; earned ${money(earned)}`);
}

/** The till got no answer: it undoes the receipt, whether the ledger has seen it or not. */
function reversal(deal: Deal, at: Instant): Step {
  const { life, visit, receipt, keys } = deal;
  return {
    at,
    keys,
    call: () => ({
      op: "reversal",
      path: "/v1/reversals",
      body: { receipt, kind: "purchase" },
      idempotencyKey: life.key(`reversal-${receipt.number}`),
    }),
    done(answer) {
      const { outcome } = bodyOf(Reversed, answer, "a reversal");
      const { sold } = deal;
      if (outcome === "reversed" && sold !== null) {
        life.curiosities.undone += 1;
        life.totals.undone(sold);
        life.chronicle.tell(
          visit.person,
          at,
          "trouble",
          `${visit.store.name}: the till got no answer and undid receipt ${receipt.number}`,
        );
      } else life.curiosities.tombstones += 1;
    },
  };
}

/** The original of a receipt that was undone before it came: it finds a tombstone. */
function lateOriginal(deal: Deal, at: Instant): Step {
  const step = saleStep(deal, at, "0.00");
  return {
    ...step,
    done(answer) {
      const refused = refusedWith(answer, "receipt_reversed") !== null;
      if (!refused) throw new Error(`receipt ${deal.receipt.number} came to life after its reversal`);
    },
  };
}
