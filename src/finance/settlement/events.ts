/** What is told of settlements: never who of the staff, nor what they have written. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../../kernel/amount.ts";
import { idText, SignedAmountText } from "../../kernel/answers.ts";
import { defineEvent } from "../../engine/event.ts";
import type { Settlement } from "./stores.ts";

const About = z.strictObject({
  settlementId: idText("stm"),
  number: z.int(),
  between: z.array(z.string()),
  from: z.string(),
  to: z.string(),
});

export const settlementMade = defineEvent({
  name: "settlement.made",
  description:
    "A settlement of two legal entities was made: a draft until both have agreed. `owes`: in roubles, with VAT.",
  data: About.extend({ owes: z.record(z.string(), SignedAmountText) }),
});

export const settlementAgreed = defineEvent({
  name: "settlement.agreed",
  description: "One side has agreed to a settlement; where its status is `agreed`, the other has as well.",
  data: About.extend({ entity: z.string(), status: z.enum(["draft", "agreed"]) }),
});

export const settlementPaid = defineEvent({
  name: "settlement.paid",
  description: "An agreed settlement was paid, or set off. `paidOn`: on which the money was moved.",
  data: About.extend({ paidOn: z.string() }),
  former: [About],
});

export const settlementDropped = defineEvent({
  name: "settlement.dropped",
  description: "The draft of a settlement was dropped.",
  data: About,
});

export const settlementEvents = [settlementMade, settlementAgreed, settlementPaid, settlementDropped];

type Told = Pick<Settlement, "id" | "number" | "one" | "other" | "fromMonth" | "toMonth">;

export const aboutSettlement = ({ id, number, one, other, fromMonth, toMonth }: Told) => ({
  settlementId: id,
  number,
  between: [one, other],
  from: fromMonth,
  to: toMonth,
});

export const toldOfMade = (made: Told & Pick<Settlement, "oneOwes" | "otherOwes">) =>
  settlementMade({
    ...aboutSettlement(made),
    owes: { [made.one]: formatAmount(made.oneOwes), [made.other]: formatAmount(made.otherOwes) },
  });
