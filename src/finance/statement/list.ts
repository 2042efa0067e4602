/** Lists settlements. */
import { z } from "@hono/zod-openapi";
import { TableRows } from "../../db/table-rows.ts";
import { formatAmount } from "../../kernel/amount.ts";
import { idText, orNull, pageSchema, SignedAmountText } from "../../kernel/answers.ts";
import { keyIn, pageOf, PageQuery } from "../../engine/definition/page.ts";
import { defineRead } from "../../engine/definition/read.ts";
import type { Settlement } from "../settlement/stores.ts";
import { settlements } from "../settlement/tables.ts";
import { SETTLEMENT_STATUSES } from "../settlement/words.ts";

const rows = new TableRows(settlements);

const Listed = z
  .strictObject({
    settlementId: idText("stm"),
    number: z.int().min(1),
    from: z.string(),
    to: z.string(),
    between: z.array(z.string()),
    owes: z.record(z.string(), SignedAmountText),
    status: z.enum(SETTLEMENT_STATUSES),
    paidOn: orNull(z.iso.date()),
    agreedBy: z.array(z.string()).openapi({ description: "Which side has agreed." }),
  })
  .openapi("ListedSettlement");

const PAGE = `select ${rows.list("s")} from settlements s where s.number < $1::int
    and ($2::text is null or $2::text in (s.one, s.other)) and ($3::text is null or s.status = $3::text)
  order by s.number desc limit $4::int`;
const KEY = /^[1-9][0-9]{0,8}$/;
const NEWEST = 1_000_000_000;

export const listSettlements = defineRead({
  name: "list-settlements",
  permission: "books.read",
  http: {
    method: "get",
    path: "/v1/settlements",
    tag: "Settlements",
    summary: "Settlements between the legal entities",
    description: "The newest first; a client of one brand is shown those that it is a party to.",
  },
  query: z.strictObject({ ...PageQuery.shape, status: z.enum(SETTLEMENT_STATUSES).optional() }),
  answer: { description: "A page of settlements.", schema: pageSchema(Listed).openapi("Settlements") },
  problems: ["unprocessable_request"],
  async read({ reader }, { actor, query: { limit, cursor, status } }) {
    const before = Number(keyIn(cursor, KEY) ?? NEWEST);
    const found = await reader.values(PAGE, [before, actor.brand, status ?? null, limit + 1]);
    return pageOf(
      found.map((values) => rows.decode(values)),
      limit,
      ({ number }) => `${number}`,
      listed,
    );
  },
});

const listed = ({ id, number, one, other, ...settlement }: Settlement): z.input<typeof Listed> => ({
  settlementId: id,
  number,
  from: settlement.fromMonth,
  to: settlement.toMonth,
  between: [one, other],
  owes: { [one]: formatAmount(settlement.oneOwes), [other]: formatAmount(settlement.otherOwes) },
  status: settlement.status,
  paidOn: settlement.paidOn,
  agreedBy: [...(settlement.oneAgreedBy === null ? [] : [one]), ...(settlement.otherAgreedBy === null ? [] : [other])],
});
