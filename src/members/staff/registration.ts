/** Says which member somebody of the staff is, so that nobody adjusts an account of their own. */
import { z } from "@hono/zod-openapi";
import { idText, orNull } from "../../kernel/answers.ts";
import { text } from "../../kernel/fields.ts";
import { accept, save } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { memberIdIn, partsIn, survivorOf } from "../owner.ts";
import { bucketOfStaff, keyOf, oneStaffAtATime, staffStore } from "./staff-store.ts";

export const STAFF_ID = /^[A-Za-z0-9._-]{1,64}$/;

const StaffId = z
  .string()
  .regex(STAFF_ID, "letters, digits, dots, dashes and underscores, at most 64")
  .transform((given) => given.toLowerCase())
  .openapi({ type: "string", pattern: STAFF_ID.source, param: { name: "staffId", in: "path" }, example: "anna-1" });

export const StaffView = z
  .strictObject({
    staffId: z.string(),
    memberId: orNull(idText("mbr")).openapi({ description: "Null: takes no part in the programme." }),
  })
  .openapi("Staff");

export const staffRegistration = defineOperation({
  name: "staff-registration",
  permission: "administer",
  http: {
    method: "put",
    path: "/v1/staff/{staffId}",
    tag: "Administration",
    summary: "Say which member somebody of the staff is",
    description:
      "Only staff who are registered make adjustments, or agree to them, and never on an account that is their own. Who takes no part in the programme is registered with null. `X-Staff-Id` names the same, small and capital letters alike.",
    idempotencyKey: "optional",
    example: { memberId: "mbr_0195560d2a0070008a30f1c2d3e4f000", reason: "her card, as the personnel office says" },
  },
  params: z.strictObject({ staffId: StaffId }),
  body: z
    .strictObject({
      memberId: text(64).nullable().openapi({ pattern: "^mbr_[0-9a-f]{32}$" }),
      reason: text(200),
    })
    .openapi("StaffTerms"),
  answers: { 200: { description: "As it is now.", schema: StaffView } },
  problems: ["member_not_found"],
  facts: ({ reason }) => ({ reason }),
  async prepare({ reader }, { params: { staffId }, body }) {
    const subjectHash = keyOf(staffId);
    if (body.memberId === null) return { staffId, memberId: null, subjectHash };
    const memberId = memberIdIn(body.memberId);
    const standing = await survivorOf(reader, memberId);
    await reader.snapshot((tx) => partsIn(tx, standing));
    return { staffId, memberId, subjectHash };
  },
  bucket: ({ staffId }) => bucketOfStaff(staffId),
  naturalKeys: ({ staffId }) => oneStaffAtATime(staffId),
  needs: ({ staffId }) => ({ documents: [need(staffStore, staffId)] }),
  decide({ document }, { staffId, memberId, subjectHash }) {
    const known = document(staffStore, staffId) ?? { adjustedOn: null, adjustedCount: 0, adjustedAmount: 0n };
    return accept({
      memberId: null,
      subjectHash,
      answer: { staffId, memberId },
      documents: [save(staffStore, staffId, { ...known, staffId, memberId })],
    });
  },
});
