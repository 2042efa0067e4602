/** The sandbox's clock, which stands still until it is moved: an integrator sees activation and expiry in a minute. */
import { z } from "@hono/zod-openapi";
import { InstantText } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { Instant } from "../../kernel/fields.ts";
import { after } from "../../engine/definition/background.ts";
import { accept, refuse, save } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { settingStore } from "../documents.ts";
import { bucketOfSubject, oneAtATime } from "../subject.ts";
import { requireManual } from "./manual-clock.ts";
import { CLOCK, timeIn, clockSetting } from "./setting.ts";

const Time = z.strictObject({ now: InstantText }).openapi("Clock");
const ONLY_IN_THE_SANDBOX = "Only where the service was started with `MCLUB_CLOCK=manual`.";

export const clockMove = defineOperation({
  name: "clock-move",
  permission: "administer",
  http: {
    method: "put",
    path: "/v1/clock",
    tag: "Sandbox",
    summary: "Move the clock forward",
    description: `${ONLY_IN_THE_SANDBOX} What has become due by then counts at once. It stays where it was put, also when the service is started again.`,
    idempotencyKey: "optional",
    example: { now: "2026-03-03T12:00:00+03:00" },
  },
  body: z.strictObject({ now: Instant }).openapi("ClockMove"),
  answers: { 200: { description: "The time of the sandbox.", schema: Time } },
  problems: ["clock_not_manual", "clock_goes_back"],
  prepare({ clock }, { body: { now: to } }) {
    requireManual(clock);
    return { to };
  },
  bucket: () => bucketOfSubject("setting", CLOCK),
  naturalKeys: () => oneAtATime("setting", CLOCK),
  needs: () => ({ documents: [need(settingStore, CLOCK)] }),
  decide({ now, document }, { to }) {
    // Another process may have moved it further than this one has heard.
    const stands = Math.max(timeIn(document(settingStore, CLOCK)) ?? now, now);
    if (to < stands) return refuse("clock_goes_back", { now: formatInstant(stands) });
    return accept({ answer: { now: formatInstant(to) }, documents: [save(settingStore, CLOCK, clockSetting(to))] });
  },
});

/** In this process at once; in others with the next request. */
export const clockMoved = after(clockMove, ({ look }, { to }) => {
  requireManual(look.clock).moveTo(to);
});

export const readClock = defineRead({
  name: "read-clock",
  permission: "administer",
  http: {
    method: "get",
    path: "/v1/clock",
    tag: "Sandbox",
    summary: "What time it is",
    description: ONLY_IN_THE_SANDBOX,
  },
  answer: { description: "The time of the sandbox.", schema: Time },
  problems: ["clock_not_manual"],
  read: async ({ clock }) => ({ now: formatInstant(requireManual(clock).now()) }),
});
