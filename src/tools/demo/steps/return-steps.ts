/** Goods that come back: as the cashier was shown, or before the ledger has heard of their sale. */
import { formatInstant, type Instant } from "../../../kernel/clock.ts";
import { bodyOf } from "../../client/api.ts";
import type { Step } from "../../client/timeline.ts";
import { Parked, TakenBack } from "../../client/wire.ts";
import { receiptAt } from "../life.ts";
import { money } from "../../report/report.ts";
import type { Deal } from "./deal.ts";

/** The cashier may ask first what a return will do; then does it, and it is what was shown. */
export function returnSteps(deal: Deal): Step[] {
  const { life, visit, receipt, keys } = deal;
  const { back, person, store } = visit;
  if (back === null) return [];
  const returnReceipt = receiptAt(back.store, back.at, `${receipt.number}-back`);
  const body = {
    receipt: returnReceipt,
    lines: back.lines,
    occurredAt: formatInstant(back.at),
    reason: "did not suit",
  };
  const purchase = () => `/v1/purchases/${deal.sold?.purchaseId ?? ""}/returns`;
  let shown: TakenBack | null = null;
  const preview: Step = {
    at: back.at,
    keys,
    call: () => ({ path: `${purchase()}?dryRun=true`, body, idempotencyKey: life.key(`preview-${receipt.number}`) }),
    done(answer) {
      shown = bodyOf(TakenBack, answer, "the preview of a return");
      life.curiosities.previews += 1;
    },
  };
  const taken: Step = {
    at: back.at,
    keys,
    call: () => ({ path: purchase(), body, idempotencyKey: life.key(`return-${receipt.number}`) }),
    done(answer) {
      const made = bodyOf(TakenBack, answer, "a return");
      const asShown = shown === null || sameAmounts(shown, made);
      if (!asShown) throw new Error(`the return of ${receipt.number} is not what was shown`);
      life.totals.takenBack(made, back.store.brand !== store.brand);
      const { moneyBack, bonusesBack, clawedBack, debtAdded } = made;
      const debt = debtAdded > 0n ? `, ${money(debtAdded)} of it as debt` : "";
      const text = `${back.store.name}: returned ${back.lines.length} of ${visit.lines.length} lines bought at ${store.name}`;
      life.chronicle.tell(
        person,
        back.at,
        "return",
        `${text}; ${money(moneyBack)} ₽ and ${money(bonusesBack)} bonuses back, ${money(clawedBack)} clawed back${debt}`,
      );
    },
  };
  return back.shownFirst ? [preview, taken] : [taken];
}

const sameAmounts = (a: TakenBack, b: TakenBack): boolean =>
  a.moneyBack === b.moneyBack &&
  a.bonusesBack === b.bonusesBack &&
  a.clawedBack === b.clawedBack &&
  a.debtAdded === b.debtAdded;

/** Goods of a receipt that an offline till has not sent yet. */
export function parkedReturn({ life, visit, receipt, keys }: Deal): Step {
  const { back } = visit;
  if (back === null) throw new RangeError("a late receipt has a return");
  const own = receiptAt(back.store, back.at, `${receipt.number}-back`);
  const body = { original: { receipt }, receipt: own, lines: back.lines, occurredAt: formatInstant(back.at) };
  return {
    at: back.at,
    keys,
    call: () => ({ op: "return", path: "/v1/returns", body, idempotencyKey: life.key(`return-${receipt.number}`) }),
    done(answer) {
      bodyOf(Parked, answer, "a return before its sale");
      life.totals.parkedReturns += 1;
      life.chronicle.tell(
        visit.person,
        back.at,
        "return",
        `${back.store.name}: brought goods back before the ledger had heard of the sale; parked`,
      );
    },
  };
}

/** Asks for nothing: when the sale is there, the parked return of its first line has been made with it. */
export function appliedReturn(deal: Deal, at: Instant): Step {
  return {
    at,
    keys: deal.keys,
    call() {
      const [line] = deal.sold?.lines ?? [];
      if (line === undefined) throw new Error(`the late receipt ${deal.receipt.number} was not sold`);
      deal.life.totals.takenBack(
        { moneyBack: line.paid, bonusesBack: line.spend, clawedBack: line.earn, debtAdded: 0n },
        false,
      );
      return null;
    },
    done() {},
  };
}
