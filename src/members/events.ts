/** What is told of members. */
import { z } from "@hono/zod-openapi";
import { idText } from "../kernel/answers.ts";
import { defineEvent } from "../engine/event.ts";

export const profileRegistered = defineEvent({
  name: "profile.registered",
  description: "A brand registered a customer: linked to a member that was known, or to a new one.",
  data: z.strictObject({
    profileId: idText("prf"),
    memberId: idText("mbr"),
    brand: z.string(),
    band: z.enum(["new", "auto", "review"]),
  }),
});

export const memberEvents = [profileRegistered];
