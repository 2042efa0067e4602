/** One side's person agrees to a settlement; when the other side's has as well, it is agreed. */
import { z } from "@hono/zod-openapi";
import { idText } from "../../kernel/answers.ts";
import { Brand, idInPath, text } from "../../kernel/fields.ts";
import { bucketOf } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { accept, refuse, save, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { isOnePerson, needStanding } from "../../members/staff/one-person.ts";
import { firstDayAfter } from "../periods/months.ts";
import { bookStore, needBooks, THE_BOOKS } from "../periods/stores.ts";
import { aboutSettlement, settlementAgreed } from "./events.ts";
import { namedStaff, requireByStaff } from "./parties.ts";
import { needReopened, reopenedReading } from "./reopened.ts";
import { type Settlement, settlementStore } from "./stores.ts";

const Agreement = z
  .strictObject({
    settlementId: idText("stm"),
    operationId: idText("opn"),
    entity: z.string(),
    status: z.enum(["draft", "agreed"]).openapi({ description: "`draft`: the other side has not agreed yet." }),
  })
  .openapi("SettlementAgreement");

export const settlementAgreement = defineOperation({
  name: "settlement-agreement",
  permission: "books.settle",
  forbids: ({ brand, staffId }, { entity }) =>
    brand !== null && brand !== entity ? new Problem("brand_forbidden", { brand }) : namedStaff({ staffId }),
  alone: true,
  http: {
    method: "post",
    path: "/v1/settlements/{settlementId}/agree",
    tag: "Settlements",
    summary: "Agree to a settlement for one of its sides",
    description:
      "`X-Staff-Id` says who agrees for `entity`: a client of one brand for its own side only, and never one person for both. " +
      "When both have agreed (200) nothing of it changes any more, and its months are not opened again; before that (202) it waits.",
    idempotencyKey: "required",
    example: { entity: "mvideo", reason: "agrees with our turnovers" },
  },
  params: idInPath("settlementId", "stm"),
  body: z.strictObject({ entity: Brand, reason: text(200) }).openapi("SettlementAgreementBody"),
  answers: {
    200: { description: "Agreed by both.", schema: Agreement },
    202: { description: "It waits for the other side.", schema: Agreement },
  },
  problems: [
    ...(["settlement_not_found", "settlement_not_open", "settlement_outdated"] as const),
    ...(["second_person_needed", "staff_required", "brand_forbidden"] as const),
  ],
  facts: ({ reason }) => ({ reason }),
  async prepare(look, { actor, params: { settlementId }, body: { entity } }) {
    const found = await requireByStaff(look, actor, settlementId);
    if (found.one !== entity && found.other !== entity) throw new Problem("settlement_not_found");
    const waiting = await look.reader.one(settlementStore, found.id);
    const others = waiting === undefined ? null : agreedFor(waiting, entity).others;
    return { ...found, entity, both: [others ?? found.staffId, found.staffId] as const };
  },
  bucket: ({ id }) => bucketOf(id),
  needs: ({ id, operationId, toMonth, both }) => ({
    documents: [needBooks, need(settlementStore, id), needReopened({ operationId, toMonth }), needStanding(both)],
  }),
  decide(context, { id: settlementId, entity, staffId, operationId: madeBy, toMonth, both }) {
    const { document, operationId } = context;
    const [books, asked] = [document(bookStore, THE_BOOKS), document(settlementStore, settlementId)];
    const reopened = document(reopenedReading.store, reopenedReading.keyOf({ operationId: madeBy, toMonth }));
    if (books === undefined || asked === undefined || reopened === undefined) return stale;
    const isOne = asked.one === entity;
    const { own, others } = agreedFor(asked, entity);
    if (asked.status !== "draft") return refuse("settlement_not_open", { settlementId, is: asked.status });
    if (reopened) return refuse("settlement_outdated", { settlementId });
    if (own !== null) return refuse("settlement_not_open", { settlementId, is: "agreed_by_this_side" });
    // The other side's person has agreed since this was looked up.
    if (others !== null && others !== both[0]) return stale;
    if (others !== null && isOnePerson(context, both)) return refuse("second_person_needed", { settlementId });
    const status: "draft" | "agreed" = others === null ? "draft" : "agreed";
    const agreed = isOne
      ? { ...asked, status, oneAgreedBy: operationId, oneStaffId: staffId }
      : { ...asked, status, otherAgreedBy: operationId, otherStaffId: staffId };
    const settledBefore = laterOf(books.settledBefore, firstDayAfter(toMonth));
    return accept({
      memberId: null,
      status: status === "agreed" ? 200 : 202,
      answer: { settlementId, operationId, entity, status },
      events: [settlementAgreed({ ...aboutSettlement(agreed), entity, status })],
      documents: [
        save(settlementStore, settlementId, agreed),
        ...(status === "agreed" ? [save(bookStore, THE_BOOKS, { ...books, settledBefore })] : []),
      ],
    });
  },
});

/** Which operation has agreed for a side, and who for the other one. */
const agreedFor = (asked: Settlement, entity: string) =>
  asked.one === entity
    ? { own: asked.oneAgreedBy, others: asked.otherStaffId }
    : { own: asked.otherAgreedBy, others: asked.oneStaffId };

const laterOf = (known: string | null, day: string): string => (known !== null && known > day ? known : day);
