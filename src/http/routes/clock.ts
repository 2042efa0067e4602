/** The sandbox's clock, which stands still until it is moved: an integrator sees activation and expiry in a minute. */
import { z } from "@hono/zod-openapi";
import { formatInstant, ManualClock } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import { moveClock } from "../../directory/manual-clock.ts";
import { InstantText } from "../answers.ts";
import { Instant } from "../fields.ts";
import { defineRoute, reply, type Route } from "../route.ts";

const Hand = z.strictObject({ now: InstantText }).openapi("Clock");
const ONLY_IN_THE_SANDBOX = "Only where the service was started with `MCLUB_CLOCK=manual`.";

const getClock = defineRoute({
  method: "get",
  path: "/v1/clock",
  operationId: "getClock",
  tag: "Sandbox",
  summary: "What time it is",
  description: ONLY_IN_THE_SANDBOX,
  permission: "administer",
  idempotency: "never",
  answers: { 200: { description: "The time of the sandbox.", schema: Hand } },
  problems: ["clock_not_manual"],
  handle({ service: { clock } }) {
    if (!(clock instanceof ManualClock)) throw new Problem("clock_not_manual");
    return reply(200, { now: formatInstant(clock.now()) });
  },
});

const putClock = defineRoute({
  method: "put",
  path: "/v1/clock",
  operationId: "moveClock",
  tag: "Sandbox",
  summary: "Move the clock forward",
  description: `${ONLY_IN_THE_SANDBOX} What has become due by then counts at once. It stays where it was put, also when the service is started again.`,
  permission: "administer",
  idempotency: "never",
  body: z.strictObject({ now: Instant }).openapi("ClockMove"),
  answers: { 200: { description: "The time of the sandbox.", schema: Hand } },
  problems: ["clock_not_manual", "clock_goes_back"],
  async handle({ service: { reader, clock }, body }) {
    const moved = await moveClock(reader, clock, body.now);
    if (moved === "not_manual") throw new Problem("clock_not_manual");
    if (moved === "goes_back") throw new Problem("clock_goes_back", { now: formatInstant(clock.now()) });
    return reply(200, { now: formatInstant(clock.now()) });
  },
});

export const clockRoutes: readonly Route[] = [getClock, putClock];
